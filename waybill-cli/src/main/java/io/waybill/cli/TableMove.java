package io.waybill.cli;

import io.waybill.report.Texts;
import io.waybill.store.Catalogued.ForeignKey;
import io.waybill.store.TableStore.Column;
import io.waybill.store.TableStore.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One move that is to be written into a plan.
 *
 * @param name of the move
 * @param from what is read
 * @param key the columns that tell its rows apart
 * @param to the name of the table it goes to
 * @param target that table, or null when it is not there
 * @param csv how the file that is read is to be read, or null when it is no CSV
 */
record TableMove(
        String name,
        Table from,
        List<String> key,
        String to,
        @Nullable Table target,
        @Nullable CsvGuess csv) {

    /** The columns that the target's rows are found by. */
    List<String> targetKey() {
        return target == null || target.key().isEmpty() ? key : target.key();
    }

    private @Nullable Column targetColumn(String column) {
        return target == null ? null : column(target, column);
    }

    private static @Nullable Column column(Table table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    // what somebody has to look at

    /** What keeps the move from working as it is written; each a sentence for people. */
    List<String> troubles(TableEnd end) {
        List<String> troubles = new ArrayList<>();
        if (key.isEmpty()) {
            troubles.add("nothing tells which columns are the key of " + from.name() + ": say it with key:.");
        }
        if (csv != null && csv.trouble() != null) {
            troubles.add("the types of the target do not fit: " + csv.trouble());
        }
        if (target == null) {
            if (!end.isFiles()) {
                String many = end.isOpen() && key.size() > 2
                        ? ", of which a table there can have two: join them below row:."
                        : ".";
                troubles.add(end + " has no table " + to + " yet: make it, with the key " + words(key, end) + many);
            }
            return troubles;
        }
        if (target.key().isEmpty() && !end.isFiles()) {
            troubles.add(to + " in " + end + " has no key: give it a primary key.");
        }
        List<String> lacking =
                target.key().stream().filter(each -> column(from, each) == null).toList();
        if (!lacking.isEmpty()) {
            troubles.add("the key of " + to + " is " + words(target.key(), end) + ", and the rows have no "
                    + String.join(", ", lacking) + ": set it below row:.");
        } else if (!target.key().isEmpty() && !target.key().containsAll(key)) {
            troubles.add("the key of " + to + " is " + String.join(", ", target.key()) + ", that of the source "
                    + String.join(", ", key) + ": rows that differ only in the rest would meet in one place.");
        }
        List<String> unknown = new ArrayList<>();
        List<String> unfit = new ArrayList<>();
        for (Column column : from.columns()) {
            Column other = targetColumn(column.name());
            if (other == null && !target.open()) {
                unknown.add(column.name());
            } else if (!ColumnFit.fits(typed(column), other, end.isOpen())) {
                unfit.add(column.name());
            }
        }
        if (!unknown.isEmpty()) {
            troubles.add(to + " in " + end + " has no column " + String.join(", ", unknown)
                    + ": add it, or drop it below row:.");
        }
        if (!unfit.isEmpty()) {
            troubles.add("the target's column takes another type than the source has: " + String.join(", ", unfit)
                    + "; a conversion stands below row:.");
        }
        return troubles;
    }

    /** The column as it will be read: of CSV with the type that the plan gives it. */
    private Column typed(Column column) {
        String type = csv == null ? null : csv.types().get(column.name());
        return type == null ? column : new Column(column.name(), type, true);
    }

    private String words(List<String> names, TableEnd end) {
        List<String> words = new ArrayList<>();
        for (String name : names) {
            Column column = column(target == null ? from : target, name);
            String type =
                    column == null ? "" : target == null && end.isOpen() ? ColumnFit.inKey(column) : column.type();
            words.add(column == null ? name : name + " (" + type + ")");
        }
        return words.isEmpty() ? "of its rows" : String.join(", ", words);
    }

    // the lines of the plan

    String yaml(TableEnd source, TableEnd end, List<ForeignKey> keys, Map<String, TableMove> before) {
        StringBuilder yaml = new StringBuilder();
        for (String trouble : troubles(end)) {
            comment(yaml, "  ", "To do: " + trouble);
        }
        yaml.append("  - name: ").append(Yaml.scalar(name)).append('\n');
        yaml.append("    from: ").append(address(source, from.name())).append('\n');
        yaml.append("    to: ").append(address(end, to)).append('\n');
        if (from.key().isEmpty()) {
            String begin = key.isEmpty() ? "    # key: [COLUMN]" : "    key: " + list(key);
            yaml.append(begin).append("  # what tells the rows apart\n");
        }
        format(yaml, source, end);
        List<String> after = new ArrayList<>();
        Map<String, String> refs = new LinkedHashMap<>();
        List<String> unchecked = new ArrayList<>();
        references(end, keys, before, after, refs, unchecked);
        if (!after.isEmpty()) {
            yaml.append("    after: ").append(list(after)).append('\n');
        }
        checks(yaml, end, refs, unchecked);
        row(yaml, end);
        return yaml.toString();
    }

    private static String address(TableEnd end, String table) {
        return Yaml.quoted(end.name() + ":" + Yaml.literal(table));
    }

    private static String list(List<String> names) {
        return "[" + String.join(", ", names.stream().map(TableMove::flow).toList()) + "]";
    }

    /** A name where a comma or a bracket would have a meaning. */
    private static String flow(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_-]*") ? Yaml.scalar(name) : Yaml.quoted(name);
    }

    private static void comment(StringBuilder yaml, String indent, String text) {
        yaml.append(indent).append("# ").append(Texts.safe(text)).append('\n');
    }

    private void format(StringBuilder yaml, TableEnd source, TableEnd end) {
        StringBuilder format = new StringBuilder();
        if (csv != null && csv.nulls() != null) {
            format.append("      nulls: ").append(Yaml.quoted(csv.nulls())).append('\n');
        }
        if (csv != null && !csv.types().isEmpty()) {
            format.append("      types:\n");
            csv.types()
                    .forEach((column, type) -> format.append("        ")
                            .append(flow(column))
                            .append(": ")
                            .append(type)
                            .append('\n'));
        }
        if (!source.isFiles() && CsvGuess.isCsv(to) && end.isFiles()) {
            format.append("      columns: ")
                    .append(list(from.columns().stream().map(Column::name).toList()))
                    .append("\n      nulls: \"NULL\"\n");
        }
        if (format.length() > 0) {
            yaml.append("    format:\n").append(format);
        }
    }

    private void references(
            TableEnd end,
            List<ForeignKey> keys,
            Map<String, TableMove> before,
            List<String> after,
            Map<String, String> refs,
            List<String> unchecked) {
        for (ForeignKey reference : keys) {
            if (!reference.table().equals(from.name())) {
                continue;
            }
            TableMove other = before.get(reference.target());
            String text = String.join(", ", reference.columns()) + " refers to " + reference.target() + " ("
                    + String.join(", ", reference.targetColumns()) + ")";
            if (other == null) {
                unchecked.add(text
                        + (reference.target().equals(from.name())
                                ? ", its own table; that is not checked"
                                : ", which does not go before; that is not checked"));
                continue;
            }
            if (!after.contains(other.name())) {
                after.add(other.name());
            }
            String column = reference.columns().get(0);
            if (reference.columns().size() > 1 || refs.containsKey(column)) {
                unchecked.add(text + "; refs: checks single columns, one reference each");
            } else if (other.targetKey().equals(reference.targetColumns())) {
                refs.put(column, other.name());
            } else if (end.findsByAnyColumn() && other.target() != null) {
                refs.put(
                        column,
                        end.name() + ":" + other.to() + "."
                                + reference.targetColumns().get(0));
            } else {
                unchecked.add(text + ", which is not the key of " + other.to() + "; that is not checked");
            }
        }
    }

    private void checks(StringBuilder yaml, TableEnd end, Map<String, String> refs, List<String> unchecked) {
        List<String> required = new ArrayList<>();
        List<String> perhaps = new ArrayList<>();
        for (Column column : from.columns()) {
            if (end.isOpen()
                    && !column.nullable()
                    && csv == null
                    && !targetKey().contains(column.name())) {
                (ColumnFit.mayBeEmpty(column) ? perhaps : required).add(column.name());
            }
        }
        unchecked.forEach(text -> comment(yaml, "    ", text));
        if (!required.isEmpty() || !refs.isEmpty()) {
            yaml.append("    checks:\n");
        }
        if (!required.isEmpty()) {
            yaml.append("      required: ").append(list(required)).append('\n');
        }
        if (!perhaps.isEmpty()) {
            comment(
                    yaml,
                    required.isEmpty() && refs.isEmpty() ? "    " : "      ",
                    "never null at the source, but perhaps empty, which required would refuse: "
                            + String.join(", ", perhaps));
        }
        if (!refs.isEmpty()) {
            yaml.append("      refs:\n");
            refs.forEach((column, to) -> yaml.append("        ")
                    .append(flow(column))
                    .append(": ")
                    .append(Yaml.scalar(to))
                    .append('\n'));
        }
    }

    /** A line for each column, all commented: the rows go as they are. */
    private void row(StringBuilder yaml, TableEnd end) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String name : target == null ? List.<String>of() : target.key()) {
            if (column(from, name) == null) {
                String value = key.isEmpty() ? "..." : "${text(" + ColumnFit.name(key.get(0)) + ")}";
                lines.put(flow(name) + ": " + value, "of the target's key, which the rows do not have");
            }
        }
        List<String> unknown = new ArrayList<>();
        for (Column each : from.columns()) {
            Column column = typed(each);
            Column other = targetColumn(each.name());
            String value = "${" + ColumnFit.value(column, other, end.isOpen()) + "}";
            boolean plain = value.matches("[A-Za-z0-9_.${}()', ]+");
            if (other == null && target != null && !target.open()) {
                unknown.add(each.name());
            }
            lines.put(flow(each.name()) + ": " + (plain ? value : Yaml.quoted(value)), words(column, other, end));
        }
        if (lines.isEmpty()) {
            return;
        }
        int width = Math.min(
                56, lines.keySet().stream().mapToInt(String::length).max().orElse(0));
        yaml.append("    # row:    # the rows go as they are; take away # here and where a column is to change\n");
        if (!unknown.isEmpty()) {
            comment(yaml, "    ", "  drop: " + list(unknown));
        }
        yaml.append("    #   set:\n");
        lines.forEach((line, words) -> comment(yaml, "    ", "    " + Texts.pad(line, width) + "  # " + words));
    }

    private String words(Column column, @Nullable Column other, TableEnd end) {
        StringBuilder words = new StringBuilder(column.type());
        if (key.contains(column.name())) {
            words.append(", key");
        } else {
            words.append(column.nullable() ? "" : ", not null");
        }
        if (other != null && !ColumnFit.fits(column, other, end.isOpen())) {
            words.append("; the target's column is ").append(other.type());
        } else if (other == null && target != null && !target.open()) {
            words.append("; the target has no such column");
        } else if (end.isOpen() && ColumnFit.arrivesAsText(column)) {
            words.append("; arrives as text");
        }
        return words.toString();
    }
}
