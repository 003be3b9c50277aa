package io.waybill.store;

import java.io.Closeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The read end of a move. */
public interface Source extends Store {
    /** Opens a selection for reading; checks that its collection is there. */
    Opened open(Selection what) throws StoreException;

    /** A selection under one view of the source (a snapshot, where the store has such a thing). */
    interface Opened extends Closeable {
        /** Disjoint parts that together are the selection; as near to {@code wanted} as the store can. */
        List<Split> splits(int wanted) throws StoreException;

        /** The items of a split in a stable order, from just after a position or from the beginning. */
        Items read(Split split, @Nullable Position after) throws StoreException;
    }

    /** Items page by page. Not safe for use by several threads. */
    interface Items extends Closeable {
        /** The next page, or null at the end. A failure mid-way throws; it never looks like the end. */
        @Nullable
        Page next() throws StoreException;

        /**
         * The next page for somebody who takes rows as they are.
         *
         * @param most how many {@link RawRows} it may hold; a page of other items is one of {@link #next()}
         */
        default @Nullable Page next(int most) throws StoreException {
            return next();
        }
    }

    /**
     * Some items, and the position after the last of them. Never empty, except that a page may hold only a position.
     *
     * @param items {@link RawRows} where the store gives its rows as they are
     * @param skipped what was met on the way to this position and is not an item of the selection
     */
    record Page(List<Item> items, Position position, List<Skipped> skipped) {
        public Page {
            items = items instanceof RawRows ? items : List.copyOf(items);
            skipped = List.copyOf(skipped);
        }

        /** A page that skipped nothing. */
        public Page(List<Item> items, Position position) {
            this(items, position, List.of());
        }
    }

    /** Something that stands in the source and cannot be an item, with the reason in words, for example a symbolic link. */
    record Skipped(ItemKey key, String reason) {}

    /** A part read by one worker; the token is the store's own and serializable. */
    record Split(String token) {}

    /** Where reading stands in a split; the token is the store's own. */
    record Position(String token) {}
}
