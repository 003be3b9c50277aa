package io.waybill.cli;

import io.waybill.plan.Schedule;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the times of a schedule and runs the plan at each, one run at a time. A time that went by while nobody could run the
 * plan, or while a run was at work, is said and not made up for, unless the schedule says {@code missed: run}.
 */
final class ScheduleRunner {
    private static final long LOOK_MILLIS = 200;

    /** Later than this, a time was missed: the machine slept, or the process was not there. */
    private static final Duration ON_TIME = Duration.ofMinutes(1);

    private final Waybill waybill;
    private final Schedule schedule;
    private final ScheduleFiles files;
    private final ScheduleSignals signals;
    private ScheduleFiles.State state;
    private boolean paused;

    /** @param since when it was not known yet that somebody waits */
    ScheduleRunner(Waybill waybill, Schedule schedule, ScheduleFiles files, Instant since) throws IOException {
        this.waybill = waybill;
        this.schedule = schedule;
        this.files = files;
        this.signals = ScheduleSignals.of(waybill);
        String line = ScheduleFiles.line(schedule);
        ScheduleFiles.State before = files.read();
        boolean same = before != null && before.line().equals(line);
        this.state = before != null && same
                ? before
                : new ScheduleFiles.State(
                        line, now(), before == null ? null : before.ran(), before == null ? null : before.exit());
        this.paused = files.isPaused();
        files.dropTrigger(since); // it was meant for somebody else
        files.write(state);
    }

    /** Times that went by; the newest is null when there are none. */
    record Passed(long count, @Nullable Instant newest) {
        static Passed between(Schedule schedule, Instant after, Instant upTo) {
            long count = 0;
            Instant newest = null;
            Instant at = schedule.next(after);
            while (at != null && !at.isAfter(upTo)) {
                count++;
                newest = at;
                at = schedule.next(at);
            }
            return new Passed(count, newest);
        }
    }

    private Instant now() {
        return waybill.surroundings().clock().instant();
    }

    /** Waits and runs until a signal comes, or the plan was run so many times; answers how that ended. */
    Exit run(long times) throws IOException {
        Exit last = Exit.DONE;
        long ran = 0;
        while (ran < times && signals.exit() == null) {
            heedPause();
            boolean due = dueNow();
            if (files.takeTrigger()) {
                say("triggered", "runs now, as it was asked to", null, null);
                due = true;
            }
            if (due) {
                last = once();
                ran++;
                if (ran < times && signals.exit() == null) {
                    sayNext();
                }
            } else {
                signals.sleep(LOOK_MILLIS);
            }
        }
        Exit exit = signals.exit();
        return exit == null ? last : exit;
    }

    private void heedPause() {
        boolean now = files.isPaused();
        if (now != paused) {
            paused = now;
            say(now ? "paused" : "resumed", now ? "paused: nothing is run until it is resumed" : "resumed", null, null);
        }
    }

    /** Whether the plan is to be run now since its time has come. */
    private boolean dueNow() throws IOException {
        Instant now = now();
        Passed passed = Passed.between(schedule, state.seen(), now);
        Instant newest = passed.newest();
        if (newest == null) {
            return false;
        }
        Instant from = state.seen();
        seen(now);
        boolean onTime = !newest.plus(ON_TIME).isBefore(now);
        if (paused) {
            missed(passed.count(), newest, "paused");
            return false;
        }
        boolean makeUp = schedule.missed() == Schedule.Missed.RUN;
        if (!onTime) {
            missed(
                    passed.count(),
                    newest,
                    makeUp ? "nobody was there; it is run once for all of them" : "nobody was there");
        } else if (passed.count() > 1) {
            Passed before = Passed.between(schedule, from, newest.minusSeconds(1));
            missed(passed.count() - 1, before.newest(), "nobody was there");
        }
        return onTime || makeUp;
    }

    private Exit once() throws IOException {
        Instant began = now();
        Waybill own = waybill.again(signals);
        Exit exit;
        try {
            exit = Cli.carryOut(new RunVerb(own), own);
        } finally {
            signals.runEnded();
        }
        Instant ended = now();
        Passed passed = Passed.between(schedule, state.seen(), ended);
        state = new ScheduleFiles.State(state.line(), later(state.seen(), ended), began, (long) exit.code());
        files.write(state);
        say("ran", "exit " + exit.code() + " (" + exit.meaning() + ")", null, exit);
        if (passed.newest() != null) {
            missed(passed.count(), passed.newest(), "the run was still at work");
        }
        return exit;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private void seen(Instant now) throws IOException {
        state = new ScheduleFiles.State(state.line(), now, state.ran(), state.exit());
        files.write(state);
    }

    private void missed(long count, @Nullable Instant newest, String why) {
        Instant at = Objects.requireNonNull(newest);
        String text = (count == 1 ? "1 time was missed, " : Figures.count(count) + " times were missed, the newest ")
                + ScheduleText.time(at, schedule.zone()) + ": " + why;
        if (waybill.screen().isJson()) {
            Map<String, @Nullable Object> line = line("missed");
            line.put("count", count);
            line.put("newest", at.toString());
            line.put("because", why);
            waybill.screen().jsonLine(line);
        } else {
            waybill.screen().error(text);
        }
    }

    /** Says for which time it waits. */
    void sayNext() {
        Instant next = schedule.next(later(state.seen(), now()));
        if (next != null) {
            String pause = files.isPaused() ? "paused, waybill schedule resume goes on; " : "";
            say("waiting", pause + "next: " + ScheduleText.both(next, schedule.zone()), next, null);
        }
    }

    private void say(String type, String text, @Nullable Instant next, @Nullable Exit exit) {
        if (waybill.screen().isJson()) {
            Map<String, @Nullable Object> line = line(type);
            if (next != null) {
                line.put("next", next.toString());
                line.put("paused", files.isPaused());
            }
            if (exit != null) {
                line.put("exit", exit.code());
            }
            waybill.screen().jsonLine(line);
        } else {
            waybill.screen().message(text);
        }
    }

    private Map<String, @Nullable Object> line(String type) {
        Map<String, @Nullable Object> line = RunJson.document();
        line.put("type", type);
        line.put("at", now().toString());
        return line;
    }
}
