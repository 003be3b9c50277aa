package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.aws.testing.FaultyDynamo;
import io.waybill.aws.testing.FaultyDynamo.Fault;
import io.waybill.value.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** What a dry run and a plan say of a DynamoDB table beforehand, against what the service says afterwards. */
class TableCapacityTest {
    private static final List<String> WRITES =
            List.of("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems");

    @TempDir
    Path folder;

    private final DynamoTables tables = new DynamoTables();
    private final String table = tables.server().newTable("id", ScalarAttributeType.N);
    private User user;

    @BeforeEach
    void makeRows() throws Exception {
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        StringBuilder rows = new StringBuilder();
        for (int id = 0; id < 60; id++) {
            rows.append("{\"id\": ")
                    .append(id)
                    .append(", \"text\": \"")
                    .append("x".repeat(id * 100))
                    .append("\"}\n");
        }
        Files.writeString(folder.resolve("rows.jsonl"), rows);
    }

    private void plan(FaultyDynamo proxy, String move) throws Exception {
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: load
                stores:
                  disk: .
                  cloud: { type: dynamodb, region: us-east-1, endpoint: "%s", keys: LOCAL, write_capacity: 1000000 }
                moves:
                  - name: rows
                %s""".formatted(
                proxy.endpoint(), move.replace("TABLE", "cloud:" + table).indent(4)));
    }

    /** The dry run's units, and that the run then takes as many. */
    private long forecast(String move) throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(tables.server(), (operation, n) -> FaultyDynamo.NONE)) {
            plan(proxy, move);
            User.Ran dry = user.type("run --dry-run --json").exits(Exit.DONE);
            Value document = dry.lines().stream()
                    .filter(line -> line.values().containsKey("moves"))
                    .findFirst()
                    .orElseThrow();
            Value first =
                    ((Value.ListOf) User.field(document, "moves")).values().get(0);
            assertThat(User.field(first, "cost_units")).isEqualTo(Value.of("write capacity units"));
            assertThat(WRITES.stream().mapToDouble(proxy::consumed).sum()).isZero();
            long units = ((Value.Int) User.field(first, "cost")).value().longValueExact();
            assertThat(user.type("run --dry-run").exits(Exit.DONE).out())
                    .contains("takes " + units + " write capacity units");

            user.type("run --yes").exits(Exit.DONE);

            assertThat(WRITES.stream().mapToDouble(proxy::consumed).sum()).isEqualTo((double) units);
            return units;
        }
    }

    private static final String LOAD = """
            from: disk:rows.jsonl
            to: TABLE
            format: { key: id }
            """;

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aDryRunKnowsTheUnitsOfNewItems(boolean exclusive) throws Exception {
        assertThat(forecast(LOAD + "exclusive: " + exclusive + "\n")).isBetween(180L, 220L);
    }

    @Test
    void aDryRunKnowsTheUnitsOfReplacedItems() throws Exception {
        tables.put(table, "{\"id\": 3, \"text\": \"" + "y".repeat(50_000) + "\"}");
        tables.put(table, "{\"id\": 59, \"text\": \"small\"}");

        assertThat(forecast(LOAD + "exists: replace\n")).isBetween(225L, 275L);
    }

    @Test
    void aDryRunKnowsTheUnitsOfTransactions() throws Exception {
        String other = tables.server().newTable("id", ScalarAttributeType.N);

        long units = forecast(LOAD + "with:\n  - put: cloud:" + other + "\n    only: { id: \"${row.id}\" }\n");

        assertThat(units).isBetween(480L, 560L);
    }

    @Test
    void aDryRunKnowsTheUnitsOfAnEditInPlace() throws Exception {
        for (int id = 0; id < 10; id++) {
            tables.put(table, "{\"id\": " + id + ", \"text\": \"" + "y".repeat(id * 500) + "\"}");
        }

        assertThat(
                        forecast(
                                "from: TABLE\nto: TABLE\nwhere: '!has(row.size)'\nrow: { set: { size: \"${size(row.text)}\" } }\n"))
                .isBetween(25L, 35L);
    }

    @Test
    @SuppressWarnings("unchecked") // the client's own list of builders
    void aPlanSaysWhatIsKnownOfItsTargetTables() throws Exception {
        tables.server()
                .client()
                .createTable(request -> request.tableName("provisioned-" + table)
                        .attributeDefinitions(
                                attribute -> attribute.attributeName("id").attributeType(ScalarAttributeType.N))
                        .keySchema(key -> key.attributeName("id").keyType("HASH"))
                        .provisionedThroughput(
                                capacity -> capacity.readCapacityUnits(7L).writeCapacityUnits(9L)));
        try (FaultyDynamo proxy = FaultyDynamo.before(tables.server(), (operation, n) -> FaultyDynamo.NONE)) {
            plan(proxy, LOAD);
            assertThat(user.type("plan").exits(Exit.DONE).all())
                    .contains("cloud:" + table
                            + ": point-in-time recovery unknown (the service does not say), capacity on demand");
            plan(proxy, LOAD.replace("TABLE", "cloud:provisioned-" + table));
            Value notes = user.type("plan --json").exits(Exit.DONE).value("notes");
            assertThat(String.valueOf(notes)).contains("capacity of 7 read and 9 write units a second");
        }
    }

    @ParameterizedTest
    @CsvSource({"ENABLED, on", "DISABLED, off"})
    void aPlanSaysWhetherATableCanBeRecovered(String status, String said) throws Exception {
        String answer = "{\"ContinuousBackupsDescription\": {\"ContinuousBackupsStatus\": \"ENABLED\","
                + " \"PointInTimeRecoveryDescription\": {\"PointInTimeRecoveryStatus\": \"" + status + "\"}}}";
        try (FaultyDynamo proxy = FaultyDynamo.before(
                tables.server(),
                (operation, n) -> operation.equals("DescribeContinuousBackups")
                        ? new Fault.Answered(answer)
                        : FaultyDynamo.NONE)) {
            plan(proxy, LOAD);
            assertThat(user.type("plan").exits(Exit.DONE).all()).contains("point-in-time recovery " + said + ",");
        }
        try (FaultyDynamo proxy = FaultyDynamo.before(
                tables.server(),
                (operation, n) -> operation.equals("DescribeContinuousBackups")
                        ? new Fault.Refused(400, "AccessDeniedException", "no")
                        : FaultyDynamo.NONE)) {
            plan(proxy, LOAD);
            assertThat(user.type("plan").all())
                    .contains("point-in-time recovery unknown (the keys may not ask for it)");
        }
    }

    @Test
    void aServiceThatAnswersNothingSaysNothingOfRecovery() throws Exception {
        try (FaultyDynamo proxy = FaultyDynamo.before(
                tables.server(),
                (operation, n) ->
                        operation.equals("DescribeContinuousBackups") ? new Fault.Answered("{}") : FaultyDynamo.NONE)) {
            plan(proxy, LOAD);
            assertThat(user.type("plan").exits(Exit.DONE).all())
                    .contains("point-in-time recovery unknown (the service does not say)");
        }
    }
}
