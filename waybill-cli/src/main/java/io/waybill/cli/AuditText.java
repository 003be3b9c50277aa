package io.waybill.cli;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.LedgerReader.AuditItem;
import io.waybill.ledger.LedgerReader.AuditLine;
import io.waybill.report.Csv;
import io.waybill.report.Items;
import io.waybill.report.Json;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import io.waybill.store.FileKey;
import io.waybill.store.RowKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The history of a ledger: who ran, verified and rolled back what, when, and what became of each item. Line by line. */
final class AuditText {
    private static final List<String> COLUMNS =
            List.of("time", "run", "kind", "item", "row", "source", "target", "what", "detail");

    private AuditText() {}

    /** For people: one line each. */
    static void text(LedgerReader ledger, @Nullable Integer run, Consumer<String> out) throws LedgerException {
        ledger.audit(run, line -> {
            Map<String, @Nullable Object> fields = fields(line);
            Object about = line.item() == null ? fields.get("run") : fields.get("item");
            Object name = fields.get("row") == null ? fields.get("source") : fields.get("row");
            String what = line.kind().equals("rollback") ? "rollback " + line.what() : line.what();
            out.accept(Texts.pad(String.valueOf(fields.get("time")), 24) + "  "
                    + Texts.pad(about == null ? "-" : about.toString(), 10) + "  " + Texts.pad(what, 17)
                    + (name == null ? "" : "  " + name)
                    + (line.detail().isEmpty() ? "" : "  " + fields.get("detail")) + "\n");
        });
    }

    static void csv(LedgerReader ledger, @Nullable Integer run, Consumer<String> out) throws LedgerException {
        out.accept(Csv.line(COLUMNS));
        ledger.audit(run, line -> {
            Map<String, @Nullable Object> fields = fields(line);
            out.accept(Csv.line(COLUMNS.stream()
                    .map(column -> fields.get(column) == null ? "" : String.valueOf(fields.get(column)))
                    .toList()));
        });
    }

    /** One document, written as it is read. */
    static void json(LedgerReader ledger, @Nullable Integer run, Consumer<String> out) throws LedgerException {
        Map<String, @Nullable Object> head = RunJson.document();
        head.put("plan", ledger.meta("plan"));
        String open = Json.line(head);
        out.accept(open.substring(0, open.length() - 1) + ",\"audit\":[");
        String[] between = {"\n"};
        ledger.audit(run, line -> {
            out.accept(between[0] + Json.line(fields(line)));
            between[0] = ",\n";
        });
        out.accept("\n]}\n");
    }

    private static Map<String, @Nullable Object> fields(AuditLine line) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("time", Items.time(line.at()));
        fields.put("run", line.run() == 0 ? null : "r" + line.run());
        fields.put("kind", line.kind());
        AuditItem item = line.item();
        if (item != null) {
            fields.put("item", item.name());
            fields.put(
                    "row", item.row() == null ? null : RowKey.parse(item.row()).display());
            fields.put("source", file(item.source(), item.target()));
            fields.put("target", file(item.target(), item.target()));
        }
        fields.put("what", line.what());
        fields.put("detail", Texts.safe(line.detail()));
        return fields;
    }

    /** A batch of rows has no target of its own, and a range of keys as its source. */
    private static @Nullable String file(@Nullable String key, @Nullable String target) {
        return key == null || key.isEmpty()
                ? null
                : target == null ? Texts.safe(key) : FileKey.parse(key).display();
    }
}
