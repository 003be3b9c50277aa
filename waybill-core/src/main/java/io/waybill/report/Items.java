package io.waybill.report;

import io.waybill.ledger.EffectLine;
import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.store.FileKey;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Entries of a ledger as fields for people and programs. Names are as they are shown; keys are exact. */
public final class Items {
    private final Map<Integer, String> moves = new HashMap<>();
    private final Map<Integer, String> targets = new HashMap<>();
    private final Map<Integer, String> groups = new HashMap<>();

    /** For the entries of this ledger. */
    public Items(LedgerReader ledger) throws LedgerException {
        for (LedgerReader.MoveLine move : ledger.moves()) {
            moves.put(move.id(), move.name());
            targets.put(move.id(), move.target());
        }
        ledger.groups().forEach(group -> groups.put(group.id(), group.name()));
    }

    public String move(Entry entry) {
        return moves.getOrDefault(entry.move(), "");
    }

    public String group(Entry entry) {
        return groups.getOrDefault(entry.group(), "");
    }

    /** The name of the source as it is shown: of a file that a row names, both. */
    public static String source(Entry entry) {
        return entry.isRows() ? Texts.safe(entry.source()) : entry.display();
    }

    /** The name of the first target as it is shown, or empty for a batch of rows. */
    public static String target(Entry entry) {
        return entry.isRows() ? "" : entry.effect().targetKey().display();
    }

    /** The fields of an entry, in order, for JSON. */
    public Map<String, Object> fields(Entry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", entry.name());
        fields.put("run", "r" + entry.run());
        fields.put("batch", "r" + entry.run() + "." + entry.batch());
        fields.put("move", move(entry));
        fields.put("group", group(entry));
        fields.put("state", name(entry.state().word()));
        fields.put("progress", entry.state().progress());
        fields.put("source", entry.isRows() ? source(entry) : entry.sourceKey().display());
        fields.put("source_key", entry.source());
        if (entry.row() != null) {
            fields.put("row", entry.rowKey().display());
            fields.put("row_told", name(entry.told().word()));
        }
        fields.put("target_store", targets.getOrDefault(entry.move(), ""));
        if (!entry.isRows()) {
            fields.put("target", target(entry));
            fields.put("target_key", entry.effect().target());
        }
        fields.put("items", entry.items());
        fields.put("size", entry.size());
        put(fields, "modified", time(entry.modified()));
        fields.put("attempts", entry.attempts());
        put(fields, "sha256", entry.digest() == null ? null : entry.digest().hex());
        put(fields, "error_kind", entry.errorKind());
        put(fields, "error", entry.error() == null ? null : Texts.safe(entry.error()));
        put(fields, "started", time(entry.started()));
        put(fields, "finished", time(entry.finished()));
        if (!entry.isRows()) {
            evidence(fields, entry.effect());
        }
        return fields;
    }

    /** What is known of a file's content at both ends, as text by name. */
    public static Map<String, String> evidence(Entry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "sha256", entry.digest() == null ? null : entry.digest().hex());
        fields.put("source_version", entry.sourceVersion());
        evidence(fields, entry.effect());
        Map<String, String> texts = new LinkedHashMap<>();
        fields.forEach((name, value) -> texts.put(name, value.toString()));
        return texts;
    }

    /** The rows of a batch: keys at both ends, state, and why one needs somebody. Empty of a batch whose rows are not kept. */
    public static List<Map<String, Object>> rows(@Nullable RowBlock block) {
        List<Map<String, Object>> rows = new ArrayList<>();
        if (block != null) {
            for (RowBlock.Line line : block.lines()) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("source", key(line.source()));
                row.put("target", key(line.target()));
                row.put("state", name(line.state().word()));
                put(row, "reason", line.reason() == null ? null : Texts.safe(line.reason()));
                rows.add(row);
            }
        }
        return rows;
    }

    /** What rows were told of a file, oldest first: the row, the state, and why it needs somebody. */
    public static List<Map<String, Object>> links(LedgerReader ledger, Entry entry) throws LedgerException {
        List<Map<String, Object>> links = new ArrayList<>();
        for (LedgerReader.LinkLine link : ledger.links(entry.id())) {
            RowBlock block = ledger.block(link.block());
            Row row = entry.rowKey().key();
            for (RowBlock.Line line : block == null ? List.<RowBlock.Line>of() : block.lines()) {
                if (line.source().equals(row)) {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("what", link.kind() + " " + (link.step() + 1));
                    one.put("row", key(line.target()));
                    one.put("state", name(line.state().word()));
                    one.put("fields", String.join(", ", line.fields()));
                    put(one, "reason", line.reason() == null ? null : Texts.safe(line.reason()));
                    links.add(one);
                }
            }
        }
        return links;
    }

    private static String key(Row key) {
        return key.fields().entrySet().stream()
                .map(field -> Texts.safe(field.getKey() + "=" + RowCodec.text(field.getValue())))
                .collect(Collectors.joining(", "));
    }

    private static void evidence(Map<String, Object> fields, EffectLine effect) {
        put(
                fields,
                "provenance",
                effect.provenance() == null ? null : effect.provenance().name().toLowerCase(Locale.ROOT));
        put(fields, "proof", effect.proof());
        put(fields, "target_version", effect.version());
        if (effect.checksum() != null) {
            fields.put(
                    "target_checksum",
                    effect.checksum().algorithm() + ":" + effect.checksum().value());
        }
        put(fields, "before_image", effect.image());
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    /** Words as one name: rolled back becomes rolled_back. */
    static String name(String words) {
        return words.replace(' ', '_');
    }

    /** A time in ISO form, or null for 0. */
    public static @Nullable String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }

    /** The columns of {@link #cells}. */
    public static List<String> columns() {
        return List.of(
                "id",
                "run",
                "move",
                "group",
                "state",
                "progress",
                "source",
                "target",
                "size",
                "modified",
                "attempts",
                "sha256",
                "provenance",
                "proof",
                "error_kind",
                "error",
                "source_key",
                "target_key",
                "row",
                "row_told");
    }

    /** The cells of an entry, for CSV. */
    public List<String> cells(Entry entry) {
        Map<String, Object> fields = fields(entry);
        List<String> cells = new ArrayList<>();
        for (String column : columns()) {
            Object value = fields.get(column);
            cells.add(value == null ? "" : value.toString());
        }
        return cells;
    }

    /** The display name of an encoded key as verifications keep it. */
    public static String display(String encoded) {
        try {
            return FileKey.parse(encoded).display();
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Texts.safe(encoded); // the key of a row is no encoded path
        }
    }
}
