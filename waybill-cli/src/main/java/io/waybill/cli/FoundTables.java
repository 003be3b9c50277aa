package io.waybill.cli;

import io.waybill.plan.PlanException;
import io.waybill.report.Texts;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.TableStore.Column;
import io.waybill.store.TableStore.Table;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan for the tables that really stand at an address: one move for each, what others refer to first.
 *
 * @param plan the YAML
 * @param notes what has to be done before it works, for people
 */
record FoundTables(String plan, List<String> notes) {
    private static final int SAMPLE = 200;

    static FoundTables of(Waybill waybill, String from, String to) throws IOException, PlanException {
        try (TableEnd source = TableEnd.open(waybill, "source", from);
                TableEnd target = TableEnd.open(waybill, "target", to)) {
            return new Writing(source, target).write(source.title().isEmpty() ? from : source.title());
        }
    }

    /** The work of writing one; used once. */
    private static final class Writing {
        private final TableEnd source;
        private final TableEnd target;
        private final List<String> notes = new ArrayList<>();
        private final Set<String> names = new LinkedHashSet<>();
        private final Map<String, TableMove> before = new LinkedHashMap<>();

        Writing(TableEnd source, TableEnd target) {
            this.source = source;
            this.target = target;
        }

        FoundTables write(String title) throws IOException {
            List<String> tables = source.tables();
            List<String> targets = target.isFiles() ? List.of() : target.tables();
            if (tables.isEmpty()) {
                throw new StoreException(
                        Kind.NOT_FOUND,
                        "Cannot write a plan for " + source + ": there is no table in it. Check the address.");
            }
            if (tables.size() > 1 && !target.file().isEmpty()) {
                throw new CliException(
                        Code.USAGE,
                        "Cannot write " + tables.size() + " tables of " + source
                                + " to one file. Name a folder as --to.");
            }
            List<ForeignKey> keys = source.foreignKeys();
            StringBuilder moves = new StringBuilder();
            for (String table : TableOrder.of(tables, keys)) {
                moves.append(move(table, targets, keys));
            }
            if (before.isEmpty()) {
                throw new StoreException(
                        Kind.INVALID,
                        "Cannot write a plan for " + source + ": no table in it has a key. Give one a primary key.");
            }
            for (TableEnd end : List.of(source, target)) {
                end.variables()
                        .forEach((option, variable) -> notes.add(
                                "The " + option + " is not in the plan: set " + variable + " in the environment."));
            }
            String name = title.contains("${") ? "migration" : FoundPlan.name(title);
            return new FoundTables(
                    "waybill: 1\nname: " + Yaml.scalar(name) + "\nstores:\n" + source.yaml() + target.yaml()
                            + "moves:\n" + moves,
                    List.copyOf(notes));
        }

        private String move(String table, List<String> targets, List<ForeignKey> keys) throws IOException {
            String odd = Texts.safe(table).equals(table) && table.indexOf('*') < 0 && !table.endsWith("/")
                    ? null
                    : "its name cannot stand in a plan";
            Table read = odd == null ? read(table) : null;
            if (read != null && read.key().isEmpty() && !source.isFiles()) {
                odd = "it has no key";
            }
            if (read == null || odd != null) {
                notes.add("Left out: " + table + ", since " + odd + ".");
                return "  # left out: " + Texts.safe(table) + ", since " + odd + "\n";
            }
            String to = target(table, targets);
            Table other = targets.contains(to) ? target.find(to) : null;
            CsvGuess csv = CsvGuess.isCsv(table) && source.isFiles() ? CsvGuess.of(source, table, read, other) : null;
            TableMove move = new TableMove(name(base(table)), read, key(read, other), to, other, csv);
            String yaml = move.yaml(source, target, keys, before);
            move.troubles(target).forEach(trouble -> notes.add(move.name() + ": " + trouble));
            before.put(table, move);
            return yaml;
        }

        /** The table; where any row may have other fields, with those that the first rows have. */
        private Table read(String table) throws IOException {
            Table read = source.table(table);
            if (!read.open()) {
                return read;
            }
            Map<String, Set<String>> kinds = new LinkedHashMap<>();
            read.columns().forEach(column -> kinds.put(column.name(), new LinkedHashSet<>()));
            for (Column column : read.columns()) {
                if (!source.isFiles()) {
                    kinds.put(column.name(), Set.of(column.type()));
                }
            }
            for (Row row : TableEnd.sample(source.store(table, Map.of(), List.of()), table, SAMPLE)) {
                row.fields().forEach((name, value) -> {
                    if (!(value instanceof Value.Null) && !read.key().contains(name)) {
                        kinds.computeIfAbsent(name, column -> new LinkedHashSet<>())
                                .add(value.kind());
                    }
                });
            }
            List<Column> columns = new ArrayList<>();
            kinds.forEach((name, seen) -> columns.add(new Column(
                    name,
                    seen.size() == 1 ? seen.iterator().next() : "any",
                    !read.key().contains(name))));
            return new Table(read.name(), columns, read.key(), true);
        }

        /** Its own key; of a file, that of the table it goes to, or a column that looks like one. */
        private static List<String> key(Table read, @Nullable Table other) {
            List<String> columns = read.columns().stream().map(Column::name).toList();
            if (!read.key().isEmpty()) {
                return read.key();
            } else if (other != null && !other.key().isEmpty() && columns.containsAll(other.key())) {
                return other.key();
            }
            return columns.contains("id") ? List.of("id") : List.of();
        }

        /** The table it goes to: of the same name, or of the only one that differs in case and signs alone. */
        private String target(String table, List<String> targets) {
            if (target.isFiles()) {
                return target.file().isEmpty() ? base(table).replace('/', '_') + ".jsonl" : target.file();
            }
            String base = base(table);
            if (targets.contains(base)) {
                return base;
            }
            List<String> near = targets.stream()
                    .filter(each -> plain(each).equals(plain(base)))
                    .toList();
            return near.size() == 1 ? near.get(0) : base;
        }

        private static String plain(String table) {
            return table.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
        }

        /** Of a file its name without folder and ending, of a table its name. */
        private String base(String table) {
            if (!source.isFiles()) {
                return table;
            }
            String name = table.substring(table.lastIndexOf('/') + 1);
            return name.replaceFirst("(?i)\\.(jsonl|ndjson|json|csv|tsv)(\\.gz)?$", "");
        }

        /** A name for the move that no other has. */
        private String name(String table) {
            String fit = table.replaceAll("[^A-Za-z0-9_.-]+", "-").replaceAll("^[^A-Za-z0-9_]+|-+$", "");
            String name = fit.isEmpty() ? "table" : fit.substring(0, Math.min(60, fit.length()));
            String free = name;
            for (int i = 2; !names.add(free); i++) {
                free = name + "-" + i;
            }
            return free;
        }
    }
}
