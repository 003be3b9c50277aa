package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.plan.Hook;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the hooks of a plan, each to its success once in a run. A process that dies between the success of a hook and its note in
 * the ledger leaves it to be run again: a hook runs at least once.
 */
final class Hooks {
    private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
    private static final int MOST_OUTPUT = 16 << 10;
    private static final String EVENT = "hook";

    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Live live;
    private final Stop stop;
    private final Run run;
    private final boolean anew;

    /** @param anew whether hooks run again that this run has had, since it is taken up after its end */
    Hooks(Setup setup, Ledger ledger, LedgerReader reader, Live live, Stop stop, Run run, boolean anew) {
        this.setup = setup;
        this.ledger = ledger;
        this.reader = reader;
        this.live = live;
        this.stop = stop;
        this.run = run;
        this.anew = anew;
    }

    /** Before a move, or before the whole run when {@code move} is empty. Answers why nothing may begin, or null. */
    @Nullable
    String before(String move) throws LedgerException {
        return run(setup.plan().hooksOf(move).before(), "before", move);
    }

    /** After a move, or after the whole run. Answers what went wrong, or null. */
    @Nullable
    String after(String move) throws LedgerException {
        return run(setup.plan().hooksOf(move).after(), "after", move);
    }

    private @Nullable String run(@Nullable Hook hook, String event, String move) throws LedgerException {
        String name = event + (move.isEmpty() ? " the run" : " move " + move);
        if (hook == null || (!anew && isDone(name))) {
            return null;
        }
        live.phase("running the hook " + name);
        long began = setup.clock().millis();
        String trouble;
        try {
            URI address = hook.call();
            trouble = hook.isUnknown()
                    ? "its address held a secret, which the ledger does not keep; run it with the plan file"
                    : address == null
                            ? program(hook, event, move)
                            : Webhook.post(address, new Value.MapOf(told(event, move)), hook.timeout(), stop)
                                    .trouble();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = "it was interrupted";
        }
        long now = setup.clock().millis();
        String result = name + ": " + (trouble == null ? "done" : trouble) + " (" + (now - began) + " ms)";
        LOG.info("hook run={} {}", run.name(), result);
        ledger.change(tx -> Entries.event(tx, run.id(), null, EVENT, result, now));
        return trouble == null ? null : "the hook " + name + " failed: " + trouble;
    }

    private boolean isDone(String name) throws LedgerException {
        return reader.runEvents(run.id()).stream()
                .anyMatch(event -> event.what().equals(EVENT) && event.detail().startsWith(name + ": done"));
    }

    private Map<String, Value> told(String event, String move) throws LedgerException {
        Map<String, Value> items = new TreeMap<>();
        Map<Integer, String> names = new LinkedHashMap<>();
        reader.moves().forEach(line -> names.put(line.id(), line.name()));
        Map<String, Long> counts = new TreeMap<>();
        for (LedgerReader.Tally tally : reader.tallies(run.id())) {
            if (move.isEmpty() || move.equals(names.get(tally.move()))) {
                counts.merge(tally.state().word().replace(' ', '_'), tally.items(), Long::sum);
            }
        }
        counts.forEach((state, count) -> items.put(state, Value.of(count)));
        Map<String, Value> told = new LinkedHashMap<>();
        told.put("plan", Value.of(setup.plan().name()));
        told.put("run", Value.of(run.name()));
        told.put("move", Value.of(move));
        told.put("event", Value.of(event));
        told.put("items", new Value.MapOf(items));
        return told;
    }

    private @Nullable String program(Hook hook, String event, String move)
            throws LedgerException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(hook.command())
                .directory(setup.plan().folder().toFile())
                .redirectErrorStream(true);
        told(event, move)
                .forEach((name, value) -> builder.environment()
                        .put(
                                "WAYBILL_" + name.toUpperCase(java.util.Locale.ROOT),
                                value instanceof Value.Text text ? text.value() : Json.write(value)));
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return e.getMessage();
        }
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> beginning(process.getInputStream()));
        long end = System.nanoTime() + hook.timeout().toNanos();
        while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
            boolean late = System.nanoTime() > end;
            if (late || stop.isRequested()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                return late ? "it took longer than " + hook.timeout().toMillis() + " ms" : "it was stopped";
            }
        }
        try {
            // a process that it left behind may hold the stream open
            LOG.info("hook output run={} \"{}\"", run.name(), output.get(2, TimeUnit.SECONDS));
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.info("hook output run={} cannot be read: {}", run.name(), e.getMessage());
        }
        return process.exitValue() == 0 ? null : "exit code " + process.exitValue() + "; its output is in the log";
    }

    /** The first part of what it prints; all of it is read, so that it does not wait. */
    private static String beginning(InputStream in) {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[4096];
        try (in) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (text.length() < MOST_OUTPUT) {
                    text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            text.append(" (cut: ").append(e.getMessage()).append(')');
        }
        return text.length() > MOST_OUTPUT ? text.substring(0, MOST_OUTPUT) + "..." : text.toString();
    }
}
