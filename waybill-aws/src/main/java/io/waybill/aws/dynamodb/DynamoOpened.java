package io.waybill.aws.dynamodb;

import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * A scan of a table. A split is a segment, a position the key that the service ended a page with. There is no snapshot:
 * what changes while it is read may be read or not.
 */
final class DynamoOpened implements Source.Opened {
    private static final int MOST_SEGMENTS = 1_000_000;
    private static final String END = "end";

    private final DynamoStore store;
    private final Selection what;
    private final DynamoStore.Schema schema;

    DynamoOpened(DynamoStore store, Selection what, DynamoStore.Schema schema) {
        this.store = store;
        this.what = what;
        this.schema = schema;
    }

    /** As many segments as wanted; a selection with a limit is one. */
    @Override
    public List<Source.Split> splits(int wanted) {
        int count = what.limit() < Long.MAX_VALUE ? 1 : Math.max(1, Math.min(wanted, MOST_SEGMENTS));
        List<Source.Split> splits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            splits.add(new Source.Split(i + "/" + count));
        }
        return splits;
    }

    @Override
    public Source.Items read(Source.Split split, Source.@Nullable Position after) throws StoreException {
        int slash = split.token().indexOf('/');
        ScanRequest.Builder scan = ScanRequest.builder()
                .tableName(what.collection())
                .consistentRead(true)
                .segment(Integer.parseInt(split.token().substring(0, slash)))
                .totalSegments(Integer.parseInt(split.token().substring(slash + 1)));
        Map<String, String> places = new LinkedHashMap<>();
        if (!what.columns().isEmpty()) {
            Set<String> names = new LinkedHashSet<>(schema.key());
            names.addAll(what.columns());
            names.forEach(name -> places.put("#" + places.size(), name));
            scan.projectionExpression(String.join(", ", places.keySet()));
        }
        if (!what.where().isEmpty()) {
            DynamoFilter filter = new DynamoFilter();
            scan.filterExpression(filter.text(what.where()));
            places.putAll(filter.names());
            if (!filter.values().isEmpty()) {
                scan.expressionAttributeValues(filter.values());
            }
        }
        if (!places.isEmpty()) {
            scan.expressionAttributeNames(places);
        }
        if (after == null) {
            return new Scan(scan, 0, null, false);
        }
        int colon = after.token().indexOf(':');
        long given = Long.parseLong(after.token().substring(0, colon));
        String key = after.token().substring(colon + 1);
        if (key.equals(END)) {
            return new Scan(scan, given, null, true);
        }
        Row last = RowCodec.decode(Base64.getUrlDecoder().decode(key));
        return new Scan(scan, given, Attributes.of(last), false);
    }

    @Override
    public void close() {}

    private final class Scan implements Source.Items {
        private final ScanRequest.Builder scan;
        private @Nullable Map<String, AttributeValue> last;
        private long given;
        private boolean ended;

        private Scan(ScanRequest.Builder scan, long given, @Nullable Map<String, AttributeValue> last, boolean ended) {
            this.scan = scan;
            this.given = given;
            this.last = last;
            this.ended = ended;
        }

        @Override
        public Source.@Nullable Page next() throws StoreException {
            if (ended || given >= what.limit()) {
                return null;
            }
            if (last != null) {
                scan.exclusiveStartKey(last);
            }
            if (what.limit() < Long.MAX_VALUE) {
                scan.limit((int) Math.min(1_000, what.limit() - given));
            }
            ScanResponse answer = store.call(
                    "Cannot read table " + what.collection() + " in " + store.location(),
                    false,
                    () -> store.client().scan(scan.build()));
            List<Item> items = new ArrayList<>();
            for (Map<String, AttributeValue> item : answer.items()) {
                Row row = Attributes.row(item, schema.key());
                RowKey key = new RowKey(what.collection(), row.only(schema.key()));
                items.add(new RowItem(key, what.columns().isEmpty() ? row : row.only(what.columns()), Version.NONE));
            }
            given += items.size();
            ended = !answer.hasLastEvaluatedKey();
            if (ended && items.isEmpty()) {
                return null;
            }
            last = ended ? null : answer.lastEvaluatedKey();
            return new Source.Page(items, new Source.Position(given + ":" + place(last)));
        }

        private String place(@Nullable Map<String, AttributeValue> key) {
            if (key == null) {
                return END;
            }
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(RowCodec.encode(Attributes.row(key, schema.key())));
        }

        @Override
        public void close() {}
    }
}
