package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Told;
import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.RowMapping;
import io.waybill.plan.Each;
import io.waybill.plan.Move;
import io.waybill.plan.NamedFiles;
import io.waybill.plan.Plan;
import io.waybill.store.FileItem;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Version;
import io.waybill.value.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks whether files still belong to the group that they were carried over for: the owner, where a plan groups by that. */
final class Owners {
    private final TableStore rows;
    private final NamedFiles files;
    private final Map<Integer, String> groups = new HashMap<>();
    private final Retry retry;
    private final Verdicts verdicts;

    private Owners(TableStore rows, NamedFiles files, Retry retry, Verdicts verdicts) {
        this.rows = rows;
        this.files = files;
        this.retry = retry;
        this.verdicts = verdicts;
    }

    /** Null for a move without groups, or whose rows change their group when they are told. */
    static @Nullable Owners of(Plan plan, Move move, Stores stores, LedgerReader reader, Retry retry, Verdicts verdicts)
            throws StoreException, LedgerException {
        Each each = move.each();
        Expression group = move.group();
        if (each == null || group == null || changes(each, group)) {
            return null;
        }
        Owners owners = new Owners(stores.named(move, each), NamedFiles.of(plan, move), retry, verdicts);
        for (LedgerReader.GroupLine line : reader.groups()) {
            owners.groups.put(line.id(), line.name());
        }
        return owners;
    }

    private static boolean changes(Each each, Expression group) {
        for (Each.Told told : each.then()) {
            for (RowMapping.Field field : told.row().fields()) {
                boolean used = group.uses().contains("row." + field.path().get(0));
                if (told.to() == null && (used || group.uses().contains("row"))) {
                    return true;
                }
            }
        }
        return false;
    }

    void verify(List<Entry> page) throws StoreException {
        List<Entry> told =
                page.stream().filter(entry -> entry.told() == Told.THEN).toList();
        if (told.isEmpty()) {
            return;
        }
        Map<ItemKey, Item> there =
                retry.call(() -> rows.find(told.stream().map(Entry::rowKey).toList()));
        for (Entry entry : told) {
            String was = groups.getOrDefault(entry.group(), "");
            String now = there.get(entry.rowKey()) instanceof RowItem item ? group(entry, item.row()) : was;
            if (!was.equals(now)) {
                verdicts.row(
                        entry,
                        entry.rowKey().display(),
                        "different",
                        "the row belongs to group " + now + " now; its file was carried over for group " + was);
            }
        }
    }

    private String group(Entry entry, Row row) {
        FileItem file = new FileItem(
                entry.sourceKey(),
                entry.size(),
                Instant.ofEpochMilli(entry.modified()),
                new Version(entry.sourceVersion()),
                Map.of(),
                null,
                null);
        try {
            return files.group(row, file);
        } catch (MappingException e) {
            return "(none: " + e.getMessage() + ")";
        }
    }
}
