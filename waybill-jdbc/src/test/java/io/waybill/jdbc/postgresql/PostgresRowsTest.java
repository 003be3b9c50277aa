package io.waybill.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.jdbc.testing.PostgresServer;
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
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows that are digested and written again as COPY sent them, without being decoded. */
class PostgresRowsTest {
    static final PostgresServer SERVER = PostgresServer.shared();
    static final String COLUMNS = "(id text PRIMARY KEY, small int2, large int8, amount numeric, price numeric(14, 4),"
            + " weight float8, note text, code varchar(40), paid bool, day date, at timestamptz, local timestamp, clock time,"
            + " raw bytea, name uuid)";
    static final int MANY = 3_000;

    private final String database = SERVER.newDatabase();

    /** Values from all over, each null now and then. */
    static void fill(String database) {
        SERVER.execute(
                database,
                "CREATE TABLE t " + COLUMNS + "; SELECT setseed(0.5); INSERT INTO t SELECT 'k' || i,"
                        + " (random() * 65535 - 32768)::int2,"
                        + " (random() * 1.8e19 - 9e18)::numeric::int8,"
                        + " round((random() * 2 - 1)::numeric * power(10::numeric, i % 40), i % 23),"
                        + " CASE i % 7 WHEN 0 THEN 0 WHEN 1 THEN -100 ELSE ((random() - 0.5) * 1e9)::numeric(14, 4) END,"
                        + " CASE i % 9 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' WHEN 2 THEN -0.0 WHEN 3 THEN i / 8.0"
                        + " WHEN 4 THEN -i / 1000.0 WHEN 5 THEN i * 1e8 WHEN 6 THEN 0 ELSE (random() - 0.5) *"
                        + " power(10::float8, i % 300 - 150) END,"
                        + " (ARRAY['', 'plain', E'a\\tb\\nc\\rd\\be\\ff\\u000bg\\\\h', E'\\\\N', E'\\\\.', 'Zoë 😀', E'\\\\', ' '])"
                        + "[i % 8 + 1] || CASE i % 3 WHEN 0 THEN '' ELSE md5(i::text) END,"
                        + " chr(1 + i % 127) || '\"' || i,"
                        + " i % 2 = 0,"
                        + " date '1999-12-31' + (i * 977 % 4000000 - 2000000),"
                        + " timestamptz '2000-01-01 00:00:00+00' + (random() - 0.5) * interval '4000 years',"
                        + " timestamp '2000-01-01 00:00:00' + i * interval '1.1 second',"
                        + " time '00:00:00' + i * interval '0.001 second',"
                        + " decode(repeat(md5(i::text), i % 4), 'hex'),"
                        + " md5(i::text)::uuid"
                        + " FROM generate_series(1, " + MANY + ") AS i;"
                        + " UPDATE t SET amount = NULL, note = NULL, at = NULL, raw = NULL WHERE hashtext(id) % 11 = 0;"
                        + " UPDATE t SET at = date_trunc('second', at) WHERE hashtext(id) % 5 = 0;"
                        + " UPDATE t SET at = date_trunc('milliseconds', at) WHERE hashtext(id) % 5 = 1;");
    }

    private static List<RowItem> read(TableStore store) throws Exception {
        List<RowItem> all = new ArrayList<>();
        try (Source.Opened opened = store.open(Selection.all("t"))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        page.items().forEach(item -> all.add((RowItem) item));
                    }
                }
            }
        }
        return all;
    }

    @Test
    void theDigestOfARowIsThatOfItsValuesAndTheseAreWhatASelectGives() throws Exception {
        fill(database);
        try (TableStore store = PostgresTesting.open(database)) {
            List<RowItem> rows = read(store);
            assertThat(rows).hasSize(MANY);
            Map<ItemKey, Item> selected =
                    store.find(rows.stream().map(RowItem::key).toList());
            for (RowItem item : rows) {
                assertThat(item.row().encoded()).isNotNull();
                Object lazily = Canonical.digest(item.row());
                Row decoded = Row.of(new LinkedHashMap<>(item.row().fields()));
                assertThat(Canonical.digest(decoded)).as("%s", decoded).isEqualTo(lazily);
                assertThat(((RowItem) java.util.Objects.requireNonNull(selected.get(item.key()))).row())
                        .isEqualTo(decoded)
                        .isEqualTo(item.row());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.waybill.jdbc.postgresql.PostgresValuesTest#exactValues")
    void theDigestOfEveryKindOfValueIsThatOfTheDecodedOne(PostgresValuesTest.Case one) throws Exception {
        SERVER.execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, v " + one.type() + "); INSERT INTO t VALUES (1, " + one.sql()
                        + ")");
        try (TableStore store = PostgresTesting.open(database)) {
            Row row = read(store).get(0).row();
            assertThat(Canonical.digest(row))
                    .isEqualTo(Canonical.digest(Row.of("id", Value.of(1)).with("v", one.value())));
        }
    }

    private static List<Outcome> write(TableStore store, List<RowItem> rows) throws Exception {
        List<Effect> effects = new ArrayList<>();
        for (RowItem item : rows) {
            Content content = store.asStored("t", new Content.RowContent(item.row()));
            effects.add(new Effect(Effect.Kind.PUT, item.key(), content, Condition.ABSENT, "s/1", null));
        }
        return store.apply(effects);
    }

    @Test
    void aTableOfTheSameTypesGetsTheVerySameValues() throws Exception {
        fill(database);
        String other = SERVER.newDatabase();
        SERVER.execute(other, "CREATE TABLE t " + COLUMNS);
        try (TableStore from = PostgresTesting.open(database);
                TableStore to = PostgresTesting.open(other)) {
            List<RowItem> rows = read(from);
            assertThat(((Content.RowContent) to.asStored(
                                    "t", new Content.RowContent(rows.get(0).row())))
                            .row())
                    .as("not even looked at")
                    .isSameAs(rows.get(0).row());
            assertThat(write(to, rows)).allMatch(outcome -> outcome instanceof Outcome.Done);
        }
        assertThat(everything(other)).isEqualTo(everything(database)).hasSize(MANY);
    }

    private static List<String> everything(String database) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = SERVER.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT t::text FROM t ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    @Test
    void aNarrowerTypeADomainAndAColumnThatMustNotBeNullAreNotTheSame() throws Exception {
        SERVER.execute(
                database, "CREATE TABLE t (id int PRIMARY KEY, v numeric(9, 4)); INSERT INTO t VALUES (1, 1.2345)");
        String narrow = SERVER.newDatabase();
        SERVER.execute(narrow, "CREATE TABLE t (id int PRIMARY KEY, v numeric(9, 2))");
        String domain = SERVER.newDatabase();
        SERVER.execute(domain, "CREATE DOMAIN cents AS numeric(9, 2); CREATE TABLE t (id int PRIMARY KEY, v cents)");
        String full = SERVER.newDatabase();
        SERVER.execute(full, "CREATE TABLE t (id int PRIMARY KEY, v numeric(9, 4) NOT NULL)");
        try (TableStore from = PostgresTesting.open(database)) {
            for (String each : List.of(narrow, domain)) {
                try (TableStore to = PostgresTesting.open(each)) {
                    List<RowItem> rows = read(from);
                    assertThatThrownBy(() -> write(to, rows))
                            .hasMessageContaining("it has 4 decimals, at most 2 are kept");
                }
            }
            SERVER.execute(database, "UPDATE t SET v = NULL");
            try (TableStore to = PostgresTesting.open(full)) {
                List<RowItem> rows = read(from);
                assertThatThrownBy(() -> write(to, rows)).hasMessageContaining("it is NOT NULL");
            }
        }
    }

    @Test
    void bytesThatAreNoUtf8AreLeftOutOfTheirRow() throws Exception {
        SERVER.execute(
                "postgres",
                "CREATE DATABASE loose ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        SERVER.execute(
                "loose",
                "CREATE TABLE t (id int PRIMARY KEY, note text, list text[]);"
                        + " INSERT INTO t VALUES (1, E'caf\\303\\251', NULL), (2, E'caf\\351', NULL), (3, 'x', ARRAY[E'\\351'])");
        try (TableStore store = PostgresTesting.open("loose")) {
            List<RowItem> rows = read(store);
            assertThat(rows.get(0).row().find("note")).isEqualTo(Value.of("café"));
            assertThat(rows.get(1).trouble()).isEqualTo("column note holds a text that is not UTF-8");
            assertThat(rows.get(2).trouble()).isEqualTo("column list holds a text that is not UTF-8");
        }
    }

    @Test
    void aReadingThatIsLeftEarlyHarmsNoLaterOne() throws Exception {
        fill(database);
        SERVER.execute(database, "UPDATE t SET note = repeat(md5(id), 500)");
        try (TableStore store = PostgresTesting.open(database)) {
            for (int i = 0; i < 5; i++) {
                try (Source.Opened opened = store.open(Selection.all("t"));
                        Source.Items items = opened.read(opened.splits(1).get(0), null)) {
                    assertThat(items.next()).isNotNull();
                }
            }
            assertThat(read(store)).hasSize(MANY);
            assertThat(store.find(List.of(new RowKey("t", Row.of("id", Value.of("k7"))))))
                    .hasSize(1);
        }
    }

    @Test
    void aColumnWithoutAKnownBinaryFormMakesNoDifference() throws Exception {
        fill(database);
        SERVER.execute(
                database,
                "CREATE TYPE mood AS ENUM ('calm', 'wild'); CREATE DOMAIN short AS varchar(9);"
                        + " ALTER TABLE t ADD mood mood DEFAULT 'wild', ADD short short DEFAULT 'é', ADD doc jsonb DEFAULT '{\"a\": [1.50]}'");
        try (TableStore store = PostgresTesting.open(database)) {
            List<RowItem> binary = read(store);
            SERVER.execute(database, "ALTER TABLE t ADD tags text[] DEFAULT '{a,b}'");
            try (TableStore again = PostgresTesting.open(database)) {
                List<RowItem> text = read(again);
                assertThat(text.get(0).row().encoded()).isNull();
                for (int i = 0; i < MANY; i++) {
                    Row row = text.get(i).row().without("tags");
                    assertThat(binary.get(i).row().encoded()).isNotNull();
                    assertThat(binary.get(i).row()).isEqualTo(row);
                    assertThat(Canonical.digest(binary.get(i).row())).isEqualTo(Canonical.digest(row));
                }
                assertThat(write(again, List.of(text.get(0), text.get(0)))).noneMatch(Outcome.Done.class::isInstance);
            }
        }
    }

    @Test
    void questionMarksAreParametersOnlyOutsideOfQuotes() {
        assertThat(PostgresRows.named("SELECT \"a?\"\"?\" FROM t WHERE x = ? AND y ~ '?' AND z = CAST(? AS text)"))
                .isEqualTo("SELECT \"a?\"\"?\" FROM t WHERE x = pg_catalog.current_setting('waybill.p1') AND y ~ '?'"
                        + " AND z = CAST(pg_catalog.current_setting('waybill.p2') AS text)");
    }
}
