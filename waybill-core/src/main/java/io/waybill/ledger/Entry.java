package io.waybill.ledger;

import io.waybill.store.FileKey;
import io.waybill.store.RowKey;
import io.waybill.value.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's line for one piece of work: a file, or a batch of rows.
 *
 * @param run the run that planned it
 * @param move the id of its move, {@code group} of its group
 * @param batch its batch within the run, from 1
 * @param source the encoded key of the file, or what describes the batch of rows
 * @param sourceVersion the source's version as listed or, once read, as read
 * @param size in bytes; of a batch of rows, what was read
 * @param modified milliseconds since 1970, 0 when not known
 * @param items how many it stands for: 1, or the rows of the batch
 * @param attempts how often writing was begun
 * @param digest of the content as read from the source
 * @param errorKind the kind of what went wrong, {@code error} its line for people
 * @param started milliseconds since 1970 when it was last begun, {@code finished} when it ended; 0 when not yet
 * @param row the encoded key of the row that names the file, or null
 * @param told whether rows know of it, where the plan says {@code then} or {@code else}
 */
public record Entry(
        long id,
        int run,
        int move,
        int group,
        int batch,
        String source,
        String sourceVersion,
        long size,
        long modified,
        long items,
        State state,
        int attempts,
        @Nullable Digest digest,
        @Nullable String errorKind,
        @Nullable String error,
        long started,
        long finished,
        @Nullable String row,
        Told told,
        List<EffectLine> effects) {
    public Entry {
        effects = List.copyOf(effects);
    }

    /** The key of the file this entry is about. */
    public FileKey sourceKey() {
        return FileKey.parse(source);
    }

    /** The key of the row that names the file; only of such an entry. */
    public RowKey rowKey() {
        return RowKey.parse(java.util.Objects.requireNonNull(row));
    }

    /** What people know the item by: the row that names it, with the file, or the file. */
    public String display() {
        if (row == null) {
            return sourceKey().display();
        }
        return source.isEmpty()
                ? rowKey().display()
                : rowKey().display() + " " + sourceKey().display();
    }

    /** The hash of the source in its store, for the index. */
    public long sourceHash(String store) {
        return Hash.ofSource(store, source, row);
    }

    /** The first effect: for a file, the put of its content. */
    public EffectLine effect() {
        return effects.get(0);
    }

    /** Whether it is a batch of rows. */
    public boolean isRows() {
        return effects.isEmpty();
    }

    /** The id people use, for example {@code r1.3/17}. */
    public String name() {
        return "r" + run + "." + batch + "/" + id;
    }
}
