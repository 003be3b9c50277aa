package io.waybill.cli;

import io.waybill.ledger.LedgerReader.BatchAccount;
import io.waybill.report.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of the rows of a batch that name files, for people and programs. */
final class BatchText {
    private BatchText() {}

    /** The cells of a line for people. */
    static String[] cells(BatchAccount batch) {
        return new String[] {
            "  " + batch.name(),
            Figures.count(batch.named()) + " named",
            Figures.count(batch.proven()) + " proven",
            Figures.count(batch.told()) + " told",
            Figures.count(batch.missing()) + " missing",
            batch.wrong() == 0
                    ? batch.isComplete() ? "complete" : "not complete"
                    : Figures.count(batch.wrong()) + " not as they should be"
        };
    }

    /** The fields, in order, for JSON. */
    static Map<String, Object> fields(BatchAccount batch) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("batch", batch.name());
        fields.put("named", batch.named());
        fields.put("proven", batch.proven());
        fields.put("told", batch.told());
        fields.put("missing", batch.missing());
        fields.put("open", batch.open());
        fields.put("left_out_or_rolled_back", batch.left());
        fields.put("wrong", batch.wrong());
        fields.put("complete", batch.isComplete());
        return fields;
    }

    static List<String> columns() {
        return List.copyOf(fields(new BatchAccount(0, 0, 0, 0, 0, 0, 0, 0, 0)).keySet());
    }
}
