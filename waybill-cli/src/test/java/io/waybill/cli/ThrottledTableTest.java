package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.aws.testing.FaultyDynamo;
import io.waybill.aws.testing.FaultyDynamo.Fault;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * Whole runs into DynamoDB through a proxy that does what the real service does under load and the local one never: leaves
 * items unprocessed, throttles, closes connections, loses answers.
 */
class ThrottledTableTest {
    @TempDir
    Path folder;

    private final DynamoLocal dynamo = DynamoLocal.shared();
    private final String table = dynamo.newTable("pk", ScalarAttributeType.S, "id", ScalarAttributeType.N);
    private User user;

    @BeforeEach
    void makeUser() {
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
    }

    /** Rows in a file and a plan that moves them through the proxy. */
    private void plan(FaultyDynamo proxy, int rows, boolean exclusive, String more) throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("rows.jsonl"))) {
            for (int id = 0; id < rows; id++) {
                out.write("{\"id\": " + id + ", \"pk\": \"p" + id % 10 + "\", \"name\": \"Name " + id + "\", \"n\": "
                        + id + ".5}\n");
            }
        }
        Files.writeString(
                folder.resolve("waybill.yaml"), """
                waybill: 1
                name: load
                stores:
                  disk: .
                  cloud: { type: dynamodb, region: us-east-1, endpoint: "%s", keys: LOCAL, timeout: 5s }
                limits: { retries: 8 }
                moves:
                  - name: rows
                    from: disk:rows.jsonl
                    to: cloud:%s
                    format: { key: id }
                    exclusive: %s
                %s""".formatted(proxy.endpoint(), table, exclusive, more.indent(4)));
    }

    private FaultyDynamo proxy(FaultyDynamo.Script script) {
        return FaultyDynamo.before(dynamo, script);
    }

    /** Every row stands in the table, once and as it was; counted past our own code. */
    private void isComplete(int rows) {
        BitSet seen = new BitSet();
        AtomicLong items = new AtomicLong();
        dynamo.client()
                .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
                .items()
                .forEach(item -> {
                    int id = Integer.parseInt(
                            Objects.requireNonNull(item.get("id")).n());
                    seen.set(id);
                    items.incrementAndGet();
                    if (!Objects.requireNonNull(item.get("n")).n().equals(id + ".5")
                            || !Objects.requireNonNull(item.get("name")).s().equals("Name " + id)
                            || !Objects.requireNonNull(item.get("pk")).s().equals("p" + id % 10)) {
                        throw new AssertionError("row " + id + " is " + item);
                    }
                });
        assertThat(items.get()).isEqualTo(rows);
        assertThat(seen.cardinality()).isEqualTo(rows);
    }

    /** A run that ends well, with a ledger that says the same. */
    private void runs(int rows) {
        user.type("run").exits(Exit.DONE);
        isComplete(rows);
        assertThat(user.type("status --json").exits(Exit.DONE).out()).contains("\"verified\": " + rows);
    }

    @Test
    void noneIsLostAndNoneDoubledWhereAFifthIsLeftUnprocessed() throws Exception {
        int rows = "all".equals(System.getProperty("waybill.crash")) ? 100_000 : 20_000;
        System.out.println("ThrottledTableTest: " + rows + " items; 100,000 of them: ./mvnw verify -Pcrash");
        try (FaultyDynamo proxy =
                proxy((operation, n) -> operation.startsWith("Batch") ? new Fault.Unprocessed(5) : FaultyDynamo.NONE)) {
            plan(proxy, rows, true, "");
            runs(rows);
            assertThat(proxy.count("BatchWriteItem")).isGreaterThan(rows / 25 * 6 / 5);
            assertThat(proxy.count("BatchGetItem")).isGreaterThan(2 * rows / 100 * 6 / 5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify: end", "verify: off", "limits: { batch: 1 }", "verify: off\nlimits: { batch: 1 }"})
    void ofTwoRowsForOneKeyOneNeedsSomebody(String verify) throws Exception {
        try (FaultyDynamo proxy = proxy((operation, n) -> FaultyDynamo.NONE)) {
            plan(proxy, 4, true, "key: id\nrow: { set: { id: \"${row.id / 2}\" } }\n" + verify);
            Files.writeString(folder.resolve("rows.jsonl"), """
                    {"id": 2, "pk": "p", "name": "first"}
                    {"id": 3, "pk": "p", "name": "second"}
                    """);

            User.Ran ran = user.type("run").exits(Exit.NEEDS_YOU);

            assertThat(dynamo.client().scan(scan -> scan.tableName(table)).items())
                    .hasSize(1);
            assertThat(user.type("items --failed --values").out())
                    .containsPattern("the same key|another row at this key");
            assertThat(ran.out()).containsPattern("1 (quarantined|conflict)");
        }
    }

    @Test
    void rowsThatAreNotVerifiedGoInBatchesToo() throws Exception {
        try (FaultyDynamo proxy = proxy((operation, n) -> FaultyDynamo.NONE)) {
            plan(proxy, 100, true, "verify: off");
            user.type("run").exits(Exit.DONE);
            isComplete(100);
            assertThat(proxy.count("BatchWriteItem")).isEqualTo(4);
            assertThat(proxy.count("PutItem")).isZero();
        }
    }

    @Test
    void noneIsLostWhereAllAreLeftUnprocessedForAWhile() throws Exception {
        try (FaultyDynamo proxy = proxy((operation, n) ->
                operation.startsWith("Batch") && n <= 30 ? new Fault.Unprocessed(1) : FaultyDynamo.NONE)) {
            plan(proxy, 300, true, "");
            runs(300);
        }
    }

    @Test
    void aTableThatNeverTakesAnythingEndsTheRunAndTheNextOneGoesOn() throws Exception {
        AtomicBoolean ever = new AtomicBoolean();
        try (FaultyDynamo proxy = proxy((operation, n) ->
                operation.equals("BatchWriteItem") && !ever.get() ? new Fault.Unprocessed(1) : FaultyDynamo.NONE)) {
            plan(proxy, 100, true, "");
            User.Ran ran = user.type("run --set limits.retries=1");
            assertThat(ran.exit()).isNotZero();
            assertThat(ran.all()).contains("unprocessed");
            assertThat(user.type("status --json").out()).doesNotContain("\"verified\"");
            ever.set(true);
            runs(100);
        }
    }

    @Test
    void oneHotPartitionHoldsUpOnlyItsOwnItems() throws Exception {
        AtomicInteger cooling = new AtomicInteger(25);
        try (FaultyDynamo proxy =
                proxy((operation, n) -> operation.matches("BatchWriteItem|PutItem") && cooling.getAndDecrement() > 0
                        ? new Fault.HotPartition("pk", "p3")
                        : FaultyDynamo.NONE)) {
            plan(proxy, 1_000, true, "");
            runs(1_000);
        }
    }

    @Test
    void conditionalPutsThroughAHotPartitionArriveEachOnce() throws Exception {
        AtomicInteger cooling = new AtomicInteger(400);
        try (FaultyDynamo proxy = proxy((operation, n) -> operation.equals("PutItem") && cooling.getAndDecrement() > 0
                ? new Fault.HotPartition("pk", "p3")
                : FaultyDynamo.NONE)) {
            plan(proxy, 1_000, false, "");
            runs(1_000);
            assertThat(proxy.count("BatchWriteItem")).isZero();
        }
    }

    @Test
    void lostConnectionsAndLostAnswersLoseAndDoubleNothing() throws Exception {
        AtomicInteger before = new AtomicInteger();
        AtomicInteger after = new AtomicInteger();
        try (FaultyDynamo proxy = proxy((operation, n) -> {
            // by the call, not by the order in which calls of all kinds come
            int dice = new SplittableRandom(20_261_121 + 1_000L * n + operation.hashCode()).nextInt(100);
            if (!operation.equals("BatchWriteItem") || dice >= 12) {
                return operation.equals("BatchGetItem") && dice < 6 ? new Fault.Dropped() : FaultyDynamo.NONE;
            }
            (dice < 6 ? before : after).incrementAndGet();
            return dice < 6 ? new Fault.Dropped() : new Fault.LostAnswer();
        })) {
            plan(proxy, 3_000, true, "");
            runs(3_000);
        }
        assertThat(before.get()).isPositive();
        assertThat(after.get()).isPositive();
        user.type("rollback r1 --yes=r1"); // through a proxy that is gone
        assertThat(dynamo.client().scan(scan -> scan.tableName(table).limit(1)).count())
                .isEqualTo(1);
    }

    @Test
    void conditionalPutsWhoseAnswersAreLostAreFoundAgain() throws Exception {
        try (FaultyDynamo proxy = proxy((operation, n) -> !operation.equals("PutItem") || n % 20 > 1
                ? FaultyDynamo.NONE
                : n % 20 == 0 ? new Fault.Dropped() : new Fault.LostAnswer())) {
            plan(proxy, 500, false, "");
            user.type("run").exits(Exit.DONE);
            isComplete(500);
            assertThat(user.type("verify").exits(Exit.DONE).out()).contains("500");
        }
    }

    @Test
    void transactionsThatAreCancelledForThrottlingAreSentAgain() throws Exception {
        String second = dynamo.newTable("id", ScalarAttributeType.N);
        try (FaultyDynamo proxy =
                proxy((operation, n) -> operation.equals("TransactWriteItems") && n % 3 == 0 && n < 150
                        ? new Fault.Cancelled(n % 2 == 0 ? "ThrottlingError" : "ProvisionedThroughputExceeded")
                        : FaultyDynamo.NONE)) {
            plan(proxy, 200, false, """
                    with:
                      - put: cloud:%s
                        only: { id: "${row.id}" }
                    """.formatted(second));
            user.type("run").exits(Exit.DONE);
            isComplete(200);
            assertThat(dynamo.client().scan(scan -> scan.tableName(second)).count())
                    .isEqualTo(200);
            assertThat(proxy.count("TransactWriteItems")).isGreaterThan(200);
        }
    }

    @Test
    void aThrottledTableIsReadWhole() throws Exception {
        try (FaultyDynamo quiet = proxy((operation, n) -> FaultyDynamo.NONE)) {
            plan(quiet, 2_000, true, "");
            runs(2_000);
        }
        try (FaultyDynamo proxy = proxy((operation, n) -> operation.equals("Scan") && n % 5 < 2
                ? n % 5 == 1 ? FaultyDynamo.THROTTLED : new Fault.Dropped()
                : FaultyDynamo.NONE)) {
            Files.writeString(folder.resolve("back.yaml"), """
                    waybill: 1
                    name: back
                    stores:
                      disk: .
                      cloud: { type: dynamodb, region: us-east-1, endpoint: "%s", keys: LOCAL }
                    limits: { retries: 8 }
                    moves:
                      - from: cloud:%s
                        to: disk:back.jsonl
                        format: { key: id }
                    """.formatted(proxy.endpoint(), table));
            user.type("run -f back.yaml").exits(Exit.DONE);
            assertThat(proxy.count("Scan")).isGreaterThan(3);
        }
        BitSet seen = new BitSet();
        List<String> lines = Files.readAllLines(folder.resolve("back.jsonl"));
        for (String line : lines) {
            seen.set(((Value.Int) User.field(Json.parse(line), "id")).value().intValue());
        }
        assertThat(lines).hasSize(2_000);
        assertThat(seen.cardinality()).isEqualTo(2_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsThatCannotBeItemsAreNamedAndTheOthersArrive(boolean exclusive) throws Exception {
        try (FaultyDynamo proxy = proxy((operation, n) -> FaultyDynamo.NONE)) {
            plan(proxy, 100, exclusive, "");
            Files.writeString(
                    folder.resolve("rows.jsonl"),
                    "{\"id\": 1000, \"pk\": \"big\", \"v\": \"" + "x".repeat(410_000) + "\"}\n"
                            + "{\"id\": 1001, \"pk\": \"\", \"v\": \"an empty key\"}\n"
                            + "{\"id\": 1002, \"v\": \"no key\"}\n{\"id\": 1003, \"pk\": 7}\n",
                    StandardOpenOption.APPEND);

            user.type("run").exits(Exit.NEEDS_YOU);

            isComplete(100);
            assertThat(user.type("items --failed --values").exits(Exit.DONE).out())
                    .contains("field v (text)", "409600")
                    .contains("key field pk is empty")
                    .contains("key field pk is decimal, and the table's is text")
                    .contains("the mapped row lacks part of it");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoRowsOfOneKeyInOneBatchAreNeverBothTakenForWritten(boolean exclusive) throws Exception {
        try (FaultyDynamo proxy = proxy((operation, n) -> FaultyDynamo.NONE)) {
            plan(proxy, 20, exclusive, "row: { set: { id: \"${row.id % 10}\" } }");

            user.type("run").exits(Exit.NEEDS_YOU);

            assertThat(dynamo.client()
                            .scan(scan -> scan.tableName(table).consistentRead(true))
                            .count())
                    .isEqualTo(10);
            assertThat(user.type("items --failed --values").out().lines().filter(line -> line.startsWith("    id=")))
                    .filteredOn(line -> line.contains(exclusive ? "  quarantined " : "  conflict "))
                    .hasSize(10);
        }
    }
}
