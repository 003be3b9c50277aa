package io.waybill.engine;

import io.waybill.mapping.Expression;
import io.waybill.mapping.Names;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.RowSteps;
import io.waybill.plan.Sight;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Related;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a page see besides themselves: rows of other tables, found for all rows of the page together. Not safe for
 * use by several threads at once only in that stores may not be; it holds nothing between pages.
 */
final class RowContext {
    private final Move move;
    private final Map<String, TableStore> stores;
    private final Map<String, TableStore.Table> tables;
    private final Retry retry;

    private RowContext(Move move, Map<String, TableStore> stores, Map<String, TableStore.Table> tables, Retry retry) {
        this.move = move;
        this.stores = stores;
        this.tables = tables;
        this.retry = retry;
    }

    /** Checks that every table is there and can be searched as the plan wants. */
    static RowContext of(Move move, Stores stores, Retry retry) throws StoreException {
        Map<String, TableStore> open = new HashMap<>();
        Map<String, TableStore.Table> tables = new HashMap<>();
        for (RowSteps.Lookup lookup : move.steps().lookups().values()) {
            check(lookup.in(), lookup.by(), stores, open, tables);
        }
        for (RowSteps.Collect collect : move.steps().collects().values()) {
            check(collect.from(), collect.by(), stores, open, tables);
        }
        return new RowContext(move, open, tables, retry);
    }

    private static void check(
            From from,
            Map<String, Expression> by,
            Stores stores,
            Map<String, TableStore> open,
            Map<String, TableStore.Table> tables)
            throws StoreException {
        TableStore store = stores.lookedUp(from, List.copyOf(by.keySet()));
        TableStore.Table table = store.table(from.path());
        open.put(from.text(), store);
        tables.put(from.text(), table);
        for (String column : by.keySet()) {
            boolean known = table.open()
                    || table.columns().stream().anyMatch(each -> each.name().equals(column));
            if (!known) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot look up rows of " + from.text() + " by " + column + ": it has no such column. It has: "
                                + String.join(
                                        ", ",
                                        table.columns().stream()
                                                .map(TableStore.Column::name)
                                                .toList())
                                + ".");
            }
        }
        if (!isKey(table, by.keySet()) && !(store instanceof Related)) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot look up rows of " + from.text() + " by " + String.join(", ", by.keySet())
                            + ": that is not its key, and " + store.location()
                            + " finds rows by their keys only. Look it up by " + String.join(", ", table.key()) + ".");
        }
    }

    /** How often what fails is tried again. */
    Retry retry() {
        return retry;
    }

    private static boolean isKey(TableStore.Table table, Set<String> columns) {
        return columns.equals(Set.copyOf(table.key()));
    }

    /** For each row of a page, in order, what it sees. */
    List<Sight> look(List<RowItem> items, Names run) throws StoreException {
        RowSteps steps = move.steps();
        List<Sight> page = new ArrayList<>(items.size());
        for (RowItem item : items) {
            Sight sight = new Sight(steps, run.with("row", item.row()));
            String trouble = item.isWhole() ? null : Unread.trouble(move, item);
            if (trouble != null) {
                sight.fail(trouble);
            }
            page.add(sight);
        }
        for (Map.Entry<String, RowSteps.Lookup> each : steps.lookups().entrySet()) {
            RowSteps.Lookup lookup = each.getValue();
            List<@Nullable List<Row>> found = related(lookup.in(), lookup.by(), page);
            for (int i = 0; i < page.size(); i++) {
                List<Row> rows = found.get(i);
                if (rows != null) {
                    page.get(i).lookup(each.getKey(), lookup, rows);
                }
            }
        }
        for (Map.Entry<String, RowSteps.Collect> each : steps.collects().entrySet()) {
            RowSteps.Collect collect = each.getValue();
            List<@Nullable List<Row>> found = related(collect.from(), collect.by(), page);
            for (int i = 0; i < page.size(); i++) {
                List<Row> rows = found.get(i);
                if (rows != null) {
                    page.get(i).collect(each.getKey(), collect, rows);
                }
            }
        }
        return page;
    }

    /** The rows found for each row of the page; an empty list where a value is missing or null, null where it cannot be. */
    private List<@Nullable List<Row>> related(From from, Map<String, Expression> by, List<Sight> page)
            throws StoreException {
        TableStore store = java.util.Objects.requireNonNull(stores.get(from.text()));
        TableStore.Table table = java.util.Objects.requireNonNull(tables.get(from.text()));
        List<@Nullable Row> values = new ArrayList<>();
        page.forEach(sight -> values.add(sight.wanted(from, by)));
        Set<Row> wanted = new LinkedHashSet<>();
        values.stream().filter(row -> row != null && !row.names().isEmpty()).forEach(wanted::add);
        Map<Digestible, String> unreadable = new HashMap<>();
        Map<Digestible, List<Row>> found =
                wanted.isEmpty() ? Map.of() : find(store, table, List.copyOf(by.keySet()), wanted, unreadable);
        List<@Nullable List<Row>> all = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Row value = values.get(i);
            String trouble = value == null ? null : unreadable.get(Digestible.of(value));
            if (trouble != null) {
                page.get(i).fail("look-up in " + from.text() + ": " + trouble);
            }
            all.add(value == null || trouble != null ? null : found.getOrDefault(Digestible.of(value), List.of()));
        }
        return all;
    }

    /** A row by the canonical form of its values, so that 1 and 1.0 are the same. */
    private record Digestible(String form) {
        static Digestible of(Row row) {
            return new Digestible(Canonical.digest(row).hex());
        }
    }

    /** What stands there, and of what cannot be read why; that is looked up by itself, to find it. */
    private Map<Digestible, List<Row>> find(
            TableStore store,
            TableStore.Table table,
            List<String> columns,
            Set<Row> wanted,
            Map<Digestible, String> unreadable)
            throws StoreException {
        try {
            return find(store, table, columns, wanted);
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.INVALID) {
                throw e;
            }
            Map<Digestible, List<Row>> all = new HashMap<>();
            for (Row each : wanted) {
                if (wanted.size() == 1) {
                    unreadable.put(Digestible.of(each), e.getMessage());
                } else {
                    all.putAll(find(store, table, columns, Set.of(each), unreadable));
                }
            }
            return all;
        }
    }

    private Map<Digestible, List<Row>> find(
            TableStore store, TableStore.Table table, List<String> columns, Set<Row> wanted) throws StoreException {
        Map<Digestible, List<Row>> all = new HashMap<>();
        if (isKey(table, Set.copyOf(columns))) {
            List<RowKey> keys = wanted.stream()
                    .map(row -> new RowKey(table.name(), row.only(table.key())))
                    .toList();
            Map<ItemKey, Item> found = retry.call(() -> store.find(keys));
            for (Item item : found.values()) {
                RowItem row = (RowItem) item;
                if (!row.isWhole()) {
                    throw new StoreException(
                            StoreException.Kind.INVALID,
                            "Cannot read " + row.key().display() + " in " + store.location() + ": " + row.trouble()
                                    + ". Change the value.");
                }
                all.put(Digestible.of(row.key().key().only(columns)), List.of(row.row()));
            }
        } else {
            Map<Row, List<Row>> found = retry.call(() -> ((Related) store).related(table.name(), columns, wanted));
            found.forEach((value, rows) -> all.put(Digestible.of(value.only(columns)), rows));
        }
        return all;
    }
}
