package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.plan.Hook;
import io.waybill.value.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the addresses of a plan how a run ended. That this fails changes nothing about the run. */
final class Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final String EVENT = "notify";

    /** How long to wait before each further try. */
    private static final long[] WAITS = {1_000, 3_000};

    private final Setup setup;

    Notifier(Setup setup) {
        this.setup = setup;
    }

    /** Answers why nobody took it, or null. */
    @Nullable
    String tell(EndReport end) {
        Hook hook = end.state().equals("done")
                ? setup.plan().notifies().done()
                : setup.plan().notifies().failed();
        if (hook == null) {
            return null;
        }
        String trouble = call(hook, end);
        String result = end.state() + " (exit " + end.exit() + "): " + (trouble == null ? "told" : trouble);
        LOG.info("notify run={} {}", end.run(), result);
        enter(end.run(), result);
        return trouble;
    }

    private @Nullable String call(Hook hook, EndReport end) {
        if (hook.call() == null) {
            return "its address held a secret, which the ledger does not keep; run it with the plan file";
        }
        Value.MapOf told = told(end);
        Stop never = new Stop();
        // who stopped it may be about to end the process
        int tries = end.state().equals("stopped") ? 1 : WAITS.length + 1;
        try {
            for (int n = 1; ; n++) {
                Webhook.Answer answer = Webhook.post(hook.call(), told, hook.timeout(), never);
                String trouble = answer.trouble();
                if (trouble == null) {
                    return null;
                } else if (n == tries || !answer.passing()) {
                    return trouble + (n == 1 ? "" : ", " + n + " times");
                }
                never.sleep(WAITS[n - 1]);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "it was interrupted";
        }
    }

    private Value.MapOf told(EndReport end) {
        Map<String, Value> told = new LinkedHashMap<>();
        String plan = setup.plan().name();
        told.put("plan", Value.of(plan));
        told.put("run", end.run().isEmpty() ? Value.NULL : Value.of(end.run()));
        told.put("state", Value.of(end.state()));
        told.put("exit", Value.of(end.exit()));
        told.put("items", new Value.MapOf(items(end.run())));
        told.put("message", Value.of(end.message()));
        told.put("started", Value.of(end.started().toString()));
        told.put("ended", Value.of(end.ended().toString()));
        told.put("host", Value.of(end.host()));
        String run = end.run().isEmpty() ? "" : " " + end.run();
        told.put(
                "text",
                Value.of("waybill " + plan + run + " " + end.state() + " on " + end.host() + " (exit " + end.exit()
                        + "): " + end.message()));
        return new Value.MapOf(told);
    }

    /** How many items of the run are in each state; nothing when the ledger does not tell now. */
    private Map<String, Value> items(String run) {
        Map<String, Long> counts = new TreeMap<>();
        if (!run.isEmpty()) {
            try (LedgerReader reader = setup.ledger().read()) {
                for (LedgerReader.Tally tally : reader.tallies(number(run))) {
                    counts.merge(tally.state().word().replace(' ', '_'), tally.items(), Long::sum);
                }
            } catch (LedgerException e) {
                LOG.warn("counts of the run cannot be told run={} cause=\"{}\"", run, e.getMessage());
            }
        }
        Map<String, Value> items = new LinkedHashMap<>();
        counts.forEach((state, count) -> items.put(state, Value.of(count)));
        return items;
    }

    private void enter(String run, String result) {
        if (run.isEmpty()) {
            return; // events are of runs
        }
        try (Ledger ledger = setup.ledger().open(setup.plan().name(), setup.owner(), setup.clock())) {
            ledger.change(tx -> Entries.event(
                    tx, number(run), null, EVENT, result, setup.clock().millis()));
        } catch (LedgerException e) {
            LOG.warn("notify is not in the ledger run={} cause=\"{}\"", run, e.getMessage());
        }
    }

    private static int number(String run) {
        return Integer.parseInt(run.substring(1));
    }
}
