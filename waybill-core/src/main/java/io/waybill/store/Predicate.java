package io.waybill.store;

import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A condition on the fields of a row that a store may be able to test by itself. It has the meaning that it has in the plan:
 * a comparison with a field that is missing or null is false; values of kinds that have no order cannot be told.
 */
public sealed interface Predicate {
    /** How two values stand to one another. */
    enum Sign {
        EQUAL("=="),
        DIFFERENT("!="),
        LESS("<"),
        AT_MOST("<="),
        GREATER(">"),
        AT_LEAST(">=");

        private final String text;

        Sign(String text) {
            this.text = text;
        }

        /** As the plan writes it, and as SQL does but for the first. */
        public String text() {
            return text;
        }

        /** Whether it asks for an order, not only for equality. */
        public boolean isOrder() {
            return this != EQUAL && this != DIFFERENT;
        }

        /** The sign that says the same with the sides exchanged. */
        public Sign mirrored() {
            return switch (this) {
                case LESS -> GREATER;
                case AT_MOST -> AT_LEAST;
                case GREATER -> LESS;
                case AT_LEAST -> AT_MOST;
                default -> this;
            };
        }
    }

    /** A field, compared with a value that is not null. */
    record Compare(String field, Sign sign, Value value) implements Predicate {
        @Override
        public String toString() {
            String text = RowCodec.text(value);
            return "row." + field + " " + sign.text() + " " + (value instanceof Value.Text ? "'" + text + "'" : text);
        }
    }

    /** A field that is true. */
    record Holds(String field) implements Predicate {
        @Override
        public String toString() {
            return "row." + field;
        }
    }

    /** A field that is there, and null. */
    record IsNull(String field) implements Predicate {
        @Override
        public String toString() {
            return "row." + field + " == null";
        }
    }

    /** A field that is there, and not null. */
    record IsSet(String field) implements Predicate {
        @Override
        public String toString() {
            return "row." + field + " != null";
        }
    }

    /** A field that is there, be it null. */
    record IsThere(String field) implements Predicate {
        @Override
        public String toString() {
            return "has(row." + field + ")";
        }
    }

    record Not(Predicate inner) implements Predicate {
        @Override
        public String toString() {
            return "!(" + inner + ")";
        }
    }

    /** All of them hold; at least one. */
    record All(List<Predicate> parts) implements Predicate {
        public All {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return parts.stream().map(Predicate::toString).collect(Collectors.joining(" && ", "(", ")"));
        }
    }

    /** One of them holds, or more; at least one. */
    record Any(List<Predicate> parts) implements Predicate {
        public Any {
            parts = List.copyOf(parts);
        }

        @Override
        public String toString() {
            return parts.stream().map(Predicate::toString).collect(Collectors.joining(" || ", "(", ")"));
        }
    }
}
