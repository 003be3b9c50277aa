package io.waybill.table;

import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Finishing;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import io.waybill.store.Version;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tables in the files of any file store, all in one format. The name of a table is the path of its file. Reading is one pass
 * in bounded memory; finding rows by key keeps an index of the table in memory, made by reading it once and made anew when
 * somebody else changed it. Of several rows with one key the last is found.
 *
 * <p>What is written goes to parts beside the file, one for each call and table, whole or not at all; file and parts together
 * are the table. {@link #finish} makes one file of them. Closing closes the file store. Safe for many threads.
 */
public final class FileTables implements TableStore, Finishing {
    private static final int SAMPLE = 100;

    private final TableFile table;
    private final Map<String, List<String>> keys;
    private final RowForm form;
    private final TableWriter writer;
    private final Map<String, TableRows> tables = new HashMap<>();

    /** @param keys the columns of the key, by path of the table; a table that is not named has none */
    public FileTables(FileStore files, TableFormat format, Map<String, List<String>> keys) {
        this.table = new TableFile(files, format);
        this.keys = Map.copyOf(keys);
        this.form = new RowForm(format, files.location().toString());
        this.writer = new TableWriter(table, form);
    }

    @Override
    public Location location() {
        return table.files().location();
    }

    @Override
    public String identity() {
        return table.files().identity();
    }

    @Override
    public Table table(String name) throws StoreException {
        Layout layout = Layout.load(table, name);
        require(layout);
        FileItem item = layout.main();
        List<String> key = keys.getOrDefault(name, List.of());
        List<Column> columns = new ArrayList<>();
        if (table.isCsv()) {
            for (String column : item == null ? table.format().columns() : table.columns(item)) {
                ColumnType type = table.format().columnType(column);
                boolean nullable = type != ColumnType.TEXT || table.format().nulls() != null;
                columns.add(new Column(
                        column, type == ColumnType.JSON ? "any" : type.text(), nullable && !key.contains(column)));
            }
            requireKey(name, key, columns);
        } else {
            for (String column : seen(layout, key)) {
                columns.add(new Column(column, "any", !key.contains(column)));
            }
        }
        return new Table(name, columns, key, !table.isCsv());
    }

    private void requireKey(String name, List<String> key, List<Column> columns) throws StoreException {
        List<String> names = columns.stream().map(Column::name).toList();
        for (String column : key) {
            if (!names.contains(column)) {
                throw noColumn(name, column, names);
            }
        }
    }

    private StoreException noColumn(String name, String column, List<String> names) {
        return new StoreException(
                Kind.INVALID,
                "Cannot read table " + location().of(new FileKey(name)) + ": it has no column " + Faults.line(column)
                        + ". Its columns are: " + Faults.line(String.join(", ", names)) + ".");
    }

    /** The names in the first rows, those of the key before them. */
    private Set<String> seen(Layout layout, List<String> key) throws StoreException {
        Set<String> names = new LinkedHashSet<>(key);
        FileItem main = layout.main();
        if (layout.isNothing()) {
            return names;
        }
        try (RowReader reader = main == null
                ? table.part(layout.parts().firstEntry().getValue(), 0, RowReader.At.BEGIN)
                : table.reader(main, List.of(), 0, RowReader.At.BEGIN, 0)) {
            Row row = reader.next();
            for (int i = 1; row != null; i++) {
                names.addAll(row.names());
                row = i < SAMPLE && reader.offset() < 1 << 20 ? reader.next() : null;
            }
        }
        return names;
    }

    private TableRows rows(String name) {
        synchronized (tables) {
            return tables.computeIfAbsent(name, path -> new TableRows(table, path));
        }
    }

    private void require(Layout layout) throws StoreException {
        if (layout.isNothing() && !table.format().create()) {
            throw table.absent(layout.path());
        }
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        Layout layout = Layout.load(table, what.collection());
        require(layout);
        FileItem main = layout.main();
        List<String> columns = main == null ? table.format().columns() : table.columns(main);
        if (table.isCsv()) {
            for (String column : what.columns()) {
                if (!columns.contains(column)) {
                    throw noColumn(what.collection(), column, columns);
                }
            }
        }
        return new OpenedTable(table, what, layout, keys.getOrDefault(what.collection(), List.of()), columns);
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> wanted) throws StoreException {
        Map<String, Map<List<String>, List<RowKey>>> groups = new LinkedHashMap<>();
        for (ItemKey each : wanted) {
            RowKey key = rowKey(each);
            groups.computeIfAbsent(key.table(), t -> new LinkedHashMap<>())
                    .computeIfAbsent(List.copyOf(key.key().names()), c -> new ArrayList<>())
                    .add(key);
        }
        Map<ItemKey, Item> found = new HashMap<>();
        for (Map.Entry<String, Map<List<String>, List<RowKey>>> group : groups.entrySet()) {
            TableRows rows = rows(group.getKey());
            synchronized (rows) {
                require(rows.layout());
                for (Map.Entry<List<String>, List<RowKey>> columns :
                        group.getValue().entrySet()) {
                    found.putAll(find(rows, columns.getKey(), columns.getValue()));
                }
            }
        }
        return found;
    }

    private RowKey rowKey(ItemKey key) throws StoreException {
        if (key instanceof RowKey row && !row.key().fields().isEmpty()) {
            return row;
        }
        throw new StoreException(
                Kind.INVALID,
                "Cannot find " + key.display() + " in " + location() + ": this is no key of a row. Name a table and the"
                        + " columns of its key.");
    }

    private Map<ItemKey, Item> find(TableRows rows, List<String> columns, List<RowKey> wanted) throws StoreException {
        Map<RowKey, Row> natural = new LinkedHashMap<>();
        for (RowKey key : wanted) {
            Row row = form.key(key.key());
            if (row != null) {
                natural.put(key, row);
            }
        }
        TableRows.Found there = rows.find(columns, natural.values());
        Map<ItemKey, Item> found = new HashMap<>();
        natural.forEach((key, row) -> {
            Digest digest = Canonical.digest(row);
            Row stands = there.rows().get(digest);
            if (stands != null) {
                Map<String, String> unreadable = there.unreadable().getOrDefault(digest, Map.of());
                found.put(key, new RowItem(key, stands, Version.NONE, unreadable));
            }
        });
        return found;
    }

    @Override
    public Content asStored(Content content) throws StoreException {
        return content instanceof Content.RowContent row
                ? new Content.RowContent(form.stored(row.row(), table.format().columns()))
                : content;
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) {
        Outcome[] outcomes = new Outcome[effects.size()];
        Map<String, Set<String>> groups = new HashMap<>();
        for (Effect effect : effects) {
            if (effect.atomic() != null && effect.key() instanceof RowKey key) {
                groups.computeIfAbsent(effect.atomic(), g -> new LinkedHashSet<>())
                        .add(key.table());
            }
        }
        Map<String, List<Integer>> tables = new LinkedHashMap<>();
        for (int i = 0; i < outcomes.length; i++) {
            Effect effect = effects.get(i);
            String group = effect.atomic();
            if (!(effect.key() instanceof RowKey key)) {
                outcomes[i] = refused(effect, "this is no key of a row", "Name a table");
            } else if (group != null && groups.getOrDefault(group, Set.of()).size() > 1) {
                outcomes[i] = refused(
                        effect, "two files cannot be changed together", "Let what belongs together be in one table");
            } else {
                tables.computeIfAbsent(key.table(), t -> new ArrayList<>()).add(i);
            }
        }
        tables.forEach((name, places) -> {
            List<Effect> some = places.stream().map(effects::get).toList();
            TableRows rows = rows(name);
            List<Outcome> answered;
            synchronized (rows) {
                answered = writer.apply(rows, some);
            }
            for (int i = 0; i < answered.size(); i++) {
                outcomes[places.get(i)] = answered.get(i);
            }
        });
        return List.of(outcomes);
    }

    private Outcome refused(Effect effect, String why, String advice) {
        return new Outcome.Failed(new StoreException(
                Kind.INVALID, "Cannot write " + location().of(effect.key()) + ": " + why + ". " + advice + "."));
    }

    @Override
    public void finish(String name) throws StoreException {
        TableRows rows = rows(name);
        synchronized (rows) {
            rows.forget();
            try {
                new Finish(table, name).run();
            } finally {
                rows.forget();
            }
        }
    }

    @Override
    public void close() throws IOException {
        table.files().close();
    }
}
