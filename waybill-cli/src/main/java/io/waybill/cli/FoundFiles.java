package io.waybill.cli;

import io.waybill.plan.PlanException;
import io.waybill.report.Texts;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan for the files that a table of a real database names: finds the table and the column whose values are paths of files
 * that are there.
 *
 * @param plan the YAML
 * @param notes what the reader should know
 */
record FoundFiles(String plan, List<String> notes) {
    static final String TEMPLATE = "db-files-to-s3";
    private static final int SAMPLE = 200;
    private static final List<String> TEXTS = List.of("text", "any");

    /**
     * A column that may hold paths.
     *
     * @param looked values that were tried, {@code found} those of which a file is there
     */
    record Candidate(TableStore.Table table, String column, int looked, int found) {
        String name() {
            return table.name() + "." + column;
        }
    }

    /** Chooses one of several candidates; answers null when nobody can be asked. */
    interface Chooser {
        @Nullable
        Candidate choose(List<Candidate> candidates) throws IOException;
    }

    /**
     * Looks at the real database and the real files.
     *
     * @param named {@code TABLE.COLUMN}, or null to look for it
     */
    static FoundFiles of(
            Waybill waybill, String database, String media, String target, @Nullable String named, Chooser chooser)
            throws IOException, PlanException {
        try (TableEnd db = TableEnd.open(waybill, "db", database);
                TableEnd files = TableEnd.open(waybill, "media", media);
                TableEnd cloud = TableEnd.open(waybill, "cloud", target)) {
            if (db.isFiles() || !files.isFiles() || !cloud.isFiles()) {
                throw new CliException(
                        Code.USAGE,
                        "waybill init " + TEMPLATE + " takes a database with --from, a place of files with --files and"
                                + " another with --to.");
            }
            Candidate chosen =
                    named == null ? find(db, files.fileStore(), chooser) : named(db, files.fileStore(), named);
            return new FoundFiles(yaml(db, files, cloud, chosen), notes(db, files, cloud, chosen));
        }
    }

    private static Candidate named(TableEnd db, FileStore files, String named) throws IOException {
        int dot = named.lastIndexOf('.');
        if (dot <= 0) {
            throw new CliException(Code.USAGE, "--column is TABLE.COLUMN, not " + Texts.safe(named) + ".");
        }
        TableStore.Table table = db.table(named.substring(0, dot));
        String column = named.substring(dot + 1);
        List<String> columns =
                table.columns().stream().map(TableStore.Column::name).toList();
        if (!columns.contains(column)) {
            throw new CliException(
                    Code.USAGE,
                    "Table " + Texts.safe(table.name()) + " has no column " + Texts.safe(column) + ". It has: "
                            + Texts.safe(String.join(", ", columns)) + ".");
        }
        return looked(db, files, table, List.of(column)).get(0);
    }

    private static Candidate find(TableEnd db, FileStore files, Chooser chooser) throws IOException {
        List<Candidate> all = new ArrayList<>();
        for (String name : db.tables()) {
            TableStore.Table table = db.table(name);
            List<String> texts = table.columns().stream()
                    .filter(column -> TEXTS.contains(column.type()))
                    .map(TableStore.Column::name)
                    .toList();
            if (!table.key().isEmpty() && !texts.isEmpty()) {
                looked(db, files, table, texts).stream()
                        .filter(candidate -> candidate.found() > 0)
                        .forEach(all::add);
            }
        }
        all.sort(Comparator.comparing(Candidate::found).reversed());
        if (all.size() == 1) {
            return all.get(0);
        } else if (all.isEmpty()) {
            throw new CliException(
                    Code.USAGE,
                    "No column of " + db + " holds paths of files that are in " + files.location()
                            + ", as far as the first " + SAMPLE + " rows of each table tell. Name another folder with"
                            + " --files, or the column with --column TABLE.COLUMN.");
        }
        Candidate chosen = chooser.choose(all);
        if (chosen == null) {
            throw new CliException(
                    Code.USAGE,
                    "Several columns hold paths of files: "
                            + String.join(
                                    ", ",
                                    all.stream()
                                            .map(Candidate::name)
                                            .map(Texts::safe)
                                            .toList())
                            + ". Name one with --column.");
        }
        return chosen;
    }

    /** Tries the values of the first rows as paths. */
    private static List<Candidate> looked(TableEnd db, FileStore files, TableStore.Table table, List<String> columns)
            throws IOException {
        List<Row> rows = TableEnd.sample(db.store(table.name(), Map.of(), List.of()), table.name(), SAMPLE);
        List<Candidate> candidates = new ArrayList<>();
        for (String column : columns) {
            Set<FileKey> keys = new LinkedHashSet<>();
            for (Row row : rows) {
                if (row.find(column) instanceof Value.Text text && isPath(text.value())) {
                    keys.add(new FileKey(text.value()));
                }
            }
            int found = 0;
            for (FileKey key : keys) {
                found += isThere(files, key) ? 1 : 0;
            }
            candidates.add(new Candidate(table, column, keys.size(), found));
        }
        return candidates;
    }

    private static boolean isPath(String text) {
        return !text.isEmpty()
                && text.length() < 1_024
                && !text.startsWith("/")
                && text.indexOf('\0') < 0
                && text.indexOf('\n') < 0
                && !List.of(text.split("/", -1)).contains("..");
    }

    /** A value that no file can be named like is none. */
    private static boolean isThere(FileStore files, FileKey key) throws StoreException {
        try {
            return files.find(List.of(key)).containsKey(key);
        } catch (StoreException e) {
            if (e.isStoreWide()) {
                throw e;
            }
            return false;
        }
    }

    private static String yaml(TableEnd db, TableEnd files, TableEnd cloud, Candidate chosen) {
        TableStore.Table table = chosen.table();
        String key =
                String.join("/", table.key().stream().map(FoundFiles::value).toList());
        String owner = column(table, List.of("user_id", "owner_id", "owner", "account_id", "customer_id"));
        String name = column(table, List.of("file_name", "filename", "original_name", "name"));
        StringBuilder yaml = new StringBuilder("waybill: 1\nname: ")
                .append(FoundPlan.name(table.name()))
                .append("-files\nstores:\n")
                .append(db.yaml())
                .append(files.yaml())
                .append(cloud.yaml())
                .append("limits: { batch: 50, retries: 3 }\nmoves:\n  - name: files\n    each: ")
                .append(Yaml.quoted("db:" + Yaml.literal(table.name())))
                .append("\n    from: ")
                .append(Yaml.quoted("media:" + value(chosen.column())))
                .append("\n    to: ")
                .append(Yaml.quoted("cloud:files/" + (owner == null ? "" : value(owner) + "/") + key + "/"
                        + (name == null ? "${file.name}" : value(name))))
                .append('\n');
        if (owner != null) {
            yaml.append("    group: ").append(Yaml.quoted(path(owner))).append('\n');
        }
        yaml.append("    then:                     # once a file is proven at its target\n      - update: source\n")
                .append("        add_columns: true\n        set:\n");
        told(table)
                .forEach((column, value) -> yaml.append("          ")
                        .append(column)
                        .append(": ")
                        .append(Yaml.quoted(value))
                        .append('\n'));
        return yaml.toString();
    }

    /** What a row learns; a column that the table has for something else is left alone. */
    private static Map<String, String> told(TableStore.Table table) {
        Map<String, String> told = new LinkedHashMap<>();
        told.put("object_key", "${target.path}");
        told.put("object_sha256", "${file.sha256}");
        told.put("migrated_at", "${run.started}");
        told.put("migration_batch", "${batch.id}");
        Map<String, String> free = new LinkedHashMap<>();
        told.forEach((column, value) -> {
            boolean taken =
                    table.columns().stream().anyMatch(each -> each.name().equals(column));
            free.put(taken ? "waybill_" + column : column, value);
        });
        return free;
    }

    private static @Nullable String column(TableStore.Table table, List<String> wanted) {
        for (String name : wanted) {
            for (TableStore.Column column : table.columns()) {
                if (column.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return column.name();
                }
            }
        }
        return null;
    }

    private static String value(String column) {
        return "${" + path(column) + "}";
    }

    private static String path(String column) {
        return column.matches("[A-Za-z_][A-Za-z0-9_]*")
                ? "row." + column
                : "row['" + column.replace("\\", "\\\\").replace("'", "\\'") + "']";
    }

    private static List<String> notes(TableEnd db, TableEnd files, TableEnd cloud, Candidate chosen) {
        List<String> notes = new ArrayList<>();
        notes.add(Texts.safe(chosen.name()) + " names the files: " + chosen.found() + " of " + chosen.looked()
                + " values tried are there");
        for (TableEnd end : List.of(db, files, cloud)) {
            end.variables()
                    .values()
                    .forEach(variable ->
                            notes.add("set " + variable + " before the plan is used; no secret stands in it"));
        }
        notes.add("what stands on one side only: waybill plan --full");
        return notes;
    }
}
