package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.State;
import io.waybill.plan.Metrics;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.store.MetricsProvider;
import io.waybill.store.RunFigures;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes how a run stands, as the ledger has it, to every service that the plan names: each from a thread of its own while
 * the run is at work, and once more at its end. Nothing that goes wrong here fails the run or holds it up; it is said once.
 */
final class Publishing {
    private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);

    /** How long the end of a run may wait for the last figures to be taken. */
    private static final long PATIENCE_MILLIS = 10_000;

    private final Setup setup;
    private final Live live;
    private final Run run;
    private final long began;
    private final long retried;
    private final List<Channel> channels = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Map<String, Long> worked = new ConcurrentHashMap<>();
    private String move = "";
    private long moveBegan;

    private Publishing(Setup setup, Live live, Run run) {
        this.setup = setup;
        this.live = live;
        this.run = run;
        this.began = setup.clock().millis();
        this.retried = live.retries();
    }

    /** Begins, unless the plan names no service. */
    static Publishing begin(Setup setup, Live live, LedgerReader reader, Run run) throws LedgerException {
        Publishing publishing = new Publishing(setup, live, run);
        if (!setup.plan().metrics().isEmpty()) {
            RunFigures before = publishing.figures(reader, true);
            for (Metrics metrics : setup.plan().metrics()) {
                Channel channel = publishing.new Channel(metrics, before);
                publishing.channels.add(channel);
                channel.thread.start();
            }
        }
        return publishing;
    }

    /** From now on the run works on this move. */
    synchronized void move(String name) {
        long now = setup.clock().millis();
        if (!move.isEmpty()) {
            worked.merge(move, now - moveBegan, Long::sum);
        }
        move = name;
        moveBegan = now;
    }

    private synchronized long worked(String name) {
        long open = name.equals(move) ? setup.clock().millis() - moveBegan : 0;
        return worked.getOrDefault(name, 0L) + open;
    }

    /** The run is over: publishes how it ended, or gives up. */
    void end() {
        move("");
        over.countDown();
        long patience = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        for (Channel channel : channels) {
            try {
                channel.thread.join(Math.max(1, (patience - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** The services that do not have how the run ended, each with the reason. */
    List<String> failures() {
        List<String> failures = new ArrayList<>();
        for (Channel channel : channels) {
            String failure = channel.thread.isAlive() ? "it takes too long" : channel.failure;
            if (failure != null) {
                failures.add(channel.metrics.text() + ": " + failure);
            }
        }
        return failures;
    }

    private RunFigures figures(LedgerReader reader, boolean active) throws LedgerException {
        Plan plan = setup.plan();
        Map<Integer, String> names = new HashMap<>();
        reader.moves().forEach(line -> names.put(line.id(), line.name()));
        Map<String, Map<State, long[]>> counts = new HashMap<>();
        for (LedgerReader.Tally tally : reader.tallies(run.id())) {
            long[] sum = counts.computeIfAbsent(names.getOrDefault(tally.move(), ""), key -> new EnumMap<>(State.class))
                    .computeIfAbsent(tally.state(), key -> new long[2]);
            sum[0] += tally.items();
            sum[1] += tally.bytes();
        }
        List<RunFigures.OfMove> moves = new ArrayList<>();
        for (Move each : plan.moves()) {
            Live.Took took = live.took(each.name());
            moves.add(new RunFigures.OfMove(
                    each.name(),
                    worked(each.name()),
                    states(counts.getOrDefault(each.name(), Map.of())),
                    took.items().sum(),
                    took.nanos().sum()));
        }
        Run now = active ? null : reader.run(run.id());
        long millis = now == null ? run.worked() + setup.clock().millis() - began : now.worked();
        long retries = now == null ? run.retries() + live.retries() - retried : now.retries();
        return new RunFigures(plan.name(), run.id(), setup.clock().instant(), active, millis, retries, moves);
    }

    private static List<RunFigures.InState> states(Map<State, long[]> counts) {
        List<RunFigures.InState> states = new ArrayList<>();
        for (State state : State.values()) {
            long[] sum = counts.getOrDefault(state, new long[2]);
            states.add(new RunFigures.InState(
                    state.word().replace(' ', '_'), state.isDone(), state.needsYou(), sum[0], sum[1]));
        }
        return states;
    }

    /** One service and the thread that talks to it. */
    private final class Channel {
        private final Metrics metrics;
        private final RunFigures before;
        private final Thread thread;
        private volatile @Nullable String failure = "it takes too long";
        private boolean said;

        Channel(Metrics metrics, RunFigures before) {
            this.metrics = metrics;
            this.before = before;
            this.thread = new Thread(this::work, "waybill-metrics-" + metrics.type());
            thread.setDaemon(true);
        }

        private void work() {
            try (LedgerReader reader = setup.ledger().read();
                    io.waybill.store.Metrics service = open()) {
                boolean ended = false;
                publish(service, before);
                while (!ended) {
                    ended = over.await(metrics.every().toMillis(), TimeUnit.MILLISECONDS);
                    publish(service, figures(reader, !ended));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        }

        private io.waybill.store.Metrics open() throws StoreException {
            MetricsProvider provider = setup.metrics().get(metrics.type());
            if (provider == null) {
                throw new StoreException(
                        StoreException.Kind.INVALID, "this waybill publishes nothing to " + metrics.type());
            }
            return provider.open(
                    new StoreProvider.Settings(
                            "metrics", metrics.options(), setup.plan().folder(), setup.environment()),
                    before);
        }

        private void publish(io.waybill.store.Metrics service, RunFigures now) {
            try {
                service.publish(now);
                failure = null;
            } catch (StoreException | RuntimeException e) {
                failed(e);
            }
        }

        private void failed(Exception e) {
            String reason = e instanceof IOException ? String.valueOf(e.getMessage()) : "an internal error: " + e;
            failure = reason;
            LOG.info("metrics not published service={} cause=\"{}\"", metrics.text(), reason);
            if (!said) {
                said = true;
                live.notice("Cannot publish metrics to " + metrics.text() + ": " + reason
                        + ". The run goes on without them.");
            }
        }
    }
}
