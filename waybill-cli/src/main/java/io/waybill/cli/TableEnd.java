package io.waybill.cli;

import io.waybill.plan.CopyPlan;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.StoreSpec;
import io.waybill.store.Catalogued;
import io.waybill.store.Described;
import io.waybill.store.FileItem;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.Related;
import io.waybill.store.RowItem;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import io.waybill.table.FileTables;
import io.waybill.table.TableFormat;
import io.waybill.value.Row;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One end of a plan that is written for tables: an open store of tables, or of files that are tables. */
final class TableEnd implements Closeable {
    private static final int MOST_FILES = 1000;

    private final String name;
    private final String address;
    private final StoreSpec spec;
    private final Store store;
    private final String file;

    private TableEnd(String name, String address, StoreSpec spec, Store store, String file) {
        this.name = name;
        this.address = address;
        this.spec = spec;
        this.store = store;
        this.file = file;
    }

    /** Whether a store of tables stands at the address. Opens nothing. */
    static boolean holdsTables(Waybill waybill, String address) throws PlanException {
        return Providers.of(Addresses.plan(waybill, address).store(Addresses.STORE))
                .holdsTables();
    }

    /** @param name of the store in the plan */
    static TableEnd open(Waybill waybill, String name, String address) throws PlanException, StoreException {
        String place = address;
        String file = "";
        if (!holdsTables(waybill, address)) {
            CopyPlan.End end = CopyPlan.End.parse(address);
            if (!TableFormat.guess(end.path()).isEmpty()) {
                place = end.store();
                file = end.path();
            }
        }
        Plan plan = Addresses.plan(waybill, place);
        StoreSpec spec = plan.store(Addresses.STORE);
        spec.secrets().values().forEach(secret -> waybill.redaction().add(secret.reveal()));
        Store store = Providers.of(spec)
                .open(spec.settings(plan.folder(), waybill.surroundings().environment()));
        return new TableEnd(name, place, spec, store, file);
    }

    String name() {
        return name;
    }

    boolean isFiles() {
        return store instanceof FileStore;
    }

    /** The store as one of files; it {@link #isFiles}. */
    FileStore fileStore() {
        return (FileStore) store;
    }

    /** Whether rows of one table may have different fields. */
    boolean isOpen() {
        return isFiles() || spec.type().equals("dynamodb");
    }

    /** Whether a reference to a column that is no key can be followed. */
    boolean findsByAnyColumn() {
        return store instanceof Related && !isOpen();
    }

    /** The path of the one file that was named, or empty. */
    String file() {
        return file;
    }

    @Override
    public String toString() {
        return store.location().toString();
    }

    /** The store's name that its own options give, for the name of the plan. */
    String title() {
        return spec.options().getOrDefault("database", "");
    }

    /** The names of its tables; of files, their paths. */
    List<String> tables() throws IOException {
        if (store instanceof Catalogued catalogued) {
            return catalogued.tables();
        }
        return file.isEmpty() ? files() : List.of(file);
    }

    List<Catalogued.ForeignKey> foreignKeys() throws StoreException {
        return store instanceof Catalogued catalogued ? catalogued.foreignKeys() : List.of();
    }

    /** The columns of a table that no two rows share, its key first. */
    List<List<String>> unique(String table) throws StoreException {
        List<List<String>> keys = new ArrayList<>(List.of(table(table).key()));
        if (store instanceof Catalogued catalogued) {
            for (Catalogued.UniqueKey key : catalogued.uniqueKeys()) {
                if (key.table().equals(table) && !keys.contains(key.columns())) {
                    keys.add(key.columns());
                }
            }
        }
        return keys;
    }

    /** Whether rows of a table can be read. */
    boolean isMapped(String table) throws StoreException {
        Described.Definition definition = store instanceof Described described
                ? described.definitions(List.of(table)).get(table)
                : null;
        return definition == null || definition.columns().stream().allMatch(Described.Attribute::mapped);
    }

    /** The store as one of tables; it is none of files. */
    TableStore tableStore() {
        return (TableStore) store;
    }

    private List<String> files() throws IOException {
        List<String> paths = new ArrayList<>();
        for (Item item : first("", (Source) store, MOST_FILES + 1)) {
            if (item instanceof FileItem one
                    && !TableFormat.guess(one.key().path()).isEmpty()
                    && !one.key().path().contains(".parts/")) {
                paths.add(one.key().path());
            }
        }
        if (paths.size() > MOST_FILES) {
            throw new StoreException(
                    Kind.INVALID,
                    "Cannot write a plan for " + this + ": it has more than " + MOST_FILES
                            + " tables in files. Name a folder further down.");
        }
        return paths.stream().sorted().toList();
    }

    /** The first items of a collection. */
    private static List<Item> first(String collection, Source source, int most) throws IOException {
        List<Item> first = new ArrayList<>();
        try (Source.Opened opened = source.open(Selection.all(collection))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    Source.Page page = items.next();
                    while (page != null && first.size() < most) {
                        first.addAll(page.items());
                        page = items.next();
                    }
                }
            }
        }
        return first.size() > most ? first.subList(0, most) : first;
    }

    /** Its tables, those in files with this format and key. */
    TableStore store(String table, Map<String, ?> format, List<String> key) {
        if (!(store instanceof FileStore files)) {
            return (TableStore) store;
        }
        Map<String, Object> options = new LinkedHashMap<>(TableFormat.guess(table));
        options.putAll(format);
        return new FileTables(files, TableFormat.of(options), Map.of(table, key));
    }

    /** A table as its catalog has it. */
    TableStore.Table table(String table) throws StoreException {
        return store(table, Map.of(), List.of()).table(table);
    }

    /** The table, or null when there is none. */
    TableStore.@Nullable Table find(String table) throws StoreException {
        try {
            return table(table);
        } catch (StoreException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** Some rows to learn from. */
    static List<Row> sample(TableStore tables, String table, int most) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Item item : first(table, tables, most)) {
            if (item instanceof RowItem row) {
                rows.add(row.row());
            }
        }
        return rows;
    }

    /** The environment variables that the plan will want for what may not stand in it, by option. */
    Map<String, String> variables() {
        Map<String, String> variables = new TreeMap<>();
        if (!Addresses.refers(address)) {
            spec.secrets()
                    .keySet()
                    .forEach(option -> variables.put(option, (name + "_" + option).toUpperCase(Locale.ROOT)));
        }
        return variables;
    }

    /** The store as the plan has it, without secrets. */
    String yaml() {
        Map<String, String> variables = variables();
        if (variables.isEmpty()) {
            return "  " + name + ": " + Addresses.yaml(address) + "\n";
        }
        StringBuilder yaml = new StringBuilder("  " + name + ":\n    type: " + spec.type() + "\n");
        Map<String, String> usual = new TreeMap<>();
        for (StoreProvider.Option option : Providers.of(spec).options()) {
            if (option.defaultValue() != null) {
                usual.put(option.name(), option.defaultValue());
            }
        }
        spec.options().forEach((option, value) -> {
            if (!value.equals(usual.get(option))) {
                boolean plain = value.matches("[0-9]{1,9}|true|false");
                yaml.append("    " + option + ": ")
                        .append(plain ? value : Yaml.scalar(Yaml.literal(value)))
                        .append('\n');
            }
        });
        variables.forEach((option, variable) -> yaml.append("    " + option + ": \"${env." + variable + "}\"\n"));
        return yaml.toString();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
