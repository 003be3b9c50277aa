package io.waybill.mapping;

import io.waybill.store.TableStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which names an expression may use, and what is known of their types. Immutable. */
public final class Scope {
    /** No names at all. */
    public static final Scope EMPTY = new Scope(Map.of());

    /** What stands below a root. */
    record Fields(
            Map<String, ValueType> types,
            boolean open,
            Map<String, String> refused,
            @Nullable String table) {
        Fields(Map<String, ValueType> types, boolean open, Map<String, String> refused) {
            this(types, open, refused, null);
        }
    }

    private final Map<String, Fields> roots;

    private Scope(Map<String, Fields> roots) {
        this.roots = roots;
    }

    /** With {@code file.} as it is known when files are listed: everything but the digest. */
    public Scope withListedFile() {
        Map<String, ValueType> types = new LinkedHashMap<>();
        types.put("path", ValueType.TEXT);
        types.put("below", ValueType.TEXT);
        types.put("name", ValueType.TEXT);
        types.put("ext", ValueType.TEXT);
        types.put("size", ValueType.INTEGER);
        types.put("modified", ValueType.TIMESTAMP);
        String reason = "file.sha256 is only known once the file has been read";
        return with("file", new Fields(types, false, Map.of(FileNames.SHA256, reason)));
    }

    /** With {@code file.} as it is known once the file is at its target: the digest too. */
    public Scope withReadFile() {
        Map<String, ValueType> types = new LinkedHashMap<>();
        Fields listed = withListedFile().roots.get("file");
        if (listed != null) {
            types.putAll(listed.types());
        }
        types.put(FileNames.SHA256, ValueType.TEXT);
        return with("file", new Fields(types, false, Map.of()));
    }

    /** With {@code target.}: the file at its target. */
    public Scope withTarget() {
        Map<String, ValueType> types = new LinkedHashMap<>();
        types.put("path", ValueType.TEXT);
        types.put("version", ValueType.TEXT);
        types.put("size", ValueType.INTEGER);
        types.put(FileNames.SHA256, ValueType.TEXT);
        return with("target", new Fields(types, false, Map.of()));
    }

    /** With {@code error.}: why a file was given up; of the file itself, only its path is known then. */
    public Scope withError() {
        Map<String, ValueType> types = new LinkedHashMap<>();
        types.put("kind", ValueType.TEXT);
        types.put("message", ValueType.TEXT);
        return with("error", new Fields(types, false, Map.of()))
                .with("file", new Fields(Map.of("path", ValueType.TEXT), false, Map.of()));
    }

    /** With {@code row.} as a table defines it, or with any columns when the table is not known yet. */
    public Scope withRow(TableStore.@Nullable Table table) {
        return with("row", fields(table));
    }

    /** With {@code root.}, the row of a table to which others belong; or with any columns. */
    public Scope withRoot(TableStore.@Nullable Table table) {
        return with("root", fields(table));
    }

    private static Fields fields(TableStore.@Nullable Table table) {
        Map<String, ValueType> types = new LinkedHashMap<>();
        if (table != null) {
            for (TableStore.Column column : table.columns()) {
                types.put(column.name(), ValueType.parse(column.type()));
            }
        }
        String name = table == null ? null : table.name();
        return new Fields(types, table == null || table.open(), Map.of(), name);
    }

    /** With a root below which maps of any kind stand under these names. */
    public Scope withOpen(String root, List<String> names) {
        return with(root, new Fields(all(names, ValueType.ANY), false, Map.of()));
    }

    /** With a root below which lists stand under these names. */
    public Scope withLists(String root, List<String> names) {
        return with(root, new Fields(all(names, ValueType.LIST), false, Map.of()));
    }

    private static Map<String, ValueType> all(List<String> names, ValueType type) {
        Map<String, ValueType> types = new LinkedHashMap<>();
        names.forEach(name -> types.put(name, type));
        return types;
    }

    /** With a root below which anything may stand. */
    public Scope withAny(String root) {
        return with(root, new Fields(Map.of(), true, Map.of()));
    }

    /** With {@code source.}: what {@code row.} is now. */
    public Scope withSource() {
        Fields row = roots.get("row");
        return row == null ? withAny("source") : with("source", row);
    }

    /** With {@code vars.} of these types. */
    public Scope withVars(Map<String, ValueType> types) {
        return with("vars", new Fields(new LinkedHashMap<>(types), false, Map.of()));
    }

    /** With {@code run.} and {@code batch.}. */
    public Scope withRun() {
        Map<String, ValueType> run = new LinkedHashMap<>();
        run.put("id", ValueType.TEXT);
        run.put("started", ValueType.TIMESTAMP);
        return with("run", new Fields(run, false, Map.of()))
                .with("batch", new Fields(Map.of("id", ValueType.TEXT), false, Map.of()));
    }

    /** What is wrong with a column that a table does not have; empty when it has it. */
    public static Optional<MappingException.Fault> unknownColumn(TableStore.Table table, String column) {
        List<String> columns =
                table.columns().stream().map(TableStore.Column::name).toList();
        if (table.open() || columns.contains(column)) {
            return Optional.empty();
        }
        return Optional.of(
                new MappingException.Fault(0, noColumn(table.name(), column), Nearest.hint(column, columns)));
    }

    static String noColumn(String table, String column) {
        return "no column \"" + column + "\" in " + table;
    }

    private Scope with(String root, Fields fields) {
        Map<String, Fields> more = new LinkedHashMap<>(roots);
        more.put(root, fields);
        return new Scope(more);
    }

    Set<String> roots() {
        return roots.keySet();
    }

    @Nullable
    Fields find(String root) {
        return roots.get(root);
    }
}
