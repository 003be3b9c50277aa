package io.waybill.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.aws.testing.FaultyDynamo;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

class DynamoLimitsTest {
    private static final DynamoLocal SERVER = DynamoLocal.shared();

    private final String table = SERVER.newTable("id", ScalarAttributeType.S);
    private @Nullable TableStore opened;

    @BeforeEach
    void openStore() throws Exception {
        opened = DynamoTesting.open();
    }

    @AfterEach
    void closeStore() throws Exception {
        store().close();
    }

    private TableStore store() {
        return Objects.requireNonNull(opened);
    }

    @Test
    void anItemOfJustTheLargestSizeIsKeptAndOneByteMoreIsRefusedByName() throws Exception {
        int rest = NaturalForm.LARGEST_ITEM - "id".length() - "a".length() - "v".length();
        Row largest = row("a").with("v", Value.of("x".repeat(rest)));
        assertThat(put(largest, Condition.ABSENT)).isInstanceOf(Outcome.Done.class);
        Row larger = row("b").with("v", Value.of("x".repeat(rest + 1)));
        assertThatThrownBy(() -> store().asStored(new Content.RowContent(larger)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("field v (text)");
    }

    @Test
    void timesHaveTheirStatedText() throws Exception {
        Row row = row("a").with("instant", new Value.Timestamp(Instant.parse("2024-03-31T01:30:00Z")))
                .with("local", new Value.LocalTimestamp(LocalDateTime.of(2024, 3, 31, 2, 30)))
                .with("time", new Value.Time(LocalTime.of(7, 5)))
                .with("number", Value.of(new BigDecimal("100.50")));
        put(row, Condition.ABSENT);
        var item = SERVER.client()
                .getItem(
                        get -> get.tableName(table).key(Attributes.of(row("a"))).consistentRead(true))
                .item();
        assertThat(item)
                .containsEntry("instant", AttributeValue.fromS("2024-03-31T01:30:00Z"))
                .containsEntry("local", AttributeValue.fromS("2024-03-31T02:30:00"))
                .containsEntry("time", AttributeValue.fromS("07:05:00"))
                .containsEntry("number", AttributeValue.fromN("100.5"));
    }

    @Test
    void asStoredIsJustWhatIsReadBackAndStaysSo() throws Exception {
        Row row = row("a").with("n", Value.of(new BigDecimal("1E+3")))
                .with("z", Value.of(new BigDecimal("0.000")))
                .with("l", new Value.ListOf(List.of(Value.of(100), new Value.Dbl(0.5))));
        Row stored = stored(row);
        assertThat(stored(stored)).isEqualTo(stored);
        put(row, Condition.ABSENT);
        assertThat(find("a").row()).isEqualTo(stored);
    }

    @Test
    void aFieldMayBeNamedLikeAnythingEvenAReservedWord() throws Exception {
        Map<String, Value> fields = new LinkedHashMap<>(row("a").fields());
        for (String name : List.of("size", "a.b", "#0", ":0", "a[0]", "ü 😀", "NULL", "AND", "\"", "a-b", "\u0000")) {
            fields.put(name, Value.of(name));
        }
        Row row = Row.of(fields);
        put(row, Condition.ABSENT);
        Condition same = Condition.Unchanged.digest(Canonical.digest(stored(row)));
        Effect patch = new Effect(
                Effect.Kind.PATCH,
                key("a"),
                new Content.RowPatch(Row.of("a.b", Value.of(2)), List.of("#0", "size")),
                same,
                "s/1",
                null);
        assertThat(store().apply(List.of(patch))).hasOnlyElementsOfType(Outcome.Done.class);
        Row expected = stored(row.with("a.b", Value.of(2)).without("#0").without("size"));
        assertThat(Canonical.digest(find("a").row())).isEqualTo(Canonical.digest(expected));
    }

    @Test
    void manyFieldsCanBeComparedByDigest() throws Exception {
        Row row = row("a");
        for (int i = 0; i < 140; i++) {
            row = row.with("field with a long name, number " + i, Value.of(i));
        }
        put(row, Condition.ABSENT);
        Condition same = Condition.Unchanged.digest(Canonical.digest(stored(row)));
        assertThat(store().apply(List.of(Effect.remove(key("a"), same, "s/1"))))
                .hasOnlyElementsOfType(Outcome.Done.class);
    }

    @Test
    void theWholeOldRowWithItsDigestNeedsNoLook() throws Exception {
        Row row = row("a");
        for (int i = 0; i < 140; i++) {
            row = row.with("field with a long name, number " + i, Value.of(i));
        }
        put(row, Condition.ABSENT);
        Row old = stored(row);
        try (FaultyDynamo proxy = FaultyDynamo.before(SERVER, (operation, n) -> FaultyDynamo.NONE);
                TableStore counted = DynamoTesting.openAt(proxy.endpoint().toString())) {
            Condition other = new Condition.Unchanged(
                    null, Canonical.digest(old.without("id")), old.without("id"), List.of("no such"));
            Condition same = new Condition.Unchanged(null, Canonical.digest(old), old, List.of());
            put(row.with("field with a long name, number 7", Value.of("x")), Condition.ANY);
            assertThat(counted.apply(List.of(Effect.remove(key("a"), same, "s/1"))))
                    .hasOnlyElementsOfType(Outcome.Refused.class);
            put(row, Condition.ANY);
            assertThat(counted.apply(List.of(Effect.remove(key("a"), same, "s/1"))))
                    .hasOnlyElementsOfType(Outcome.Done.class);
            assertThat(counted.apply(List.of(Effect.remove(key("a"), other, "s/1"))))
                    .containsExactly(new Outcome.Refused(null));
            assertThat(proxy.count("BatchGetItem")).isZero();
            assertThat(proxy.count("DeleteItem")).isEqualTo(3);
        }
    }

    @Test
    void aDigestWithSomeFieldsHoldsForBoth() throws Exception {
        Row row = stored(row("a").with("v", Value.of(1)).with("w", Value.of(2)));
        put(row, Condition.ABSENT);
        Condition wrong = new Condition.Unchanged(null, Canonical.digest(row), Row.of("v", Value.of(5)), List.of());
        Condition right = new Condition.Unchanged(null, Canonical.digest(row), Row.of("v", Value.of(1)), List.of());
        assertThat(store().apply(List.of(Effect.remove(key("a"), wrong, "s/1"))))
                .hasOnlyElementsOfType(Outcome.Refused.class);
        assertThat(store().apply(List.of(Effect.remove(key("a"), right, "s/1"))))
                .hasOnlyElementsOfType(Outcome.Done.class);
    }

    @Test
    void estimatesWhatTheServiceCounted() throws Exception {
        assertThat(store().estimate(table)).isEqualTo(-1);
        put(row("a"), Condition.ABSENT);
        assertThat(store().estimate(table)).isEqualTo(1);
    }

    @Test
    void aFieldThatMustBeMissingIsLookedAt() throws Exception {
        put(row("a").with("v", Value.of(1)), Condition.ABSENT);
        Condition bare = new Condition.Unchanged(null, null, null, List.of("v"));
        assertThat(put(row("a").with("v", Value.of(2)), bare)).isInstanceOf(Outcome.Refused.class);
        Condition other = new Condition.Unchanged(null, null, null, List.of("w"));
        assertThat(put(row("a").with("v", Value.of(2)), other)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aGroupOfAHundredIsCommittedAndALargerOneRefused() throws Exception {
        for (int size : new int[] {100, 101}) {
            List<Effect> group = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                Row row = row(size + "-" + i);
                group.add(new Effect(
                        Effect.Kind.PUT,
                        new RowKey(table, row),
                        new Content.RowContent(row),
                        Condition.ABSENT,
                        "s/1",
                        "g"));
            }
            Class<? extends Outcome> expected = size > 100 ? Outcome.Failed.class : Outcome.Done.class;
            assertThat(store().apply(group)).hasSize(size).hasOnlyElementsOfType(expected);
        }
    }

    private Outcome put(Row row, Condition condition) throws StoreException {
        RowKey key = new RowKey(table, row.only(List.of("id")));
        return store().apply(List.of(Effect.put(key, new Content.RowContent(row), condition, "s/1")))
                .get(0);
    }

    private static Row row(String id) {
        return Row.of("id", Value.of(id));
    }

    private RowKey key(String id) {
        return new RowKey(table, row(id));
    }

    private Row stored(Row row) throws StoreException {
        return ((Content.RowContent) store().asStored(new Content.RowContent(row))).row();
    }

    private RowItem find(String id) throws StoreException {
        Item item = store().find(List.of(key(id))).get(key(id));
        return (RowItem) Objects.requireNonNull(item);
    }
}
