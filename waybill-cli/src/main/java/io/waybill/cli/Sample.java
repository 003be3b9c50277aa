package io.waybill.cli;

import io.waybill.mapping.FileNames;
import io.waybill.mapping.Names;
import io.waybill.mapping.Scope;
import io.waybill.plan.Format;
import io.waybill.plan.From;
import io.waybill.plan.Glob;
import io.waybill.plan.Move;
import io.waybill.report.Texts;
import io.waybill.store.FileItem;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.table.FileTables;
import io.waybill.table.TableFormat;
import io.waybill.value.Display;
import io.waybill.value.Row;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The first rows of a table, or files of a folder, for expressions to be tried on. */
final class Sample implements Closeable {
    private final Source source;
    private final From from;
    private final TableStore.@Nullable Table table;
    private final List<String> key;

    /** An item: how people call it, and the names that expressions see. */
    record One(String key, Names names) {}

    private Sample(Source source, From from, TableStore.@Nullable Table table, List<String> key) {
        this.source = source;
        this.from = from;
        this.table = table;
        this.key = key;
    }

    /** Opens the store; a table in a file is read as the move of the plan reads it that has it, else as its name tells. */
    static Sample open(Spot spot, Waybill waybill) throws IOException {
        From from = new From(spot.store(), spot.path());
        Store store = spot.open(waybill);
        try {
            Move move = spot.plan().moves().stream()
                    .filter(each -> each.rows() && each.from().get(0).equals(from))
                    .findFirst()
                    .orElse(null);
            List<String> key = move == null ? List.of() : move.key();
            Map<String, Object> options = options(move == null ? Format.NONE : move.format(), from);
            if (store instanceof FileStore files && options.containsKey("type")) {
                List<String> keys = move == null || move.format().key().isEmpty()
                        ? key
                        : move.format().key();
                store = new FileTables(files, TableFormat.of(options), Map.of(from.path(), keys));
            }
            if (store instanceof TableStore tables) {
                if (from.path().isEmpty()) {
                    throw new CliException(
                            Code.USAGE, "Name the table too: --from " + Texts.safe(spot.store()) + ":TABLE.");
                }
                TableStore.Table table = tables.table(from.path());
                return new Sample(tables, from, table, key.isEmpty() ? table.key() : key);
            } else if (store instanceof Source source) {
                return new Sample(source, from, null, List.of());
            }
            throw new CliException(Code.USAGE, "Cannot read " + store.location() + ": it cannot be read from.");
        } catch (StoreException | RuntimeException e) {
            store.close();
            if (e instanceof IllegalArgumentException) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot read " + Texts.safe(from.text()) + ": " + e.getMessage(),
                        e);
            }
            throw e;
        }
    }

    private static Map<String, Object> options(Format format, From from) {
        if (from.kind() != From.Kind.ONE || from.path().isEmpty()) {
            return Map.of();
        }
        Map<String, Object> options = new LinkedHashMap<>(TableFormat.guess(from.path()));
        options.putAll(format.options());
        return options;
    }

    /** These names, and those of its items. */
    Scope scope(Scope scope) {
        return table == null ? scope.withListedFile() : scope.withRow(table).withSource();
    }

    /** The first of its items, with these names too. */
    List<One> first(int limit, Names names) throws IOException {
        List<One> all = new ArrayList<>();
        String collection = table == null ? from.selection().collection() : from.path();
        long most = from.kind() == From.Kind.PATTERN ? Long.MAX_VALUE : limit;
        try (Source.Opened opened = source.open(new Selection(collection, List.of(), most))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    Source.Page page = items.next();
                    while (page != null && all.size() < limit) {
                        for (Item item : page.items()) {
                            One one = all.size() < limit ? one(item, all.size() + 1, names) : null;
                            if (one != null) {
                                all.add(one);
                            }
                        }
                        page = all.size() < limit ? items.next() : null;
                    }
                }
            }
        }
        return all;
    }

    /** The item, or null for a file that the pattern does not mean. */
    private @Nullable One one(Item item, int number, Names names) {
        if (item instanceof RowItem row) {
            return new One(
                    key.isEmpty() ? "row " + number : key(row.row()),
                    names.with("row", row.row()).with("source", row.row()));
        }
        FileItem file = (FileItem) item;
        boolean wanted = from.kind() != From.Kind.PATTERN
                || Glob.of(from.path()).matches(file.key().path());
        return wanted
                ? new One(file.key().display(), names.with("file", FileNames.of(file, from.below(file.key()))))
                : null;
    }

    private String key(Row row) {
        List<String> parts = new ArrayList<>();
        row.only(key).fields().forEach((name, value) -> parts.add(name + "=" + Display.text(value)));
        return Texts.safe(String.join(", ", parts));
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
