package io.waybill.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.ledger.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * Kills a child process while it edits a DynamoDB table in place and splits records off; then the same commands must put
 * everything right, and a rollback gives back every item as it was. The build takes one point of each verb, {@code -Pcrash} all.
 */
class EditCrashTest {
    private static final int ROWS = 150;

    @TempDir
    Path folder;

    private final DynamoLocal dynamo = DynamoLocal.shared();

    static Stream<Arguments> points() {
        List<Arguments> all = new ArrayList<>();
        for (String point : List.of(
                "after-write-before-evidence",
                "before-intent",
                "after-intent",
                "before-write",
                "before-evidence",
                "ledger-after-commit")) {
            all.add(Arguments.of("run", point, point.endsWith("intent") ? 1 : 2));
        }
        for (String point : List.of("after-undo-before-evidence", "before-undo", "ledger-before-commit")) {
            all.add(Arguments.of("rollback", point, 3));
        }
        boolean every = "all".equals(System.getProperty("waybill.crash"));
        return every ? all.stream() : Stream.of(all.get(0), all.get(6));
    }

    @ParameterizedTest(name = "{0} dies at {1}, time {2}")
    @MethodSource("points")
    void putsEveryItemRightAfterDyingAt(String verb, String point, int nth) throws Exception {
        String assets = dynamo.newTable("id", ScalarAttributeType.S);
        String versions = dynamo.newTable("id", ScalarAttributeType.S, "version", ScalarAttributeType.S);
        for (int i = 0; i < ROWS; i++) {
            Map<String, AttributeValue> item = new LinkedHashMap<>();
            item.put("id", AttributeValue.fromS("a" + i));
            item.put("version", AttributeValue.fromS("v" + i % 7));
            item.put("tags", AttributeValue.fromSs(List.of("x", "y" + i)));
            item.put("n", AttributeValue.fromN("1." + i));
            dynamo.client().putItem(put -> put.tableName(assets).item(item));
        }
        Path plan = folder.resolve("waybill.yaml");
        Files.writeString(plan, """
                waybill: 1
                name: edits
                stores:
                  db: { type: dynamodb, region: %s, endpoint: "%s", keys: LOCAL }
                limits: { batch: 20, parallel: 3, retries: 4 }
                moves:
                  - from: db:%s
                    to: db:%s
                    where: "!has(row.current)"
                    row: { set: { current: "${row.version}" }, drop: [version] }
                    with:
                      - put: db:%s
                        only: { id: "${source.id}", version: "${source.version}" }
                """.formatted(DynamoLocal.REGION, dynamo.endpoint(), assets, assets, versions));
        List<Map<String, AttributeValue>> before = items(assets);
        if (verb.equals("rollback")) {
            CrashChild.migration(plan).run(RunOptions.ALL);
        }

        int exit = CrashPlace.start(folder, plan, verb, point, nth).waitFor();

        assertThat(exit).as(Files.readString(folder.resolve("child.log"))).isEqualTo(CrashChild.DIED);
        if (verb.equals("run")) {
            RunReport report = CrashChild.migration(plan).run(RunOptions.ALL);
            assertThat(report.finished()).isTrue();
            assertThat(report.balanced()).isTrue();
            assertThat(report.needYou()).isZero();
            assertThat(items(versions)).hasSize(ROWS);
            assertThat(items(assets))
                    .hasSize(ROWS)
                    .allSatisfy(item -> assertThat(item).containsKey("current").doesNotContainKey("version"));
        }
        RollbackReport back = CrashChild.migration(plan).rollback(1, Selector.ALL);
        assertThat(back.keepItems()).as(String.join("\n", back.reasons())).isZero();
        assertThat(items(assets)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(items(versions)).isEmpty();
    }

    private List<Map<String, AttributeValue>> items(String table) {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        dynamo.client()
                .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
                .items()
                .forEach(items::add);
        return items;
    }
}
