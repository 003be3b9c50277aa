package io.waybill.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may stand at a place of a plan. */
sealed interface Shape {
    /** How a single value must read. */
    enum Form {
        TEXT("text"),
        NAME("a name of letters, digits, - _ and ."),
        VERSION("1"),
        TEMPLATE("text, templates allowed"),
        EXPRESSION("an expression"),
        ADDRESS("STORE:PATH"),
        BOOLEAN("true or false"),
        COUNT("a whole number of at least 0"),
        POSITIVE("a whole number of at least 1"),
        SIZE(Amounts.SIZE),
        DURATION(Amounts.DURATION),
        BUDGET(Budget.TEXT),
        CHOICE("one of the values");

        private final String text;

        Form(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** A single value; {@code values} are those of a choice. */
    record One(Form form, List<String> values) implements Shape {}

    /** A map with known keys; all of one of the lists of {@code either} have to be there. */
    record Block(List<Key> keys, List<List<String>> either) implements Shape {
        Block(List<Key> keys) {
            this(keys, List.of());
        }

        @Nullable
        Key find(String name) {
            return keys.stream()
                    .filter(key -> key.name().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        List<String> names() {
            return keys.stream().map(Key::name).toList();
        }
    }

    /** A map from names that the plan gives. */
    record Named(Shape each) implements Shape {}

    /** A list. */
    record Many(Shape each) implements Shape {}

    /** One, or a list of them. */
    record OneOrMany(Shape each) implements Shape {}

    /** A single value, or a map. */
    record Either(Shape one, Shape map) implements Shape {}

    /** Any value at all, templates allowed. */
    record Open() implements Shape {}

    /** Nothing is checked here: the map of a store, whose keys depend on its type. */
    record StoreOptions() implements Shape {}

    /**
     * A key of a block.
     *
     * @param initial what holds when it is left out, as text for people, or null
     * @param inherited whether a move takes the plan's value when it has none
     * @param doc one sentence for people
     */
    record Key(String name, Shape shape, @Nullable String initial, boolean required, boolean inherited, String doc) {
        /** The values to choose from, if it is a choice. */
        List<String> values() {
            return shape instanceof One one ? one.values() : List.of();
        }
    }
}
