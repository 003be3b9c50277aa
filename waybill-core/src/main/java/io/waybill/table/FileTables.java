package io.waybill.table;

import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
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
import io.waybill.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tables in the files of any file store, all in one format. The name of a table is the path of its file. Reading is one pass
 * in bounded memory; finding rows by key keeps an index of the file in memory, made by reading it once and made anew when the
 * file changed. Of several rows with one key the last is found. Closing closes the file store. Safe for many threads.
 */
public final class FileTables implements TableStore {
    private static final int SAMPLE = 100;

    private final TableFile table;
    private final Map<String, List<String>> keys;
    private final RowForm form;
    private final Map<String, KeyedRows> indexed = new HashMap<>();

    /** @param keys the columns of the key, by path of the table; a table that is not named has none */
    public FileTables(FileStore files, TableFormat format, Map<String, List<String>> keys) {
        this.table = new TableFile(files, format);
        this.keys = Map.copyOf(keys);
        this.form = new RowForm(format, files.location().toString());
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
        FileItem item = item(name);
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
            for (String column : seen(item, key)) {
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
    private Set<String> seen(@Nullable FileItem item, List<String> key) throws StoreException {
        Set<String> names = new LinkedHashSet<>(key);
        if (item == null) {
            return names;
        }
        try (RowReader reader = table.reader(item, List.of(), 0, RowReader.At.BEGIN, 0)) {
            Row row = reader.next();
            for (int i = 1; row != null; i++) {
                names.addAll(row.names());
                row = i < SAMPLE && reader.offset() < 1 << 20 ? reader.next() : null;
            }
        }
        return names;
    }

    /** The file, or null for a table that has still to be made. */
    private @Nullable FileItem item(String name) throws StoreException {
        FileItem item = table.find(name);
        if (item == null && !table.format().create()) {
            throw table.absent(name);
        }
        return item;
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        FileItem item = item(what.collection());
        List<String> columns = item == null ? table.format().columns() : table.columns(item);
        if (table.isCsv()) {
            for (String column : what.columns()) {
                if (!columns.contains(column)) {
                    throw noColumn(what.collection(), column, columns);
                }
            }
        }
        return new OpenedTable(table, what, item, keys.getOrDefault(what.collection(), List.of()), columns);
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
            FileItem item = item(group.getKey());
            for (Map.Entry<List<String>, List<RowKey>> columns :
                    group.getValue().entrySet()) {
                if (item != null) {
                    found.putAll(find(item, columns.getKey(), columns.getValue()));
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

    private Map<ItemKey, Item> find(FileItem item, List<String> columns, List<RowKey> wanted) throws StoreException {
        Map<RowKey, Row> natural = new LinkedHashMap<>();
        for (RowKey key : wanted) {
            Row row = natural(key.key());
            if (row != null) {
                natural.put(key, row);
            }
        }
        Map<Digest, Row> rows;
        synchronized (indexed) {
            String path = item.key().path();
            KeyedRows index = indexed.get(path);
            if (index == null || !index.isOf(item, columns)) {
                indexed.remove(path);
                index = KeyedRows.of(table, item, columns);
                indexed.put(path, index);
            }
            rows = index.find(natural.values());
        }
        Map<ItemKey, Item> found = new HashMap<>();
        natural.forEach((key, row) -> {
            Row there = rows.get(Canonical.digest(row));
            if (there != null) {
                found.put(key, new RowItem(key, there, Version.NONE));
            }
        });
        return found;
    }

    /** The key as the file holds it, or null when it cannot hold it. */
    private @Nullable Row natural(Row key) {
        Map<String, Value> fields = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Value> field : key.fields().entrySet()) {
                fields.put(field.getKey(), form.field(field.getKey(), field.getValue()));
            }
            return Row.of(fields);
        } catch (StoreException e) {
            return null;
        }
    }

    @Override
    public Content asStored(Content content) throws StoreException {
        return content instanceof Content.RowContent row
                ? new Content.RowContent(form.stored(row.row(), table.format().columns()))
                : content;
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Effect effect : effects) {
            outcomes.add(new Outcome.Failed(new StoreException(
                    Kind.INVALID,
                    "Cannot write " + location().of(effect.key())
                            + ": this version only reads tables in files. Write to another store.")));
        }
        return outcomes;
    }

    @Override
    public void close() throws IOException {
        table.files().close();
    }
}
