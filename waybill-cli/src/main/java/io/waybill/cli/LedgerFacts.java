package io.waybill.cli;

import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.report.Figures;
import io.waybill.report.Items;
import io.waybill.report.RunSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is to say about a ledger file, by name. */
final class LedgerFacts {
    private LedgerFacts() {}

    static Map<String, @Nullable Object> of(LedgerFile file) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("ledger", file.path().toString());
        try (LedgerReader ledger = file.read()) {
            fields.put("plan", ledger.meta("plan"));
            fields.put("series", ledger.meta("series"));
            String created = ledger.meta("created");
            fields.put("created", created.isEmpty() ? null : Items.time(Long.parseLong(created)));
            fields.put("size", Figures.bytes(Files.size(file.path())));
            List<Run> runs = ledger.runs();
            fields.put("runs", runs.size());
            if (!runs.isEmpty()) {
                RunSummary newest = RunSummary.of(ledger, runs.get(runs.size() - 1), 0);
                fields.put("newest_run", newest.run().name() + " " + newest.standing());
            }
            fields.put("active", file.holder());
            LedgerReader.Lease lease = ledger.lease();
            if (lease != null) {
                fields.put("last_runner", lease.owner() + " since " + Items.time(lease.since()));
                fields.put("epoch", lease.epoch());
            }
        }
        return fields;
    }
}
