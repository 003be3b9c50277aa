package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.Links;
import io.waybill.mapping.MappingException;
import io.waybill.plan.NamedFiles;
import io.waybill.store.FileItem;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Other rows that count on the target of a file: what they were told of it must stay true. Safe for use by many threads.
 */
final class Sharing {
    private final Ledger ledger;
    private final Retry retry;
    private final TableStore rows;
    private final NamedFiles files;

    Sharing(Ledger ledger, Retry retry, TableStore rows, NamedFiles files) {
        this.ledger = ledger;
        this.retry = retry;
        this.rows = rows;
        this.files = files;
    }

    /** The entry of another row that wrote what stands at this entry's target, or null. */
    @Nullable
    Entry writer(Entry entry, FileItem found) throws LedgerException {
        String mark = found.mark();
        if (mark == null) {
            return ledger.write(tx -> Links.writer(tx, entry, found.version().token()));
        }
        String number = mark.substring(mark.indexOf('/') + 1);
        boolean known = mark.equals(ledger.series() + "/" + number) && number.matches("[0-9]{1,18}");
        return known ? ledger.write(tx -> Links.writer(tx, entry, Long.parseLong(number))) : null;
    }

    /** The entry of another row that was told of this target and of another file than this one, or null. */
    @Nullable
    Entry standing(Entry entry) throws LedgerException, StoreException {
        Entry other = ledger.write(tx -> Links.standing(tx, entry, 0));
        while (other != null && !stands(other, entry)) {
            long after = other.id();
            other = ledger.write(tx -> Links.standing(tx, entry, after));
        }
        return other;
    }

    /** Whether the row is there still, and is not to be told of the same file yet. */
    private boolean stands(Entry other, Entry entry) throws StoreException {
        if (other.move() != entry.move()) {
            return true;
        }
        Object there = retry.call(() -> rows.find(List.of(other.rowKey()))).get(other.rowKey());
        if (!(there instanceof RowItem item)) {
            return false;
        }
        FileItem file = new FileItem(
                entry.sourceKey(),
                entry.size(),
                Instant.ofEpochMilli(entry.modified()),
                new Version(entry.sourceVersion()),
                Map.of(),
                null,
                null);
        try {
            return !files.wants(item.row(), file)
                    || !files.source(item.row()).equals(entry.sourceKey())
                    || !files.target(item.row(), file).equals(entry.effect().targetKey());
        } catch (MappingException e) {
            return true;
        }
    }

    /** Why the target is kept. */
    static String reason(Entry entry, Entry other) {
        return "target is kept: " + other.rowKey().display() + " shares it and was told of its content, "
                + other.sourceKey().display() + ". Give " + entry.rowKey().display()
                + " a target of its own with a template in to:, or let both rows name one file";
    }
}
