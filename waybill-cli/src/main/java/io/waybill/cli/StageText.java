package io.waybill.cli;

import io.waybill.engine.StageReport;
import io.waybill.plan.Plan;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was staged, as text and as JSON. */
final class StageText {
    private StageText() {}

    /** Tells it, and what comes next. */
    static Exit end(Waybill waybill, Plan plan, StageReport report, String again) {
        Exit exit = report.quarantined() > 0 ? Exit.NEEDS_YOU : Exit.DONE;
        if (waybill.screen().isJson()) {
            Map<String, @Nullable Object> line = json(plan, report);
            line.put("exit", exit.code());
            waybill.screen().jsonLine(line);
        } else {
            print(waybill, report);
            waybill.screen().next(again);
        }
        return exit;
    }

    private static void print(Waybill waybill, StageReport report) {
        Screen screen = waybill.screen();
        for (StageReport.MoveReport move : report.moves()) {
            screen.line(screen.styled(Screen.Style.BOLD, Texts.safe(move.name())) + "  " + Texts.safe(move.from()));
            screen.line("  read " + Figures.count(move.read()) + " · filtered " + Figures.count(move.filtered()) + " · "
                    + done(report) + " " + Figures.count(move.staged()) + " · quarantined "
                    + Figures.count(move.quarantined())
                    + (move.warned() == 0 ? "" : " · warnings " + Figures.count(move.warned())));
            screen.line("  " + Texts.safe(shown(waybill, move.file())));
            if (move.quarantined() > 0) {
                screen.line("  " + Texts.safe(shown(waybill, move.quarantine())));
            }
        }
        report.left()
                .forEach(name -> screen.message("move " + Texts.safe(name) + " moves files, and only rows are staged"));
        screen.line("Nothing was written to a target. A later run reads the sources again.");
    }

    private static String done(StageReport report) {
        return switch (report.phase()) {
            case READ -> "staged";
            case MAP -> "mapped";
            case CHECK -> "checked";
        };
    }

    /** A path as it is seen from here; a place in a store as it is. */
    private static String shown(Waybill waybill, String place) {
        return place.startsWith("/") ? waybill.show(Path.of(place)) : place;
    }

    private static Map<String, @Nullable Object> json(Plan plan, StageReport report) {
        Map<String, @Nullable Object> line = RunJson.document();
        line.put("type", "result");
        line.put("plan", plan.name());
        line.put("until", report.phase().word());
        List<Map<String, @Nullable Object>> moves = new ArrayList<>();
        for (StageReport.MoveReport move : report.moves()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("move", move.name());
            one.put("from", move.from());
            one.put("read", move.read());
            one.put("filtered", move.filtered());
            one.put("staged", move.staged());
            one.put("quarantined", move.quarantined());
            one.put("warnings", move.warned());
            one.put("file", move.file());
            one.put("quarantine", move.quarantine());
            moves.add(one);
        }
        line.put("moves", moves);
        line.put("moves_of_files", report.left());
        line.put("needs_you", report.quarantined());
        line.put("millis", report.millis());
        return line;
    }
}
