package io.waybill.store;

import io.waybill.store.StoreException.Kind;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tables in memory, holding every value as it is. Passes the contract, so it stands in for a server in tests of what uses
 * stores. An opened selection sees the rows as they were. Safe for many threads.
 */
public final class MemoryTableStore implements TableStore {
    private final String name;
    private final int pageSize;
    private final Map<String, Data> tables = new HashMap<>();

    /** @param pageSize rows in a page */
    public MemoryTableStore(String name, int pageSize) {
        this.name = name;
        this.pageSize = pageSize;
    }

    private record Data(Table table, NavigableMap<String, Row> rows) {}

    /** Makes an empty table. */
    public synchronized void create(Table table) {
        tables.put(table.name(), new Data(table, new TreeMap<>()));
    }

    /** Everything in a table, by key. */
    public synchronized List<Row> rows(String table) {
        return List.copyOf(
                Objects.requireNonNull(tables.get(table), "no table").rows.values());
    }

    @Override
    public Location location() {
        return new Location("memory", name);
    }

    @Override
    public String identity() {
        return "memory:" + name;
    }

    @Override
    public synchronized Table table(String table) throws StoreException {
        return data(table).table;
    }

    private Data data(String table) throws StoreException {
        Data data = tables.get(table);
        if (data == null) {
            throw new StoreException(
                    Kind.NOT_FOUND,
                    "Cannot find table " + table + " in " + location() + ": there is none. Create it first.");
        }
        return data;
    }

    @Override
    public synchronized Opened open(Selection what) throws StoreException {
        Data data = data(what.collection());
        Set<String> known = new LinkedHashSet<>();
        data.table.columns().forEach(column -> known.add(column.name()));
        for (String column : what.columns()) {
            if (!data.table.open() && !known.contains(column)) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot read table " + what.collection() + " in " + location() + ": it has no column " + column
                                + ". Its columns are: " + String.join(", ", known) + ".");
            }
        }
        NavigableMap<String, Row> rows = new TreeMap<>(data.rows);
        return new MemoryOpened(new Data(data.table, rows), what);
    }

    private final class MemoryOpened implements Opened {
        private final Data data;
        private final Selection what;

        private MemoryOpened(Data data, Selection what) {
            this.data = data;
            this.what = what;
        }

        @Override
        public List<Split> splits(int wanted) {
            List<String> forms = List.copyOf(data.rows.keySet());
            int count = what.limit() < Long.MAX_VALUE ? 1 : Math.max(1, Math.min(wanted, forms.size()));
            List<Split> splits = new ArrayList<>();
            String from = "";
            for (int i = 1; i < count; i++) {
                String upto = forms.get(i * forms.size() / count);
                splits.add(new Split(from + ":" + upto));
                from = upto;
            }
            splits.add(new Split(from + ":"));
            return splits;
        }

        @Override
        public Items read(Split split, @Nullable Position after) {
            String[] ends = split.token().split(":", -1);
            NavigableMap<String, Row> rows = data.rows.tailMap(ends[0], false);
            rows = ends[1].isEmpty() ? rows : rows.headMap(ends[1], true);
            long given = 0;
            if (after != null) {
                String[] place = after.token().split(":", -1);
                given = Long.parseLong(place[0]);
                rows = rows.tailMap(place[1], false);
            }
            return new MemoryItems(data.table, what, new TreeMap<>(rows), given);
        }

        @Override
        public void close() {}
    }

    private final class MemoryItems implements Items {
        private final Table table;
        private final Selection what;
        private final NavigableMap<String, Row> rest;
        private long given;

        private MemoryItems(Table table, Selection what, NavigableMap<String, Row> rest, long given) {
            this.table = table;
            this.what = what;
            this.rest = rest;
            this.given = given;
        }

        @Override
        public @Nullable Page next() {
            List<Item> items = new ArrayList<>();
            String last = "";
            while (items.size() < pageSize && given < what.limit()) {
                Map.Entry<String, Row> entry = rest.pollFirstEntry();
                if (entry == null) {
                    break;
                }
                Row row = entry.getValue();
                RowKey key = new RowKey(table.name(), row.only(table.key()));
                items.add(new RowItem(key, what.columns().isEmpty() ? row : row.only(what.columns()), Version.NONE));
                last = entry.getKey();
                given++;
            }
            return items.isEmpty() ? null : new Page(items, new Position(given + ":" + last));
        }

        @Override
        public void close() {}
    }

    @Override
    public synchronized Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        Map<ItemKey, Item> found = new HashMap<>();
        for (ItemKey key : keys) {
            RowKey rowKey = rowKey(key);
            Row row = data(rowKey.table()).rows.get(form(rowKey.key()));
            if (row != null) {
                found.put(key, new RowItem(rowKey, row, Version.NONE));
            }
        }
        return found;
    }

    private RowKey rowKey(ItemKey key) throws StoreException {
        if (key instanceof RowKey row) {
            return row;
        }
        throw new StoreException(
                Kind.INVALID,
                "Cannot find " + key.display() + " in " + location() + ": this is no key of a row. Name a table.");
    }

    private static String form(Row key) {
        return HexFormat.of().formatHex(Canonical.bytes(new Value.MapOf(key.fields())));
    }

    @Override
    public synchronized List<Outcome> apply(List<Effect> effects) {
        Outcome[] outcomes = new Outcome[effects.size()];
        Map<String, List<Integer>> units = new LinkedHashMap<>();
        for (int i = 0; i < effects.size(); i++) {
            String group = effects.get(i).atomic();
            units.computeIfAbsent(group == null ? "#" + i : "=" + group, g -> new ArrayList<>())
                    .add(i);
        }
        for (List<Integer> unit : units.values()) {
            Map<String, NavigableMap<String, Row>> before = new HashMap<>();
            tables.forEach((table, data) -> before.put(table, new TreeMap<>(data.rows)));
            boolean whole = true;
            for (int i : unit) {
                outcomes[i] = one(effects.get(i));
                whole &= outcomes[i] instanceof Outcome.Done;
            }
            if (!whole) {
                before.forEach((table, rows) -> {
                    Data data = Objects.requireNonNull(tables.get(table));
                    data.rows.clear();
                    data.rows.putAll(rows);
                });
                for (int i : unit) {
                    if (outcomes[i] instanceof Outcome.Done) {
                        outcomes[i] = new Outcome.Failed(new StoreException(
                                Kind.CONFLICT,
                                "Cannot write " + location().of(effects.get(i).key())
                                        + ": another effect of its group was not possible. See the other one."));
                    }
                }
            }
        }
        return List.of(outcomes);
    }

    private Outcome one(Effect effect) {
        try {
            RowKey key = rowKey(effect.key());
            Data data = data(key.table());
            String form = form(key.key());
            Row found = data.rows.get(form);
            if (!holds(effect, found)) {
                return new Outcome.Refused(found == null ? null : new RowItem(key, found, Version.NONE));
            }
            if (effect.content() instanceof Content.RowContent content) {
                if (!form(content.row().only(List.copyOf(key.key().names()))).equals(form)) {
                    throw new StoreException(
                            Kind.INVALID,
                            "Cannot write " + location().of(key)
                                    + ": the row has another key. Give it the values of its key.");
                }
                data.rows.put(form, content.row());
            } else if (effect.content() instanceof Content.RowPatch patch && found != null) {
                Row row = found;
                for (Map.Entry<String, Value> field : patch.set().fields().entrySet()) {
                    row = row.with(field.getKey(), field.getValue());
                }
                for (String dropped : patch.drop()) {
                    row = row.without(dropped);
                }
                data.rows.put(form, row);
            } else {
                data.rows.remove(form);
            }
            return new Outcome.Done(Evidence.NONE);
        } catch (StoreException e) {
            return new Outcome.Failed(e);
        }
    }

    private static boolean holds(Effect effect, @Nullable Row found) {
        if (effect.condition() instanceof Condition.Absent) {
            return found == null;
        } else if (effect.condition() instanceof Condition.Unchanged unchanged) {
            return found != null && isUnchanged(unchanged, found);
        }
        return effect.kind() != Effect.Kind.PATCH || found != null;
    }

    private static boolean isUnchanged(Condition.Unchanged unchanged, Row found) {
        boolean same = unchanged.digest() == null || Canonical.digest(found).equals(unchanged.digest());
        if (unchanged.fields() != null) {
            List<String> names = List.copyOf(unchanged.fields().names());
            same &= Canonical.digest(found.only(names)).equals(Canonical.digest(unchanged.fields()));
        }
        return same && unchanged.missing().stream().noneMatch(found::has);
    }

    @Override
    public void close() {}
}
