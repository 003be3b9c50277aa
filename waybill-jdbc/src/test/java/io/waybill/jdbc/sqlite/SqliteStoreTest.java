package io.waybill.jdbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteStoreTest {
    private static final String MARK = "series/1";
    private static final UUID SOME = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    @TempDir
    private Path folder = Path.of(".");

    private @Nullable SqliteStore opened;

    @AfterEach
    void closeStore() {
        if (opened != null) {
            opened.close();
        }
    }

    private Path file() {
        return folder.resolve("app.db");
    }

    private SqliteStore store() throws StoreException {
        if (opened == null) {
            opened = SqliteTesting.open(file(), "timeout", "100ms");
        }
        return opened;
    }

    private void execute(String... statements) throws Exception {
        SqliteTesting.execute(file(), statements);
    }

    record Case(String type, String sql, Value value) {}

    static List<Case> storedValues() {
        return List.of(
                new Case("INTEGER", "9223372036854775807", Value.of(Long.MAX_VALUE)),
                new Case("INTEGER", "'x'", Value.of("x")),
                new Case("", "1.5", new Value.Dbl(1.5)),
                new Case("TEXT", "'1.50'", Value.of("1.50")),
                new Case("TEXT", "x'00ff'", new Value.Bytes(new byte[] {0, -1})),
                new Case("REAL", "5", new Value.Dbl(5)),
                new Case("BOOLEAN", "1", Value.Bool.TRUE),
                new Case("BOOLEAN", "2", Value.of(2)),
                new Case("DECIMAL(10,2)", "0.1", Value.of(new BigDecimal("0.1"))),
                new Case("DECIMAL TEXT", "'1.50'", Value.of(new BigDecimal("1.50"))),
                new Case("DECIMAL TEXT", "'" + "9".repeat(40) + "'", new Value.Int(new BigInteger("9".repeat(40)))),
                new Case("DECIMAL TEXT", "'1.5 EUR'", Value.of("1.5 EUR")),
                new Case("DATE", "'2024-02-29'", new Value.Date(LocalDate.of(2024, 2, 29))),
                new Case("DATE", "'29.2.2024'", Value.of("29.2.2024")),
                new Case("DATETIME", "datetime(0, 'unixepoch')", local("1970-01-01T00:00:00")),
                new Case("DATETIME", "'2024-01-01T12:00:00.5'", local("2024-01-01T12:00:00.5")),
                new Case("TIMESTAMP", "'2024-01-01 12:00:00Z'", instant("2024-01-01T12:00:00Z")),
                new Case("TIMESTAMP", "'2024-01-01T12:00:00+02:00'", instant("2024-01-01T10:00:00Z")),
                new Case("TIMESTAMP", "1700000000", Value.of(1_700_000_000)),
                new Case("UUID", "'6BA7B810-9dad-11d1-80b4-00c04fd430c8'", new Value.Uuid(SOME)),
                new Case("JSON", "'{\"a\": [1, null]}'", json("a", Value.of(1))),
                new Case("JSON", "5", Value.of(5)),
                new Case("TEXT", "''", Value.of("")),
                new Case("TEXT", "NULL", Value.NULL));
    }

    private static Value local(String text) {
        return new Value.LocalTimestamp(LocalDateTime.parse(text));
    }

    private static Value instant(String text) {
        return new Value.Timestamp(Instant.parse(text));
    }

    private static Value json(String name, Value first) {
        return new Value.MapOf(Map.of(name, new Value.ListOf(List.of(first, Value.NULL))));
    }

    @Test
    void jsonThatIsNoneIsSaidToBeUnreadable() throws Exception {
        execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v JSON)", "INSERT INTO t VALUES (1, '{')");
        RowKey key = new RowKey("t", id(1));
        RowItem found = (RowItem)
                java.util.Objects.requireNonNull(store().find(List.of(key)).get(key));
        assertThat(found.row()).isEqualTo(id(1));
        assertThat(found.unreadable()).containsOnlyKeys("v");
    }

    @ParameterizedTest
    @MethodSource("storedValues")
    void readsWhatIsStoredAsTheDeclaredTypeMeansItOrAsItIs(Case each) throws Exception {
        execute(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v " + each.type() + ")",
                "INSERT INTO t VALUES (1, " + each.sql() + ")");
        assertThat(row(1)).isEqualTo(id(1).with("v", each.value()));
        assertThat(asStored(id(1).with("v", each.value()))).isEqualTo(id(1).with("v", each.value()));
        assertThat(apply(put(id(2).with("v", each.value()), Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        assertThat(Canonical.digest(row(2))).isEqualTo(Canonical.digest(id(2).with("v", each.value())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "REAL;9007199254740993;digits",
                "NUMERIC;0.12345678901234567890;DECIMAL TEXT",
                "DECIMAL(10,2);12345678901234567890.5;DECIMAL TEXT",
                "INTEGER;9223372036854775808.5;digits"
            })
    void numbersThatAColumnWouldRoundAreRefused(String type, BigDecimal number, String reason) throws Exception {
        execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v " + type + ")");
        Row row = id(1).with("v", Value.of(number));
        assertThatThrownBy(() -> asStored(row)).hasMessageContaining("column v").hasMessageContaining(reason);
        assertFailed(apply(put(row, Condition.ABSENT)), Kind.INVALID, "column v (" + type + ")", reason);
        assertThat(store().find(List.of(key(1)))).isEmpty();
    }

    record Changed(String type, Value value, Value held) {}

    static List<Changed> changedValues() {
        return List.of(
                new Changed("NUMERIC", Value.of("1.50"), new Value.Dbl(1.5)),
                new Changed("INTEGER", Value.of(" 7 "), Value.of(7)),
                new Changed("INTEGER", Value.of("1."), Value.of(1)),
                new Changed("TEXT", Value.of(5), Value.of("5")),
                new Changed("TEXT", new Value.Uuid(SOME), Value.of(SOME.toString())),
                new Changed("INTEGER", Value.Bool.TRUE, Value.of(1)),
                new Changed("DATE", Value.of("2024-01-01"), new Value.Date(LocalDate.of(2024, 1, 1))),
                new Changed("TEXT", local("2024-01-01T12:00:00"), Value.of("2024-01-01 12:00:00")));
    }

    @ParameterizedTest
    @MethodSource("changedValues")
    void whatAColumnGivesBackOtherwiseIsToldBeforeAndWrittenOnlySo(Changed changed) throws Exception {
        execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v " + changed.type() + ")");
        Row row = id(1).with("v", changed.value());
        Row held = id(1).with("v", changed.held());
        assertThat(Canonical.digest(asStored(row))).isEqualTo(Canonical.digest(held));
        assertFailed(apply(put(row, Condition.ANY)), Kind.INVALID, "column v", "would be kept as");
        assertThat(apply(put(held, Condition.ANY))).isInstanceOf(Outcome.Done.class);
        assertThat(Canonical.digest(row(1))).isEqualTo(Canonical.digest(held));
    }

    @Test
    void aKeyThatIsSpelledOtherwiseIsReadAsItIsAndFoundAgain() throws Exception {
        execute(
                "CREATE TABLE t (id UUID, at DATETIME, v TEXT, PRIMARY KEY (id, at))",
                "INSERT INTO t VALUES ('6BA7B810-9dad-11d1-80b4-00c04fd430c8', '2024-01-01T00:00:00', 'x')",
                "INSERT INTO t VALUES ('6ba7b810-9dad-11d1-80b4-00c04fd430c8', '2024-01-01 00:00:00', 'y')");
        List<Item> items = read(Selection.all("t"));
        assertThat(items).hasSize(2);
        for (Item item : items) {
            assertThat(store().find(List.of(item.key()))).containsEntry(item.key(), item);
        }
        Row natural = Row.of("id", new Value.Uuid(SOME)).with("at", local("2024-01-01T00:00:00"));
        assertThat(store().find(List.of(new RowKey("t", natural))).values())
                .singleElement()
                .isInstanceOfSatisfying(
                        RowItem.class, item -> assertThat(item.row().find("v")).isEqualTo(Value.of("y")));
    }

    @Test
    void keysOfAllStorageClassesAreReadOnceEachInPagesAndSplits() throws Exception {
        execute(
                "CREATE TABLE t (k, n, PRIMARY KEY (k, n)) WITHOUT ROWID",
                "WITH RECURSIVE i(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 4999)"
                        + " INSERT INTO t SELECT CASE i % 5 WHEN 0 THEN i WHEN 1 THEN i / 7.0 WHEN 2 THEN 'text' || i"
                        + " WHEN 3 THEN CAST('blob' || i AS BLOB) ELSE -1 END, i FROM i");
        try (Source.Opened opening = store().open(Selection.all("t"))) {
            List<ItemKey> keys = new ArrayList<>();
            for (Source.Split split : opening.splits(4)) {
                items(opening, split).forEach(item -> keys.add(item.key()));
            }
            assertThat(keys).hasSize(5_000).doesNotHaveDuplicates();
            assertThat(store().find(keys)).hasSize(5_000);
        }
    }

    @Test
    void inWalModeAllPagesAreOfTheMomentOfOpening() throws Exception {
        execute("PRAGMA journal_mode = WAL");
        numbers(3_000);
        try (Source.Opened opening = store().open(Selection.all("t"))) {
            Source.Split split = opening.splits(1).get(0);
            try (Source.Items items = opening.read(split, null)) {
                int read = Objects.requireNonNull(items.next()).items().size();
                execute("DELETE FROM t WHERE id % 2 = 0", "INSERT INTO t VALUES (99999, 'new')");
                for (Source.Page page = items.next(); page != null; page = items.next()) {
                    read += page.items().size();
                }
                assertThat(read).isEqualTo(3_000);
            }
        }
    }

    @Test
    void withoutWalAReaderKeepsNobodyFromWriting() throws Exception {
        numbers(3_000);
        try (Source.Opened opening = store().open(Selection.all("t"));
                Source.Items items = opening.read(opening.splits(1).get(0), null)) {
            assertThat(items.next()).isNotNull();
            assertThat(apply(put(id(5_000).with("v", Value.of("x")), Condition.ABSENT)))
                    .isInstanceOf(Outcome.Done.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "WAL"})
    void whatSomebodyElseLocksIsUnavailableAndNothingHappens(String mode) throws Exception {
        execute("PRAGMA journal_mode = " + mode, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
        try (Connection other = SqliteTesting.connect(file());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            List<Outcome> outcomes = store().apply(List.of(put(id(1), Condition.ABSENT), put(id(2), Condition.ABSENT)));
            assertThat(outcomes).hasSize(2).allSatisfy(outcome -> assertFailed(outcome, Kind.UNAVAILABLE));
            statement.execute("ROLLBACK");
        }
        if (mode.equals("DELETE")) {
            try (Connection other = SqliteTesting.connect(file());
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN");
                statement.executeQuery("SELECT * FROM t").close();
                assertFailed(apply(put(id(1), Condition.ABSENT)), Kind.UNAVAILABLE);
            }
        }
        assertThat(store().find(List.of(key(1)))).isEmpty();
        assertThat(apply(put(id(1), Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aMissingFileIsNotFoundAndNotMade() throws Exception {
        assertThatThrownBy(() -> store().table("t"))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
                .hasMessageContaining("no such file");
        assertFailed(apply(put(id(1), Condition.ABSENT)), Kind.NOT_FOUND);
        assertThat(file()).doesNotExist();
    }

    @Test
    void aReadOnlyStoreReadsAndRefusesEveryWrite() throws Exception {
        numbers(10);
        byte[] before = Files.readAllBytes(file());
        try (SqliteStore store = SqliteTesting.open(file(), "read_only", "true")) {
            assertThat(store.find(List.of(key(1)))).hasSize(1);
            assertThatThrownBy(() -> store.apply(List.of(Effect.remove(key(1), Condition.ANY, MARK))))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED))
                    .hasMessageContaining("read_only");
        }
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void whatHasNoKeyIsRefused() throws Exception {
        execute(
                "CREATE TABLE bare (a, b)", "CREATE TABLE loose (k TEXT PRIMARY KEY)",
                "INSERT INTO loose VALUES (NULL), (NULL)", "CREATE VIEW seen AS SELECT * FROM loose");
        for (String table : List.of("bare", "seen")) {
            assertThatThrownBy(() -> store().open(Selection.all(table)).close()).hasMessageContaining("no primary key");
        }
        assertThatThrownBy(() -> store().open(Selection.all("loose")).close()).hasMessageContaining("null");
        assertThatThrownBy(() -> store().table("Bare")).hasMessageContaining("Did you mean bare?");
        Effect put = Effect.put(
                new RowKey("bare", Row.of("a", Value.of(1))),
                new Content.RowContent(Row.of("a", Value.of(1))),
                Condition.ABSENT,
                MARK);
        assertFailed(apply(put), Kind.INVALID, "no primary key");
    }

    @Test
    void constraintsFailTheirRowAloneAndForeignKeysCount() throws Exception {
        execute(
                "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE CHECK (v <> 'bad'), p REFERENCES parent)",
                "INSERT INTO t VALUES (100, 'taken', NULL)");
        List<Outcome> outcomes = store().apply(List.of(
                put(id(1).with("v", Value.of("fine")), Condition.ABSENT),
                put(id(2).with("v", Value.of("bad")), Condition.ABSENT),
                put(id(3).with("v", Value.of("taken")), Condition.ABSENT),
                put(id(4).with("p", Value.of(7)), Condition.ANY),
                put(id(5).with("v", Value.of("also fine")), Condition.ANY)));
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertFailed(outcomes.get(1), Kind.INVALID, "CHECK");
        assertFailed(outcomes.get(2), Kind.CONFLICT, "UNIQUE");
        assertFailed(outcomes.get(3), Kind.INVALID, "FOREIGN KEY");
        assertThat(outcomes.get(4)).isInstanceOf(Outcome.Done.class);
        assertThat(store().find(List.of(key(1), key(2), key(3), key(4), key(5))))
                .hasSize(2);
    }

    @Test
    void columnsThatARowDoesNotNameGetTheirDefaultsAndGeneratedOnesAreRefused() throws Exception {
        execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT DEFAULT 'd', w, g AS (id + 1))");
        assertThat(apply(put(id(1), Condition.ABSENT))).isInstanceOf(Outcome.Done.class);
        Row made = id(1).with("v", Value.of("d")).with("w", Value.NULL).with("g", Value.of(2));
        assertThat(row(1)).isEqualTo(made);
        Row full = id(1).with("v", Value.of("x")).with("w", Value.of(1));
        assertThat(apply(put(full, Condition.Unchanged.digest(Canonical.digest(made)))))
                .isInstanceOf(Outcome.Done.class);
        assertThat(row(1).find("v")).isEqualTo(Value.of("x"));
        assertThat(apply(put(id(1), Condition.ANY))).isInstanceOf(Outcome.Done.class);
        assertThat(row(1)).isEqualTo(made);
        assertFailed(apply(put(id(2).with("g", Value.of(3)), Condition.ABSENT)), Kind.INVALID, "generated");
        assertFailed(apply(put(id(2).with("no", Value.of(3)), Condition.ABSENT)), Kind.INVALID, "no column no");
    }

    @Test
    void aTriggerThatRaisesOrIgnoresFailsItsRowAlone() throws Exception {
        execute(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
                "CREATE TRIGGER a BEFORE INSERT ON t WHEN NEW.v = 'raise' BEGIN SELECT RAISE(ABORT, 'not this'); END",
                "CREATE TRIGGER b BEFORE INSERT ON t WHEN NEW.v = 'ignore' BEGIN SELECT RAISE(IGNORE); END");
        List<Outcome> outcomes = store().apply(List.of(
                put(id(1).with("v", Value.of("raise")), Condition.ABSENT),
                put(id(2).with("v", Value.of("ignore")), Condition.ABSENT),
                put(id(3).with("v", Value.of("fine")), Condition.ABSENT)));
        assertFailed(outcomes.get(0), Kind.INVALID, "not this");
        assertFailed(outcomes.get(1), Kind.INVALID, "trigger");
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Done.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TRIGGER a BEFORE INSERT ON t WHEN NEW.v = 9 BEGIN SELECT RAISE(ROLLBACK, 'not this'); END",
                "CREATE UNIQUE INDEX a ON t (v)"
            })
    void whatUndoesAWholeTransactionFailsItsRowAlone(String sql) throws Exception {
        execute(
                "CREATE TABLE p (id INTEGER PRIMARY KEY)",
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v UNIQUE ON CONFLICT ROLLBACK,"
                        + " p REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
                "INSERT INTO t VALUES (100, 9, NULL)",
                sql);
        List<Outcome> outcomes = store().apply(List.of(
                put(id(1).with("v", Value.of(1)), Condition.ABSENT),
                put(id(2).with("v", Value.of(9)), Condition.ABSENT),
                put(id(3).with("p", Value.of(7)), Condition.ABSENT),
                put(id(4).with("v", Value.of(4)), Condition.ANY)));
        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Done.class);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Failed.class);
        assertFailed(outcomes.get(2), Kind.INVALID, "FOREIGN KEY");
        assertThat(outcomes.get(3)).isInstanceOf(Outcome.Done.class);
        assertThat(store().find(List.of(key(1), key(2), key(3), key(4)))).containsOnlyKeys(key(1), key(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Quoted \"name\"", "x\"; DROP TABLE t; --", "ümlaut 😀", "select", "it's"})
    void namesAreOnlyEverNames(String name) throws Exception {
        String quoted = '"' + name.replace("\"", "\"\"") + '"';
        execute(
                "CREATE TABLE t (id INTEGER)",
                "CREATE TABLE " + quoted + " (" + quoted + " INTEGER PRIMARY KEY, v TEXT DEFAULT 'it''s')");
        Row row = Row.of(name, Value.of(1)).with("v", Value.of(name));
        Effect put =
                Effect.put(new RowKey(name, row.only(List.of(name))), new Content.RowContent(row), Condition.ANY, MARK);
        assertThat(apply(put)).isInstanceOf(Outcome.Done.class);
        assertThat(apply(put)).isInstanceOf(Outcome.Done.class);
        assertThat(read(Selection.all(name))).hasSize(1);
        assertThat(store().table("t").columns()).hasSize(1);
    }

    @Test
    void estimatesFromTheStatisticsOrSaysThatThereAreNone() throws Exception {
        numbers(1_000);
        assertThat(store().estimate("t")).isEqualTo(-1);
        execute("CREATE INDEX i ON t (v)", "ANALYZE");
        assertThat(store().estimate("t")).isEqualTo(1_000);
    }

    private void numbers(int count) throws Exception {
        execute(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
                "WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < " + count
                        + ") INSERT INTO t SELECT i, 'v' || i FROM i");
    }

    private List<Item> read(Selection what) throws Exception {
        try (Source.Opened opening = store().open(what)) {
            return items(opening, opening.splits(1).get(0));
        }
    }

    private static List<Item> items(Source.Opened opening, Source.Split split) throws Exception {
        List<Item> all = new ArrayList<>();
        try (Source.Items items = opening.read(split, null)) {
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                all.addAll(page.items());
            }
        }
        return all;
    }

    private static RowKey key(long id) {
        return new RowKey("t", id(id));
    }

    private static Row id(long id) {
        return Row.of("id", Value.of(id));
    }

    private Row asStored(Row row) throws StoreException {
        return ((Content.RowContent) store().asStored("t", new Content.RowContent(row))).row();
    }

    private static Effect put(Row row, Condition condition) {
        return Effect.put(new RowKey("t", row.only(List.of("id"))), new Content.RowContent(row), condition, MARK);
    }

    private Outcome apply(Effect effect) throws StoreException {
        return store().apply(List.of(effect)).get(0);
    }

    private Row row(long id) throws StoreException {
        return ((RowItem) Objects.requireNonNull(store().find(List.of(key(id))).get(key(id)))).row();
    }

    private static void assertFailed(Outcome outcome, Kind kind, String... parts) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.cause().kind()).as(failed.cause().getMessage()).isEqualTo(kind);
            for (String part : parts) {
                assertThat(failed.cause().getMessage()).contains(part).doesNotContain("\n");
            }
        });
    }
}
