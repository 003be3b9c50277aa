package io.waybill.engine;

import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.RowSteps;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Related;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

    private static boolean isKey(TableStore.Table table, Set<String> columns) {
        return columns.equals(Set.copyOf(table.key()));
    }

    /** What was found for one row: its names, or why it cannot go on, or that it is left out. */
    record Seen(Names names, @Nullable String trouble, boolean skip) {}

    /** For each row of a page, in order, the names with {@code row.}, {@code lookup.} and {@code collect.} */
    List<Seen> look(List<RowItem> page, Names run) throws StoreException {
        List<Names> names = new ArrayList<>();
        page.forEach(item -> names.add(run.with("row", item.row())));
        RowSteps steps = move.steps();
        List<Map<String, Value>> lookups = blanks(page.size());
        List<Map<String, Value>> collects = blanks(page.size());
        String[] troubles = new String[page.size()];
        boolean[] skips = new boolean[page.size()];
        for (Map.Entry<String, RowSteps.Lookup> each : steps.lookups().entrySet()) {
            RowSteps.Lookup lookup = each.getValue();
            List<@Nullable List<Row>> found = related(lookup.in(), lookup.by(), names, troubles);
            for (int i = 0; i < page.size(); i++) {
                List<Row> rows = found.get(i);
                if (troubles[i] != null || rows == null) {
                    continue;
                }
                if (rows.isEmpty()) {
                    if (lookup.miss() == RowSteps.Miss.FAIL) {
                        troubles[i] = "lookup " + each.getKey() + ": no row of "
                                + lookup.in().text() + " has " + wanted(lookup.by(), names.get(i));
                    }
                    skips[i] |= lookup.miss() == RowSteps.Miss.SKIP;
                } else if (rows.size() > 1 && lookup.many() == RowSteps.Many.FAIL) {
                    troubles[i] = "lookup " + each.getKey() + ": " + rows.size() + " rows of "
                            + lookup.in().text() + " have " + wanted(lookup.by(), names.get(i));
                } else {
                    lookups.get(i)
                            .put(each.getKey(), new Value.MapOf(rows.get(0).fields()));
                }
            }
        }
        for (Map.Entry<String, RowSteps.Collect> each : steps.collects().entrySet()) {
            RowSteps.Collect collect = each.getValue();
            List<@Nullable List<Row>> found = related(collect.from(), collect.by(), names, troubles);
            for (int i = 0; i < page.size(); i++) {
                List<Row> rows = found.get(i);
                if (rows != null) {
                    try {
                        collects.get(i).put(each.getKey(), folded(collect, rows, names.get(i)));
                    } catch (MappingException e) {
                        troubles[i] = "collect " + each.getKey() + ": " + e.getMessage();
                    }
                }
            }
        }
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            Names all = names.get(i);
            if (!steps.lookups().isEmpty()) {
                all = all.with("lookup", Row.of(lookups.get(i)));
            }
            if (!steps.collects().isEmpty()) {
                all = all.with("collect", Row.of(collects.get(i)));
            }
            seen.add(new Seen(all, troubles[i], skips[i]));
        }
        return seen;
    }

    private static List<Map<String, Value>> blanks(int count) {
        List<Map<String, Value>> blanks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blanks.add(new LinkedHashMap<>());
        }
        return blanks;
    }

    private static String wanted(Map<String, Expression> by, Names names) {
        List<String> parts = new ArrayList<>();
        by.forEach((column, expression) -> {
            try {
                parts.add(column + " " + expression.text(names));
            } catch (MappingException e) {
                parts.add(column + " " + expression.text());
            }
        });
        return String.join(", ", parts);
    }

    private static Value folded(RowSteps.Collect collect, List<Row> rows, Names names) throws MappingException {
        List<Row> sorted = new ArrayList<>(rows);
        if (!collect.order().isEmpty()) {
            sorted.sort(Comparator.comparing((Row row) -> row, (a, b) -> compare(a, b, collect.order())));
        }
        List<Value> values = new ArrayList<>();
        for (Row row : sorted) {
            Row made = collect.row() == null ? row : collect.row().apply(names.with("row", row));
            values.add(new Value.MapOf(made.fields()));
        }
        return new Value.ListOf(values);
    }

    private static int compare(Row a, Row b, List<String> order) {
        for (String column : order) {
            int sign = compare(a.find(column), b.find(column));
            if (sign != 0) {
                return sign;
            }
        }
        return 0;
    }

    /** Numbers by value, what else by its text; missing and null first. */
    private static int compare(@Nullable Value a, @Nullable Value b) {
        if (a == null || b == null || a instanceof Value.Null || b instanceof Value.Null) {
            boolean left = a == null || a instanceof Value.Null;
            boolean right = b == null || b instanceof Value.Null;
            return Boolean.compare(right, left);
        }
        java.math.BigDecimal x = number(a);
        java.math.BigDecimal y = number(b);
        return x != null && y != null
                ? x.compareTo(y)
                : io.waybill.value.RowCodec.text(a).compareTo(io.waybill.value.RowCodec.text(b));
    }

    private static java.math.@Nullable BigDecimal number(Value value) {
        if (value instanceof Value.Int number) {
            return new java.math.BigDecimal(number.value());
        }
        return value instanceof Value.Dec number ? number.value() : null;
    }

    /** The rows found for each row of the page; an empty list where a value is missing or null, null where it cannot be. */
    private List<@Nullable List<Row>> related(
            From from, Map<String, Expression> by, List<Names> page, @Nullable String[] troubles)
            throws StoreException {
        TableStore store = java.util.Objects.requireNonNull(stores.get(from.text()));
        TableStore.Table table = java.util.Objects.requireNonNull(tables.get(from.text()));
        List<@Nullable Row> values = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            try {
                values.add(values(by, page.get(i)));
            } catch (MappingException e) {
                troubles[i] = "look-up in " + from.text() + ": " + e.getMessage();
                values.add(null);
            }
        }
        Set<Row> wanted = new LinkedHashSet<>();
        values.stream().filter(row -> row != null && !row.names().isEmpty()).forEach(wanted::add);
        Map<Digestible, List<Row>> found =
                wanted.isEmpty() ? Map.of() : find(store, table, List.copyOf(by.keySet()), wanted);
        List<@Nullable List<Row>> all = new ArrayList<>();
        for (Row value : values) {
            all.add(value == null ? null : found.getOrDefault(Digestible.of(value), List.of()));
        }
        return all;
    }

    /** A row by the canonical form of its values, so that 1 and 1.0 are the same. */
    private record Digestible(String form) {
        static Digestible of(Row row) {
            return new Digestible(Canonical.digest(row).hex());
        }
    }

    private static Row values(Map<String, Expression> by, Names names) throws MappingException {
        Row row = Row.EMPTY;
        for (Map.Entry<String, Expression> column : by.entrySet()) {
            Value value = column.getValue().evaluate(names);
            if (value == null || value instanceof Value.Null) {
                return Row.EMPTY;
            }
            row = row.with(column.getKey(), value);
        }
        return row;
    }

    private Map<Digestible, List<Row>> find(
            TableStore store, TableStore.Table table, List<String> columns, Set<Row> wanted) throws StoreException {
        Map<Digestible, List<Row>> all = new HashMap<>();
        if (isKey(table, Set.copyOf(columns))) {
            List<RowKey> keys = wanted.stream()
                    .map(row -> new RowKey(table.name(), row.only(table.key())))
                    .toList();
            Map<ItemKey, Item> found = retry.call(() -> store.find(keys));
            found.forEach((key, item) ->
                    all.put(Digestible.of(((RowKey) key).key().only(columns)), List.of(((RowItem) item).row())));
        } else {
            Map<Row, List<Row>> found = retry.call(() -> ((Related) store).related(table.name(), columns, wanted));
            found.forEach((value, rows) -> all.put(Digestible.of(value.only(columns)), rows));
        }
        return all;
    }
}
