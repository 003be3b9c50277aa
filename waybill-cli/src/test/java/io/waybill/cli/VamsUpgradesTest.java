package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.aws.testing.DynamoLocal;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The example plans that give DynamoDB tables another shape, on rows of our own. */
class VamsUpgradesTest {
    private static final String SHAPES = "docs/examples/vams-2.3-to-2.4.yaml";
    private static final String KEYS = "docs/examples/vams-2.4-to-2.5.yaml";

    @TempDir
    Path folder;

    private final DynamoTables tables = new DynamoTables();
    private final Map<String, String> sets = new LinkedHashMap<>();
    private User user;

    @BeforeEach
    void makeUser() {
        user = new User(folder);
        DynamoLocal.environment().forEach(user::env);
        user.env("AWS_REGION", DynamoLocal.REGION);
        sets.put("stores.db.endpoint", tables.server().endpoint().toString());
        sets.put("stores.db.keys", "LOCAL");
    }

    private void table(String name, String partition, String sort) {
        sets.put(name, tables.server().newTable(partition, ScalarAttributeType.S, sort, ScalarAttributeType.S));
    }

    private String at(String name) {
        return String.valueOf(sets.get(name));
    }

    private void put(String name, String json) {
        tables.put(at(name), json.replace('\'', '"'));
    }

    private User.Ran type(String plan, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-f", Project.root().resolve(plan).toString(), "--ledger", "ledger.db"));
        sets.forEach((name, value) -> all.addAll(List.of("--set", name + "=" + value)));
        return user.run(all.toArray(String[]::new));
    }

    /** Every item of these tables. */
    private Map<String, List<Map<String, AttributeValue>>> raw(String... names) {
        Map<String, List<Map<String, AttributeValue>>> all = new LinkedHashMap<>();
        for (String name : names) {
            all.put(name, tables.raw(at(name)));
        }
        return all;
    }

    private void isAsBefore(Map<String, List<Map<String, AttributeValue>>> before) {
        before.forEach(
                (name, items) -> assertThat(tables.raw(at(name))).as(name).containsExactlyInAnyOrderElementsOf(items));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> item(Map<String, Object> all, String key) {
        assertThat(all).containsKey(key);
        return (Map<String, Object>) Objects.requireNonNull(all.get(key));
    }

    private static Map<String, Object> of(Object... fields) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put(String.valueOf(fields[i]), fields[i + 1]);
        }
        return map;
    }

    // 2.3 to 2.4

    private void oldShapes() {
        table("auth", "entityType", "sk");
        sets.put("constraints", tables.server().newTable("constraintId", ScalarAttributeType.S));
        table("old_metadata", "databaseId", "assetId");
        table("metadata", "metadataKey", "databaseId:assetId:filePath");
        table("old_schemas", "databaseId", "field");
        table("schemas", "metadataSchemaId", "databaseId:metadataEntityType");
        put("auth", "{'entityType': 'role', 'sk': 'role#a', 'name': 'not moved'}");
        put(
                "auth",
                "{'entityType': 'constraint', 'sk': 'constraint#c1', 'constraintId': 'c1', 'name': 'n', 'description': 'd',"
                        + " 'objectType': 'asset', 'criteriaAnd': [{'value': 'x', 'field': 'f', 'n': 1.50}],"
                        + " 'groupPermissions': [{'groupId': 'g', 'permission': 'GET'}, {'groupId': 'g', 'permission': 'PUT'},"
                        + " {'groupId': 'h', 'permission': 'GET'}],"
                        + " 'userPermissions': [{'userId': 'u', 'permission': 'GET'}, {'userId': '', 'permission': 'GET'}]}");
        put(
                "auth",
                "{'entityType': 'constraint', 'sk': 'constraint#c2', 'constraintId': 'c2', 'name': 'n',"
                        + " 'objectType': 'tag', 'criteriaOr': [], 'extra': 'kept'}");
        put(
                "old_metadata",
                "{'databaseId': 'db', 'assetId': 'a', '_asset_type': '.glb', 'Colour': 'red', 'Number': 1.50, 'Yes': true,"
                        + " 'List': ['x', 2], 'Map': {'b': 1, 'a': null}, 'Empty': '', 'Nothing': null}");
        put("old_metadata", "{'databaseId': 'db', 'assetId': '/a/sub dir/f.glb', 'Colour': 'blue'}");
        put("old_metadata", "{'databaseId': 'db', 'assetId': '/bare', 'Colour': 'green'}");
        put("old_metadata", "{'databaseId': 'db', 'assetId': 'plain'}");
        put(
                "old_schemas",
                "{'databaseId': 'db', 'field': 'B', 'dataType': 'textarea', 'sequenceNumber': 1, 'required': true}");
        put(
                "old_schemas",
                "{'databaseId': 'db', 'field': 'A', 'dataType': 'inline-controlled-list', 'sequenceNumber': 2,"
                        + " 'inlineControlledListValues': 'x, y,,z ', 'dependsOn': ['B']}");
        put(
                "old_schemas",
                "{'databaseId': 'db', 'field': 'C', 'dataType': 'location', 'sequenceNumber': 10, 'dependsOn': [],"
                        + " 'latitudeField': '59.9', 'longitudeField': 'lon', 'zoomLevelField': '-3'}");
        put("old_schemas", "{'databaseId': 'db', 'field': 'D', 'dataType': 'controlled-list', 'sequenceNumber': 11}");
        put("old_schemas", "{'databaseId': 'other', 'field': 'E', 'dataType': 'number'}");
    }

    @Test
    void constraintsFanOutOncePerGroupAndUser() {
        oldShapes();

        type(SHAPES, "run").exits(Exit.DONE);

        Map<String, Object> made = tables.all(at("constraints"), "constraintId");
        assertThat(made).containsOnlyKeys("c1#group#g", "c1#group#h", "c1#user#u", "c2");
        assertThat(item(made, "c1#group#g"))
                .containsEntry("groupId", "g")
                .containsEntry("objectType", "asset")
                .containsEntry("description", "d")
                .containsEntry("criteriaAnd", "[{\"field\":\"f\",\"n\":1.5,\"value\":\"x\"}]")
                .containsEntry("criteriaOr", "[]")
                .containsEntry(
                        "userPermissions",
                        "[{\"permission\":\"GET\",\"userId\":\"u\"},{\"permission\":\"GET\",\"userId\":\"\"}]")
                .containsEntry("createdBy", "MIGRATION")
                .doesNotContainKeys("userId", "sk", "entityType");
        assertThat(item(made, "c1#user#u")).containsEntry("userId", "u").doesNotContainKey("groupId");
        assertThat(item(made, "c2"))
                .containsEntry("extra", "kept")
                .containsEntry("groupPermissions", "[]")
                .doesNotContainKeys("userId", "groupId");
    }

    @Test
    void everyAttributeOfWhateverKindBecomesAnItem() {
        oldShapes();

        type(SHAPES, "run").exits(Exit.DONE);

        Map<String, Object> made = tables.all(at("metadata"), "databaseId:assetId:filePath", "metadataKey");
        assertThat(made)
                .containsOnlyKeys(
                        "db:a:sub dir/f.glb/Colour",
                        "db:bare:/Colour",
                        "db:a:/" + "/Colour",
                        "db:a:/" + "/Number",
                        "db:a:/" + "/Yes",
                        "db:a:/" + "/List",
                        "db:a:/" + "/Map");
        assertThat(item(made, "db:a:sub dir/f.glb/Colour"))
                .isEqualTo(of(
                        "metadataKey",
                        "Colour",
                        "databaseId:assetId:filePath",
                        "db:a:sub dir/f.glb",
                        "databaseId:assetId",
                        "db:a",
                        "metadataValue",
                        "blue",
                        "metadataValueType",
                        "string"));
        Map<String, String> expected = Map.of(
                "Colour", "string red",
                "Number", "number 1.5",
                "Yes", "boolean true",
                "List", "json [\"x\",2]",
                "Map", "json {\"a\":null,\"b\":1}");
        expected.forEach((name, value) -> {
            Map<String, Object> item = item(made, "db:a://" + name);
            assertThat(item.get("metadataValueType") + " " + item.get("metadataValue"))
                    .isEqualTo(value);
        });
    }

    @Test
    void theFieldsOfADatabaseBecomeOneSchema() {
        oldShapes();

        type(SHAPES, "run").exits(Exit.DONE);

        Map<String, Object> made = tables.all(at("schemas"), "databaseId");
        assertThat(made).containsOnlyKeys("db", "other");
        assertThat(tables.raw(at("schemas"))).hasSize(2);
        assertThat(item(made, "db"))
                .containsEntry("databaseId:metadataEntityType", "db:assetMetadata")
                .containsEntry("enabled", true)
                .containsEntry(
                        "fields",
                        "{\"fields\":["
                                + "{\"metadataFieldKeyName\":\"B\",\"metadataFieldValueType\":\"multiline_string\","
                                + "\"required\":true,\"sequence\":1},"
                                + "{\"controlledListKeys\":[\"x\",\"y\",\"z\"],\"dependsOnFieldKeyName\":[\"B\"],"
                                + "\"metadataFieldKeyName\":\"A\",\"metadataFieldValueType\":\"inline_controlled_list\","
                                + "\"required\":false,\"sequence\":2},"
                                + "{\"defaultMetadataFieldValue\":\"{\\\"alt\\\":-3,\\\"lat\\\":59.9,\\\"long\\\":0}\","
                                + "\"metadataFieldKeyName\":\"C\",\"metadataFieldValueType\":\"lla\","
                                + "\"required\":false,\"sequence\":10}]}");
        assertThat(String.valueOf(item(made, "other").get("fields")))
                .contains("\"E\"")
                .doesNotContain("sequence");
    }

    @Test
    void aFieldOfAnUnknownTypeIsNamedAndTheOtherDatabasesGoOn() {
        oldShapes();
        put("old_schemas", "{'databaseId': 'db', 'field': 'F', 'dataType': 'hologram'}");

        type(SHAPES, "run").exits(Exit.NEEDS_YOU);

        assertThat(tables.all(at("schemas"), "databaseId")).containsOnlyKeys("other");
        assertThat(type(SHAPES, "items", "--failed").exits(Exit.DONE).out())
                .contains("no translation for \"hologram\"");
    }

    @Test
    void aSecondRunOfTheNewShapesChangesNothingAndARollbackEmptiesTheTables() {
        oldShapes();
        Map<String, List<Map<String, AttributeValue>>> before =
                raw("auth", "constraints", "old_metadata", "metadata", "old_schemas", "schemas");

        type(SHAPES, "run").exits(Exit.DONE);
        Map<String, List<Map<String, AttributeValue>>> made = raw("constraints", "metadata", "schemas");
        type(SHAPES, "verify").exits(Exit.DONE);
        type(SHAPES, "run").exits(Exit.DONE);
        isAsBefore(made);

        type(SHAPES, "rollback", "r1", "--yes=r1").exits(Exit.DONE);
        isAsBefore(before);
    }

    // 2.4 to 2.5

    @SuppressWarnings("unchecked") // the client's own list of builders
    private void oldKeys() {
        table("old_versions", "assetId", "assetVersionId");
        table("versions", "databaseId:assetId", "assetVersionId");
        table("old_file_versions", "assetId:assetVersionId", "fileKey");
        table("file_versions", "databaseId:assetId:assetVersionId", "fileKey");
        table("metadata_versions", "databaseId:assetId:assetVersionId", "type:filePath:metadataKey");
        sets.put("assets", "assets-" + folder.getFileName());
        tables.server()
                .client()
                .createTable(request -> request.tableName(at("assets"))
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(text("databaseId"), text("assetId"))
                        .keySchema(key("databaseId", KeyType.HASH), key("assetId", KeyType.RANGE))
                        .globalSecondaryIndexes(index -> index.indexName("assetIdGSI")
                                .keySchema(key("assetId", KeyType.HASH), key("databaseId", KeyType.RANGE))
                                .projection(projection -> projection.projectionType(ProjectionType.ALL))));
        put("assets", "{'databaseId': 'db', 'assetId': 'a'}");
        put("assets", "{'databaseId': 'db', 'assetId': 'odd:id'}");
        put("assets", "{'databaseId': 'gone#deleted', 'assetId': 'old'}");
        put("assets", "{'databaseId': 'one', 'assetId': 'twice'}");
        put("assets", "{'databaseId': 'two', 'assetId': 'twice'}");
        for (String asset : List.of("a", "odd:id", "old", "twice", "orphan")) {
            put("old_versions", "{'assetId': '" + asset + "', 'assetVersionId': '1', 'n': 1.5}");
            put(
                    "old_file_versions",
                    "{'assetId:assetVersionId': '" + asset + ":1', 'fileKey': 'f', 'size': 7, 'isPermanent': true}");
        }
        put(
                "metadata_versions",
                "{'databaseId:assetId:assetVersionId': 'db:odd:id:1', 'type:filePath:metadataKey': 'm', 'v': 1}");
        put(
                "metadata_versions",
                "{'databaseId:assetId:assetVersionId': 'db:a:1', 'type:filePath:metadataKey': 'm',"
                        + " 'databaseId:assetId': 'set by somebody'}");
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    @Test
    void versionsGetKeysThatBeginWithTheirDatabase() {
        oldKeys();

        type(KEYS, "run", "--yes").exits(Exit.NEEDS_YOU);

        Map<String, Object> versions = tables.all(at("versions"), "databaseId:assetId", "assetVersionId");
        assertThat(versions).containsOnlyKeys("db:a/1", "db:odd:id/1", "gone#deleted:old/1");
        assertThat(item(versions, "db:a/1"))
                .isEqualTo(of(
                        "databaseId:assetId",
                        "db:a",
                        "databaseId",
                        "db",
                        "assetId",
                        "a",
                        "assetVersionId",
                        "1",
                        "n",
                        new BigDecimal("1.5")));
        Map<String, Object> files = tables.all(at("file_versions"), "databaseId:assetId:assetVersionId", "fileKey");
        assertThat(files).containsOnlyKeys("db:a:1/f", "db:odd:id:1/f", "gone#deleted:old:1/f");
        assertThat(item(files, "db:odd:id:1/f"))
                .isEqualTo(of(
                        "databaseId:assetId:assetVersionId",
                        "db:odd:id:1",
                        "databaseId:assetId",
                        "db:odd:id",
                        "fileKey",
                        "f",
                        "size",
                        new BigDecimal("7"),
                        "isPermanent",
                        true));
    }

    @Test
    void orphansAndIdsOfSeveralDatabasesAreNamed() {
        oldKeys();

        type(KEYS, "run", "--yes").exits(Exit.NEEDS_YOU);

        String said =
                type(KEYS, "items", "--failed", "--values").exits(Exit.DONE).out();
        assertThat(said)
                .contains("lookup asset: no row of db:" + at("assets") + " has assetId orphan")
                .contains("lookup asset: 2 rows of db:" + at("assets") + " have assetId twice");
    }

    @Test
    void onlyWhatIsMissingIsFilledIn() {
        oldKeys();

        type(KEYS, "run", "--yes").exits(Exit.NEEDS_YOU);

        Map<String, Object> filled = tables.all(at("metadata_versions"), "databaseId:assetId:assetVersionId");
        assertThat(item(filled, "db:odd:id:1"))
                .containsEntry("databaseId:assetId", "db:odd:id")
                .containsEntry("v", new BigDecimal("1"));
        assertThat(item(filled, "db:a:1")).containsEntry("databaseId:assetId", "set by somebody");
    }

    @Test
    void aSecondRunOfTheNewKeysChangesNothingAndARollbackGivesBackEachItem() {
        oldKeys();
        Map<String, List<Map<String, AttributeValue>>> before =
                raw("versions", "file_versions", "metadata_versions", "old_versions", "old_file_versions");

        type(KEYS, "run", "--yes").exits(Exit.NEEDS_YOU);
        Map<String, List<Map<String, AttributeValue>>> made = raw("versions", "file_versions", "metadata_versions");
        type(KEYS, "run", "--yes");
        isAsBefore(made);

        type(KEYS, "rollback", "r1", "--yes=r1").exits(Exit.DONE);
        isAsBefore(before);
    }
}
