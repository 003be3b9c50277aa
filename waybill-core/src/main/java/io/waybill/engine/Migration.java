package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.Runs;
import io.waybill.ledger.Selector;
import io.waybill.plan.Fingerprint;
import io.waybill.store.Abilities;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plan and its ledger: the facade that every user interface shares. A verb opens stores and ledger when it is called and
 * closes them before it answers; one verb at a time. {@link #live} and {@link #stop} may be called from any thread at any
 * time.
 */
public final class Migration {
    private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

    private final Live live = new Live();
    private final Stop stop = new Stop();
    private final Setup setup;

    public Migration(Setup setup) {
        this.setup = setup;
    }

    /** What is going on right now. */
    public Live live() {
        return live;
    }

    /** Asks the verb at work to stop soon, leaving everything resumable. */
    public void stop() {
        stop.request();
    }

    /** Finds out what a run would do and saves it; changes nothing in any store. {@code full} compares contents as well. */
    public PlanReport plan(boolean full) throws StoreException, LedgerException, RefusedException {
        return plan(new Planner.Depth(full, false, Selector.ALL, null));
    }

    /**
     * The same about what is selected; reads every source to its end and compares contents, as the run would.
     *
     * @param where a condition on rows, as written, or null
     */
    public PlanReport dryRun(Selector selector, @Nullable String where)
            throws StoreException, LedgerException, RefusedException {
        return plan(new Planner.Depth(true, true, chosen(selector), where));
    }

    /** The same of files and rows. */
    public PlanReport dryRun(Selector selector) throws StoreException, LedgerException, RefusedException {
        return dryRun(selector, null);
    }

    private PlanReport plan(Planner.Depth depth) throws StoreException, LedgerException, RefusedException {
        return with((ledger, reader, stores) -> {
            long began = setup.clock().millis();
            Planner planner = new Planner(setup, ledger, reader, stores, live, stop);
            Fingerprint fingerprint = Fingerprints.of(setup.plan(), stores);
            Run unfinished = ledger.write(tx -> Runs.unfinished(tx, "run"));
            List<String> notes = new ArrayList<>();
            if (unfinished != null) {
                Fingerprints.refuseOther(unfinished, fingerprint);
            }
            Run run = unfinished != null ? unfinished : require(reader, planner.plan(fingerprint.canonical()));
            List<PlanReport.MoveReport> moves = planner.report(run, depth);
            notes.addAll(planner.filtering(run));
            for (io.waybill.plan.Move move : setup.plan().moves()) {
                if (stores.known(move.to().store(), reader) == null) {
                    notes.add("what " + stores.open(move.to().store()).location()
                            + " can do was not measured yet; run will, or now: waybill doctor --probe");
                }
            }
            notes.addAll(planner.remarks());
            PlanReport report = new PlanReport(
                    run.name(),
                    "p" + fingerprint.digest().substring(0, 4),
                    unfinished != null,
                    moves,
                    planner.stores(),
                    Estimate.of(reader, setup.plan(), moves),
                    setup.clock().millis() - began,
                    notes.stream().distinct().toList(),
                    planner.differences());
            if (unfinished == null && !report.hasWork() && moves.stream().allMatch(move -> move.skippedItems() == 0)) {
                planner.drop(run.id());
                return new PlanReport(
                        "",
                        report.id(),
                        false,
                        moves,
                        report.stores(),
                        report.estimate(),
                        report.millis(),
                        report.notes(),
                        report.differences());
            }
            return report;
        });
    }

    /** A move of units is chosen with its objects. */
    private Selector chosen(Selector selector) {
        return selector.withMoves(setup.plan().withObjects(selector.moves()));
    }

    private static Run require(LedgerReader reader, int id) throws LedgerException {
        Run run = reader.run(id);
        if (run == null) {
            throw new LedgerException(LedgerException.Kind.CORRUPT, "Cannot find run r" + id + " in the ledger.");
        }
        return run;
    }

    /** Carries out the saved plan, goes on with an unfinished run, or plans and carries out a new one. */
    public RunReport run(RunOptions options) throws StoreException, LedgerException, RefusedException {
        RunOptions wanted = options.with(chosen(options.selector()));
        RunReport report =
                with((ledger, reader, stores) -> new RunVerb(setup, ledger, reader, stores, live, stop).run(wanted));
        RunLog.ends(report);
        return report;
    }

    /**
     * Carries rows as far as a phase, into files; writes to no target. Each file is written anew.
     *
     * @param where a condition on rows, as written, or null
     */
    public StageReport stage(Phase phase, Selector selector, @Nullable String where)
            throws StoreException, LedgerException, RefusedException {
        return with((ledger, reader, stores) -> new StageVerb(
                        setup, reader, stores, new Planner(setup, ledger, reader, stores, live, stop), live, stop)
                .stage(phase, selector, where));
    }

    /** Reads the source rows of a selection again, as they are now; changes nothing and needs no lock. */
    public void rows(Selector selector, ItemReport.Each each) throws IOException {
        try (LedgerReader reader = setup.ledger().read();
                Stores stores = new Stores(setup)) {
            new ItemRows(setup, reader, stores, live, stop).each(selector, each);
        }
    }

    /**
     * Why a row of the source moves with a root row, or why it does not, as the source is now: one answer if it does, else one
     * for each move of units. Reads only, and needs neither ledger nor lock.
     *
     * @param key as people write it, for example {@code project=7, node=4}; of a single column its value
     * @param move its name, or null for all
     */
    public List<WhyReport> why(String table, String key, @Nullable String move) throws IOException, RefusedException {
        try (Stores stores = new Stores(setup)) {
            return new WhyVerb(setup, stores, live, stop).why(table, key, move);
        } catch (StoppedException e) {
            throw new RefusedException("Stopped before the row was found. Nothing was written.", List.of());
        }
    }

    /** Compares targets with the ledger, by content. */
    public VerifyReport verify(VerifyOptions options) throws StoreException, LedgerException, RefusedException {
        return with(
                (ledger, reader, stores) -> new VerifyVerb(setup, ledger, reader, stores, live, stop).verify(options));
    }

    /**
     * Says what a rollback would do; changes nothing.
     *
     * @param run for example 1 for r1
     */
    public RollbackReport previewRollback(int run, Selector selector, RollbackOptions options)
            throws StoreException, LedgerException, RefusedException {
        return with((ledger, reader, stores) ->
                new RollbackVerb(setup, ledger, reader, stores, live, stop, options).preview(run, chosen(selector)));
    }

    /** The same, without leaving out what cannot be undone now. */
    public RollbackReport previewRollback(int run, Selector selector)
            throws StoreException, LedgerException, RefusedException {
        return previewRollback(run, selector, RollbackOptions.ALL);
    }

    /** The same as {@link #rollback(int, Selector, RollbackOptions)}, without leaving out what cannot be undone now. */
    public RollbackReport rollback(int run, Selector selector)
            throws StoreException, LedgerException, RefusedException {
        return rollback(run, selector, RollbackOptions.ALL);
    }

    /** Undoes what a run did, newest first; the same call goes on with an interrupted one. */
    public RollbackReport rollback(int run, Selector selector, RollbackOptions options)
            throws StoreException, LedgerException, RefusedException {
        return with((ledger, reader, stores) ->
                new RollbackVerb(setup, ledger, reader, stores, live, stop, options).rollback(run, chosen(selector)));
    }

    /** Compares the targets of a run that was rolled back with what stood there before it; changes nothing. */
    public RestoredReport restored(Selector selector) throws StoreException, LedgerException, RefusedException {
        return with((ledger, reader, stores) -> new Restored(setup, reader, stores, live, stop).look(selector));
    }

    /** Removes what interrupted runs left behind and nobody needs: uploads, temporary files, before-images. */
    public CleanupReport cleanup(boolean preview) throws StoreException, LedgerException, RefusedException {
        return with((ledger, reader, stores) -> new CleanupVerb(setup, ledger, reader, stores).cleanup(preview));
    }

    /** Tells whom the plan names how a run ended, when no verb is at work; answers why that was not taken, or null. */
    public @Nullable String tell(EndReport end) {
        return new Notifier(setup).tell(end);
    }

    /** Measures what a store of the plan can do, and remembers it. Writes and removes a few small items below its targets. */
    public Abilities probe(String store) throws StoreException, LedgerException, RefusedException {
        return with((ledger, reader, stores) -> stores.probe(store, prefix(store), ledger));
    }

    private String prefix(String store) {
        return setup.plan().moves().stream()
                .filter(move -> !move.rows() && move.to().store().equals(store))
                .map(move -> move.to().listed())
                .findFirst()
                .orElse("");
    }

    /** What a verb does with everything open. */
    private interface Verb<T> {
        T act(Ledger ledger, LedgerReader reader, Stores stores)
                throws StoreException, LedgerException, RefusedException;
    }

    private <T> T with(Verb<T> verb) throws StoreException, LedgerException, RefusedException {
        try (Ledger ledger = setup.ledger().open(setup.plan().name(), setup.owner(), setup.clock());
                LedgerReader reader = setup.ledger().read();
                Stores stores = new Stores(setup)) {
            LOG.info(
                    "begins plan={} series={} ledger={}",
                    setup.plan().name(),
                    ledger.series(),
                    setup.ledger().path());
            T answer = verb.act(ledger, reader, stores);
            LOG.info("ends plan={}{}", setup.plan().name(), text(answer));
            return answer;
        } catch (StoreException | LedgerException e) {
            LOG.info("ends plan={} trouble=\"{}\"", setup.plan().name(), e.getMessage());
            throw e;
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot close a store: " + e.getMessage() + ".", e);
        } catch (StoppedException e) {
            throw new RefusedException(
                    "Stopped before anything was written. The same command begins again.", List.of());
        }
    }

    /** What a verb answered, for the log; that of a run has lines of its own. */
    private static String text(Object answer) {
        boolean run = answer instanceof RunReport;
        return run ? "" : " " + answer.toString().replaceFirst("^[A-Za-z]+\\[(.*)]$", "$1");
    }
}
