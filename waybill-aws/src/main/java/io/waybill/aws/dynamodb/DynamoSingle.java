package io.waybill.aws.dynamodb;

import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** Sends one effect as a request of its own. */
final class DynamoSingle {
    private static final ReturnValuesOnConditionCheckFailure TELL = ReturnValuesOnConditionCheckFailure.ALL_OLD;

    private DynamoSingle() {}

    static Outcome send(DynamoStore store, Prepared one) {
        try {
            return store.call("Cannot write " + store.location().of(one.key()), true, () -> {
                try {
                    request(store, one);
                    return DynamoApply.DONE;
                } catch (ConditionalCheckFailedException e) {
                    return new Outcome.Refused(one.found(e.hasItem() ? e.item() : null));
                }
            });
        } catch (StoreException e) {
            return DynamoApply.failed(e);
        }
    }

    private static void request(DynamoStore store, Prepared one) {
        Expression expression = one.expression();
        boolean tell = expression.isConditional();
        switch (one.effect().kind()) {
            case PUT ->
                store.client()
                        .putItem(request -> request.tableName(one.key().table())
                                .item(one.itemAttributes())
                                .conditionExpression(expression.condition())
                                .expressionAttributeNames(expression.names())
                                .expressionAttributeValues(expression.values())
                                .returnValuesOnConditionCheckFailure(tell ? TELL : null));
            case PATCH ->
                store.client()
                        .updateItem(request -> request.tableName(one.key().table())
                                .key(one.keyAttributes())
                                .updateExpression(expression.update())
                                .conditionExpression(expression.condition())
                                .expressionAttributeNames(expression.names())
                                .expressionAttributeValues(expression.values())
                                .returnValuesOnConditionCheckFailure(tell ? TELL : null));
            case REMOVE ->
                store.client()
                        .deleteItem(request -> request.tableName(one.key().table())
                                .key(one.keyAttributes())
                                .conditionExpression(expression.condition())
                                .expressionAttributeNames(expression.names())
                                .expressionAttributeValues(expression.values())
                                .returnValuesOnConditionCheckFailure(tell ? TELL : null));
        }
    }
}
