package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.ledger.LedgerException;
import io.waybill.plan.AfterMove;
import io.waybill.plan.Exists;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.plan.Schedule;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a plan at the times of its {@code schedule}. */
@Command(
        description = {
            "run: wait in the foreground and run the plan at each of its times, as waybill run --no-input does, until Ctrl-C"
                    + " or SIGTERM, which also stop a run that is at work. list: the schedule and how it stands. next: its"
                    + " next five times. trigger: let it run now. pause, resume: leave its times out until it is resumed."
        },
        footer = {
            "waybill schedule next",
            "waybill schedule run",
            "waybill schedule run --times 1 --yes",
            "waybill schedule pause"
        })
final class ScheduleVerb extends Verb {
    static final List<String> ACTIONS = List.of("run", "list", "next", "trigger", "pause", "resume");
    private static final int SHOWN = 5;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "list (default), run, next, trigger, pause or resume.")
    String action = "list";

    @Option(
            names = "--times",
            paramLabel = "N",
            description = "Of run: end after the plan was run so often, with the exit code of the last.")
    @Nullable
    Long times;

    ScheduleVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.LOCKED, Exit.UNAVAILABLE, Exit.INTERRUPTED, Exit.TERMINATED);
    }

    @Override
    boolean writesJsonLines() {
        return action.equals("run");
    }

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        if (!ACTIONS.contains(action)) {
            throw new CliException(
                    Code.USAGE,
                    "schedule takes one of " + String.join(", ", ACTIONS) + ", not " + Texts.safe(action) + ".");
        } else if (times != null && (!action.equals("run") || times < 1)) {
            throw new CliException(Code.USAGE, "--times is a number of at least 1 and goes with schedule run.");
        }
        Plan plan = waybill.workplace().plan();
        Schedule schedule = plan.schedule();
        if (schedule == null) {
            throw new CliException(
                    Code.USAGE,
                    "Plan " + plan.name()
                            + " has no schedule. Add to it: schedule: { cron: \"0 2 * * *\", zone: UTC }");
        }
        ScheduleFiles files = new ScheduleFiles(waybill.workplace().ledger());
        switch (action) {
            case "run" -> {
                return run(plan, schedule, files);
            }
            case "next" -> next(plan, schedule);
            case "trigger" -> trigger(plan, files);
            case "pause" -> pause(plan, files);
            case "resume" -> resume(plan, files);
            default -> list(plan, schedule, files);
        }
        return Exit.DONE;
    }

    private Instant now() {
        return waybill.surroundings().clock().instant();
    }

    @SuppressWarnings("try") // the lock is held, not used
    private Exit run(Plan plan, Schedule schedule, ScheduleFiles files) throws IOException, PlanException {
        if ("-".equals(waybill.workplace().planSetting().value())) {
            throw new CliException(
                    Code.USAGE,
                    "Each run reads the plan anew, so that it cannot come from standard input. Name a file.");
        }
        requireConsent(plan);
        String owner = waybill.workplace().setup("schedule").owner();
        Instant since = now();
        try (Closeable held = hold(plan, files, owner)) {
            ScheduleRunner runner = new ScheduleRunner(waybill, schedule, files, since);
            screen().message(plan.name() + " · " + schedule.cron() + " " + schedule.zone() + " · Ctrl-C ends it");
            runner.sayNext();
            Exit exit = runner.run(times == null ? Long.MAX_VALUE : times);
            screen().message("nobody waits for the times of " + plan.name() + " any more");
            return exit;
        }
    }

    private Closeable hold(Plan plan, ScheduleFiles files, String owner) throws IOException {
        try {
            return files.hold(owner, waybill.surroundings().clock());
        } catch (LedgerException e) {
            if (e.kind() != LedgerException.Kind.LOCKED) {
                throw e;
            }
            throw new CliException(
                    Code.LOCKED,
                    "Cannot wait for the times of " + plan.name() + ": " + Texts.safe(String.valueOf(files.holder()))
                            + " does so already. End it first, or leave it to that one.");
        }
    }

    /** Nobody is there to be asked at night, so that the answer is wanted now. */
    private void requireConsent(Plan plan) {
        boolean deletes = plan.moves().stream().anyMatch(move -> move.source() == AfterMove.DELETE);
        boolean changes = plan.moves().stream().anyMatch(move -> move.exists() == Exists.REPLACE)
                || plan.moves().stream().anyMatch(Move::isInPlace);
        if (deletes && !plan.name().equals(waybill.yes)) {
            throw new CliException(
                    Code.CONFIRMATION,
                    "The runs of this plan delete sources once their targets are verified, and nobody can be asked then."
                            + " Confirm for all of them with: --yes=" + plan.name());
        } else if (changes && waybill.yes == null) {
            throw new CliException(
                    Code.CONFIRMATION,
                    "The runs of this plan change what stands at a target, and nobody can be asked then. Confirm for all of"
                            + " them with: --yes");
        }
    }

    private void list(Plan plan, Schedule schedule, ScheduleFiles files) throws IOException {
        ScheduleFiles.State state = files.read();
        String holder = files.holder();
        Instant next = schedule.next(now());
        if (screen().isJson()) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("plan", plan.name());
            line.put("cron", schedule.cron().toString());
            line.put("zone", schedule.zone().toString());
            line.put("missed", schedule.missed().text());
            line.put("runner", holder == null ? null : Texts.safe(holder));
            line.put("paused", files.isPaused());
            line.put("next", next == null ? null : next.toString());
            line.put(
                    "ran",
                    state == null || state.ran() == null ? null : state.ran().toString());
            line.put("exit", state == null ? null : state.exit());
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("schedules", List.of(line));
            screen().document(document);
            return;
        }
        screen().line(plan.name() + "  " + schedule.cron() + "  " + schedule.zone());
        field("state", files.isPaused() ? "paused" : holder == null ? "nobody waits for its times" : "waiting");
        if (holder != null) {
            field("runner", Texts.safe(holder));
        }
        field("next", next == null ? "-" : ScheduleText.both(next, schedule.zone()));
        if (state != null && state.ran() != null) {
            field("last", ScheduleText.both(state.ran(), schedule.zone()) + ", exit " + state.exit());
        }
        if (files.isPaused()) {
            screen().next("waybill schedule resume");
        } else if (holder == null) {
            screen().next("waybill schedule run");
        }
    }

    private void field(String name, String text) {
        screen().line("  " + screen().styled(Screen.Style.DIM, Texts.pad(name, 8)) + text);
    }

    private void next(Plan plan, Schedule schedule) {
        List<Instant> shown = new ArrayList<>();
        Instant at = schedule.next(now());
        while (at != null && shown.size() < SHOWN) {
            shown.add(at);
            at = schedule.next(at);
        }
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("plan", plan.name());
            document.put("cron", schedule.cron().toString());
            document.put("zone", schedule.zone().toString());
            document.put(
                    "next",
                    shown.stream()
                            .map(time -> Map.of(
                                    "at", time.toString(),
                                    "in_zone",
                                            time.atZone(schedule.zone())
                                                    .toOffsetDateTime()
                                                    .toString(),
                                    "local",
                                            time.atZone(ZoneId.systemDefault())
                                                    .toOffsetDateTime()
                                                    .toString()))
                            .toList());
            screen().document(document);
            return;
        }
        shown.forEach(time -> screen().line(ScheduleText.both(time, schedule.zone())));
    }

    private void trigger(Plan plan, ScheduleFiles files) throws IOException {
        String holder = files.holder();
        if (holder == null) {
            throw new CliException(
                    Code.USAGE,
                    "Nobody waits for the times of " + plan.name()
                            + ", so that nobody can be asked to run it now. Run it"
                            + " here: waybill run; or wait for its times: waybill schedule run");
        }
        files.trigger(now());
        say("triggered", "Asked to run now, or when the run that is at work has ended: " + Texts.safe(holder));
    }

    private void pause(Plan plan, ScheduleFiles files) throws IOException {
        files.pause(now());
        say(
                "paused",
                "Paused: " + plan.name()
                        + " is not run at its times. A run that is at work goes on; waybill run works as" + " ever.");
        screen().next("waybill schedule resume");
    }

    private void resume(Plan plan, ScheduleFiles files) throws IOException {
        boolean was = files.resume();
        say(
                was ? "resumed" : "running",
                was ? "Resumed: " + plan.name() + " is run at its times again." : plan.name() + " was not paused.");
    }

    private void say(String state, String text) {
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("state", state);
            screen().document(document);
        } else {
            screen().line(text);
        }
    }
}
