package io.waybill.aws.dynamodb;

import io.waybill.store.Predicate;
import io.waybill.store.Spelled;
import io.waybill.store.StoreException;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Conditions on attributes as a filter expression. An attribute may be of any type; of one whose type has no order with the
 * value, or that is no boolean where one is asked for, it is told after the item is read.
 */
final class DynamoFilter implements Spelled.Leaf {
    private static final int MOST_DIGITS = 38;
    private static final int MOST_EXPONENT = 120;
    private static final int LONGEST_TEXT = 512;
    /** The service takes 4,096 bytes. */
    private static final int LONGEST = 3_800;
    /** It takes 300 operators and functions, which are words among others. */
    private static final int MOST_WORDS = 300;

    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, AttributeValue> values = new LinkedHashMap<>();

    /** Names of attributes by their placeholders. */
    Map<String, String> names() {
        return names;
    }

    /** Values by their placeholders. */
    Map<String, AttributeValue> values() {
        return values;
    }

    /** The whole expression, of conditions each of which has a text. */
    String text(List<Predicate> conditions) throws StoreException {
        List<String> texts = new ArrayList<>();
        for (Predicate condition : conditions) {
            Spelled spelled = Spelled.of(condition, this);
            if (spelled == null) {
                throw new IllegalArgumentException("no filter expression for " + condition);
            }
            texts.add(spelled.text());
        }
        return String.join(" AND ", texts);
    }

    /** Whether the service takes an expression for these conditions. */
    static boolean takes(List<Predicate> conditions) throws StoreException {
        Spelled spelled = Spelled.of(new Predicate.All(conditions), new DynamoFilter());
        return spelled != null
                && spelled.text().length() <= LONGEST
                && spelled.text().split("[ (]+").length <= MOST_WORDS;
    }

    @Override
    public @Nullable Spelled spell(Predicate leaf, boolean holds) {
        if (leaf instanceof Predicate.Compare compare) {
            AttributeValue value = attribute(compare.value());
            return value == null || (value.bool() != null && compare.sign().isOrder())
                    ? null
                    : compare(compare, value, holds);
        } else if (leaf instanceof Predicate.Holds field) {
            String name = name(field.field());
            String yes = value(AttributeValue.fromBool(true));
            return new Spelled(
                    holds
                            ? "(" + name + " = " + yes + " OR " + isStrange(name, "BOOL") + ")"
                            : "(NOT " + name + " = " + yes + ")");
        } else if (leaf instanceof Predicate.IsNull field) {
            return not(isNull(name(field.field())), !holds);
        } else if (leaf instanceof Predicate.IsSet field) {
            String name = name(field.field());
            return new Spelled(
                    holds
                            ? "(attribute_exists(" + name + ") AND NOT " + isNull(name) + ")"
                            : "(attribute_not_exists(" + name + ") OR " + isNull(name) + ")");
        } else if (leaf instanceof Predicate.IsThere field) {
            String name = name(field.field());
            return new Spelled((holds ? "attribute_exists(" : "attribute_not_exists(") + name + ")");
        }
        return null;
    }

    private Spelled compare(Predicate.Compare compare, AttributeValue value, boolean holds) {
        String name = name(compare.field());
        String given = value(value);
        String same = name + " = " + given;
        return switch (compare.sign()) {
            case EQUAL -> not(same, !holds);
            case DIFFERENT ->
                new Spelled(
                        holds
                                ? "(attribute_exists(" + name + ") AND NOT " + isNull(name) + " AND NOT " + same + ")"
                                : "(attribute_not_exists(" + name + ") OR " + isNull(name) + " OR " + same + ")");
            default -> {
                String test = name + " " + compare.sign().text() + " " + given;
                yield holds
                        ? new Spelled("(" + test + " OR " + isStrange(name, value.n() != null ? "N" : "S") + ")")
                        : not(test, true);
            }
        };
    }

    private static Spelled not(String test, boolean not) {
        return new Spelled(not ? "(NOT " + test + ")" : "(" + test + ")");
    }

    /** Whether it is there, and neither null nor of a type. */
    private String isStrange(String name, String type) {
        return "(attribute_exists(" + name + ") AND NOT " + isNull(name) + " AND NOT attribute_type(" + name + ", "
                + value(AttributeValue.fromS(type)) + "))";
    }

    private String isNull(String name) {
        return "attribute_type(" + name + ", " + value(AttributeValue.fromS("NULL")) + ")";
    }

    private String name(String field) {
        for (Map.Entry<String, String> known : names.entrySet()) {
            if (known.getValue().equals(field)) {
                return known.getKey();
            }
        }
        String place = "#w" + names.size();
        names.put(place, field);
        return place;
    }

    private String value(AttributeValue value) {
        for (Map.Entry<String, AttributeValue> known : values.entrySet()) {
            if (known.getValue().equals(value)) {
                return known.getKey();
            }
        }
        String place = ":w" + values.size();
        values.put(place, value);
        return place;
    }

    /** Numbers, texts and booleans as the service holds them; null for one that it would hold otherwise. */
    private static @Nullable AttributeValue attribute(Value value) {
        if (value instanceof Value.Bool bool) {
            return AttributeValue.fromBool(bool.value());
        } else if (value instanceof Value.Text text) {
            boolean fits = text.value().length() <= LONGEST_TEXT
                    && StandardCharsets.UTF_8.newEncoder().canEncode(text.value());
            return fits ? AttributeValue.fromS(text.value()) : null;
        }
        BigDecimal number = value instanceof Value.Int integer
                ? new BigDecimal(integer.value())
                : value instanceof Value.Dec decimal ? decimal.value() : null;
        if (number == null) {
            return null;
        }
        BigDecimal bare = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        boolean fits =
                bare.precision() <= MOST_DIGITS && Math.abs((long) bare.precision() - bare.scale()) <= MOST_EXPONENT;
        return fits ? AttributeValue.fromN(bare.toString()) : null;
    }
}
