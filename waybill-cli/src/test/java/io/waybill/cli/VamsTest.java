package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.store.Failpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The example plans that change DynamoDB tables in place, on rows of our own. */
class VamsTest {
    private static final String SPLIT = "docs/examples/vams-2.2-to-2.3.yaml";

    @TempDir
    Path folder;

    private final DynamoTables tables = new DynamoTables();
    private String assets = "";
    private String versions = "";
    private User user;

    @BeforeEach
    void makeTables() {
        assets = tables.server().newTable("databaseId", ScalarAttributeType.S, "assetId", ScalarAttributeType.S);
        versions = tables.server().newTable("assetId", ScalarAttributeType.S, "assetVersionId", ScalarAttributeType.S);
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        user.env("AWS_REGION", DynamoLocal.REGION);
        put(
                "one",
                "'currentVersion': {'Version': '2', 'Comment': 'c', 'DateModified': 'May 01 2024'},"
                        + " 'isMultiFile': true, 'assetLocation': {'Key': 'one/a.glb'}");
        put(
                "two",
                "'currentVersion': {'Version': '1'}, 'previewLocation': {'Key': 'p.png'},"
                        + " 'assetLocation': {'Key': 'two/b.glb', 'Bucket': 'old'}, 'tags': ['x']");
        put("bare", "'assetLocation': {'Key': 'bare/c.glb'}");
    }

    private void put(String asset, String fields) {
        tables.put(assets, ("{'databaseId': 'db', 'assetId': '" + asset + "', " + fields + "}").replace('\'', '"'));
    }

    private User.Ran run(String verb, String plan) {
        return user.run(words(verb, plan, "--yes"));
    }

    private User.Ran rollback() {
        List<String> words = new ArrayList<>(List.of(words("rollback", SPLIT, "--yes=r1")));
        words.add("r1");
        return user.run(words.toArray(String[]::new));
    }

    private String[] words(String verb, String plan, String yes) {
        List<String> words = new ArrayList<>(List.of(
                verb,
                "-f",
                Project.root().resolve(plan).toString(),
                "--ledger",
                "ledger.db",
                "--set",
                "assets=" + assets,
                "--set",
                "versions=" + versions,
                "--set",
                "stores.db.endpoint=" + tables.server().endpoint(),
                "--set",
                "stores.db.keys=LOCAL",
                yes));
        if (plan.equals(SPLIT)) {
            words.addAll(List.of("--set", "bucket=new"));
        }
        return words.toArray(String[]::new);
    }

    @Test
    void splitsAVersionOffAndChangesTheAssetTogether() {
        run("run", SPLIT).exits(Exit.DONE);

        assertThat(tables.all(versions, "assetId", "assetVersionId")).containsOnlyKeys("one/2", "two/1");
        assertThat(tables.all(versions, "assetId", "assetVersionId").get("one/2"))
                .isEqualTo(Map.of(
                        "assetId", "one",
                        "assetVersionId", "2",
                        "isCurrentVersion", true,
                        "dateCreated", "May 01 2024",
                        "comment", "c",
                        "description", "",
                        "createdBy", "system",
                        "specifiedPipelines", List.of()));
        assertThat(tables.all(assets, "assetId").get("two"))
                .isEqualTo(Map.of(
                        "databaseId",
                        "db",
                        "assetId",
                        "two",
                        "currentVersionId",
                        "1",
                        "assetLocation",
                        Map.of("Key", "two/", "Bucket", "new"),
                        "previewLocation",
                        Map.of("Key", "p.png", "Bucket", "new"),
                        "tags",
                        List.of("x")));
        assertThat(tables.all(assets, "assetId").get("bare"))
                .isEqualTo(Map.of(
                        "databaseId", "db",
                        "assetId", "bare",
                        "assetLocation", Map.of("Key", "bare/", "Bucket", "new")));
        run("verify", SPLIT).exits(Exit.DONE);
    }

    @Test
    void aSecondRunChangesNothing() {
        run("run", SPLIT).exits(Exit.DONE);
        Map<String, Object> before = tables.all(assets, "assetId");
        Map<String, Object> records = tables.all(versions, "assetId", "assetVersionId");

        assertThat(run("run", SPLIT).exits(Exit.DONE).out()).doesNotContain("verified");

        assertThat(tables.all(assets, "assetId")).isEqualTo(before);
        assertThat(tables.all(versions, "assetId", "assetVersionId")).isEqualTo(records);
    }

    @Test
    void aRollbackGivesBackEachItemAsItWas() {
        List<Map<String, AttributeValue>> before = tables.raw(assets);
        run("run", SPLIT).exits(Exit.DONE);
        assertThat(tables.raw(assets)).isNotEqualTo(before);

        rollback().exits(Exit.DONE);

        assertThat(tables.raw(assets)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(tables.raw(versions)).isEmpty();
    }

    @Test
    void whatSomebodyChangesLaterIsKeptWhole() {
        run("run", SPLIT).exits(Exit.DONE);
        put("one", "'currentVersionId': '3', 'assetLocation': {'Key': 'elsewhere'}");

        assertThat(rollback().exits(Exit.NEEDS_YOU).out()).contains("changed by somebody else");

        assertThat(tables.all(versions, "assetId", "assetVersionId")).containsOnlyKeys("one/2");
        assertThat(String.valueOf(tables.all(assets, "assetId").get("two"))).contains("currentVersion={Version=1}");
    }

    @Test
    void aVersionRecordThatIsThereAlreadyLeavesTheAssetAlone() {
        tables.put(versions, "{\"assetId\": \"one\", \"assetVersionId\": \"2\", \"comment\": \"theirs\"}");

        run("run", SPLIT).exits(Exit.NEEDS_YOU);

        assertThat(String.valueOf(tables.all(assets, "assetId").get("one"))).contains("currentVersion={");
        assertThat(String.valueOf(
                        tables.all(versions, "assetId", "assetVersionId").get("one/2")))
                .contains("theirs");
        assertThat(String.valueOf(tables.all(assets, "assetId").get("two"))).contains("currentVersionId=1");
    }

    @Test
    void aRowThatIsReadWholeIsHeldWhole() throws Exception {
        Files.writeString(
                folder.resolve("waybill.yaml"), """
                waybill: 1
                name: counted
                stores: { db: { type: dynamodb, region: us-east-1, endpoint: "%s", keys: LOCAL } }
                moves:
                  - from: db:%s
                    to: db:%s
                    where: "!has(row.digest)"
                    row: { set: { digest: "${sha256(json(row))}" } }
                """.formatted(tables.server().endpoint(), assets, assets));
        AtomicBoolean once = new AtomicBoolean();
        Failpoint.arm(point -> {
            if (point.equals("before-write")) {
                synchronized (once) { // nobody writes before it is done
                    if (once.compareAndSet(false, true)) {
                        put("bare", "'assetLocation': {'Key': 'changed meanwhile'}");
                    }
                }
            }
        });
        try {
            user.type("run --yes").exits(Exit.NEEDS_YOU);
        } finally {
            Failpoint.arm(null);
        }

        Map<String, Object> now = tables.all(assets, "assetId");
        assertThat(String.valueOf(now.get("bare")))
                .contains("changed meanwhile")
                .doesNotContain("digest");
        assertThat(String.valueOf(now.get("one"))).contains("digest=");
    }

    @Test
    void everyOlderVersionBecomesARecord() {
        put(
                "many",
                "'currentVersion': {'Version': '3'}, 'versions': [{'Version': '1', 'Comment': 'a'},"
                        + " {'Version': '2', 'S3Version': 's'}]");

        run("run", "docs/examples/vams-every-version.yaml").exits(Exit.DONE);

        Map<String, Object> records = tables.all(versions, "assetId", "assetVersionId");
        assertThat(records).containsOnlyKeys("many/1", "many/2", "many/3", "one/2", "two/1");
        assertThat(records.get("many/2"))
                .isEqualTo(Map.of(
                        "assetId", "many",
                        "assetVersionId", "2",
                        "isCurrentVersion", false,
                        "comment", "",
                        "s3Version", "s",
                        "createdBy", "system"));
    }
}
