package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.engine.WhyReport;
import io.waybill.plan.PlanException;
import io.waybill.report.Grid;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how a row came to move with a root row. */
@Command(
        description =
                "Shows by which references a row of the source belongs to a root row that moves (rows:), or why it"
                        + " belongs to none; exits with 4 then. Reads the source as it is now and writes nothing.",
        footer = {"waybill why tagged 7", "waybill why nodes 'project=12, node=4'", "waybill why files a/1 --json"})
final class WhyVerb extends Verb {
    @Parameters(index = "0", paramLabel = "TABLE", description = "The table of the row, in the source.")
    String table = "";

    @Parameters(
            index = "1",
            paramLabel = "KEY",
            description = "The value of its key, or of several columns COLUMN=VALUE, COLUMN=VALUE.")
    String key = "";

    @Option(names = "--move", paramLabel = "NAME", description = "Only in the units of this move.")
    @Nullable
    String move;

    WhyVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.DIFFERENT, Exit.UNAVAILABLE, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        Logs.open(waybill, "why");
        Migration migration = waybill.workplace().migration("why");
        List<WhyReport> answers = Work.during(waybill, migration, "why", () -> migration.why(table, key, move));
        boolean belongs = answers.stream().anyMatch(WhyReport::belongs);
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("table", Texts.safe(table));
            document.put("key", Texts.safe(key));
            document.put("belongs", belongs);
            document.put("moves", answers.stream().map(WhyVerb::json).toList());
            screen().document(document);
        } else {
            answers.forEach(this::show);
        }
        return belongs ? Exit.DONE : Exit.DIFFERENT;
    }

    private void show(WhyReport answer) {
        if (!answer.belongs()) {
            screen().line(Texts.safe(answer.row()) + " does not move with " + Texts.safe(answer.move()) + ":");
            answer.reasons().forEach(reason -> screen().line("  " + Texts.safe(reason)));
            return;
        }
        screen().line(Texts.safe(answer.row()) + " moves with " + Texts.safe(answer.move()) + ":");
        Grid grid = new Grid("ll");
        for (WhyReport.Step step : answer.path()) {
            grid.row("  " + Texts.safe(step.row()), words(step));
        }
        grid.lines(0).forEach(screen()::line);
    }

    private static String words(WhyReport.Step step) {
        return switch (step.how()) {
            case ROOT -> "root, chosen by the plan";
            case FOREIGN_KEY -> "belongs by " + Texts.safe(step.reference());
            case FOLLOW -> "belongs by follow: " + Texts.safe(step.reference());
            case BRING -> "comes along, brought by " + Texts.safe(step.reference());
        };
    }

    private static Map<String, Object> json(WhyReport answer) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("move", Texts.safe(answer.move()));
        fields.put("row", Texts.safe(answer.row()));
        fields.put("belongs", answer.belongs());
        List<Map<String, Object>> path = new ArrayList<>();
        for (WhyReport.Step step : answer.path()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("table", Texts.safe(step.table()));
            line.put("row", Texts.safe(step.row()));
            line.put("how", step.how().name().toLowerCase(Locale.ROOT));
            line.put("reference", Texts.safe(step.reference()));
            path.add(line);
        }
        fields.put("path", path);
        fields.put("reasons", answer.reasons().stream().map(Texts::safe).toList());
        return fields;
    }
}
