package io.waybill.store;

import io.waybill.value.Row;
import org.jspecify.annotations.Nullable;

/** A power of a store of tables: to say beforehand what a write takes of what is paid for or limited. */
public interface Metered {
    /** What is counted, in the plural, for example {@code write capacity units}. */
    String units();

    /**
     * How much one write takes.
     *
     * @param before the whole row that stands there, or null
     * @param after the whole row that will stand there, or null for a removal; the same as {@code before} for a write that is
     *     refused
     * @param together whether it is committed together with others
     */
    long units(String table, @Nullable Row before, @Nullable Row after, boolean together) throws StoreException;
}
