package io.waybill.aws.dynamodb;

import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Looks items up by key, a hundred in a request, until every one is answered for. */
final class DynamoFind {
    private static final int AT_ONCE = 100;

    private DynamoFind() {}

    /** A key as DynamoDB holds it. */
    private record Place(String table, Row key) {}

    static Map<ItemKey, Item> find(DynamoStore store, Collection<? extends ItemKey> keys) throws StoreException {
        Map<Place, List<RowKey>> asked = new LinkedHashMap<>();
        for (ItemKey key : keys) {
            RowKey row = store.rowKey(key);
            asked.computeIfAbsent(new Place(row.table(), store.natural(row)), p -> new ArrayList<>())
                    .add(row);
        }
        List<Place> places = new ArrayList<>(asked.keySet());
        List<Callable<Map<Place, Row>>> requests = new ArrayList<>();
        for (int from = 0; from < places.size(); from += AT_ONCE) {
            List<Place> some = places.subList(from, Math.min(places.size(), from + AT_ONCE));
            requests.add(() -> some(store, some));
        }
        Map<ItemKey, Item> found = new HashMap<>();
        for (Map<Place, Row> answer : Together.ask(store, "Cannot read items in " + store.location(), requests)) {
            answer.forEach((place, row) -> {
                for (RowKey key : asked.getOrDefault(place, List.of())) {
                    found.put(key, new RowItem(key, row, Version.NONE));
                }
            });
        }
        return found;
    }

    private static Map<Place, Row> some(DynamoStore store, List<Place> places) throws StoreException {
        Map<String, List<String>> names = new HashMap<>();
        Map<String, List<Map<String, AttributeValue>>> keys = new LinkedHashMap<>();
        for (Place place : places) {
            names.putIfAbsent(place.table, place.key.shape().list());
            keys.computeIfAbsent(place.table, t -> new ArrayList<>()).add(Attributes.of(place.key));
        }
        Map<String, KeysAndAttributes> open = new LinkedHashMap<>();
        keys.forEach((table, all) -> open.put(
                table,
                KeysAndAttributes.builder().keys(all).consistentRead(true).build()));
        String task = "Cannot read " + String.join(", ", keys.keySet()) + " in " + store.location();
        Map<Place, Row> found = new HashMap<>();
        Rounds rounds = new Rounds();
        while (true) {
            BatchGetItemResponse answer =
                    store.call(task, false, () -> store.client().batchGetItem(request -> request.requestItems(open)));
            int items = 0;
            for (Map.Entry<String, List<Map<String, AttributeValue>>> table :
                    answer.responses().entrySet()) {
                List<String> key = names.getOrDefault(table.getKey(), List.of());
                for (Map<String, AttributeValue> item : table.getValue()) {
                    Row row = Attributes.row(item, key);
                    found.put(new Place(table.getKey(), row.only(key)), row);
                    items++;
                }
            }
            if (answer.unprocessedKeys().isEmpty()) {
                return found;
            }
            if (!rounds.another(items > 0)) {
                throw new StoreException(
                        Kind.THROTTLED,
                        task + ": the service left keys unprocessed in each of several answers."
                                + " Lower limits.parallel or raise the table's capacity.");
            }
            open.clear();
            open.putAll(answer.unprocessedKeys());
        }
    }
}
