package io.waybill.store;

import org.jspecify.annotations.Nullable;

/**
 * One change to one store.
 *
 * @param mark who does it, {@code SERIES/ENTRY}: kept with the item where the store can (object metadata, a marker row), and
 *     left out of every comparison. The same for every attempt
 * @param atomic effects of one store with the same group commit together
 */
public record Effect(
        Kind kind,
        ItemKey key,
        Content content,
        Condition condition,
        String mark,
        @Nullable String atomic) {
    /** Write the whole item, change some of its fields, or remove it. */
    public enum Kind {
        PUT,
        PATCH,
        REMOVE
    }

    public static Effect put(ItemKey key, Content content, Condition condition, String mark) {
        return new Effect(Kind.PUT, key, content, condition, mark, null);
    }

    public static Effect remove(ItemKey key, Condition condition, String mark) {
        return new Effect(Kind.REMOVE, key, new Content.None(), condition, mark, null);
    }
}
