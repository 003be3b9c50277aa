package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.plan.NamedFiles;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows that name the files of a move, a page at a time. */
interface NamingRows {
    /**
     * A row that may name a file.
     *
     * @param row as it was read
     * @param trouble what of it could not be read, or null
     * @param made what its file's target is told by: the row itself, or what becomes of it
     * @param group its group, or null when the plan tells
     * @param root the row to which it belongs, or null
     */
    record Naming(
            Row row,
            @Nullable String trouble,
            Row made,
            @Nullable String group,
            Units.@Nullable Root root) {
        static Naming of(RowItem item) {
            return new Naming(item.row(), item.isWhole() ? null : item.trouble(), item.row(), null, null);
        }
    }

    /** Which file such a row names, and where it goes. */
    static NamedFiles files(NamedFiles files, Units.@Nullable Root root) {
        return root == null ? files : files.ofRoot(root.read(), root.made());
    }

    /** Takes pages. */
    @FunctionalInterface
    interface Pages {
        /** Answers whether another page is wanted. */
        boolean take(List<Naming> page) throws StoreException, LedgerException;
    }

    void each(Pages pages) throws StoreException, LedgerException;

    /** Takes pages of a table. */
    @FunctionalInterface
    interface TablePages {
        /** Answers whether another page is wanted. */
        boolean take(List<Item> page) throws StoreException, LedgerException;
    }

    /** All rows of a table. */
    static NamingRows of(TableStore rows, String table) {
        return pages -> read(
                rows,
                Selection.all(table),
                page -> pages.take(
                        page.stream().map(item -> Naming.of((RowItem) item)).toList()));
    }

    /** Reads a selection to its end, or as far as pages are wanted. */
    static void read(TableStore rows, Selection selection, TablePages pages) throws StoreException, LedgerException {
        try (Source.Opened opened = rows.open(selection)) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    Source.Page page = items.next();
                    while (page != null && pages.take(page.items())) {
                        page = items.next();
                    }
                }
            }
        } catch (IOException e) {
            if (e instanceof LedgerException known) {
                throw known;
            } else if (e instanceof StoreException known) {
                throw known;
            }
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot close " + rows.location() + ": " + e.getMessage(), e);
        }
    }
}
