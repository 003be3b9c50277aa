package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.D1Endpoint;
import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example plan that takes a Django application's rows from PostgreSQL to D1, on rows of our own. */
class DjangoToD1Test {
    private static final String PLAN = "docs/examples/django-to-d1.yaml";

    private static final String SOURCE = """
            CREATE TABLE auth_user (id int PRIMARY KEY, password text NOT NULL, last_login timestamptz,
                is_superuser boolean NOT NULL, username text NOT NULL UNIQUE, first_name text NOT NULL,
                last_name text NOT NULL, email text NOT NULL, is_staff boolean NOT NULL, is_active boolean NOT NULL,
                date_joined timestamptz NOT NULL);
            CREATE TABLE list_cutter_savedfile (id int PRIMARY KEY, user_id int NOT NULL REFERENCES auth_user,
                file_id text NOT NULL UNIQUE, file_name text NOT NULL, file_path text NOT NULL,
                uploaded_at timestamptz NOT NULL, system_tags text[], user_tags text[], metadata text);
            CREATE TABLE list_cutter_person (cuttyid int PRIMARY KEY, created_by_id int REFERENCES auth_user,
                firstname text, lastname text, dob date, deceased boolean, active boolean, model_scores jsonb,
                system_tags text[], notes text, created_at timestamptz NOT NULL);
            CREATE TABLE list_cutter_filerelation (id int PRIMARY KEY, made_id int REFERENCES list_cutter_savedfile,
                of_id int REFERENCES list_cutter_savedfile, kind text NOT NULL, created_at timestamptz NOT NULL,
                metadata jsonb);
            INSERT INTO auth_user VALUES
                (1, 'hash', '2024-03-31 01:30:00.123456+00', true, 'ada', '', '', '', true, true, '2024-03-31 02:30:00+02'),
                (2, 'hash', NULL, false, 'grace', 'Grace', 'Ünal', 'g@example.org', false, true, '2024-10-27 02:30:00.5+01');
            INSERT INTO auth_user SELECT i, 'hash', NULL, false, 'u' || i, '', '', '', false, true,
                timestamptz '2024-01-01 00:00:00+00' + i * interval '1 minute' FROM generate_series(3, 320) AS i;
            INSERT INTO list_cutter_savedfile VALUES
                (1, 1, 'f-1', 'a.csv', 'media/a.csv', '2024-03-31 02:30:00.000001+02', '{}', NULL, NULL),
                (2, 2, 'f-2', 'ü "b".csv', 'media/b.csv', '2024-06-01 12:00:00-05', '{x,"y, z"}', '{q}',
                    '{"rows": 9007199254740993, "name": ""}'),
                (3, 2, 'f-3', 'c.csv', 'media/c.csv', '2024-06-01 12:00:00+00', NULL, NULL, '{"rows": 1');
            INSERT INTO list_cutter_person VALUES
                (1, 1, 'Ada', '', '1815-12-10', NULL, true, '{"a": 0.1}', '{t}', NULL, '2024-01-01 00:00:00+00'),
                (2, NULL, NULL, NULL, NULL, true, NULL, NULL, NULL, '', '2024-01-01 00:00:00.25+00');
            INSERT INTO list_cutter_filerelation VALUES
                (1, 2, 1, 'CUT_FROM', '2024-06-01 12:00:00-05', NULL),
                (2, 1, 2, 'CUT_TO', '2024-06-01 12:00:00-05', '{"by": "ada"}'),
                (3, 3, 2, 'CUT_FROM', '2024-06-01 12:00:00-05', NULL),
                (4, 2, 1, 'SEEN', '2024-06-01 12:00:00-05', NULL)""";

    private static final List<String> TARGET = List.of("""
            CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, password TEXT NOT NULL, last_login TEXT,
                is_superuser INTEGER NOT NULL DEFAULT 0, username TEXT UNIQUE NOT NULL, first_name TEXT NOT NULL DEFAULT '',
                last_name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '', is_staff INTEGER NOT NULL DEFAULT 0,
                is_active INTEGER NOT NULL DEFAULT 1, date_joined TEXT NOT NULL)""", """
            CREATE TABLE saved_files (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL REFERENCES users (id),
                file_id TEXT UNIQUE NOT NULL, file_name TEXT NOT NULL, file_path TEXT NOT NULL, uploaded_at TEXT NOT NULL,
                system_tags TEXT DEFAULT '[]', user_tags TEXT DEFAULT '[]', metadata TEXT DEFAULT '{}')""", """
            CREATE TRIGGER saved_files_json BEFORE INSERT ON saved_files BEGIN
                SELECT CASE WHEN NOT json_valid(NEW.metadata) OR json_type(NEW.metadata) <> 'object'
                    OR json_type(NEW.system_tags) <> 'array' OR json_type(NEW.user_tags) <> 'array'
                    THEN RAISE(ABORT, 'invalid JSON') END; END""", """
            CREATE TABLE persons (cuttyid INTEGER PRIMARY KEY, created_by_id INTEGER REFERENCES users (id), firstname TEXT,
                lastname TEXT, dob TEXT, deceased INTEGER DEFAULT 0, active INTEGER DEFAULT 1,
                model_scores TEXT DEFAULT '{}' CHECK (json_type(model_scores) = 'object'), system_tags TEXT DEFAULT '[]',
                notes TEXT, created_at TEXT)""", """
            CREATE TABLE file_relationships (id INTEGER PRIMARY KEY AUTOINCREMENT,
                source_file_id TEXT NOT NULL REFERENCES saved_files (file_id) ON DELETE CASCADE,
                target_file_id TEXT NOT NULL REFERENCES saved_files (file_id) ON DELETE CASCADE,
                relationship_type TEXT NOT NULL, created_at TEXT NOT NULL, metadata TEXT DEFAULT '{}',
                UNIQUE (source_file_id, target_file_id, relationship_type))""");

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private String database = "";
    private D1Endpoint endpoint;
    private User user;

    @BeforeEach
    void makeStores() {
        database = postgres.newDatabase();
        postgres.execute(database, SOURCE);
        endpoint = D1Endpoint.over(folder.resolve("d1.sqlite"));
        endpoint.execute(TARGET.toArray(String[]::new));
        user = new User(folder)
                .env("DATABASE_URL", postgres.url(database))
                .env("CLOUDFLARE_API_TOKEN", D1Endpoint.TOKEN);
    }

    @AfterEach
    void stop() throws Exception {
        endpoint.close();
    }

    private User.Ran type(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-f", Project.root().resolve(PLAN).toString(), "--ledger", "ledger.db"));
        for (String set : List.of(
                "account=" + D1Endpoint.ACCOUNT,
                "database=" + D1Endpoint.DATABASE,
                "stores.cloud.endpoint=" + endpoint.url())) {
            all.addAll(List.of("--set", set));
        }
        return user.run(all.toArray(String[]::new));
    }

    private List<String> everything() {
        List<String> all = new ArrayList<>();
        for (String table : List.of("users", "saved_files", "persons", "file_relationships")) {
            endpoint.ask("SELECT * FROM " + table + " ORDER BY 1").forEach(row -> all.add(table + " " + row));
        }
        return all;
    }

    @Test
    void timesTextsListsAndMapsArriveAsTheyAreMeant() {
        type("run").exits(Exit.NEEDS_YOU);

        assertThat(endpoint.ask("SELECT * FROM users WHERE id < 3 ORDER BY id"))
                .containsExactly(
                        "1|hash|2024-03-31 01:30:00.123456|1|ada||||1|1|2024-03-31 00:30:00.000000",
                        "2|hash|null|0|grace|Grace|Ünal|g@example.org|0|1|2024-10-27 01:30:00.500000");
        assertThat(endpoint.ask("SELECT count(*) FROM users WHERE first_name = '' AND typeof(first_name) = 'text'"))
                .containsExactly("319");
        assertThat(endpoint.ask("SELECT * FROM saved_files ORDER BY id"))
                .containsExactly(
                        "1|1|f-1|a.csv|media/a.csv|2024-03-31 00:30:00.000001|[]|[]|{}",
                        "2|2|f-2|ü \"b\".csv|media/b.csv|2024-06-01 17:00:00.000000|[\"x\",\"y, z\"]|[\"q\"]|"
                                + "{\"rows\": 9007199254740993, \"name\": \"\"}");
        assertThat(endpoint.ask("SELECT * FROM persons ORDER BY cuttyid"))
                .containsExactly(
                        "1|1|Ada||1815-12-10|null|1|{\"a\":0.1}|[\"t\"]|null|2024-01-01 00:00:00.000000",
                        "2|null|null|null|null|1|null|{}|[]||2024-01-01 00:00:00.250000");
        assertThat(endpoint.ask("SELECT id, source_file_id, target_file_id, relationship_type, metadata"
                        + " FROM file_relationships ORDER BY id"))
                .containsExactly("1|f-2|f-1|CUT_FROM|{}", "2|f-1|f-2|CUT_TO|{\"by\":\"ada\"}");
    }

    @Test
    void badJsonIsSetAsideWithTheReasonAndGoesOnOnceItIsMended() {
        type("run").exits(Exit.NEEDS_YOU);
        assertThat(type("items", "--failed", "--values").exits(Exit.DONE).out())
                .contains("the metadata are a JSON object", "FOREIGN KEY constraint failed", "the type is known");

        postgres.execute(database, "UPDATE list_cutter_savedfile SET metadata = '{\"rows\": 1}' WHERE id = 3");
        postgres.execute(database, "UPDATE list_cutter_filerelation SET kind = 'CUT_TO' WHERE id = 4");
        type("run", "--failed").exits(Exit.DONE);

        assertThat(endpoint.ask("SELECT metadata FROM saved_files WHERE id = 3"))
                .containsExactly("{\"rows\": 1}");
        assertThat(endpoint.ask("SELECT id, relationship_type FROM file_relationships ORDER BY id"))
                .containsExactly("1|CUT_FROM", "2|CUT_TO", "3|CUT_FROM", "4|CUT_TO");
        type("verify", "--both-ways").exits(Exit.DONE);
    }

    private String integrity() {
        return io.waybill.value.Json.write(
                type("report", "--format", "json").exits(Exit.DONE).value("integrity"));
    }

    @Test
    void countsAreComparedWithTheSource() {
        type("run").exits(Exit.NEEDS_YOU);

        assertThat(integrity())
                .contains("{\"move\":\"users\",\"source\":320,\"target\":320,\"match\":true,")
                .contains("{\"move\":\"saved_files\",\"source\":3,\"target\":2,\"match\":false,")
                .contains("{\"move\":\"persons\",\"source\":2,\"target\":2,\"match\":true,")
                .contains("{\"move\":\"relationships\",\"source\":4,\"target\":2,\"match\":false,");
        type("verify").exits(Exit.DIFFERENT);
    }

    @Test
    void aBrokenReferenceIsReportedAsBroken() {
        postgres.execute(database, """
                ALTER TABLE list_cutter_savedfile DROP CONSTRAINT list_cutter_savedfile_user_id_fkey;
                UPDATE list_cutter_savedfile SET metadata = NULL, user_id = 999 WHERE id = 3;
                DELETE FROM list_cutter_filerelation WHERE id > 2""");

        type("run").exits(Exit.NEEDS_YOU);

        assertThat(type("items", "--failed", "--values").exits(Exit.DONE).out())
                .contains("id=3 ->   quarantined   refs: user_id is 999, and users has no such id");
        assertThat(integrity())
                .contains("{\"move\":\"saved_files\",\"source\":3,\"target\":2,\"match\":false,\"set_aside\":"
                        + "{\"references\":1,");
        assertThat(endpoint.ask("SELECT id FROM saved_files ORDER BY id")).containsExactly("1", "2");
        assertThat(type("verify").exits(Exit.DIFFERENT).all()).contains("1 missing");
    }

    @Test
    void anImportThatEndedHalfWayIsFinishedByTheNextRun() {
        postgres.execute(database, "DELETE FROM list_cutter_filerelation WHERE id > 2");
        postgres.execute(database, "DELETE FROM list_cutter_savedfile WHERE id = 3");
        AtomicInteger inserts = new AtomicInteger();
        endpoint.before(body -> {
            if (body.contains("INSERT") && inserts.incrementAndGet() > 2) {
                endpoint.refuse(1, 500);
            }
        });
        type("run", "--set", "limits.retries=0").exits(Exit.UNAVAILABLE);
        assertThat(everything().size()).isBetween(1, 325);
        endpoint.before(body -> {});

        type("run").exits(Exit.DONE);

        assertThat(everything()).hasSize(320 + 2 + 2 + 2);
        type("verify", "--both-ways").exits(Exit.DONE);
        assertThat(integrity()).doesNotContain("\"match\":false");
    }

    @Test
    void aSecondRunChangesNothingVerifyComparesContentsAndAllIsTakenBack() {
        postgres.execute(database, "DELETE FROM list_cutter_filerelation WHERE id > 2");
        postgres.execute(database, "DELETE FROM list_cutter_savedfile WHERE id = 3");
        endpoint.execute("INSERT INTO users (id, password, username, date_joined) VALUES (900, 'p', 'theirs', 'd')");
        List<String> before = everything();

        type("run").exits(Exit.DONE);
        List<String> once = everything();
        type("run").exits(Exit.DONE);
        assertThat(everything()).isEqualTo(once).hasSize(1 + 320 + 2 + 2 + 2);
        type("verify").exits(Exit.DONE);

        // as many rows as before, and one of them is another
        endpoint.execute("UPDATE persons SET notes = 'changed' WHERE cuttyid = 1");
        assertThat(type("verify").exits(Exit.DIFFERENT).all()).contains("1 different");
        endpoint.execute("UPDATE persons SET notes = NULL WHERE cuttyid = 1");

        type("rollback", "r1", "--yes=r1").exits(Exit.DONE);
        assertThat(everything()).isEqualTo(before);
    }
}
