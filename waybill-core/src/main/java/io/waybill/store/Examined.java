package io.waybill.store;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A power of a store: to tell, without writing anything, what stands in the way of a migration. */
public interface Examined {
    /** What somebody may be allowed to do with a table. */
    enum Right {
        SELECT,
        INSERT,
        UPDATE,
        DELETE,
        /** To add columns. */
        ALTER
    }

    /** Those of these rights on a table that are not granted. A store that cannot tell answers none. */
    default Set<Right> lacks(String table, Set<Right> wanted) throws StoreException {
        return Set.of();
    }

    /** What time it is there, or null when that is not asked of it so easily. */
    default @Nullable Instant clock() throws StoreException {
        return null;
    }

    /** What people should know of the place, each in words without a period. */
    default List<String> facts() throws StoreException {
        return List.of();
    }
}
