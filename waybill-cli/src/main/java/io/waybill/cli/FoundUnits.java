package io.waybill.cli;

import io.waybill.engine.BelongingReport;
import io.waybill.engine.PlanReport.Difference;
import io.waybill.ledger.Relation;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.Plans;
import io.waybill.report.Texts;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.Described;
import io.waybill.store.Numbering;
import io.waybill.store.TableStore;
import io.waybill.store.TableStore.Column;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan that moves the rows of a root table with all that belongs to them, written from the two real databases: what the
 * catalogs say stands in force, what only looks so is commented.
 *
 * @param plan the YAML
 * @param notes what has to be done before it works, for people
 */
record FoundUnits(String plan, List<String> notes) {
    static final String TEMPLATE = "project";

    static FoundUnits of(Waybill waybill, String from, String to, String root) throws IOException, PlanException {
        try (TableEnd source = TableEnd.open(waybill, "source", from);
                TableEnd target = TableEnd.open(waybill, "target", to)) {
            for (TableEnd end : List.of(source, target)) {
                if (end.isFiles() || !(end.tableStore() instanceof Described)) {
                    throw new CliException(
                            Code.USAGE,
                            "waybill init " + TEMPLATE + " takes two databases of PostgreSQL with --from and --to, and "
                                    + end + " is none.");
                }
            }
            source.table(root); // says so when it is not there
            if (target.find(root) == null) {
                throw new CliException(
                        Code.USAGE,
                        "Cannot write a plan for " + Texts.safe(root) + ": " + target
                                + " has no such table. Make the tables there first.");
            }
            return new Writing(waybill, source, target, from, to, root).write();
        }
    }

    /** The work of writing one; used once. */
    private static final class Writing {
        private final Waybill waybill;
        private final TableEnd source;
        private final TableEnd target;
        private final String from;
        private final String to;
        private final String root;
        private final List<String> notes = new ArrayList<>();
        /** Tables whose rows cannot go, with the reason. */
        private final Map<String, String> stopped = new LinkedHashMap<>();

        Writing(Waybill waybill, TableEnd source, TableEnd target, String from, String to, String root) {
            this.waybill = waybill;
            this.source = source;
            this.target = target;
            this.from = from;
            this.to = to;
            this.root = root;
        }

        FoundUnits write() throws IOException, PlanException {
            Set<String> keyless = new LinkedHashSet<>();
            for (String table : source.tables()) {
                if (source.table(table).key().isEmpty() && !table.equals(root)) {
                    keyless.add(table);
                }
            }
            BelongingReport found = belonging(keyless);
            while (!unfit(found).isEmpty()) {
                String table = unfit(found).get(0);
                stopped.put(table, reason(found, table));
                found = belonging(keyless);
            }
            for (ForeignKey key : source.foreignKeys()) {
                if (keyless.contains(key.table()) && found.tables().contains(key.target())) {
                    stopped.put(key.table(), "it has no key, so its rows cannot be told apart");
                }
            }
            Suspected suspected = Suspected.of(source, root, found.tables(), stopped.keySet());
            String yaml = head()
                    + belongs(found)
                    + stops()
                    + suspected.follows()
                    + outward(found)
                    + suspected.objects()
                    + ids(suspected)
                    + rows(found);
            for (TableEnd end : List.of(source, target)) {
                end.variables()
                        .forEach((option, variable) -> notes.add(
                                "The " + option + " is not in the plan: set " + variable + " in the environment."));
            }
            return new FoundUnits(yaml, List.copyOf(notes));
        }

        /** What would belong if nothing went that cannot. */
        private BelongingReport belonging(Set<String> keyless) throws IOException, PlanException {
            Set<String> stop = new LinkedHashSet<>(keyless);
            stop.addAll(stopped.keySet());
            String yaml = "waybill: 1\nname: found\nstores:\n  source: " + Addresses.yaml(from) + "\n  target: "
                    + Addresses.yaml(to) + "\nmoves:\n  - name: found\n    rows:\n      root: "
                    + Yaml.quoted("source:" + Yaml.literal(root)) + "\n      to: target\n      stop: ["
                    + String.join(", ", stop.stream().map(Yaml::quoted).toList()) + "]\n";
            Plan plan = Plans.parse(
                    "init",
                    yaml.getBytes(StandardCharsets.UTF_8),
                    waybill.surroundings().folder(),
                    waybill.workplace().context());
            return BelongingReport.of(plan.moves().get(0), source.tableStore(), target.tableStore());
        }

        /** Tables that no line below {@code row} makes fit. */
        private List<String> unfit(BelongingReport found) throws IOException {
            Set<String> unfit = new LinkedHashSet<>();
            for (Difference each : found.differences()) {
                boolean hopeless = each.part() == Difference.Part.TABLE || !isMapped(each);
                if (each.action() == Difference.Action.REFUSED
                        && hopeless
                        && !each.table().equals(root)) {
                    unfit.add(each.table());
                }
            }
            return List.copyOf(unfit);
        }

        private static String reason(BelongingReport found, String table) {
            return found.differences().stream()
                    .filter(each -> each.action() == Difference.Action.REFUSED
                            && each.table().equals(table))
                    .map(each -> (each.part() == Difference.Part.TABLE ? "" : each.name() + ": ")
                            + each.note().replaceFirst("\\. .*", ""))
                    .findFirst()
                    .orElse("");
        }

        private boolean isMapped(Difference each) throws IOException {
            return isMapped(source, each) && isMapped(target, each);
        }

        private static boolean isMapped(TableEnd end, Difference each) throws IOException {
            Described.Definition table = ((Described) end.tableStore())
                    .definitions(List.of(each.table()))
                    .get(each.table());
            return table == null
                    || table.columns().stream()
                            .noneMatch(column -> column.name().equals(each.name()) && !column.mapped());
        }

        private String head() throws IOException {
            return "waybill: 1\nname: " + Yaml.scalar("move-" + FoundPlan.name(root)) + "\nstores:\n" + source.yaml()
                    + target.yaml() + "moves:\n  - name: " + Yaml.scalar(FoundPlan.name(root)) + "\n    rows:\n"
                    + "      root: " + Yaml.quoted("source:" + Yaml.literal(root)) + "\n      # " + where()
                    + "\n      to: target\n";
        }

        /** A condition that takes one root row. */
        private String where() throws IOException {
            TableStore.Table table = source.table(root);
            String name = table.key().get(0);
            for (List<String> key : source.unique(root)) {
                Column column = key.size() == 1 ? column(table, key.get(0)) : null;
                if (column != null && !column.nullable() && !column.type().equals("integer")) {
                    name = key.get(0); // people know it rather than a number
                }
            }
            Column column = column(table, name);
            String type = column == null ? "text" : column.type();
            String value = ColumnFit.name(name);
            String condition =
                    (type.equals("text") || type.equals("integer") ? value : "string(" + value + ")") + " == vars.unit";
            return "where: " + Suspected.quoted(condition)
                    + "    # one alone: vars: { unit: { type: " + (type.equals("integer") ? "int" : "text")
                    + " } } at the top, and --set unit=...";
        }

        private static @Nullable Column column(TableStore.Table table, String name) {
            return table.columns().stream()
                    .filter(column -> column.name().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        private String belongs(BelongingReport found) {
            Map<String, List<String>> by = new LinkedHashMap<>();
            List<String> passed = new ArrayList<>();
            for (Relation each : found.relations()) {
                if (each.kind() == Relation.Kind.BELONGS) {
                    by.computeIfAbsent(each.table(), table -> new ArrayList<>())
                            .add("by " + each.reference() + " in " + each.target());
                } else if (each.kind() == Relation.Kind.WITHIN) {
                    passed.add(each.reference());
                }
            }
            StringBuilder yaml = new StringBuilder();
            by.forEach((table, references) ->
                    comment("with " + root + " go rows of " + table + ", " + String.join("; ", references), yaml));
            if (!passed.isEmpty()) {
                comment("no row belongs by " + String.join("; ", passed), yaml);
            }
            return yaml.toString();
        }

        private static void comment(String line, StringBuilder yaml) {
            yaml.append("      # ").append(Texts.safe(line)).append('\n');
        }

        private String stops() {
            if (stopped.isEmpty()) {
                return "";
            }
            StringBuilder yaml = new StringBuilder("      stop:\n");
            stopped.forEach((table, why) -> {
                yaml.append("        - " + Yaml.scalar(table) + "    # " + Texts.safe(why) + "\n");
                notes.add("Rows of " + table + " do not go: " + why + ".");
            });
            return yaml.toString();
        }

        private static String outward(BelongingReport found) {
            Map<String, List<String>> by = new LinkedHashMap<>();
            for (Relation each : found.relations()) {
                if (each.kind().isOutward()) {
                    by.computeIfAbsent(each.target(), table -> new ArrayList<>())
                            .add(each.reference());
                }
            }
            if (by.isEmpty()) {
                return "";
            }
            StringBuilder yaml = new StringBuilder("      outward:    # rows that are referred to and do not belong:"
                    + " must_exist, map (set it below row), \"null\" or bring\n");
            by.forEach((table, columns) -> yaml.append("        ")
                    .append(Yaml.scalar(table))
                    .append(": must_exist    # ")
                    .append(Texts.safe(String.join("; ", columns)))
                    .append('\n'));
            return yaml.toString();
        }

        private String ids(Suspected suspected) {
            String more = suspected.ids();
            return "      # ids: " + (more.isEmpty() ? "new" : "{ new: { " + Yaml.scalar(root) + ": " + more + " } }")
                    + "    # gives a copy ids of its own, so that it can stand beside the original\n";
        }

        private String rows(BelongingReport found) throws IOException {
            StringBuilder yaml = new StringBuilder();
            boolean any = false;
            for (String table : found.tables()) {
                Rows rows = new Rows();
                rows.add(found, table);
                yaml.append(rows.yaml(table));
                any |= rows.isInForce();
            }
            return "      " + (any ? "" : "# ") + "row:    # how rows change\n" + yaml;
        }

        /** What stands below {@code row} for one table. */
        private final class Rows {
            private final Map<String, String> drop = new LinkedHashMap<>();
            private final Map<String, String> set = new LinkedHashMap<>();
            private final Map<String, String> perhaps = new LinkedHashMap<>();

            void add(BelongingReport found, String table) throws IOException {
                TableStore.Table mine = source.table(table);
                TableStore.Table other = target.find(table);
                for (String column : numbered(table, mine)) {
                    drop.put(column, "the target numbers it, and what refers to it follows");
                }
                for (Difference each : found.differences()) {
                    if (!each.table().equals(table) || each.action() != Difference.Action.REFUSED) {
                        continue;
                    }
                    Column here = column(mine, each.name());
                    Column there = other == null ? null : column(other, each.name());
                    String line = here == null ? "" : ColumnFit.value(here, there, false);
                    if (each.part() != Difference.Part.COLUMN || !isMapped(each)) {
                        notes.add("To do: " + each + ".");
                    } else if (there == null) {
                        drop.put(each.name(), "the target has no such column");
                    } else if (here != null && !line.equals(ColumnFit.name(each.name()))) {
                        set.put(
                                flow(each.name()) + ": " + Yaml.quoted("${" + line + "}"),
                                each.source() + " becomes " + each.target());
                        notes.add("Look at row: " + table + ": " + each.name() + ": " + each.source() + " becomes "
                                + each.target() + " by " + line + ".");
                    } else {
                        perhaps.put(flow(each.name()) + ": ...", "to do: " + each.note());
                        notes.add("To do: " + each + ".");
                    }
                }
                for (ForeignKey key : source.foreignKeys()) {
                    boolean outward = !found.tables().contains(key.target());
                    if (key.table().equals(table) && key.columns().size() == 1 && outward) {
                        perhaps.put(
                                flow(key.columns().get(0)) + ": ...",
                                "another row of " + key.target() + " than at the source");
                    }
                }
            }

            /** Columns of the key that a sequence of the target numbers, and that are no references themselves. */
            private List<String> numbered(String table, TableStore.Table mine) throws IOException {
                List<String> columns = new ArrayList<>();
                TableStore.Table other = target.find(table);
                if (other == null || other.key().size() != 1 || !(target.tableStore() instanceof Numbering store)) {
                    return columns;
                }
                String column = other.key().get(0);
                boolean refers = source.foreignKeys().stream()
                        .anyMatch(key ->
                                key.table().equals(table) && key.columns().contains(column));
                if (column(mine, column) != null
                        && !refers
                        && store.numbered(table).contains(column)) {
                    columns.add(column);
                }
                return columns;
            }

            boolean isInForce() {
                return !drop.isEmpty() || !set.isEmpty();
            }

            String yaml(String table) {
                StringBuilder yaml = new StringBuilder();
                String sign = isInForce() ? "" : "# ";
                yaml.append("        ").append(sign).append(Yaml.scalar(table)).append(":\n");
                if (!drop.isEmpty()) {
                    yaml.append("          drop:\n");
                    drop.forEach((column, why) -> yaml.append("            - ")
                            .append(Yaml.scalar(column))
                            .append("    # ")
                            .append(why)
                            .append('\n'));
                }
                yaml.append("          ").append(set.isEmpty() ? "# " : "").append("set:\n");
                set.forEach((line, why) -> yaml.append("            ")
                        .append(line)
                        .append("    # ")
                        .append(Texts.safe(why))
                        .append('\n'));
                perhaps.forEach((line, why) -> yaml.append("            # ")
                        .append(line)
                        .append("    # ")
                        .append(Texts.safe(why))
                        .append('\n'));
                boolean says = isInForce() || !perhaps.isEmpty();
                return says ? yaml.toString().replaceAll("( +# )?set:\n$", "") : "";
            }
        }

        private static String flow(String name) {
            return name.matches("[A-Za-z_][A-Za-z0-9_-]*") ? Yaml.scalar(name) : Yaml.quoted(name);
        }
    }
}
