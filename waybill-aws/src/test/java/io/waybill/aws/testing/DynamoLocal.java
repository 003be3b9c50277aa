package io.waybill.aws.testing;

import io.waybill.testing.ServerJvm;
import java.io.Closeable;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * DynamoDB Local, in memory. It takes any keys, never throttles, and leaves nothing unprocessed. Each test makes tables of its
 * own. Safe for many threads.
 */
public final class DynamoLocal implements Closeable {
    public static final String REGION = "us-east-1";
    public static final String ACCESS_KEY_ID = "local";
    public static final String SECRET_ACCESS_KEY = "local-secret";

    private static final AtomicInteger TABLES = new AtomicInteger();

    private final ServerJvm jvm;
    private final DynamoDbClient client;
    private final boolean shared;

    private DynamoLocal(ServerJvm jvm, boolean shared) {
        this.jvm = jvm;
        this.shared = shared;
        this.client = DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + jvm.port()))
                .region(Region.of(REGION))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY_ID, SECRET_ACCESS_KEY)))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
    }

    /** Starts one of its own, with its log in the folder. */
    public static DynamoLocal start(Path folder) {
        return start(folder, false);
    }

    private static DynamoLocal start(Path folder, boolean shared) {
        ServerJvm jvm = ServerJvm.start(
                "dynamodb-local",
                "software.amazon.dynamodb.services.local.main.ServerRunner",
                folder,
                List.of("-Xmx1g", "-XX:+UseSerialGC"),
                port -> List.of("-inMemory", "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port)));
        return new DynamoLocal(jvm, shared);
    }

    /** The one that tests of this JVM share; started on first use, ended with the JVM. */
    public static DynamoLocal shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final DynamoLocal SERVER = start(TestFolders.fresh("dynamodb-local"), true);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + jvm.port());
    }

    /** A client of the SDK, for making and looking at tables past our own code. */
    public DynamoDbClient client() {
        return client;
    }

    /** Makes an empty table that no other test has; answers its name. */
    public String newTable(String partitionKey, ScalarAttributeType type) {
        String name = "table-" + TABLES.incrementAndGet();
        createTable(name, new LinkedHashMap<>(Map.of(partitionKey, type)));
        return name;
    }

    /** Makes an empty table with a partition key and a sort key. */
    public String newTable(
            String partitionKey, ScalarAttributeType type, String sortKey, ScalarAttributeType sortType) {
        String name = "table-" + TABLES.incrementAndGet();
        Map<String, ScalarAttributeType> keys = new LinkedHashMap<>();
        keys.put(partitionKey, type);
        keys.put(sortKey, sortType);
        createTable(name, keys);
        return name;
    }

    /** Makes an empty table of this name; the first key is the partition key. */
    public void createTable(String name, Map<String, ScalarAttributeType> keys) {
        List<String> names = List.copyOf(keys.keySet());
        client.createTable(request -> request.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(names.stream()
                        .map(key -> KeySchemaElement.builder()
                                .attributeName(key)
                                .keyType(key.equals(names.get(0)) ? KeyType.HASH : KeyType.RANGE)
                                .build())
                        .toList())
                .attributeDefinitions(names.stream()
                        .map(key -> AttributeDefinition.builder()
                                .attributeName(key)
                                .attributeType(keys.get(key))
                                .build())
                        .toList()));
    }

    /** Store options of a plan for this service; the keys come from {@link #environment}. */
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("region", REGION);
        options.put("endpoint", endpoint().toString());
        options.put("keys", "LOCAL");
        return options;
    }

    /** The environment variables that {@link #options} names. */
    public static Map<String, String> environment() {
        return Map.of("LOCAL_ACCESS_KEY_ID", ACCESS_KEY_ID, "LOCAL_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
    }

    /** The URL of this service for a plan. */
    public String url() {
        return "dynamodb://" + REGION + "?endpoint=" + endpoint() + "&keys=LOCAL";
    }

    /** The shared one is left running; the JVM ends it. */
    @Override
    public void close() {
        if (!shared) {
            client.close();
            jvm.close();
        }
    }
}
