package io.waybill.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.jdbc.testing.PostgresServer;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a type is said to hold at its edges, the server holds; so a judgement by them is not about values that cannot be. */
class PostgresEdgesTest {
    private static final PostgresServer SERVER = PostgresServer.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "smallint",
                "integer",
                "bigint",
                "numeric",
                "numeric(10,2)",
                "numeric(3,5)",
                "numeric(5,-2)",
                "real",
                "double precision",
                "boolean",
                "text",
                "varchar",
                "varchar(7)",
                "char(7)",
                "name",
                "\"char\"",
                "bytea",
                "uuid",
                "date",
                "time",
                "time(0)",
                "timestamp",
                "timestamp(3)",
                "timestamptz",
                "timestamptz(0)",
                "json",
                "jsonb",
                "integer[]",
                "mood",
                "short"
            })
    void aColumnHoldsTheEdgesOfItsType(String type) throws Exception {
        String database = SERVER.newDatabase();
        SERVER.execute(
                database,
                "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN short AS varchar(3);"
                        + " CREATE TABLE t (id int PRIMARY KEY, v " + type + ")");
        try (PostgresStore store = (PostgresStore) PostgresTesting.open(database)) {
            List<Value> edges = store.edges("t", "v");

            assertThat(edges).hasSizeGreaterThan(2).endsWith(Value.NULL);
            for (int i = 0; i < edges.size(); i++) {
                Row row = Row.of(Map.of("id", Value.of(i), "v", edges.get(i)));
                Content.RowContent held = (Content.RowContent) store.asStored("t", new Content.RowContent(row));
                Effect put = new Effect(
                        Effect.Kind.PUT,
                        new RowKey("t", Row.of("id", Value.of(i))),
                        held,
                        Condition.ABSENT,
                        "series/1",
                        null);
                assertThat(store.apply(List.of(put))).singleElement().isInstanceOf(Outcome.Done.class);
            }
        }
        assertThat(SERVER.ask(database, "SELECT count(*) > 2 FROM t")).isEqualTo("t");
    }
}
