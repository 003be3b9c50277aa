package io.waybill.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables of a ledger. Documented for users in {@code docs/design.md}; a change needs a new version and an upgrade. */
final class Schema {
    /** Marks the file as a waybill ledger in its header. */
    static final int APPLICATION_ID = 0x57415942;

    static final int VERSION = 1;

    private static final List<String> TABLES = List.of(
            "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
            """
            CREATE TABLE lease (scope TEXT PRIMARY KEY, epoch INTEGER NOT NULL, owner TEXT NOT NULL, since INTEGER NOT NULL)
            WITHOUT ROWID""",
            """
            CREATE TABLE run (
              id INTEGER PRIMARY KEY, kind TEXT NOT NULL, of_run INTEGER, state TEXT NOT NULL, fingerprint TEXT NOT NULL,
              plan TEXT NOT NULL, selector TEXT NOT NULL, created INTEGER NOT NULL, started INTEGER, ended INTEGER,
              worked INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0, message TEXT)""",
            """
            CREATE TABLE move (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, source TEXT NOT NULL, target TEXT NOT NULL,
              kind TEXT NOT NULL)""",
            "CREATE TABLE grp (id INTEGER PRIMARY KEY, move INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (move, name))",
            """
            CREATE TABLE entry (
              id INTEGER PRIMARY KEY, run INTEGER NOT NULL, move INTEGER NOT NULL, grp INTEGER NOT NULL,
              batch INTEGER NOT NULL, source TEXT NOT NULL, source_hash INTEGER NOT NULL, source_version TEXT NOT NULL,
              size INTEGER NOT NULL, modified INTEGER NOT NULL, items INTEGER NOT NULL, state INTEGER NOT NULL,
              attempts INTEGER NOT NULL DEFAULT 0, digest BLOB, error_kind TEXT, error TEXT, started INTEGER,
              finished INTEGER, row TEXT, told INTEGER NOT NULL DEFAULT 0)""",
            """
            CREATE TABLE effect (
              entry INTEGER NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL,
              target_hash INTEGER NOT NULL, state INTEGER NOT NULL, found_size INTEGER, found_version TEXT,
              condition TEXT, version TEXT, checksum TEXT, proof TEXT, provenance TEXT, image TEXT, upload TEXT,
              part_size INTEGER, PRIMARY KEY (entry, n)) WITHOUT ROWID""",
            """
            CREATE TABLE part (
              entry INTEGER NOT NULL, n INTEGER NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL,
              tag TEXT NOT NULL, sha256 BLOB NOT NULL, PRIMARY KEY (entry, n, number)) WITHOUT ROWID""",
            "CREATE TABLE block (entry INTEGER PRIMARY KEY, effects BLOB NOT NULL, states BLOB NOT NULL)",
            """
            CREATE TABLE link (
              entry INTEGER NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, step INTEGER NOT NULL, block INTEGER NOT NULL,
              PRIMARY KEY (entry, n)) WITHOUT ROWID""",
            """
            CREATE TABLE added (
              store TEXT NOT NULL, tbl TEXT NOT NULL, name TEXT NOT NULL, run INTEGER NOT NULL,
              PRIMARY KEY (store, tbl, name)) WITHOUT ROWID""",
            "CREATE TABLE row_image (entry INTEGER PRIMARY KEY, packed BLOB NOT NULL)",
            """
            CREATE TABLE claimed (
              move INTEGER NOT NULL, field TEXT NOT NULL, value BLOB NOT NULL, source BLOB NOT NULL,
              PRIMARY KEY (move, field, value)) WITHOUT ROWID""",
            "CREATE INDEX claimed_source ON claimed (move, source)",
            """
            CREATE TABLE assigned (
              move INTEGER NOT NULL, namespace TEXT NOT NULL, tbl TEXT NOT NULL, source BLOB NOT NULL, field TEXT NOT NULL,
              value BLOB NOT NULL, PRIMARY KEY (move, namespace, tbl, source, field)) WITHOUT ROWID""",
            """
            CREATE TABLE relation (
              run INTEGER NOT NULL, move INTEGER NOT NULL, n INTEGER NOT NULL, tbl TEXT NOT NULL, target TEXT NOT NULL,
              reference TEXT NOT NULL, kind TEXT NOT NULL, items INTEGER NOT NULL, PRIMARY KEY (run, move, n)) WITHOUT ROWID""",
            """
            CREATE TABLE split (
              run INTEGER NOT NULL, move INTEGER NOT NULL, n INTEGER NOT NULL, token TEXT NOT NULL, position TEXT,
              state TEXT NOT NULL, PRIMARY KEY (run, move, n)) WITHOUT ROWID""",
            """
            CREATE TABLE watermark (
              run INTEGER NOT NULL, move INTEGER NOT NULL, field TEXT NOT NULL, value BLOB NOT NULL, done INTEGER NOT NULL,
              PRIMARY KEY (run, move, field)) WITHOUT ROWID""",
            """
            CREATE TABLE tally (
              run INTEGER NOT NULL, move INTEGER NOT NULL, grp INTEGER NOT NULL, state INTEGER NOT NULL,
              items INTEGER NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (run, move, grp, state)) WITHOUT ROWID""",
            """
            CREATE TABLE count (run INTEGER NOT NULL, move INTEGER NOT NULL, what TEXT NOT NULL, items INTEGER NOT NULL,
              PRIMARY KEY (run, move, what)) WITHOUT ROWID""",
            """
            CREATE TABLE event (
              id INTEGER PRIMARY KEY, at INTEGER NOT NULL, run INTEGER NOT NULL, entry INTEGER, what TEXT NOT NULL,
              detail TEXT NOT NULL)""",
            """
            CREATE TABLE verification (
              id INTEGER PRIMARY KEY, run INTEGER, selector TEXT NOT NULL, mode TEXT NOT NULL, state TEXT NOT NULL,
              position INTEGER NOT NULL, started INTEGER NOT NULL, ended INTEGER, same INTEGER NOT NULL DEFAULT 0,
              different INTEGER NOT NULL DEFAULT 0, missing INTEGER NOT NULL DEFAULT 0, extra INTEGER NOT NULL DEFAULT 0,
              bytes INTEGER NOT NULL DEFAULT 0)""",
            """
            CREATE TABLE verdict (
              verification INTEGER NOT NULL, id INTEGER PRIMARY KEY, entry INTEGER, n INTEGER, key TEXT NOT NULL,
              verdict TEXT NOT NULL, detail TEXT NOT NULL)""",
            """
            CREATE TABLE ability (store TEXT PRIMARY KEY, at INTEGER NOT NULL, value TEXT NOT NULL) WITHOUT ROWID""");

    /** Built after the first listing, when that is cheapest. */
    private static final List<String> INDEXES = List.of(
            "CREATE INDEX IF NOT EXISTS entry_source ON entry (source_hash)",
            "CREATE INDEX IF NOT EXISTS effect_target ON effect (target_hash)",
            "CREATE INDEX IF NOT EXISTS entry_open ON entry (run, id) WHERE state IN (0, 1)",
            "CREATE INDEX IF NOT EXISTS entry_needs ON entry (run, id) WHERE state IN (6, 7, 8, 11)",
            "CREATE INDEX IF NOT EXISTS entry_row ON entry (row, move, run) WHERE row IS NOT NULL",
            "CREATE INDEX IF NOT EXISTS entry_proven ON entry (run, move, id)"
                    + " WHERE row IS NOT NULL AND told = 0 AND state IN (3, 4)",
            "CREATE INDEX IF NOT EXISTS entry_gave_up ON entry (run, move, id)"
                    + " WHERE row IS NOT NULL AND told = 0 AND state IN (6, 7)",
            "CREATE INDEX IF NOT EXISTS entry_telling ON entry (run, move, id) WHERE told = 1",
            "CREATE INDEX IF NOT EXISTS event_entry ON event (entry) WHERE entry IS NOT NULL");

    private Schema() {}

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(table);
            }
        }
    }

    static void index(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String index : INDEXES) {
                statement.execute(index);
            }
        }
    }
}
