package io.waybill.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition in the language of a store, with the values of its parameters in their order. Negation is carried down to the
 * single comparisons, each of which is spelled so that it holds too where the comparison cannot be told; so no row is lost
 * for which the whole is true or cannot be told.
 */
public record Spelled(String text, List<Object> values) {
    public Spelled {
        values = List.copyOf(values);
    }

    public Spelled(String text, Object... values) {
        this(text, List.of(values));
    }

    /** Spells single comparisons. */
    @FunctionalInterface
    public interface Leaf {
        /**
         * What holds for every row of which the comparison is true ({@code holds}), or else false, or of which it cannot be
         * told; null when there is no such text.
         */
        @Nullable
        Spelled spell(Predicate comparison, boolean holds) throws StoreException;
    }

    /** Spells the whole, or answers null. */
    public static @Nullable Spelled of(Predicate condition, Leaf leaf) throws StoreException {
        return of(condition, true, leaf);
    }

    private static @Nullable Spelled of(Predicate condition, boolean holds, Leaf leaf) throws StoreException {
        if (condition instanceof Predicate.Not not) {
            return of(not.inner(), !holds, leaf);
        } else if (condition instanceof Predicate.All all) {
            return of(all.parts(), holds, holds ? " AND " : " OR ", leaf);
        } else if (condition instanceof Predicate.Any any) {
            return of(any.parts(), holds, holds ? " OR " : " AND ", leaf);
        }
        return leaf.spell(condition, holds);
    }

    private static @Nullable Spelled of(List<Predicate> parts, boolean holds, String word, Leaf leaf)
            throws StoreException {
        List<String> texts = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (Predicate part : parts) {
            Spelled spelled = of(part, holds, leaf);
            if (spelled == null) {
                return null;
            }
            texts.add(spelled.text());
            values.addAll(spelled.values());
        }
        return new Spelled("(" + String.join(word, texts) + ")", values);
    }
}
