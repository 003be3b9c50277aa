package io.waybill.cli;

import io.waybill.engine.EndReport;
import io.waybill.engine.Migration;
import io.waybill.engine.RefusedException;
import io.waybill.engine.RunReport;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.Figures;
import io.waybill.report.RunSummary;
import io.waybill.report.Texts;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells the addresses of the plan how a run ended, whichever way that was. Ctrl-C is told to nobody: the one who would be told has
 * pressed it.
 */
final class Notifying {
    private final Waybill waybill;
    private final Plan plan;
    private final Migration migration;
    private @Nullable RunReport report;

    Notifying(Waybill waybill, Plan plan, Migration migration) {
        this.waybill = waybill;
        this.plan = plan;
        this.migration = migration;
    }

    /** What is told of. */
    interface Task {
        Exit carryOut() throws IOException, PlanException, RefusedException;
    }

    /** What came out, if it came so far. */
    void ended(RunReport how) {
        report = how;
    }

    /** Carries it out and tells how that ended, before anybody else hears of it. */
    Exit after(Task task) throws IOException, PlanException, RefusedException {
        Instant began = waybill.surroundings().clock().instant();
        try {
            Exit exit = task.carryOut();
            tell(exit, message(exit), began);
            return exit;
        } catch (Work.StoppedException e) {
            tell(e.exit(), message(e.exit()), began);
            throw e;
        } catch (IOException | PlanException | RefusedException | RuntimeException e) {
            Failure failure = Failure.of(e);
            tell(failure.exit(), failure.message(), began);
            throw e;
        }
    }

    private String message(Exit exit) {
        RunReport known = report;
        if (exit == Exit.TERMINATED) {
            return "stopped; the same command goes on";
        } else if (known == null || known.run().isEmpty()) {
            return exit == Exit.DONE ? "nothing to do: every source is done and unchanged" : exit.meaning();
        }
        String words = RunSummary.words(RunVerb.counts(known));
        String states = words.isEmpty() ? "there was nothing to move" : words;
        String why = known.why() == null ? "" : known.why() + "; ";
        return exit == Exit.DONE ? states : why + Figures.count(known.needYou(), "item") + " to look at: " + states;
    }

    private void tell(Exit exit, String message, Instant began) {
        if (exit == Exit.INTERRUPTED) {
            return;
        }
        String line = waybill.redaction().apply(Texts.safe(message.strip()));
        String state = exit == Exit.DONE ? "done" : exit == Exit.TERMINATED ? "stopped" : "failed";
        RunReport known = report;
        String run = known != null ? known.run() : migration.live().now().run();
        String trouble = migration.tell(new EndReport(
                run,
                state,
                exit.code(),
                line,
                began,
                waybill.surroundings().clock().instant(),
                Host.name()));
        if (trouble != null) {
            waybill.screen()
                    .notice("Cannot tell how " + plan.name() + " ended (notify, " + state + "): " + Texts.safe(trouble)
                            + ". The run and its exit code are not touched by this.");
        }
    }
}
