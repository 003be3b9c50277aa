package io.waybill.store;

import java.util.List;

/** The write end of a move. */
public interface Target extends Store {
    /**
     * Carries out effects, each whole or not at all, and those of one atomic group together or not at all. Answers one
     * outcome per effect, in order; a failure of one never hides another's outcome.
     */
    List<Outcome> apply(List<Effect> effects) throws StoreException;

    /**
     * The content as this store will hold it and give it back: rows with their values in the store's natural form.
     *
     * @throws StoreException of kind INVALID if the store cannot hold it, naming the field and the class of value
     */
    default Content asStored(Content content) throws StoreException {
        return content;
    }

    /** Why the key cannot exist in this store, or the empty text when it can. */
    default String objection(ItemKey key) {
        return "";
    }
}
