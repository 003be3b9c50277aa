package io.waybill.cli;

import io.waybill.ledger.LedgerFile;
import io.waybill.plan.PlanException;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops the process that is at work on the ledger. */
@Command(
        description = {
            "Asks it to bring what is under way to a point where it can go on, which takes at most ten seconds, and waits"
                    + " for that. The next waybill run goes on."
        },
        footer = {"waybill stop", "waybill stop --now"})
final class StopVerb extends Verb {
    private static final Pattern HOLDER = Pattern.compile(".*process ([0-9]{1,10}) on host (\\S+) since .*");
    private static final int PATIENCE_SECONDS = 15;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RUN",
            description = "For example r1; one is at work at a time.")
    @Nullable
    String run;

    @Option(names = "--now", description = "End its process at once; nothing is lost, the next run settles it.")
    boolean now;

    StopVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE);
    }

    @Override
    Exit call() throws IOException, PlanException {
        if (run != null) {
            RunName.parse(run);
        }
        LedgerFile ledger = waybill.workplace().ledger();
        String holder = ledger.holder();
        if (holder == null) {
            say("idle", null, "No run is active on " + waybill.show(ledger.path()) + ".");
            return Exit.DONE;
        }
        if (now) {
            end(ledger, holder);
            return Exit.DONE;
        }
        StopFile.ask(ledger.beside(".stop"), holder);
        screen().message("Asked to stop: " + holder);
        if (!isFreeAfter(ledger, holder, PATIENCE_SECONDS)) {
            throw new CliException(
                    Code.LEDGER,
                    "It was asked to stop and is still at work after " + PATIENCE_SECONDS + " s: " + Texts.safe(holder)
                            + ". Wait, or end it: waybill stop --now");
        }
        say("stopped", holder, "Stopped.");
        screen().next("waybill run");
        return Exit.DONE;
    }

    private void end(LedgerFile ledger, String holder) throws IOException {
        Matcher form = HOLDER.matcher(holder);
        if (!form.matches() || !form.group(2).equals(Host.name())) {
            throw new CliException(
                    Code.LEDGER,
                    "Cannot end " + Texts.safe(holder) + ": it is on another machine. Run waybill stop --now there.");
        }
        long pid = Long.parseLong(form.group(1));
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process == null || pid == ProcessHandle.current().pid()) {
            throw new CliException(Code.LEDGER, "Cannot end process " + pid + ": it is not to be seen from here.");
        }
        process.destroyForcibly();
        if (!isFreeAfter(ledger, holder, PATIENCE_SECONDS)) {
            throw new CliException(Code.LEDGER, "Process " + pid + " does not end. End it by the means of the system.");
        }
        say("ended", holder, "Ended process " + pid + ". What was under way is settled by the next run.");
        screen().next("waybill run");
    }

    private static boolean isFreeAfter(LedgerFile ledger, String holder, int seconds) throws IOException {
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < until) {
            if (!holder.equals(ledger.holder())) {
                return true;
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private void say(String what, @Nullable String holder, String text) {
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("state", what);
            document.put("runner", holder == null ? null : Texts.safe(holder));
            screen().document(document);
        } else {
            screen().line(text);
        }
    }
}
