package io.waybill.cli;

import io.waybill.report.Texts;
import io.waybill.store.Related;
import io.waybill.store.TableStore;
import io.waybill.store.TableStore.Column;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What looks as if it belonged to a root row though no foreign key says so, as far as the first rows of each table tell: columns
 * with values that the root has, columns with what stands in its JSON, columns that look like keys of objects.
 */
final class Suspected {
    private static final int SAMPLE = 200;
    private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final Set<String> KINDS = Set.of("text", "uuid", "integer");

    private final TableEnd source;
    private final TableStore.Table root;
    private final Map<String, List<String>> follows = new LinkedHashMap<>();
    private final Map<String, String> objects = new LinkedHashMap<>();
    private final Map<String, Set<String>> inJson = new LinkedHashMap<>();

    private Suspected(TableEnd source, TableStore.Table root) {
        this.source = source;
        this.root = root;
    }

    /** @param belonging tables that go anyway, {@code stopped} those that cannot */
    static Suspected of(TableEnd source, String root, List<String> belonging, Set<String> stopped) throws IOException {
        Suspected suspected = new Suspected(source, source.table(root));
        suspected.readRoot();
        for (String table : source.tables()) {
            if (stopped.contains(table) || source.table(table).key().isEmpty() || !source.isMapped(table)) {
                continue; // its rows could not go
            }
            List<Row> rows = TableEnd.sample(source.tableStore(), table, SAMPLE);
            if (!belonging.contains(table)) {
                suspected.follow(source.table(table), rows);
            }
            if (belonging.contains(table) || suspected.follows.containsKey(table)) {
                suspected.object(source.table(table), rows);
            }
        }
        return suspected;
    }

    /** What stands in the JSON of the first root rows: the keys of its objects, the texts of its lists. */
    private void readRoot() throws IOException {
        if (!source.isMapped(root.name())) {
            return;
        }
        for (Row row : TableEnd.sample(source.tableStore(), root.name(), SAMPLE)) {
            for (Column column : root.columns()) {
                Value value = row.find(column.name());
                Set<String> texts = inJson.computeIfAbsent(column.name(), name -> new LinkedHashSet<>());
                if (value instanceof Value.MapOf map) {
                    texts.addAll(map.values().keySet());
                } else if (value instanceof Value.ListOf list) {
                    list.values().forEach(each -> {
                        if (each instanceof Value.Text text) {
                            texts.add(text.value());
                        }
                    });
                }
            }
        }
    }

    private void follow(TableStore.Table table, List<Row> rows) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Column column : table.columns()) {
            boolean refers = source.foreignKeys().stream()
                    .anyMatch(key ->
                            key.table().equals(table.name()) && key.columns().contains(column.name()));
            if (!refers && KINDS.contains(column.type())) {
                Map<String, Value> values = new LinkedHashMap<>();
                for (Row row : rows) {
                    Value value = row.find(column.name());
                    if (value != null && !(value instanceof Value.Null)) {
                        values.put(RowCodec.text(value), value);
                    }
                }
                String line = root(column, values);
                lines.add(line.isEmpty() ? json(column, values.keySet()) : line);
            }
        }
        lines.removeIf(String::isEmpty);
        if (!lines.isEmpty()) {
            follows.put(table.name(), lines);
        }
    }

    /** The condition that a column is a unique column of the root, or empty. */
    private String root(Column column, Map<String, Value> values) throws IOException {
        boolean named = isNamedLikeRoot(column.name());
        String best = "";
        long most = 0;
        for (List<String> key : source.unique(root.name())) {
            Column own = root.columns().stream()
                    .filter(each -> key.equals(List.of(each.name())))
                    .findFirst()
                    .orElse(null);
            boolean fits = own != null
                    && KINDS.contains(own.type())
                    && own.type().equals("integer") == column.type().equals("integer");
            if (own == null || !fits || (column.type().equals("integer") && !named)) {
                continue;
            }
            List<Row> wanted = values.entrySet().stream()
                    .filter(each -> !own.type().equals("uuid") || each.getKey().matches(UUID))
                    .map(each ->
                            Row.of(own.name(), own.type().equals("text") ? Value.of(each.getKey()) : each.getValue()))
                    .toList();
            long found = wanted.isEmpty()
                    ? 0
                    : ((Related) source.tableStore())
                            .related(root.name(), key, wanted)
                            .size();
            if (found > most) {
                most = found;
                best = equal(column, own) + "    # " + found + " of " + values.size() + " values looked at are in "
                        + root.name() + "." + own.name();
            } else if (named && values.isEmpty() && best.isEmpty()) {
                best = equal(column, own) + "    # by its name; there are no rows to look at";
            }
        }
        return best;
    }

    private static String equal(Column column, Column own) {
        String mine = ColumnFit.name(column.name());
        String theirs = ColumnFit.name(own.name()).replaceFirst("^row", "root");
        if (column.type().equals("text") && own.type().equals("uuid")) {
            theirs = "string(" + theirs + ")";
        } else if (column.type().equals("uuid") && own.type().equals("text")) {
            mine = "string(" + mine + ")";
        }
        return quoted(mine + " == " + theirs);
    }

    /** An expression as a value in YAML. */
    static String quoted(String expression) {
        return expression.matches("[A-Za-z0-9_.()= ]+") ? expression : Yaml.quoted(expression);
    }

    /** Such as {@code project_id} or {@code projectUuid} of a table {@code projects}. */
    private boolean isNamedLikeRoot(String column) {
        String name = root.name().substring(root.name().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String one = name.endsWith("ies")
                ? name.substring(0, name.length() - 3) + "y"
                : name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
        String plain = column.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]|(id|uuid|key|ref|no)$", "");
        return plain.equals(name.replaceAll("[^a-z0-9]", "")) || plain.equals(one.replaceAll("[^a-z0-9]", ""));
    }

    /** The condition that a column is in JSON of the root, or empty. */
    private String json(Column column, Set<String> values) {
        for (Map.Entry<String, Set<String>> each : inJson.entrySet()) {
            long found = values.stream().filter(each.getValue()::contains).count();
            if (found > 0 && !column.type().equals("integer")) {
                String theirs = ColumnFit.name(each.getKey()).replaceFirst("^row", "root");
                return quoted(ColumnFit.name(column.name()) + " in " + theirs) + "    # " + found + " of "
                        + values.size() + " values looked at are in JSON of " + root.name() + "." + each.getKey();
            }
        }
        return "";
    }

    private void object(TableStore.Table table, List<Row> rows) {
        for (Column column : table.columns()) {
            if (!column.type().equals("text") || !column.name().matches("(?i).*(object|path|file|blob|s3|key).*")) {
                continue;
            }
            Set<String> values = new LinkedHashSet<>();
            for (Row row : rows) {
                if (row.find(column.name()) instanceof Value.Text text
                        && !text.value().isEmpty()) {
                    values.add(text.value());
                }
            }
            long paths = values.stream()
                    .filter(value -> value.matches("[^\\s:]+/[^/]+|[^\\s/:]+\\.[A-Za-z0-9]{1,8}"))
                    .count();
            boolean better = column.name().matches("(?i).*(object|path|blob|s3).*");
            if (paths * 2 > values.size() && (better || !objects.containsKey(table.name()))) {
                objects.put(table.name(), column.name());
            }
        }
    }

    String follows() {
        if (follows.isEmpty()) {
            return "";
        }
        StringBuilder yaml =
                new StringBuilder("      # follow:    # perhaps these belong, too, though no foreign key says"
                        + " so; take away # where it is so\n");
        follows.forEach((table, lines) -> {
            for (int i = 0; i < lines.size(); i++) {
                yaml.append("      #   ")
                        .append(i == 0 ? "" : "# or ")
                        .append(Yaml.scalar(table))
                        .append(": ")
                        .append(Texts.safe(lines.get(i)))
                        .append('\n');
            }
        });
        return yaml.toString();
    }

    String objects() {
        StringBuilder yaml = new StringBuilder();
        objects.forEach((table, column) -> yaml.append("      # objects:    # ")
                .append(Texts.safe(table + "." + column))
                .append(" looks like the key of an object; it takes two more stores, here old and new\n      #   of: ")
                .append(Yaml.scalar(table))
                .append("\n      #   from: \"old:${")
                .append(ColumnFit.name(column))
                .append("}\"\n      #   to: \"new:${")
                .append(ColumnFit.name(column))
                .append("}\"\n"));
        return yaml.toString();
    }

    /** The JSON of the root whose keys are ids. */
    String ids() {
        return inJson.entrySet().stream()
                .filter(each ->
                        !each.getValue().isEmpty() && each.getValue().stream().allMatch(text -> text.matches(UUID)))
                .map(each -> ColumnFit.name(each.getKey()))
                .findFirst()
                .orElse("");
    }
}
