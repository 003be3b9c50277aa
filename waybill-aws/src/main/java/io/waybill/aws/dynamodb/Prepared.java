package io.waybill.aws.dynamodb;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An effect ready to be sent.
 *
 * @param natural its key as DynamoDB holds it
 * @param item what a put writes, else null
 */
record Prepared(
        Effect effect, RowKey key, Row natural, @Nullable Map<String, AttributeValue> item, Expression expression) {

    /** An effect that need not be sent, since its outcome is known. */
    static final class Settled extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Outcome outcome;

        Settled(Outcome outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }

        Outcome outcome() {
            return outcome;
        }
    }

    /**
     * @param natural the key, natural
     * @param found what stands there now; looked at only where the condition is a digest
     */
    static Prepared of(DynamoStore store, Effect effect, RowKey key, Row natural, @Nullable Item found)
            throws StoreException, Settled {
        Expression expression = new Expression();
        String keyField = natural.names().iterator().next();
        Condition condition = effect.condition();
        if (condition instanceof Condition.Absent) {
            expression.missing(keyField);
        } else if (condition instanceof Condition.Unchanged unchanged) {
            expression.exists(keyField);
            unchanged(store, key, unchanged, found, expression);
        } else if (effect.kind() == Effect.Kind.PATCH) {
            expression.exists(keyField);
        }
        Map<String, AttributeValue> item = null;
        Content content = store.asStored(effect.content());
        if (effect.kind() == Effect.Kind.PUT && content instanceof Content.RowContent row) {
            if (!row.row().only(List.copyOf(natural.names())).equals(natural)) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot write " + store.location().of(key)
                                + ": the row lacks its key or has another. Set the key's fields in the plan.");
            }
            item = Attributes.of(row.row());
        } else if (effect.kind() == Effect.Kind.PATCH && content instanceof Content.RowPatch patch) {
            expression.update(patch.set(), patch.drop());
        } else if (effect.kind() != Effect.Kind.REMOVE) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot write " + store.location().of(key) + ": the content is no row. Move rows into tables.");
        }
        return new Prepared(effect, key, natural, item, expression);
    }

    /**
     * A digest is checked by looking, then held by a condition on every value seen. A field that somebody adds in between
     * is not noticed: DynamoDB has no condition on the whole item.
     */
    private static void unchanged(
            DynamoStore store, RowKey key, Condition.Unchanged unchanged, @Nullable Item found, Expression expression)
            throws StoreException, Settled {
        if (unchanged.digest() != null) {
            if (!(found instanceof RowItem row) || !Canonical.digest(row.row()).equals(unchanged.digest())) {
                throw new Settled(new Outcome.Refused(found));
            }
            expression.same(row.row());
        } else if (unchanged.fields() == null && unchanged.missing().isEmpty()) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot write " + store.location().of(key)
                            + ": DynamoDB keeps no versions to compare. Compare a digest or fields.");
        }
        if (unchanged.fields() != null) {
            expression.same(NaturalForm.of(unchanged.fields(), store.location().toString()));
        }
        unchanged.missing().forEach(expression::missing);
    }

    Map<String, AttributeValue> keyAttributes() {
        return Attributes.of(natural);
    }

    /** What a refusal answered about the item, or null. */
    @Nullable
    Item found(@Nullable Map<String, AttributeValue> attributes) {
        return attributes == null || attributes.isEmpty()
                ? null
                : new RowItem(key, Attributes.row(attributes, natural.names()), Version.NONE);
    }
}
