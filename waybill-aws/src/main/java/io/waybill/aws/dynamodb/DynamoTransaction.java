package io.waybill.aws.dynamodb;

import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Sends the effects of an atomic group as one transaction. */
final class DynamoTransaction {
    private static final int MOST = 100;
    private static final ReturnValuesOnConditionCheckFailure TELL = ReturnValuesOnConditionCheckFailure.ALL_OLD;

    private DynamoTransaction() {}

    static List<Outcome> send(DynamoStore store, List<Prepared> all) {
        String task = "Cannot write " + store.location().of(all.get(0).key()) + " and " + (all.size() - 1)
                + " rows that belong to it";
        if (all.size() > MOST) {
            return Collections.nCopies(
                    all.size(),
                    new Outcome.Failed(new StoreException(
                            Kind.INVALID,
                            task + ": DynamoDB commits at most " + MOST + " items together. Split the group.")));
        }
        List<TransactWriteItem> items =
                all.stream().map(DynamoTransaction::item).toList();
        try {
            return store.call(task, true, () -> {
                try {
                    store.client().transactWriteItems(request -> request.transactItems(items));
                    return Collections.nCopies(all.size(), DynamoApply.DONE);
                } catch (TransactionCanceledException e) {
                    return cancelled(store, all, e);
                }
            });
        } catch (StoreException e) {
            return Collections.nCopies(all.size(), DynamoApply.failed(e));
        }
    }

    private static TransactWriteItem item(Prepared one) {
        Expression expression = one.expression();
        String table = one.key().table();
        @Nullable ReturnValuesOnConditionCheckFailure tell = expression.isConditional() ? TELL : null;
        TransactWriteItem.Builder item = TransactWriteItem.builder();
        switch (one.effect().kind()) {
            case PUT ->
                item.put(put -> put.tableName(table)
                        .item(one.itemAttributes())
                        .conditionExpression(expression.condition())
                        .expressionAttributeNames(expression.names())
                        .expressionAttributeValues(expression.values())
                        .returnValuesOnConditionCheckFailure(tell));
            case PATCH ->
                item.update(update -> update.tableName(table)
                        .key(one.keyAttributes())
                        .updateExpression(expression.update())
                        .conditionExpression(expression.condition())
                        .expressionAttributeNames(expression.names())
                        .expressionAttributeValues(expression.values())
                        .returnValuesOnConditionCheckFailure(tell));
            case REMOVE ->
                item.delete(delete -> delete.tableName(table)
                        .key(one.keyAttributes())
                        .conditionExpression(expression.condition())
                        .expressionAttributeNames(expression.names())
                        .expressionAttributeValues(expression.values())
                        .returnValuesOnConditionCheckFailure(tell));
        }
        return item.build();
    }

    /** Nothing of a cancelled transaction was done; the reasons stand in the order of the items. */
    private static List<Outcome> cancelled(DynamoStore store, List<Prepared> all, TransactionCanceledException e) {
        List<CancellationReason> reasons = e.hasCancellationReasons() ? e.cancellationReasons() : List.of();
        List<Outcome> outcomes = new ArrayList<>();
        Kind spoiling = Kind.CONFLICT;
        for (CancellationReason reason : reasons) {
            Kind kind = reason.code() == null ? null : DynamoErrors.byCode(reason.code());
            spoiling = kind == null || spoiling != Kind.CONFLICT ? spoiling : kind;
        }
        for (int i = 0; i < all.size(); i++) {
            Prepared one = all.get(i);
            CancellationReason reason = i < reasons.size() ? reasons.get(i) : null;
            String code = reason == null || reason.code() == null ? "None" : reason.code();
            if (reason != null && code.equals("ConditionalCheckFailed")) {
                outcomes.add(new Outcome.Refused(one.found(reason.hasItem() ? reason.item() : null)));
            } else if (reason == null || code.equals("None")) {
                outcomes.add(new Outcome.Failed(spoiled(store, one.key(), spoiling)));
            } else {
                Kind kind = DynamoErrors.byCode(code);
                outcomes.add(new Outcome.Failed(new StoreException(
                        kind == null ? Kind.UNAVAILABLE : kind,
                        "Cannot write " + store.location().of(one.key()) + ": " + code
                                + (reason.message() == null ? "" : ", " + reason.message())
                                + ". Run again, or change the plan.",
                        e)));
            }
        }
        return outcomes;
    }

    /** For the others of a group of which one could not be written; the kind is that one's. */
    static StoreException spoiled(DynamoStore store, RowKey key, Kind kind) {
        return new StoreException(
                kind,
                "Cannot write " + store.location().of(key)
                        + ": another row of its group could not be written, so none was. See that row.");
    }
}
