package io.waybill.jdbc.d1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.jdbc.testing.D1Endpoint;
import io.waybill.store.Catalogued;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import io.waybill.store.Widening;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class D1StoreTest {
    private static final String MARK = "series/1";

    @TempDir
    private Path folder = Path.of(".");

    private D1Endpoint endpoint;
    private TableStore store;

    @BeforeEach
    void start() throws Exception {
        endpoint = D1Endpoint.over(folder.resolve("d1.sqlite"));
        store = D1Testing.open(endpoint);
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        endpoint.close();
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                -1,
                9_007_199_254_740_993L,
                -9_007_199_254_740_993L,
                1_234_567_824_702_058_497L,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void integersThatNoDoubleIsArriveWhole(long number) throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)");
        done(put(Row.of("id", Value.of(number)).with("v", Value.of(number))));
        assertThat(endpoint.ask("SELECT id, v, typeof(v) FROM t")).containsExactly(number + "|" + number + "|integer");
        assertThat(row(number).find("v")).isEqualTo(Value.of(number));
        assertThat(read()).singleElement().isEqualTo(row(number));
    }

    @Test
    void realsArriveToTheLastBit() throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v REAL)");
        List<Double> reals = new ArrayList<>(List.of(
                0.1,
                -1 / 3.0,
                5.0,
                Double.parseDouble("1e300"),
                Double.MIN_VALUE,
                Double.parseDouble("2.2250738585072011e-308"),
                Double.MAX_VALUE,
                Double.MIN_NORMAL,
                Double.parseDouble("123456789.123456789"),
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY));
        Random random = new Random(7);
        while (reals.size() < 300) {
            double real = Double.longBitsToDouble(random.nextLong());
            if (!Double.isNaN(real)) {
                reals.add(real);
            }
        }
        List<Effect> effects = new ArrayList<>();
        for (int i = 0; i < reals.size(); i++) {
            effects.add(put(id(i).with("v", new Value.Dbl(reals.get(i)))));
        }
        assertThat(store.apply(effects)).allMatch(Outcome.Done.class::isInstance);
        List<Row> read = read();
        for (int i = 0; i < reals.size(); i++) {
            assertThat(read.get(i).find("v")).isEqualTo(new Value.Dbl(reals.get(i)));
        }
    }

    @Test
    void textsAndBytesArriveWhateverIsInThem() throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, b BLOB, n)");
        byte[] large = new byte[800_000];
        new Random(3).nextBytes(large);
        List<Row> rows = List.of(
                values(1, "", new byte[0]),
                values(2, "i5", "t".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                values(3, "a\0b", new byte[] {0, -1, 127}),
                values(4, "\0", new byte[300]),
                values(5, "漢字 😀 ü\r\n\t\u2028\"\\?'; DROP TABLE t; --", new byte[] {1}),
                values(6, "\ufffd", new byte[] {1}),
                values(7, "x".repeat(900_000), new byte[] {1}),
                values(8, "5", large));
        List<Effect> effects = new ArrayList<>();
        rows.forEach(row -> effects.add(put(row)));
        assertThat(store.apply(effects)).allMatch(Outcome.Done.class::isInstance);
        assertThat(read()).isEqualTo(rows);
        // and as the condition of a change
        for (Row row : rows) {
            Condition same = new Condition.Unchanged(null, null, row, List.of());
            Content patch = new Content.RowPatch(Row.of("n", Value.of("new")), List.of());
            Effect change = new Effect(Effect.Kind.PATCH, key(row), patch, same, MARK, null);
            done(change);
            assertThat(store.apply(List.of(change)).get(0)).isInstanceOf(Outcome.Refused.class);
        }
    }

    private static Row values(long id, String text, byte[] bytes) {
        return id(id).with("v", Value.of(text))
                .with("b", new Value.Bytes(bytes))
                .with("n", Value.NULL);
    }

    @Test
    void whatCannotBeReadWholeIsSaidByNameAndNeverCut() throws Exception {
        endpoint.execute(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v, w TEXT)",
                "INSERT INTO t VALUES (1, CAST(x'61ff' AS TEXT), 'fine'), (2, zeroblob(950000), 'fine')");
        for (int id = 1; id <= 2; id++) {
            RowKey key = new RowKey("t", id(id));
            RowItem found =
                    (RowItem) Objects.requireNonNull(store.find(List.of(key)).get(key));
            assertThat(found.row()).isEqualTo(id(id).with("w", Value.of("fine")));
            assertThat(found.trouble()).contains("column v holds", id == 1 ? "UTF-8" : "950000 bytes");
        }
    }

    @Test
    void aRowThatIsTooLargeForD1IsRefusedByName() throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
        Row row = id(1).with("v", Value.of("x".repeat(2_000_001)));
        assertThatThrownBy(() -> store.asStored("t", new Content.RowContent(row)))
                .hasMessageContaining("2000001 bytes")
                .hasMessageContaining("D1 takes 2000000");
        assertThat(store.apply(List.of(put(row)))).singleElement().isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aWideRowIsChangedWithinTheLimitsOfAStatement() throws Exception {
        StringBuilder columns = new StringBuilder();
        Row row = id(1);
        Row next = id(1);
        for (int i = 0; i < 99; i++) {
            columns.append(", c").append(i).append(" TEXT");
            row = row.with("c" + i, Value.of("text " + i));
            next = next.with("c" + i, Value.of("next ü " + i));
        }
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY" + columns + ")");
        done(put(row));
        Condition same = new Condition.Unchanged(null, null, row, List.of());
        done(Effect.put(key(next), new Content.RowContent(next), same, MARK));
        assertThat(row(1)).isEqualTo(next);
        assertThat(read()).containsExactly(next);
    }

    @Test
    void aRowThatD1RefusesHidesNoOther() throws Exception {
        endpoint.execute(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE CHECK (v <> 'bad'))",
                "CREATE TRIGGER a BEFORE INSERT ON t WHEN NEW.v = 'raise' BEGIN SELECT RAISE(ABORT, 'not this'); END",
                "CREATE TRIGGER b BEFORE INSERT ON t WHEN NEW.v = 'ignore' BEGIN SELECT RAISE(IGNORE); END");
        List<Effect> effects = new ArrayList<>();
        for (int id = 0; id < 150; id++) {
            String text =
                    switch (id) {
                        case 17 -> "bad";
                        case 90 -> "raise";
                        case 101 -> "ignore";
                        case 140 -> "v139";
                        default -> "v" + id;
                    };
            effects.add(put(id(id).with("v", Value.of(text))));
        }
        List<Outcome> outcomes = store.apply(effects);
        assertFailed(outcomes.get(17), Kind.INVALID, "CHECK constraint");
        assertFailed(outcomes.get(90), Kind.INVALID, "not this");
        assertFailed(outcomes.get(101), Kind.INVALID, "trigger");
        assertFailed(outcomes.get(140), Kind.CONFLICT, "UNIQUE constraint failed: t.v");
        assertThat(outcomes).filteredOn(Outcome.Done.class::isInstance).hasSize(146);
        assertThat(endpoint.ask("SELECT count(*) FROM t")).containsExactly("146");
    }

    @ParameterizedTest
    @CsvSource({"ignore, trigger", "raise, not this", "v1, UNIQUE"})
    void aGroupOfWhichOneFailsLeavesNothingBehind(String text, String said) throws Exception {
        endpoint.execute(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT UNIQUE)",
                "INSERT INTO t VALUES (1, 'v1'), (2, 'v2')",
                "CREATE TRIGGER a BEFORE INSERT ON t WHEN NEW.v = 'raise' BEGIN SELECT RAISE(ABORT, 'not this'); END",
                "CREATE TRIGGER b BEFORE INSERT ON t WHEN NEW.v = 'ignore' BEGIN SELECT RAISE(IGNORE); END");
        Condition same = new Condition.Unchanged(null, null, id(2).with("v", Value.of("v2")), List.of());
        List<Outcome> outcomes = store.apply(List.of(
                grouped(Effect.remove(new RowKey("t", id(2)), same, MARK)),
                grouped(put(id(3).with("v", Value.of(text)))),
                grouped(put(id(4).with("v", Value.of("v4"))))));
        assertThat(outcomes).allMatch(Outcome.Failed.class::isInstance);
        assertFailed(outcomes.get(1), null, said);
        assertThat(endpoint.ask("SELECT id FROM t ORDER BY id")).containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void somebodyElsesChangeBetweenLookAndWriteIsSeen(boolean inGroup) throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, n)", "INSERT INTO t VALUES (1, 'old', 0)");
        AtomicBoolean first = new AtomicBoolean(true);
        endpoint.before(body -> {
            if (body.contains("UPDATE") && first.getAndSet(false)) {
                endpoint.execute("UPDATE t SET v = 'theirs'");
            }
        });
        Condition same = new Condition.Unchanged(null, null, Row.of("v", Value.of("old")), List.of());
        Content patch = new Content.RowPatch(Row.of("n", Value.of(1)), List.of());
        Effect change = new Effect(Effect.Kind.PATCH, new RowKey("t", id(1)), patch, same, MARK, null);
        List<Effect> effects = inGroup ? List.of(grouped(change), grouped(put(id(2)))) : List.of(change);

        assertThat(store.apply(effects).get(0))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(((RowItem) Objects.requireNonNull(refused.found()))
                                        .row()
                                        .find("v"))
                                .isEqualTo(Value.of("theirs")));
        assertThat(endpoint.ask("SELECT * FROM t")).containsExactly("1|theirs|0");
    }

    @Test
    void aChangeOfWhatNoConditionIsAboutIsLookedAtAgain() throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, n)", "INSERT INTO t VALUES (1, 'old', 0)");
        AtomicBoolean first = new AtomicBoolean(true);
        endpoint.before(body -> {
            if (body.contains("UPDATE") && first.getAndSet(false)) {
                endpoint.execute("UPDATE t SET n = 7");
            }
        });
        Condition same = new Condition.Unchanged(null, null, Row.of("v", Value.of("old")), List.of());
        Content patch = new Content.RowPatch(Row.of("v", Value.of("new")), List.of());
        done(new Effect(Effect.Kind.PATCH, new RowKey("t", id(1)), patch, same, MARK, null));
        assertThat(endpoint.ask("SELECT * FROM t")).containsExactly("1|new|7");
    }

    @Test
    void aWriteWhoseAnswerIsLostIsUnknownAndAReadIsNot() throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)");
        endpoint.loseAnswers(1, body -> body.contains("INSERT"));
        Outcome outcome = store.apply(List.of(put(id(1)))).get(0);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Unknown.class,
                        unknown -> assertThat(unknown.cause().kind()).isEqualTo(Kind.UNKNOWN_OUTCOME));
        assertThat(endpoint.ask("SELECT id FROM t")).containsExactly("1");
        endpoint.loseAnswers(1, body -> body.contains("SELECT"));
        assertThatThrownBy(this::read)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    @ParameterizedTest
    @CsvSource({"429, THROTTLED", "503, UNAVAILABLE", "500, UNAVAILABLE", "403, DENIED"})
    void anAnswerThatIsNoneIsToldByItsKind(int status, Kind kind) throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)");
        store.table("t");
        endpoint.refuse(1, status);
        assertThatThrownBy(() -> store.find(List.of(new RowKey("t", id(1)))))
                .isInstanceOfSatisfying(StoreException.class, e -> {
                    assertThat(e.kind()).isEqualTo(kind);
                    assertThat(e.retryAfter()).isEqualTo(status == 429 ? Duration.ofSeconds(1) : null);
                    assertThat(e.getMessage()).contains(store.location().toString());
                });
        store.apply(List.of(put(id(7))));
        endpoint.refuse(1, status);
        Outcome outcome = store.apply(List.of(put(id(1)))).get(0);
        if (status >= 500) {
            // a gateway that gives up says so, whatever the database did
            assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
        } else {
            assertFailed(outcome, kind, "");
        }
    }

    @Test
    void theTokenIsShownNowhereEvenIfTheServerRepeatsIt() throws Exception {
        assertThat(D1Errors.of("Cannot read", 400, 0, "x", false, null).getMessage())
                .contains("Cannot read: x.");
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v CHECK (v <> '" + D1Endpoint.TOKEN + "'))");
        Outcome outcome = store.apply(List.of(put(id(1).with("v", Value.of(D1Endpoint.TOKEN)))))
                .get(0);
        assertFailed(outcome, Kind.INVALID, "***");
        assertThat(String.valueOf(((Outcome.Failed) outcome).cause())).doesNotContain(D1Endpoint.TOKEN);
        assertThat(store.identity() + store.location() + store).doesNotContain(D1Endpoint.TOKEN);
    }

    @Test
    void listsTablesAndForeignKeysWithoutWhatD1KeepsForItself() throws Exception {
        endpoint.execute(
                "CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID",
                "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT)",
                "CREATE TABLE files (id TEXT PRIMARY KEY, owner REFERENCES users)");
        Catalogued catalogue = (Catalogued) store;
        assertThat(catalogue.tables()).containsExactly("files", "users");
        assertThat(catalogue.foreignKeys())
                .containsExactly(new Catalogued.ForeignKey("files", List.of("owner"), "users", List.of("id")));
    }

    @Test
    void aTableGetsFurtherColumnsAndLosesThoseThatAreEmpty() throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, 'a')");
        Widening widening = (Widening) store;
        List<TableStore.Column> columns = List.of(
                new TableStore.Column("V", "text", true),
                new TableStore.Column("r2_key", "text", true),
                new TableStore.Column("migrated \"at\"", "timestamp", true));
        widening.addColumns("t", columns);
        widening.addColumns("t", columns);
        assertThat(store.table("t").columns())
                .extracting(TableStore.Column::name)
                .containsExactly("id", "v", "r2_key", "migrated \"at\"");
        endpoint.execute("UPDATE t SET r2_key = 'k'");
        assertThat(widening.dropEmptyColumns("t", List.of("r2_key", "migrated \"at\"", "none")))
                .containsExactly("migrated \"at\"");
        assertThat(endpoint.ask("SELECT * FROM t")).containsExactly("1|a|k");
    }

    @Test
    void manyRowsTakeFewRequests() throws Exception {
        endpoint.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
        List<Effect> effects = new ArrayList<>();
        for (int id = 0; id < 1_000; id++) {
            effects.add(put(id(id).with("v", Value.of("text " + id))));
        }
        assertThat(store.apply(effects)).allMatch(Outcome.Done.class::isInstance);
        assertThat(endpoint.requests()).hasSizeLessThan(14);
    }

    private List<Row> read() throws Exception {
        List<Row> rows = new ArrayList<>();
        try (Source.Opened opened = store.open(Selection.all("t"));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            for (Source.Page page = items.next(); page != null; page = items.next()) {
                for (Item item : page.items()) {
                    rows.add(((RowItem) item).row());
                }
            }
        }
        return rows;
    }

    private Row row(long id) throws Exception {
        RowKey key = new RowKey("t", id(id));
        return ((RowItem) Objects.requireNonNull(store.find(List.of(key)).get(key))).row();
    }

    private static Row id(long id) {
        return Row.of("id", Value.of(id));
    }

    private static RowKey key(Row row) {
        return new RowKey("t", row.only(List.of("id")));
    }

    private static Effect put(Row row) {
        return Effect.put(key(row), new Content.RowContent(row), Condition.ABSENT, MARK);
    }

    private static Effect grouped(Effect effect) {
        return new Effect(effect.kind(), effect.key(), effect.content(), effect.condition(), effect.mark(), "group");
    }

    private void done(Effect effect) throws Exception {
        Outcome outcome = store.apply(List.of(effect)).get(0);
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }

    private static void assertFailed(Outcome outcome, @org.jspecify.annotations.Nullable Kind kind, String part) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            if (kind != null) {
                assertThat(failed.cause().kind())
                        .as(failed.cause().getMessage())
                        .isEqualTo(kind);
            }
            assertThat(failed.cause().getMessage()).contains(part).doesNotContain("\n");
        });
    }
}
