package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Tables in files that keep every value exactly, and back: each copy is a run of its own, with ledger and verification, by a
 * plan that has the stores of the plan at hand.
 */
final class TableCopies {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final Waybill waybill;

    TableCopies(Waybill waybill) {
        this.waybill = waybill;
    }

    /** Where a table stands: {@code STORE:TABLE}. */
    record Address(String store, String table) {
        static Address parse(String text) {
            int colon = text.indexOf(':');
            if (colon <= 0 || colon == text.length() - 1) {
                throw new CliException(Code.USAGE, "A table is named like STORE:TABLE, not " + Texts.safe(text) + ".");
            }
            return new Address(text.substring(0, colon), text.substring(colon + 1));
        }

        String text() {
            return store + ":" + table;
        }

        /** As part of the name of a file or a ledger. */
        String word() {
            return (store + "." + table).replaceAll("[^A-Za-z0-9_.-]", "_");
        }
    }

    /** The file that a backup goes to unless another is named. */
    Path usual(Address table) throws PlanException, IOException {
        String stamp =
                STAMP.format(Instant.ofEpochMilli(waybill.surroundings().clock().millis()));
        return waybill.workplace().beside("backups").resolve(table.word() + "-" + stamp + ".jsonl");
    }

    /** Copies a table to a file that is not there yet. */
    RunReport backup(Address table, Path file) throws IOException, PlanException, RefusedException {
        return copy(
                "backup", table, file, table.text(), "waybill_file:" + file.getFileName(), "to", "same_ok", List.of());
    }

    /** Puts the rows of a backup into a table. */
    RunReport restore(Path file, Address table, List<String> key) throws IOException, PlanException, RefusedException {
        return copy("restore", table, file, "waybill_file:" + file.getFileName(), table.text(), "from", "replace", key);
    }

    private RunReport copy(
            String verb, Address table, Path file, String from, String to, String side, String exists, List<String> key)
            throws IOException, PlanException, RefusedException {
        Path folder = file.toAbsolutePath().getParent();
        String stamp =
                STAMP.format(Instant.ofEpochMilli(waybill.surroundings().clock().millis()));
        String name = verb + "-" + table.word() + "-" + stamp;
        String fragment = "name: " + Yaml.quoted(name.substring(0, Math.min(64, name.length()))) + "\nexists: " + exists
                + "\nstores:\n  waybill_file: { type: files, root: "
                + Yaml.quoted(Yaml.literal(String.valueOf(folder))) + " }\nmoves:\n  - name: " + verb + "\n    from: "
                + Yaml.quoted(Yaml.literal(from)) + "\n    to: " + Yaml.quoted(Yaml.literal(to))
                + (key.isEmpty()
                        ? ""
                        : "\n    key: ["
                                + String.join(
                                        ", ", key.stream().map(Yaml::quoted).toList()) + "]")
                + "\n    format: { " + side + ": { type: jsonl, lossless: true } }\n";
        Plan plan = waybill.workplace().derived(fragment);
        Workplace workplace = new Workplace(waybill, plan);
        Migration migration = workplace.migration(verb);
        Work.Answer<RunReport> answer = Work.answer(waybill, migration, verb, () -> migration.run(RunOptions.ALL));
        RunReport report = answer.value();
        if (report.trouble() instanceof IOException known) {
            throw known;
        } else if (!report.finished()) {
            throw new CliException(
                    Code.OUTPUT,
                    "The " + verb + " of " + Texts.safe(table.text())
                            + " did not come to its end. Nothing else was done. Try again.");
        }
        return report;
    }
}
