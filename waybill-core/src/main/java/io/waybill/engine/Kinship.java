package io.waybill.engine;

import io.waybill.mapping.Expression;
import io.waybill.mapping.Nearest;
import io.waybill.mapping.RowMapping;
import io.waybill.plan.Closure;
import io.waybill.plan.Move;
import io.waybill.store.Catalogued;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Related;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tables belong to a root table, and by which references: those of the source's catalog and those that the plan adds.
 * A row belongs by the references that it must have; by one that may be null only if its table has no other. Immutable.
 */
final class Kinship {
    private final Closure closure;
    /** Those whose rows belong, the root's first, and those of which rows are brought. */
    private final Map<String, TableStore.Table> tables;

    private final Map<String, List<ForeignKey>> inward;
    private final Map<String, List<ForeignKey>> outward;
    private final Map<String, List<Follow>> follows;

    /**
     * A reference that the plan tells of.
     *
     * @param driver the table whose fields it compares with, and {@code byRoot} whether it sees it as {@code root.}
     */
    record Follow(String table, Expression condition, String driver, boolean byRoot) {}

    private Kinship(
            Closure closure,
            Map<String, TableStore.Table> tables,
            Map<String, List<ForeignKey>> inward,
            Map<String, List<ForeignKey>> outward,
            Map<String, List<Follow>> follows) {
        this.closure = closure;
        this.tables = tables;
        this.inward = inward;
        this.outward = outward;
        this.follows = follows;
    }

    /** Reads the catalog; refuses a plan that does not fit it. */
    static Kinship of(Move move, Closure closure, TableStore source) throws StoreException {
        if (!(source instanceof Catalogued catalog) || !(source instanceof Related)) {
            throw cannot(move, source.location() + " does not tell which rows belong together. Read from PostgreSQL.");
        }
        List<ForeignKey> keys = catalog.foreignKeys();
        Set<String> names = new LinkedHashSet<>(catalog.tables());
        for (String name : closure.named()) {
            if (!names.contains(name)) {
                throw cannot(
                        move,
                        source.location() + " has no table " + name + ". "
                                + sentence(Nearest.hint(name, names), "Check the names below rows."));
            }
        }
        Map<String, List<Follow>> follows = new LinkedHashMap<>();
        for (Map.Entry<String, Expression> each : closure.follow().entrySet()) {
            Follow follow = follow(move, closure, each.getKey(), each.getValue(), names);
            follows.computeIfAbsent(follow.driver(), table -> new ArrayList<>()).add(follow);
        }
        Search search = new Search(closure, source, keys, follows);
        search.run();
        Map<String, List<ForeignKey>> outward = new LinkedHashMap<>();
        for (ForeignKey key : keys) {
            outward.computeIfAbsent(key.table(), table -> new ArrayList<>()).add(key);
            if (search.tables.containsKey(key.table()) && !search.tables.containsKey(key.target())) {
                refuseUnmapped(move, closure, key);
            }
        }
        for (List<Follow> some : follows.values()) {
            for (Follow follow : some) {
                if (!search.tables.containsKey(follow.driver())) {
                    throw cannot(
                            move,
                            "follow: " + follow.table() + " compares with " + follow.driver()
                                    + ", whose rows do not belong to " + closure.root() + ". Follow that table first.");
                }
            }
        }
        bring(closure, source, outward, search.tables);
        for (TableStore.Table table : search.tables.values()) {
            if (table.key().isEmpty()) {
                throw cannot(
                        move,
                        "table " + table.name()
                                + " has no key, so its rows cannot be told apart. Give it one, or name it in stop.");
            }
        }
        return new Kinship(closure, search.tables, search.inward, outward, follows);
    }

    /** Adds the tables of which rows come along. */
    private static void bring(
            Closure closure,
            TableStore source,
            Map<String, List<ForeignKey>> outward,
            Map<String, TableStore.Table> tables)
            throws StoreException {
        List<String> open = new ArrayList<>(tables.keySet());
        for (int i = 0; i < open.size(); i++) {
            for (ForeignKey key : outward.getOrDefault(open.get(i), List.of())) {
                boolean brought = closure.outward(key.target()) == Closure.Outward.BRING;
                if (brought && !tables.containsKey(key.target())) {
                    tables.put(key.target(), source.table(key.target()));
                    open.add(key.target());
                }
            }
        }
    }

    private static String sentence(@org.jspecify.annotations.Nullable String hint, String otherwise) {
        return hint == null ? otherwise : Character.toUpperCase(hint.charAt(0)) + hint.substring(1);
    }

    private static StoreException cannot(Move move, String why) {
        return new StoreException(Kind.INVALID, "Cannot run move " + move.name() + ": " + why);
    }

    private static Follow follow(Move move, Closure closure, String table, Expression condition, Set<String> names)
            throws StoreException {
        Set<String> others = new LinkedHashSet<>();
        for (String use : condition.uses()) {
            String root = use.contains(".") ? use.substring(0, use.indexOf('.')) : use;
            if (!Set.of("row", "root", "vars").contains(root)) {
                others.add(root);
            }
        }
        for (String other : others) {
            if (!names.contains(other)) {
                throw cannot(
                        move,
                        "in follow: " + table + ": there is no table " + other + ". "
                                + sentence(Nearest.hint(other, names), "Check the name."));
            }
        }
        if (others.size() > 1) {
            throw cannot(
                    move,
                    "in follow: " + table + ": it compares with rows of " + String.join(" and ", others)
                            + ". Compare with those of one table, and with root.");
        }
        String driver = others.isEmpty() ? closure.root() : others.iterator().next();
        return new Follow(table, condition, driver, others.isEmpty());
    }

    /** A reference that the plan promises to give another value has to get one. */
    private static void refuseUnmapped(Move move, Closure closure, ForeignKey key) throws StoreException {
        if (closure.outward(key.target()) != Closure.Outward.MAP) {
            return;
        }
        RowMapping mapping = closure.rows().get(key.table());
        boolean mapped = mapping != null
                && mapping.fields().stream()
                        .anyMatch(field -> key.columns().contains(field.path().get(0)));
        if (!mapped) {
            throw cannot(
                    move,
                    "outward says map for " + key.target() + ", and row: gives " + key.table() + "."
                            + String.join(", ", key.columns()) + " no other value. Set it below row: " + key.table()
                            + ".");
        }
    }

    /** Finds the tables that belong. */
    private static final class Search {
        private final Closure closure;
        private final TableStore source;
        private final List<ForeignKey> keys;
        private final Map<String, List<Follow>> follows;
        private final Map<String, TableStore.Table> tables = new LinkedHashMap<>();
        private final Map<String, List<ForeignKey>> inward = new LinkedHashMap<>();
        private final Set<String> required = new LinkedHashSet<>();
        private final Map<ForeignKey, Boolean> mustHaveValue = new HashMap<>();

        Search(Closure closure, TableStore source, List<ForeignKey> keys, Map<String, List<Follow>> follows) {
            this.closure = closure;
            this.source = source;
            this.keys = keys;
            this.follows = follows;
        }

        void run() throws StoreException {
            tables.put(closure.root(), source.table(closure.root()));
            while (required() || optional()) {
                // what was found may lead on
            }
        }

        private boolean leadsIn(ForeignKey key) {
            boolean own = key.table().equals(closure.root()) && !key.target().equals(closure.root());
            return tables.containsKey(key.target())
                    && !own
                    && !closure.stop().contains(key.table())
                    && !closure.follow().containsKey(key.table())
                    && !inward.getOrDefault(key.target(), List.of()).contains(key);
        }

        private boolean required() throws StoreException {
            boolean more = false;
            for (List<Follow> some : follows.values()) {
                for (Follow follow : some) {
                    if (tables.containsKey(follow.driver()) && !tables.containsKey(follow.table())) {
                        tables.put(follow.table(), source.table(follow.table()));
                        more = true;
                    }
                }
            }
            for (ForeignKey key : keys) {
                if (leadsIn(key) && isRequired(key)) {
                    take(key);
                    required.add(key.table());
                    more = true;
                }
            }
            return more;
        }

        /** One table at a time: what it brings may be required elsewhere. */
        private boolean optional() throws StoreException {
            for (ForeignKey key : keys) {
                if (leadsIn(key) && !required.contains(key.table()) && !isRequired(key)) {
                    take(key);
                    return true;
                }
            }
            return false;
        }

        private void take(ForeignKey key) throws StoreException {
            inward.computeIfAbsent(key.target(), table -> new ArrayList<>()).add(key);
            if (!tables.containsKey(key.table())) {
                tables.put(key.table(), source.table(key.table()));
            }
        }

        private boolean isRequired(ForeignKey key) throws StoreException {
            Boolean known = mustHaveValue.get(key);
            if (known == null) {
                known = source.table(key.table()).columns().stream()
                        .filter(column -> key.columns().contains(column.name()))
                        .noneMatch(TableStore.Column::nullable);
                mustHaveValue.put(key, known);
            }
            return known;
        }
    }

    Closure closure() {
        return closure;
    }

    /** The definition of a table of which rows may be part of a unit. */
    TableStore.Table table(String name) {
        return java.util.Objects.requireNonNull(tables.get(name));
    }

    /** Columns of a table by which rows are looked for. */
    record Sought(String table, List<String> columns) {}

    /** By which columns of which tables rows that belong are looked for. */
    List<Sought> sought() {
        List<Sought> all = new ArrayList<>();
        inward.values().forEach(keys -> keys.forEach(key -> all.add(new Sought(key.table(), key.columns()))));
        follows.values()
                .forEach(some -> some.forEach(follow ->
                        all.add(new Sought(follow.table(), follow.condition().partnerColumns()))));
        return all.stream().distinct().toList();
    }

    /** The conditions of the plan by which rows of a table belong; its foreign keys do not count if there is one. */
    List<Follow> followed(String table) {
        return follows.values().stream()
                .flatMap(List::stream)
                .filter(follow -> follow.table().equals(table))
                .toList();
    }

    /** A foreign key in words. */
    static String name(ForeignKey key) {
        return key.table() + "." + String.join(", ", key.columns());
    }

    /** Whether rows of a table may belong to a root row, and not only come along. */
    boolean belongs(String table) {
        return table.equals(closure.root())
                || inward.values().stream()
                        .flatMap(List::stream)
                        .anyMatch(key -> key.table().equals(table))
                || !followed(table).isEmpty();
    }

    /** Whether rows of a table may come along because others refer to them. */
    boolean isBrought(String table) {
        return closure.outward(table) == Closure.Outward.BRING && tables.containsKey(table);
    }

    /** Whether the plan makes a column of a table itself. */
    boolean makes(String table, String column) {
        RowMapping mapping = closure.rows().get(table);
        return mapping != null
                && mapping.fields().stream()
                        .anyMatch(field -> field.path().get(0).equals(column));
    }

    /** Whether rows of a table have a column once they are changed. */
    boolean has(String table, String column) {
        RowMapping mapping = closure.rows().get(table);
        boolean left = mapping != null && (mapping.isOnly() || mapping.drop().contains(column));
        return makes(table, column)
                || (!left
                        && table(table).columns().stream()
                                .anyMatch(each -> each.name().equals(column)));
    }

    /** The tables that rows may be written to, the root's first. */
    Set<String> written() {
        return tables.keySet();
    }

    /** By which rows that refer to a row of a table belong with it. */
    List<ForeignKey> inward(String table) {
        return inward.getOrDefault(table, List.of());
    }

    /** What rows of a table refer to. */
    List<ForeignKey> outward(String table) {
        return outward.getOrDefault(table, List.of());
    }

    /** What else belongs with a row of a table. */
    List<Follow> follows(String table) {
        return follows.getOrDefault(table, List.of());
    }
}
