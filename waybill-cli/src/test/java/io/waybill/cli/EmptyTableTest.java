package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.aws.testing.FaultyDynamo;
import io.waybill.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Rows that keep the keys of their table into a table that nothing else writes to: when it is looked at key by key, and when not. */
class EmptyTableTest {
    private static final int ROWS = 1_000;

    @TempDir
    Path folder;

    private final PostgresServer postgres = PostgresServer.shared();
    private final String database = postgres.newDatabase();
    private final DynamoLocal dynamo = DynamoLocal.shared();
    private final String table = dynamo.newTable("id", ScalarAttributeType.N);
    private final AtomicReference<String> denied = new AtomicReference<>("");
    private final FaultyDynamo proxy = FaultyDynamo.before(
            dynamo,
            (operation, n) -> operation.equals(denied.get())
                    ? new FaultyDynamo.Fault.Refused(
                            400, "AccessDeniedException", "User is not authorized to perform: dynamodb:" + operation)
                    : FaultyDynamo.NONE);
    private User user;

    @BeforeEach
    void makeRows() throws Exception {
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        postgres.execute(
                database,
                "CREATE TABLE people (id bigint PRIMARY KEY, name text);"
                        + " INSERT INTO people SELECT i, 'name ' || i FROM pg_catalog.generate_series(1, " + ROWS
                        + ") i");
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private void plan(String more) throws Exception {
        Files.writeString(folder.resolve("waybill.yaml"), """
                waybill: 1
                name: load
                verify: off
                stores:
                  pg: postgresql://postgres@%s:%d/%s
                  cloud: { type: dynamodb, region: us-east-1, endpoint: "%s", keys: LOCAL }
                moves:
                  - { from: "pg:people", to: "cloud:%s", exclusive: true, %s }
                """.formatted(
                        postgres.host(), postgres.port(), database, proxy.endpoint(), table, more));
    }

    private void theirs(int id) {
        dynamo.client()
                .putItem(put -> put.tableName(table)
                        .item(Map.of(
                                "id",
                                AttributeValue.fromN(Integer.toString(id)),
                                "name",
                                AttributeValue.fromS("theirs"))));
    }

    private List<String> names() {
        return dynamo.client().scanPaginator(scan -> scan.tableName(table)).items().stream()
                .map(item -> Objects.requireNonNull(item.get("id")).n() + " "
                        + Objects.requireNonNull(item.get("name")).s())
                .toList();
    }

    @Test
    void oneThatIsEmptyIsLookedAtOnce() throws Exception {
        plan("limits: { batch: 100 }");

        assertThat(user.type("run").exits(Exit.DONE).out()).contains("1000 written");

        assertThat(proxy.count("Scan")).isEqualTo(1);
        assertThat(proxy.count("BatchGetItem")).isZero();
        assertThat(proxy.count("BatchWriteItem")).isEqualTo(ROWS / 25);
        assertThat(names()).hasSize(ROWS);
        assertThat(user.type("verify").exits(Exit.DONE).out()).contains("1000 same");
        user.type("rollback r1 --yes=r1").exits(Exit.DONE);
        assertThat(names()).isEmpty();
    }

    @Test
    void inOneThatIsNotEmptyNothingIsOverwritten() throws Exception {
        theirs(7);
        plan("limits: { batch: 100 }");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("999 written", "1 conflict");

        assertThat(proxy.count("BatchGetItem")).isPositive();
        assertThat(names()).hasSize(ROWS).contains("7 theirs");
    }

    @Test
    void theRestOfARunThatWasStoppedIsLookedFor() throws Exception {
        plan("limits: { batch: 100 }");
        user.type("run --limit 300").exits(Exit.DONE);
        theirs(1_000);

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("999 written", "1 conflict");

        assertThat(names()).hasSize(ROWS).contains("1000 theirs");
    }

    @Test
    void rowsThatGetOtherKeysAreLookedForThoughItWasEmpty() throws Exception {
        plan("limits: { batch: 50, parallel: 1 }, row: { set: { id: \"${row.id <= 900 ? row.id : row.id - 900}\" } }");

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out())
                .containsPattern("900 written, 100 (conflict|quarantined)");

        assertThat(names()).hasSize(900).allMatch(name -> name.matches("([0-9]+) name \\1"));
    }

    @Test
    void rowsOfTablesThatInheritMayHaveOneKeyAndAreLookedFor() throws Exception {
        postgres.execute(
                database, "CREATE TABLE old_people () INHERITS (people); INSERT INTO old_people VALUES (7, 'old')");
        plan("limits: { batch: 1, parallel: 1 }");

        user.type("run").exits(Exit.NEEDS_YOU);

        assertThat(proxy.count("BatchGetItem")).isPositive();
        assertThat(names()).hasSizeBetween(ROWS - 1, ROWS);
    }

    @Test
    void anotherKeyThanThatByWhichRowsAreReadIsLookedFor() throws Exception {
        postgres.execute(
                database,
                "ALTER TABLE people RENAME COLUMN id TO old_id; ALTER TABLE people ADD COLUMN id bigint;"
                        + " UPDATE people SET id = old_id + 5; ALTER TABLE people ALTER COLUMN id SET NOT NULL, ADD UNIQUE (id)");
        plan("key: id, limits: { batch: 100 }");

        user.type("run").exits(Exit.DONE);

        assertThat(proxy.count("BatchGetItem")).isPositive();
        assertThat(names()).hasSize(ROWS);
    }

    @Test
    void whoMayNotScanTheTargetIsNotHeldUp() throws Exception {
        plan("limits: { batch: 100 }");
        denied.set("Scan");

        user.type("run").exits(Exit.DONE);

        assertThat(proxy.count("BatchGetItem")).isPositive();
        assertThat(names()).hasSize(ROWS);
    }

    @Test
    void rowsOfAFileMayHaveOneKeyAndAreLookedFor() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            lines.append("{\"id\": ")
                    .append(i % (ROWS - 1))
                    .append(", \"name\": \"name ")
                    .append(i)
                    .append("\"}\n");
        }
        Files.writeString(folder.resolve("people.jsonl"), lines);
        plan("format: { key: id }, limits: { batch: 50, parallel: 1 }");
        String text = Files.readString(folder.resolve("waybill.yaml"));
        Files.writeString(
                folder.resolve("waybill.yaml"),
                text.replace("  pg:", "  disk: .\n  pg:").replace("pg:people", "disk:people.jsonl"));

        assertThat(user.type("run").exits(Exit.NEEDS_YOU).out()).contains("998 written, 2 quarantined");

        assertThat(proxy.count("BatchGetItem")).isPositive();
        assertThat(names()).hasSize(ROWS - 2);
    }
}
