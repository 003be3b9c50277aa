package io.waybill.aws.dynamodb;

import io.waybill.aws.AwsAccess;
import io.waybill.store.Catalogued;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Filtering;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Location;
import io.waybill.store.Metered;
import io.waybill.store.Outcome;
import io.waybill.store.Predicate;
import io.waybill.store.Related;
import io.waybill.store.Remarked;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.StoreProvider.Settings;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * The DynamoDB tables of one region, or of one endpoint. Reads are consistent. Nothing is tried again in here, except that
 * what one call left unprocessed is asked for again a few times. Safe for many threads; all share the same limit on requests
 * under way.
 */
final class DynamoStore implements TableStore, Related, Catalogued, Filtering, Metered, Remarked {
    private static final int LONGEST_PARTITION_KEY = 2048;
    private static final int LONGEST_SORT_KEY = 1024;
    private static final Duration LONGEST_CONNECTING = Duration.ofSeconds(10);
    /** Connections for calls that do not go through the pool. */
    private static final int READERS = 64;

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final DynamoDbClient client;
    private final AwsCredentialsProvider credentials;
    private final ExecutorService pool;
    private final Location location;
    private final String identity;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private DynamoStore(
            DynamoDbClient client,
            AwsCredentialsProvider credentials,
            ExecutorService pool,
            Location location,
            String identity) {
        this.client = client;
        this.credentials = credentials;
        this.pool = pool;
        this.location = location;
        this.identity = identity;
    }

    static DynamoStore open(DynamoOptions options, Settings settings) throws StoreException {
        String region = AwsAccess.region(options.access(), settings);
        if (region == null && options.endpoint() == null) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot open store " + settings.name() + ": no region is known."
                            + " Give the option region or set AWS_REGION.");
        }
        String known = region == null ? "us-east-1" : region;
        AwsCredentialsProvider credentials = AwsAccess.credentials(options.access(), settings);
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .region(Region.of(known))
                .credentialsProvider(credentials)
                .httpClientBuilder(http(options))
                .overrideConfiguration(configuration -> {
                    configuration.retryStrategy(AwsRetryStrategy.doNotRetry());
                    if (options.reads() + options.writes() > 0) {
                        configuration.addExecutionInterceptor(new Capacity(options.reads(), options.writes()));
                    }
                });
        if (options.endpoint() != null) {
            builder.endpointOverride(options.endpoint());
        }
        ExecutorService pool = Executors.newFixedThreadPool(options.parallel(), work -> {
            Thread thread = new Thread(work, "dynamodb-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        String place = options.endpoint() == null ? known : options.endpoint().getAuthority();
        String identity = "dynamodb://" + known
                + (options.endpoint() == null ? "" : "?endpoint=" + options.endpoint()).toLowerCase(Locale.ROOT);
        return new DynamoStore(builder.build(), credentials, pool, new Location("dynamodb", place), identity);
    }

    private static Apache5HttpClient.Builder http(DynamoOptions options) {
        Duration connecting =
                options.timeout().compareTo(LONGEST_CONNECTING) < 0 ? options.timeout() : LONGEST_CONNECTING;
        return Apache5HttpClient.builder()
                .maxConnections(options.parallel() + READERS)
                .connectionAcquisitionTimeout(options.timeout())
                .connectionTimeout(connecting)
                .socketTimeout(options.timeout())
                // One that the service has closed meanwhile would leave a write's outcome unknown.
                .connectionMaxIdleTime(Duration.ofSeconds(5))
                .expectContinueEnabled(false)
                .tcpKeepAlive(true);
    }

    @Override
    public Location location() {
        return location;
    }

    /** Region and endpoint; which account it is cannot be known without asking. */
    @Override
    public String identity() {
        return identity;
    }

    @Override
    public Table table(String name) throws StoreException {
        return schema(name).table();
    }

    /** Those of the region that the keys may list. */
    @Override
    public List<String> tables() throws StoreException {
        return call(
                "Cannot list the tables of " + location,
                false,
                () -> client.listTablesPaginator().tableNames().stream()
                        .sorted()
                        .toList());
    }

    @Override
    public boolean isFasterUnconditionally() {
        return true;
    }

    /** Counted by the service every six hours or so; a count of zero says nothing yet. */
    @Override
    public long estimate(String name) throws StoreException {
        long items = schema(name).items();
        return items > 0 ? items : -1;
    }

    @Override
    public String units() {
        return "write capacity units";
    }

    @Override
    public long units(String table, @Nullable Row before, @Nullable Row after, boolean together) throws StoreException {
        Schema known = schemas.get(table);
        Schema schema = known == null ? schema(table) : known;
        return WriteUnits.of(schema.all(), before, after) * (together ? 2 : 1);
    }

    @Override
    public List<String> remarks(String table) throws StoreException {
        return DynamoRemarks.of(this, table);
    }

    @Override
    public boolean filters(String table, List<Predicate> conditions) throws StoreException {
        return DynamoFilter.takes(conditions);
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        return new DynamoOpened(this, what, schema(what.collection()));
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        return DynamoFind.find(this, keys);
    }

    @Override
    public Map<Row, List<Row>> related(String table, List<String> columns, Collection<Row> values)
            throws StoreException {
        return DynamoRelated.find(this, schema(table), columns, values);
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) {
        return new DynamoApply(this, effects).outcomes();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the same row needs no second wrapping
    public Content asStored(Content content) throws StoreException {
        if (content instanceof Content.RowContent row) {
            Row natural = NaturalForm.of(row.row(), location);
            return natural == row.row() ? row : new Content.RowContent(natural);
        } else if (content instanceof Content.RowPatch patch) {
            return new Content.RowPatch(NaturalForm.of(patch.set(), location), patch.drop());
        }
        return content;
    }

    @Override
    public String objection(ItemKey key) {
        if (!(key instanceof RowKey row)) {
            return "a table has rows, not files";
        }
        Schema schema = schemas.get(row.table());
        for (Map.Entry<String, Value> field : row.key().fields().entrySet()) {
            int most = schema != null && schema.key().indexOf(field.getKey()) == 1
                    ? LONGEST_SORT_KEY
                    : LONGEST_PARTITION_KEY;
            String objection = objection(field.getKey(), field.getValue(), most, schema);
            if (!objection.isEmpty()) {
                return objection;
            }
        }
        return "";
    }

    private String objection(String name, Value value, int most, @Nullable Schema schema) {
        Value natural;
        try {
            natural = NaturalForm.field(name, value, location);
        } catch (StoreException e) {
            return String.valueOf(e.getMessage());
        }
        String wanted = schema == null ? "any" : schema.kind(name);
        if (!wanted.equals("any") && !wanted.equals(natural.kind())) {
            return "key field " + name + " is " + natural.kind() + ", and the table's is " + wanted;
        }
        long length;
        if (natural instanceof Value.Text text) {
            length = text.value().getBytes(StandardCharsets.UTF_8).length;
        } else if (natural instanceof Value.Bytes bytes) {
            length = bytes.value().length;
        } else if (natural instanceof Value.Dec) {
            return "";
        } else {
            return "key field " + name + " is " + value.kind() + ", and a key is text, a number or bytes";
        }
        if (length == 0) {
            return "key field " + name + " is empty";
        }
        return length > most ? "key field " + name + " has " + length + " bytes, at most " + most + " can be" : "";
    }

    @Override
    public void close() {
        pool.shutdown();
        client.close();
    }

    /**
     * What is known of a table.
     *
     * @param key partition key, then the sort key if it has one
     * @param indexes the keys of those indexes that hold whole items, by name
     * @param all every index, with what it holds
     * @param items how many items the service last counted
     */
    record Schema(
            Table table, List<String> key, Map<String, List<String>> indexes, List<WriteUnits.Index> all, long items) {
        /** Of a field of the key; any for another. */
        String kind(String field) {
            for (Column column : table.columns()) {
                if (column.name().equals(field)) {
                    return column.type();
                }
            }
            return "any";
        }
    }

    TableDescription describe(String name) throws StoreException {
        return call(
                "Cannot read table " + name + " in " + location,
                false,
                () -> client.describeTable(request -> request.tableName(name)).table());
    }

    Schema schema(String name) throws StoreException {
        String task = "Cannot read table " + name + " in " + location;
        TableDescription description = describe(name);
        if (description.tableStatus() == TableStatus.CREATING || description.tableStatus() == TableStatus.DELETING) {
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    task + ": its status is " + description.tableStatusAsString() + ". Wait until it is ACTIVE.");
        }
        List<String> key = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (KeyType part : List.of(KeyType.HASH, KeyType.RANGE)) {
            for (KeySchemaElement element : description.keySchema()) {
                if (element.keyType() == part) {
                    key.add(element.attributeName());
                    columns.add(new Column(element.attributeName(), kind(description, element), false));
                }
            }
        }
        Schema schema = new Schema(
                new Table(name, columns, key, true),
                List.copyOf(key),
                DynamoRelated.indexes(description),
                WriteUnits.indexes(description),
                description.itemCount() == null ? 0 : description.itemCount());
        schemas.put(name, schema);
        return schema;
    }

    private static String kind(TableDescription description, KeySchemaElement element) {
        for (AttributeDefinition attribute : description.attributeDefinitions()) {
            if (attribute.attributeName().equals(element.attributeName())) {
                return switch (attribute.attributeType()) {
                    case S -> "text";
                    case N -> "decimal";
                    case B -> "bytes";
                    case UNKNOWN_TO_SDK_VERSION -> "any";
                };
            }
        }
        return "any";
    }

    DynamoDbClient client() {
        return client;
    }

    ExecutorService pool() {
        return pool;
    }

    /**
     * Sends one request.
     *
     * @param write whether it changes something, so that no answer means not known
     */
    <T> T call(String task, boolean write, Supplier<T> request) throws StoreException {
        try {
            credentials.resolveCredentials();
        } catch (SdkException e) {
            throw new StoreException(
                    Kind.DENIED,
                    task + ": no AWS keys were found. Give the option profile or keys, or set AWS_ACCESS_KEY_ID and"
                            + " AWS_SECRET_ACCESS_KEY.",
                    e);
        }
        try {
            return request.get();
        } catch (SdkException e) {
            throw DynamoErrors.of(task, e, write);
        }
    }

    /** The key of a row with its values as DynamoDB holds them. */
    Row natural(RowKey key) throws StoreException {
        String objection = objection(key);
        if (!objection.isEmpty()) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot use " + location.of(key) + ": " + objection + ". Change the key in the plan.");
        }
        return NaturalForm.of(key.key(), location);
    }

    RowKey rowKey(@Nullable ItemKey key) throws StoreException {
        if (key instanceof RowKey row && !row.key().fields().isEmpty()) {
            return row;
        }
        throw new StoreException(
                Kind.INVALID,
                "Cannot use " + (key == null ? "nothing" : key.display()) + " in " + location
                        + ": this is no key of a row. Name a table and its key.");
    }
}
