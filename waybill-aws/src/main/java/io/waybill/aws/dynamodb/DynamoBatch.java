package io.waybill.aws.dynamodb;

import io.waybill.store.Effect;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Sends effects without conditions together, until the service has processed each or made no more progress. */
final class DynamoBatch {
    /** What one request may hold; at 400 KB each they stay below its 16 MB. */
    static final int MOST = 25;

    private DynamoBatch() {}

    static List<Outcome> send(DynamoStore store, List<Prepared> all) {
        if (all.size() == 1) {
            return List.of(DynamoSingle.send(store, all.get(0)));
        }
        Outcome[] outcomes = new Outcome[all.size()];
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            open.add(i);
        }
        Rounds rounds = new Rounds();
        try {
            while (true) {
                Map<String, List<WriteRequest>> requests = new LinkedHashMap<>();
                for (int i : open) {
                    requests.computeIfAbsent(all.get(i).key().table(), t -> new ArrayList<>())
                            .add(request(all.get(i)));
                }
                String task = "Cannot write " + open.size() + " rows to " + String.join(", ", requests.keySet())
                        + " in " + store.location();
                BatchWriteItemResponse answer = store.call(
                        task, true, () -> store.client().batchWriteItem(request -> request.requestItems(requests)));
                List<Integer> left = new ArrayList<>();
                for (int i : open) {
                    if (isAmong(all.get(i), answer.unprocessedItems())) {
                        left.add(i);
                    } else {
                        outcomes[i] = DynamoApply.DONE;
                    }
                }
                if (left.isEmpty()) {
                    return Arrays.asList(outcomes);
                }
                if (!rounds.another(left.size() < open.size())) {
                    StoreException cause = new StoreException(
                            Kind.THROTTLED,
                            task + ": the service left " + left.size() + " of them unprocessed in each of several"
                                    + " answers. Lower limits.parallel or raise the table's capacity.");
                    left.forEach(i -> outcomes[i] = new Outcome.Failed(cause));
                    return Arrays.asList(outcomes);
                }
                open = left;
            }
        } catch (StoreException e) {
            for (int i : open) {
                // One item that cannot be makes the service refuse all: sent alone, each gets its own answer.
                outcomes[i] = e.kind() == Kind.INVALID || e.kind() == Kind.NOT_FOUND
                        ? DynamoSingle.send(store, all.get(i))
                        : DynamoApply.failed(e);
            }
            return Arrays.asList(outcomes);
        }
    }

    private static WriteRequest request(Prepared one) {
        if (one.effect().kind() == Effect.Kind.REMOVE) {
            return WriteRequest.builder()
                    .deleteRequest(delete -> delete.key(one.keyAttributes()))
                    .build();
        }
        return WriteRequest.builder()
                .putRequest(put -> put.item(one.itemAttributes()))
                .build();
    }

    private static boolean isAmong(Prepared one, Map<String, List<WriteRequest>> unprocessed) {
        @Nullable List<WriteRequest> requests = unprocessed.get(one.key().table());
        if (requests == null) {
            return false;
        }
        for (WriteRequest request : requests) {
            Map<String, AttributeValue> attributes = request.putRequest() != null
                    ? request.putRequest().item()
                    : request.deleteRequest().key();
            List<String> names = one.natural().shape().list();
            if (Attributes.row(attributes, names).only(names).equals(one.natural())) {
                return true;
            }
        }
        return false;
    }
}
