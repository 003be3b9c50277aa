package io.waybill.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

class CapacityTest {
    private static final DynamoLocal SERVER = DynamoLocal.shared();

    private final String table = SERVER.newTable("id", ScalarAttributeType.S);

    private TableStore open(String option, int units) throws Exception {
        Map<String, String> options = SERVER.options();
        options.put(option, Integer.toString(units));
        return DynamoTesting.open(options, DynamoLocal.environment());
    }

    private List<Effect> puts(int count, Condition condition) {
        List<Effect> puts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Row row = Row.of("id", Value.of("i" + i)).with("text", Value.of("x".repeat(800)));
            RowKey key = new RowKey(table, row.only(List.of("id")));
            puts.add(Effect.put(key, new Content.RowContent(row), condition, "s/1"));
        }
        return puts;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    @Test
    void writesStayBelowTheCapacityGiven() throws Exception {
        long start = System.nanoTime();
        try (TableStore store = open("write_capacity", 200)) {
            // a fifth of a second at most is granted beforehand, and one request may overdraw
            assertThat(store.apply(puts(500, Condition.ANY))).allMatch(Outcome.Done.class::isInstance);
            assertThat(seconds(start)).isBetween((500 - 40 - 25) / 200.0, 60.0);
        }
        String other = SERVER.newTable("id", ScalarAttributeType.S);
        start = System.nanoTime();
        try (TableStore store = open("write_capacity", 100)) {
            List<Effect> conditional = puts(150, Condition.ABSENT).stream()
                    .map(put -> Effect.put(
                            new RowKey(other, ((RowKey) put.key()).key()), put.content(), Condition.ABSENT, "s/1"))
                    .toList();
            assertThat(store.apply(conditional)).allMatch(Outcome.Done.class::isInstance);
            assertThat(seconds(start)).isGreaterThan((150 - 20 - 16) / 100.0);
        }
    }

    @Test
    void readsStayBelowTheCapacityGiven() throws Exception {
        try (TableStore store = DynamoTesting.open()) {
            store.apply(puts(400, Condition.ANY));
        }
        long start = System.nanoTime();
        try (TableStore store = open("read_capacity", 40)) {
            // 400 items of 0.8 KB are about 80 units in each scan
            for (int i = 0; i < 3; i++) {
                try (Source.Opened opened = store.open(Selection.all(table));
                        Source.Items items = opened.read(opened.splits(1).get(0), null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        assertThat(page.items()).isNotEmpty();
                    }
                }
            }
            assertThat(seconds(start)).isGreaterThan((240 - 80 - 80) / 40.0);
        }
    }

    static List<Value> values() {
        List<Value> values = new ArrayList<>();
        for (String number : List.of(
                "0",
                "1",
                "-1",
                "12",
                "123",
                "1234",
                "100",
                "1000",
                "0.5",
                "1.5",
                "-1.5",
                "12.5",
                "0.05",
                "0.005",
                "1E+20",
                "12345678901234567890123456789012345678",
                "-0.12345678901234567890123456789012345678")) {
            values.add(NaturalForm.read(number));
        }
        values.addAll(List.of(
                Value.of("größe"),
                Value.of(true),
                Value.NULL,
                new Value.Bytes(new byte[] {1, 2, 3, 4}),
                new Value.ListOf(List.of()),
                new Value.ListOf(List.of(Value.of("a"), NaturalForm.read("1"))),
                new Value.MapOf(Map.of()),
                new Value.MapOf(Map.of("a", Value.of("b"), "ü", Value.NULL)),
                new Value.ListOf(List.of(
                        new Value.ListOf(List.of(new Value.MapOf(Map.of("q", new Value.ListOf(List.of()))))))),
                new Value.SetOf(java.util.Set.of(Value.of("a"), Value.of("bc"))),
                new Value.SetOf(java.util.Set.of(NaturalForm.read("1"), NaturalForm.read("22")))));
        return values;
    }

    @ParameterizedTest
    @MethodSource("values")
    void theSizeOfAnItemIsWhatTheServiceCounts(Value value) {
        Row row = Row.of("id", Value.of("a")).with("v", value);
        int rest = (int) (1024 - ItemSize.of(row) - "f".length());

        assertThat(put(table, row.with("f", Value.of("x".repeat(rest))))).isEqualTo(1);
        remove(table, "a");
        assertThat(put(table, row.with("f", Value.of("x".repeat(rest + 1))))).isEqualTo(2);
    }

    private static double put(String table, Row row) {
        return SERVER.client()
                .putItem(put -> put.tableName(table)
                        .item(Attributes.of(row))
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity()
                .capacityUnits();
    }

    private static double remove(String table, String id) {
        return SERVER.client()
                .deleteItem(delete -> delete.tableName(table)
                        .key(Attributes.of(Row.of("id", Value.of(id))))
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity()
                .capacityUnits();
    }

    @Test
    @SuppressWarnings("unchecked") // the client's own list of builders
    void indexesCountWhereTheyChange() throws Exception {
        String indexed = "indexed-" + table;
        SERVER.client()
                .createTable(request -> request.tableName(indexed)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(text("id"), text("g"), text("h"))
                        .keySchema(hash("id"))
                        .globalSecondaryIndexes(
                                index -> index.indexName("whole")
                                        .keySchema(hash("g"))
                                        .projection(projection -> projection.projectionType(ProjectionType.ALL)),
                                index -> index.indexName("keys")
                                        .keySchema(hash("h"))
                                        .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY)),
                                index -> index.indexName("some")
                                        .keySchema(hash("h"))
                                        .projection(projection -> projection
                                                .projectionType(ProjectionType.INCLUDE)
                                                .nonKeyAttributes("n"))));
        Row bare = Row.of("id", Value.of("a"));
        Row big = bare.with("g", Value.of("1")).with("f", Value.of("x".repeat(2_500)));
        List<Row> steps = List.of(
                bare,
                big,
                big,
                big.with("n", Value.of(new BigDecimal("1"))),
                big.with("g", Value.of("2")),
                big.with("h", Value.of("1")),
                big.with("h", Value.of("1")).with("n", Value.of(new BigDecimal("1"))),
                big.with("h", Value.of("2")).with("n", Value.of(new BigDecimal("1"))),
                bare.with("h", Value.of("2")).with("n", Value.of(new BigDecimal("2"))));
        try (DynamoStore store = (DynamoStore) DynamoTesting.open()) {
            Row before = null;
            for (Row step : steps) {
                assertThat((double) units(store, indexed, before, step))
                        .as("%s -> %s", before, step)
                        .isEqualTo(put(indexed, step));
                before = step;
            }
            assertThat((double) units(store, indexed, before, null)).isEqualTo(remove(indexed, "a"));
            assertThat(store.units(indexed, null, big, true)).isEqualTo(2 * store.units(indexed, null, big, false));
        }
    }

    private static long units(DynamoStore store, String table, @Nullable Row before, @Nullable Row after)
            throws Exception {
        return store.units(table, before, after, false);
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement hash(String name) {
        return KeySchemaElement.builder()
                .attributeName(name)
                .keyType(KeyType.HASH)
                .build();
    }
}
