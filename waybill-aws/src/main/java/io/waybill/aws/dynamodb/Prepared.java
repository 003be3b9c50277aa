package io.waybill.aws.dynamodb;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An effect ready to be sent.
 *
 * @param natural its key as DynamoDB holds it
 * @param row what a put writes, natural, else null
 */
record Prepared(
        Effect effect, RowKey key, Row natural, @Nullable Row row, Expression expression) {

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
        List<String> keyFields = natural.shape().list();
        String keyField = keyFields.get(0);
        Condition condition = effect.condition();
        if (condition instanceof Condition.Absent) {
            expression.missing(keyField);
        } else if (condition instanceof Condition.Unchanged unchanged) {
            expression.exists(keyField);
            unchanged(store, key, unchanged, found, expression);
        } else if (effect.kind() == Effect.Kind.PATCH) {
            expression.exists(keyField);
        }
        Row put = null;
        Content content = store.asStored(effect.content());
        if (effect.kind() == Effect.Kind.PUT && content instanceof Content.RowContent row) {
            if (!row.row().only(keyFields).equals(natural)) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot write " + store.location().of(key)
                                + ": the row lacks its key or has another. Set the key's fields in the plan.");
            }
            put = row.row();
        } else if (effect.kind() == Effect.Kind.PATCH && content instanceof Content.RowPatch patch) {
            expression.update(patch.set(), patch.drop());
        } else if (effect.kind() != Effect.Kind.REMOVE) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot write " + store.location().of(key) + ": the content is no row. Move rows into tables.");
        }
        return new Prepared(effect, key, natural, put, expression);
    }

    /** Whether the item must be looked at first: for a digest, unless the old values given are the whole old row. */
    static boolean needsLook(Effect effect, Location store) throws StoreException {
        return effect.condition() instanceof Condition.Unchanged unchanged
                && unchanged.digest() != null
                && (unchanged.fields() == null
                        || !Canonical.digest(NaturalForm.of(unchanged.fields(), store))
                                .equals(unchanged.digest()));
    }

    /**
     * A digest is checked by looking, or from the whole old row if that is given, then held by a condition on every value. A
     * field that somebody adds to the old ones is not noticed: DynamoDB has no condition on the whole item.
     */
    private static void unchanged(
            DynamoStore store, RowKey key, Condition.Unchanged unchanged, @Nullable Item found, Expression expression)
            throws StoreException, Settled {
        Row fields = unchanged.fields();
        Row old = fields == null ? null : NaturalForm.of(fields, store.location());
        Digest digest = unchanged.digest();
        if (digest != null && (old == null || !Canonical.digest(old).equals(digest))) {
            if (!(found instanceof RowItem row)
                    || !Canonical.digest(row.row()).equals(digest)
                    || (old != null && !row.row().only(old.shape().list()).equals(old))) {
                throw new Settled(new Outcome.Refused(found));
            }
            expression.same(row.row());
        } else if (old != null) {
            expression.same(old);
        } else if (unchanged.missing().isEmpty()) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot write " + store.location().of(key)
                            + ": DynamoDB keeps no versions to compare. Compare a digest or fields.");
        }
        unchanged.missing().forEach(expression::missing);
    }

    Map<String, AttributeValue> keyAttributes() {
        return Attributes.of(natural);
    }

    /** What a put writes; made anew for each request, since it takes several times the room of the row. */
    Map<String, AttributeValue> itemAttributes() {
        return Attributes.of(Objects.requireNonNull(row, "only a put writes an item"));
    }

    /** What a refusal answered about the item, or null. */
    @Nullable
    Item found(@Nullable Map<String, AttributeValue> attributes) {
        return attributes == null || attributes.isEmpty()
                ? null
                : new RowItem(key, Attributes.row(attributes, natural.names()), Version.NONE);
    }
}
