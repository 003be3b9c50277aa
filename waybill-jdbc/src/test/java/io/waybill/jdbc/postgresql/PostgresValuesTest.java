package io.waybill.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PostgresValuesTest {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final String DATABASE = SERVER.newDatabase();
    private static int tables;

    record Case(String type, String sql, Value value) {}

    static List<Case> exactValues() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("smallint", "-32768", Value.of(-32768)));
        cases.add(new Case("integer", "2147483647", Value.of(Integer.MAX_VALUE)));
        cases.add(new Case("bigint", "-9223372036854775808", Value.of(Long.MIN_VALUE)));
        cases.add(new Case("numeric", "1.50", Value.of(new BigDecimal("1.50"))));
        cases.add(new Case(
                "numeric(40,2)",
                "99999999999999999999999999999999999999.99",
                Value.of(new BigDecimal(new BigInteger("9".repeat(40)), 2))));
        cases.add(new Case("numeric", "-0.00000000000000000001", Value.of(new BigDecimal("-0.00000000000000000001"))));
        cases.add(new Case("real", "0.1", new Value.Dbl(0.1)));
        cases.add(new Case("double precision", "0.1", new Value.Dbl(0.1)));
        cases.add(new Case("double precision", "1e-323", new Value.Dbl(2 * Double.MIN_VALUE)));
        cases.add(new Case("double precision", "'NaN'", new Value.Dbl(Double.NaN)));
        cases.add(new Case("double precision", "'-Infinity'", new Value.Dbl(Double.NEGATIVE_INFINITY)));
        cases.add(new Case("boolean", "true", Value.Bool.TRUE));
        cases.add(new Case("text", "''", Value.of("")));
        cases.add(new Case("text", "E'a\\nb\\\\c''d\"😀'", Value.of("a\nb\\c'd\"😀")));
        cases.add(new Case("varchar(3)", "'abc'", Value.of("abc")));
        cases.add(new Case("char(4)", "'ab'", Value.of("ab  ")));
        cases.add(new Case("bytea", "'\\x00ff7f'", new Value.Bytes(new byte[] {0, -1, 127})));
        cases.add(new Case("bytea", "''", new Value.Bytes(new byte[0])));
        cases.add(new Case(
                "uuid",
                "'6BA7B810-9DAD-11D1-80B4-00C04FD430C8'",
                new Value.Uuid(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"))));
        cases.addAll(times());
        cases.addAll(nested());
        return cases;
    }

    private static List<Case> times() {
        return List.of(
                new Case("date", "'2024-02-29'", new Value.Date(LocalDate.of(2024, 2, 29))),
                new Case("date", "'0001-01-01'", new Value.Date(LocalDate.of(1, 1, 1))),
                new Case("date", "'0001-12-31 BC'", new Value.Date(LocalDate.of(0, 12, 31))),
                new Case("date", "'4713-01-01 BC'", new Value.Date(LocalDate.of(-4712, 1, 1))),
                new Case("date", "'5874897-12-31'", new Value.Date(LocalDate.of(5874897, 12, 31))),
                new Case("date", "'1582-10-10'", new Value.Date(LocalDate.of(1582, 10, 10))),
                new Case("time", "'00:00'", new Value.Time(LocalTime.MIDNIGHT)),
                new Case("time", "'23:59:59.999999'", new Value.Time(LocalTime.of(23, 59, 59, 999_999_000))),
                new Case("time", "'12:00:00.000001'", new Value.Time(LocalTime.of(12, 0, 0, 1000))),
                new Case(
                        "timestamp",
                        "'2024-03-31 02:30:00'",
                        new Value.LocalTimestamp(LocalDateTime.of(2024, 3, 31, 2, 30))),
                new Case(
                        "timestamp(3)",
                        "'2024-03-31 02:30:00.5'",
                        new Value.LocalTimestamp(LocalDateTime.of(2024, 3, 31, 2, 30, 0, 500_000_000))),
                new Case(
                        "timestamp",
                        "'4713-01-01 00:00:00 BC'",
                        new Value.LocalTimestamp(LocalDateTime.of(-4712, 1, 1, 0, 0))),
                new Case(
                        "timestamp",
                        "'294276-12-31 23:59:59.999999'",
                        new Value.LocalTimestamp(LocalDateTime.of(294276, 12, 31, 23, 59, 59, 999_999_000))),
                new Case(
                        "timestamptz",
                        "'2024-03-31 02:30:00+05:30'",
                        new Value.Timestamp(Instant.parse("2024-03-30T21:00:00Z"))),
                new Case(
                        "timestamptz",
                        "'1850-01-01 00:00:00 Europe/Amsterdam'",
                        new Value.Timestamp(Instant.parse("1849-12-31T23:42:30Z"))),
                new Case(
                        "timestamptz",
                        "'0044-03-15 12:00:00.000001+00 BC'",
                        new Value.Timestamp(Instant.parse("-0043-03-15T12:00:00.000001Z"))));
    }

    private static List<Case> nested() {
        Value.MapOf map = new Value.MapOf(Map.of(
                "a",
                Value.of(new BigDecimal("12345678901234567890.10")),
                "b",
                new Value.ListOf(List.of(Value.NULL, Value.Bool.FALSE, Value.of("x\u00e9\n\"")))));
        String json = "'{\"a\": 12345678901234567890.10, \"b\": [null, false, \"x\\u00e9\\n\\\"\"]}'";
        return List.of(
                new Case("json", json, map),
                new Case("jsonb", json, map),
                new Case("jsonb", "'null'", Value.NULL),
                new Case("jsonb", "'\"text\"'", Value.of("text")),
                new Case("jsonb", "'1e3'", Value.of(1000)),
                new Case("json", "'{}'", new Value.MapOf(Map.of())),
                new Case("json", "'[]'", new Value.ListOf(List.of())),
                new Case("json", "'\"\\ud83d\\ude00\"'", Value.of("😀")),
                new Case("json", "'\"\\ud800\\u0000\"'", Value.of("\ud800\u0000")),
                new Case("jsonb", "'9007199254740993'", Value.of(9007199254740993L)),
                new Case("integer[]", "'{}'", new Value.ListOf(List.of())),
                new Case("integer[]", "'{1,NULL,3}'", new Value.ListOf(List.of(Value.of(1), Value.NULL, Value.of(3)))),
                new Case(
                        "text[]",
                        "ARRAY['', 'NULL', 'a,b', '{\"\\}', E'\\n']",
                        new Value.ListOf(List.of(
                                Value.of(""), Value.of("NULL"), Value.of("a,b"), Value.of("{\"\\}"), Value.of("\n")))),
                new Case(
                        "integer[]",
                        "'{{1,2},{3,4}}'",
                        new Value.ListOf(List.of(
                                new Value.ListOf(List.of(Value.of(1), Value.of(2))),
                                new Value.ListOf(List.of(Value.of(3), Value.of(4)))))),
                new Case(
                        "bytea[]", "ARRAY['\\x01'::bytea]", new Value.ListOf(List.of(new Value.Bytes(new byte[] {1})))),
                new Case(
                        "date[]",
                        "ARRAY['0001-12-31 BC'::date]",
                        new Value.ListOf(List.of(new Value.Date(LocalDate.of(0, 12, 31))))));
    }

    @ParameterizedTest
    @MethodSource("exactValues")
    void readsEachTypeExactly(Case one) throws Exception {
        String table = table(one.type, one.sql);
        try (TableStore store = PostgresTesting.open(DATABASE)) {
            Item item = find(store, table);
            assertThat(((RowItem) item).row().find("v")).isEqualTo(one.value);
            String kind = store.table(table).columns().get(1).type();
            assertThat(kind).isIn(one.value.kind(), "any");
        }
    }

    @ParameterizedTest
    @MethodSource("exactValues")
    void findsTheRowAgainByEachTypeThatCanBeAKey(Case one) throws Exception {
        if (one.value instanceof Value.ListOf
                || one.value instanceof Value.MapOf
                || one.value instanceof Value.Null
                || one.type.startsWith("json")) {
            assertThat(PostgresLiteral.of(new Value.ListOf(List.of()))).isNull();
            return;
        }
        String table = table(one.type, one.sql);
        try (TableStore store = PostgresTesting.open(DATABASE)) {
            RowKey key = new RowKey(table, Row.of("v", one.value));
            assertThat(store.find(List.of(key))).containsOnlyKeys(key);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            numeric | 'NaN' | holds NaN
            numeric | 'Infinity' | holds infinity
            date | 'infinity' | holds infinity
            timestamp | '-infinity' | holds infinity
            timestamptz | 'infinity' | holds infinity
            time | '24:00' | next day
            json | '{"a":1,"a":2}' | twice
            json | '1e999999999' | JSON
            integer[] | '[0:1]={1,2}' | subscripts
            """)
    void leavesAValueWithoutAFormOutOfItsRowAndSaysWhy(String type, String sql, String why) throws Exception {
        String table = table(type, sql);
        RowKey key = new RowKey(table, Row.of("id", Value.of(1)));
        try (TableStore store = PostgresTesting.open(DATABASE);
                Source.Opened opened = store.open(Selection.all(table));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            for (Item item : List.of(
                    java.util.Objects.requireNonNull(items.next()).items().get(0),
                    java.util.Objects.requireNonNull(store.find(List.of(key)).get(key)))) {
                RowItem row = (RowItem) item;
                assertThat(row.key()).isEqualTo(key);
                assertThat(row.row().has("v")).isFalse();
                assertThat(row.unreadable()).containsOnlyKeys("v");
                assertThat(row.trouble()).startsWith("column v ").contains(why);
            }
        }
    }

    @Test
    void aKeyThatCannotBeReadEndsReadingWithItsTablePlaceAndColumn() throws Exception {
        SERVER.execute(
                DATABASE,
                "CREATE TABLE nokey (id numeric PRIMARY KEY, v text); INSERT INTO nokey VALUES (1, 'a'), ('NaN', 'b')");
        try (TableStore store = PostgresTesting.open(DATABASE);
                Source.Opened opened = store.open(Selection.all("nokey"));
                Source.Items items = opened.read(opened.splits(1).get(0), null)) {
            assertThatThrownBy(items::next)
                    .asInstanceOf(type(StoreException.class))
                    .returns(StoreException.Kind.INVALID, StoreException::kind)
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains("the row after nokey[id=1] has a key that cannot be read: column id holds NaN");
        }
    }

    @ParameterizedTest
    @CsvSource({"money", "interval", "inet", "point", "tsvector", "int4range", "timetz", "xml", "bit(3)", "money[]"})
    void refusesATypeWithoutAMappingAtOpenUnlessTheColumnIsLeftOut(String type) throws Exception {
        String table = table(type, "NULL");
        try (TableStore store = PostgresTesting.open(DATABASE)) {
            String shown = type.equals("timetz") ? "time with time zone" : type;
            assertThatThrownBy(() -> store.open(Selection.all(table)).close())
                    .asInstanceOf(type(StoreException.class))
                    .returns(StoreException.Kind.INVALID, StoreException::kind)
                    .extracting(Throwable::getMessage)
                    .asString()
                    .contains("column v has type " + shown);
            try (Source.Opened opened = store.open(new Selection(table, List.of("id"), Long.MAX_VALUE))) {
                assertThat(opened.splits(1)).hasSize(1);
            }
        }
    }

    @Test
    void readsEnumsDomainsAndTheirArraysAsWhatTheyRestOn() throws Exception {
        SERVER.execute(
                DATABASE,
                "CREATE TYPE mood AS ENUM ('so so', 'good'); CREATE DOMAIN positive AS integer CHECK (VALUE > 0);"
                        + " CREATE DOMAIN small AS positive CHECK (VALUE < 100);"
                        + " CREATE TABLE odd (id small PRIMARY KEY, m mood, ms mood[], ps positive[]);"
                        + " INSERT INTO odd VALUES (5, 'so so', '{good,\"so so\"}', '{1,2}')");
        try (TableStore store = PostgresTesting.open(DATABASE)) {
            RowKey key = new RowKey("odd", Row.of("id", Value.of(5)));
            Row row = ((RowItem) java.util.Objects.requireNonNull(
                            store.find(List.of(key)).get(key)))
                    .row();
            assertThat(row.find("m")).isEqualTo(Value.of("so so"));
            assertThat(row.find("ms")).isEqualTo(new Value.ListOf(List.of(Value.of("good"), Value.of("so so"))));
            assertThat(row.find("ps")).isEqualTo(new Value.ListOf(List.of(Value.of(1), Value.of(2))));
        }
    }

    @Test
    void aKeyThatNoColumnCanHoldIsSimplyNotThere() throws Exception {
        String table = table("timestamptz", "'2024-01-01 00:00:00.000001+00'");
        try (TableStore store = PostgresTesting.open(DATABASE)) {
            Value nanos = new Value.Timestamp(Instant.parse("2024-01-01T00:00:00.000001001Z"));
            assertThat(store.find(List.of(new RowKey(table, Row.of("v", nanos)))))
                    .isEmpty();
            assertThat(store.find(List.of(new RowKey(table, Row.of("v", Value.NULL)))))
                    .isEmpty();
        }
        String texts = table("text", "'a'");
        try (TableStore store = PostgresTesting.open(DATABASE)) {
            assertThat(store.find(List.of(new RowKey(texts, Row.of("v", Value.of("a\u0000"))))))
                    .isEmpty();
        }
    }

    private static String table(String type, String value) {
        String name = "v" + tables++;
        SERVER.execute(
                DATABASE,
                "CREATE TABLE " + name + " (id integer PRIMARY KEY, v " + type + "); INSERT INTO " + name
                        + " VALUES (1, " + value + ")");
        return name;
    }

    private static Item find(TableStore store, String table) throws StoreException {
        RowKey key = new RowKey(table, Row.of("id", Value.of(1)));
        return java.util.Objects.requireNonNull(store.find(List.of(key)).get(key));
    }
}
