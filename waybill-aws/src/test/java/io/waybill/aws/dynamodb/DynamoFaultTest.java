package io.waybill.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.aws.testing.FaultyDynamo;
import io.waybill.aws.testing.FaultyDynamo.Fault;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Select;

class DynamoFaultTest {
    private static final DynamoLocal SERVER = DynamoLocal.shared();

    private final String table = SERVER.newTable("id", ScalarAttributeType.N);

    @Test
    void everyItemOfABatchArrivesThoughAFifthIsLeftUnprocessedEachTime() throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(
                        SERVER,
                        (operation, n) ->
                                operation.equals("BatchWriteItem") ? new Fault.Unprocessed(5) : FaultyDynamo.NONE);
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString())) {
            assertThat(store.apply(puts(500, Condition.ANY))).hasSize(500).allMatch(Outcome.Done.class::isInstance);
        }
        assertThat(items()).isEqualTo(500);
    }

    @Test
    void whatStaysUnprocessedFailsAsThrottledAndTheRestIsDone() throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(
                        SERVER,
                        (operation, n) -> !operation.equals("BatchWriteItem")
                                ? FaultyDynamo.NONE
                                : n == 1 ? new Fault.Unprocessed(5) : new Fault.Unprocessed(1));
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString())) {
            List<Outcome> outcomes = store.apply(puts(20, Condition.ANY));
            assertThat(outcomes).filteredOn(Outcome.Done.class::isInstance).hasSize(16);
            assertThat(outcomes)
                    .filteredOn(Outcome.Failed.class::isInstance)
                    .hasSize(4)
                    .allMatch(o -> ((Outcome.Failed) o).cause().kind() == Kind.THROTTLED);
            assertThat(proxy.count("BatchWriteItem")).isBetween(3, 10);
        }
        assertThat(items()).isEqualTo(16);
    }

    @Test
    void findDrainsUnprocessedKeys() throws Exception {
        List<Effect> puts = puts(250, Condition.ANY);
        try (FaultyDynamo proxy = FaultyDynamo.before(
                        SERVER,
                        (operation, n) ->
                                operation.equals("BatchGetItem") ? new Fault.Unprocessed(3) : FaultyDynamo.NONE);
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString())) {
            store.apply(puts);
            assertThat(store.find(puts.stream().map(Effect::key).toList())).hasSize(250);
            assertThat(proxy.count("BatchGetItem")).isGreaterThan(6);
        }
    }

    @Test
    void findThatNeverGetsAnythingIsThrottledAndNotEmpty() throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(SERVER, (operation, n) -> new Fault.Unprocessed(1));
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString())) {
            assertKind(() -> store.find(List.of(key(1))), Kind.THROTTLED);
        }
    }

    @Test
    void aLostAnswerIsUnknownAndNothingIsSentTwice() throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(
                        SERVER, (operation, n) -> n > 1 ? new Fault.LostAnswer() : FaultyDynamo.NONE);
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString())) {
            assertThat(store.apply(List.of(put(1, Condition.ABSENT)))).hasOnlyElementsOfType(Outcome.Done.class);
            assertThat(store.apply(List.of(put(2, Condition.ABSENT)))).hasOnlyElementsOfType(Outcome.Unknown.class);
            assertThat(proxy.count("PutItem")).isEqualTo(2);
        }
        assertThat(items()).isEqualTo(2);
    }

    @Test
    void anAnswerThatComesTooLateIsUnknown() throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(SERVER, (operation, n) -> new Fault.Late(Duration.ofSeconds(4)));
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString(), "2s")) {
            assertThat(store.apply(List.of(put(1, Condition.ABSENT)))).hasOnlyElementsOfType(Outcome.Unknown.class);
            assertThat(proxy.count("PutItem")).isEqualTo(1);
        }
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void aDroppedConnectionIsUnknownForAWriteAndUnavailableForARead() throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(SERVER, (operation, n) -> new Fault.Dropped());
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString())) {
            for (Condition condition : List.of(Condition.ABSENT, Condition.ANY)) {
                assertThat(store.apply(List.of(put(1, condition), put(2, condition))))
                        .hasSize(2)
                        .hasOnlyElementsOfType(Outcome.Unknown.class);
            }
            Effect one = put(1, Condition.ABSENT);
            Effect grouped = new Effect(one.kind(), one.key(), one.content(), one.condition(), one.mark(), "g");
            assertThat(store.apply(List.of(grouped))).hasOnlyElementsOfType(Outcome.Unknown.class);
            assertKind(() -> store.find(List.of(key(1))), Kind.UNAVAILABLE);
            assertKind(() -> store.table(table), Kind.UNAVAILABLE);
        }
        assertThat(items()).isZero();
    }

    @Test
    void aScanThatFailsMidwayThrowsAndGoesOnAfterThePosition() throws Exception {
        try (TableStore store = DynamoTesting.open()) {
            store.apply(puts(1_500, Condition.ANY));
        }
        try (FaultyDynamo proxy = FaultyDynamo.before(
                        SERVER,
                        (operation, n) ->
                                operation.equals("Scan") && n == 2 ? FaultyDynamo.THROTTLED : FaultyDynamo.NONE);
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString());
                Source.Opened opened = store.open(Selection.all(table))) {
            Source.Split split = opened.splits(1).get(0);
            Source.Page first;
            try (Source.Items items = opened.read(split, null)) {
                first = java.util.Objects.requireNonNull(items.next());
                assertKind(items::next, Kind.THROTTLED);
            }
            int rest = 0;
            try (Source.Items items = opened.read(split, first.position())) {
                for (Source.Page page = items.next(); page != null; page = items.next()) {
                    rest += page.items().size();
                }
            }
            assertThat(first.items().size() + rest).isEqualTo(1_500);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, ProvisionedThroughputExceededException, THROTTLED",
        "400, ThrottlingException, THROTTLED",
        "400, RequestLimitExceeded, THROTTLED",
        "400, UnrecognizedClientException, DENIED",
        "400, InvalidSignatureException, DENIED",
        "400, ExpiredTokenException, DENIED",
        "400, AccessDeniedException, DENIED",
        "403, SomethingNew, DENIED",
        "400, ResourceNotFoundException, NOT_FOUND",
        "400, ValidationException, INVALID",
        "400, ItemCollectionSizeLimitExceededException, INVALID",
        "500, InternalServerError, UNKNOWN_OUTCOME",
        "503, ServiceUnavailable, UNKNOWN_OUTCOME",
    })
    void eachErrorAnswerHasItsKind(int status, String type, Kind kind) throws Exception {
        Fault fault = new Fault.Refused(status, type, "The security token ends in " + type + ".");
        try (FaultyDynamo proxy = FaultyDynamo.before(SERVER, (operation, n) -> fault);
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString())) {
            Outcome outcome = store.apply(List.of(put(1, Condition.ABSENT))).get(0);
            StoreException cause =
                    outcome instanceof Outcome.Unknown unknown ? unknown.cause() : ((Outcome.Failed) outcome).cause();
            assertThat(cause.kind()).isEqualTo(kind);
            assertThat(cause.getMessage())
                    .startsWith("Cannot write ")
                    .contains(store.location().toString(), table, "id=1", type)
                    .doesNotContain(DynamoLocal.SECRET_ACCESS_KEY, "Exception:", "\n");
            assertKind(() -> store.find(List.of(key(1))), kind == Kind.UNKNOWN_OUTCOME ? Kind.UNAVAILABLE : kind);
            assertThat(proxy.count("PutItem")).isEqualTo(1);
            assertThat(proxy.count("BatchGetItem")).isEqualTo(1);
        }
    }

    @Test
    void oneImpossibleItemOfABatchDoesNotSpoilTheOthers() throws Exception {
        try (TableStore store = DynamoTesting.open()) {
            List<Effect> effects = new ArrayList<>(puts(10, Condition.ANY));
            RowKey wrong = new RowKey(table, Row.of("name", Value.of("no such key")));
            effects.add(4, Effect.put(wrong, new Content.RowContent(wrong.key()), Condition.ANY, "s/1"));
            List<Outcome> outcomes = store.apply(effects);
            assertThat(outcomes.get(4))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause().kind()).isEqualTo(Kind.INVALID));
            assertThat(outcomes).filteredOn(Outcome.Done.class::isInstance).hasSize(10);
        }
        assertThat(items()).isEqualTo(10);
    }

    @Test
    void aThrottledGroupIsThrottledAsAWhole() throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(SERVER, (operation, n) -> FaultyDynamo.THROTTLED);
                TableStore store = DynamoTesting.openAt(proxy.endpoint().toString())) {
            List<Effect> group = new ArrayList<>();
            for (Effect one : puts(3, Condition.ABSENT)) {
                group.add(new Effect(one.kind(), one.key(), one.content(), one.condition(), one.mark(), "g"));
            }
            assertThat(store.apply(group))
                    .hasSize(3)
                    .allSatisfy(
                            o -> assertThat(((Outcome.Failed) o).cause().kind()).isEqualTo(Kind.THROTTLED));
        }
    }

    @Test
    void missingKeysOfTheServiceAreDenied() throws Exception {
        Map<String, String> options = SERVER.options();
        assertThatThrownBy(() -> DynamoTesting.open(options, Map.of()).close())
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED))
                .hasMessageContaining("LOCAL_ACCESS_KEY_ID");
    }

    private int items() {
        return SERVER.client()
                .scan(request -> request.tableName(table).select(Select.COUNT).consistentRead(true))
                .count();
    }

    private RowKey key(long id) {
        return new RowKey(table, Row.of("id", Value.of(id)));
    }

    private Effect put(long id, Condition condition) {
        Row row = Row.of("id", Value.of(id)).with("note", Value.of("x".repeat(900)));
        return Effect.put(key(id), new Content.RowContent(row), condition, "series/1");
    }

    private List<Effect> puts(int count, Condition condition) {
        List<Effect> all = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            all.add(put(id, condition));
        }
        return all;
    }

    private static void assertKind(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Kind kind) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
