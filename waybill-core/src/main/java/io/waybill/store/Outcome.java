package io.waybill.store;

import org.jspecify.annotations.Nullable;

/** How an effect ended: done, refused by its condition, failed with nothing done, or not known. */
public sealed interface Outcome {
    /** The store has it. */
    record Done(Evidence evidence) implements Outcome {}

    /** The condition did not hold; nothing was done. {@code found} is what stands there, when the store told. */
    record Refused(@Nullable Item found) implements Outcome {}

    /** Nothing was done. */
    record Failed(StoreException cause) implements Outcome {}

    /** It may or may not have been done; only a look at the target can tell. */
    record Unknown(StoreException cause) implements Outcome {}
}
