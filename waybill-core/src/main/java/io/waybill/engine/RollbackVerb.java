package io.waybill.engine;

import io.waybill.ledger.Effects;
import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Links;
import io.waybill.ledger.Run;
import io.waybill.ledger.Runs;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.ledger.Tx;
import io.waybill.plan.Each;
import io.waybill.plan.Fingerprint;
import io.waybill.plan.Move;
import io.waybill.store.Abilities;
import io.waybill.store.FileItem;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Widening;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The verb rollback: newest first, entry by entry, each with intent and evidence, so that it can be taken up again. */
final class RollbackVerb {
    private static final int PAGE = 200;
    private static final EnumSet<State> CONCERNED =
            EnumSet.complementOf(EnumSet.of(State.PLANNED, State.SKIPPED, State.UNDONE));

    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Stores stores;
    private final Live live;
    private final Stop stop;
    private final RollbackOptions options;
    private final RollbackSums sums = new RollbackSums();
    /** In a preview, hashes of the target keys of rows of units that would go. */
    private final Set<Long> going = new HashSet<>();

    RollbackVerb(
            Setup setup,
            Ledger ledger,
            LedgerReader reader,
            Stores stores,
            Live live,
            Stop stop,
            RollbackOptions options) {
        this.setup = setup;
        this.ledger = ledger;
        this.reader = reader;
        this.stores = stores;
        this.live = live;
        this.stop = stop;
        this.options = options;
    }

    RollbackReport preview(int run, Selector selector) throws StoreException, LedgerException, RefusedException {
        return act(run, selector, null);
    }

    RollbackReport rollback(int run, Selector selector) throws StoreException, LedgerException, RefusedException {
        Run undone = check(run);
        long began = setup.clock().millis();
        Run other = ledger.write(tx -> Runs.unfinished(tx, "rollback"));
        if (other != null && !Integer.valueOf(run).equals(other.ofRun())) {
            throw new RefusedException(
                    "Cannot roll back r" + run + ": the rollback of r" + other.ofRun()
                            + " is not finished. Finish it first: waybill rollback r" + other.ofRun(),
                    List.of());
        }
        int id = other != null
                ? other.id()
                : ledger.write(tx -> Runs.create(
                        tx, "rollback", run, "running", undone.fingerprint(), undone.plan(), selector.text(), began));
        live.run("rollback of r" + run);
        String by = setup.owner() + " r" + run + options.text() + (selector.isPartial() ? " " + selector.text() : "");
        ledger.change(tx -> Runs.start(tx, id, by, began));
        RollbackReport report;
        try {
            report = act(run, selector, new Book(id, other == null ? began : other.started()));
        } catch (StoreException | LedgerException e) {
            finish(id, "stopped", e.getMessage(), began);
            throw e;
        }
        finish(id, report.complete() ? "finished" : "stopped", null, began);
        if (report.complete() && undone.isUnfinished() && !selector.isPartial()) {
            ledger.change(tx -> Runs.end(
                    tx,
                    run,
                    "abandoned",
                    "rolled back before it was finished",
                    "",
                    0,
                    0,
                    setup.clock().millis()));
        }
        return report;
    }

    private void finish(int id, String state, @Nullable String message, long began) throws LedgerException {
        long now = setup.clock().millis();
        ledger.change(tx -> Runs.end(tx, id, state, message, sums.text(), now - began, 0, now));
    }

    private Run check(int run) throws LedgerException, RefusedException {
        Run found = reader.run(run);
        if (found == null || !found.kind().equals("run")) {
            throw new RefusedException(
                    "Cannot roll back r" + run + ": there is no such run. List them: waybill runs", List.of());
        }
        return found;
    }

    /** {@code book} is of the rollback that carries it out, null for a preview. */
    private RollbackReport act(int run, Selector selector, @Nullable Book book)
            throws StoreException, LedgerException, RefusedException {
        boolean preview = book == null;
        check(run);
        refuseUnknownMoves(run);
        long began = setup.clock().millis();
        live.phase(preview ? "looking at what would be undone" : "rolling back");
        if (preview && ledger.write(tx -> Runs.unfinished(tx, "rollback")) != null) {
            sums.unfinished();
        }
        Selector concerned = selector.withRun(run);
        if (selector.states().isEmpty()) {
            concerned = concerned.withStates(CONCERNED);
        }
        List<Move> moves = new ArrayList<>(setup.plan().moves());
        java.util.Collections.reverse(moves);
        for (Move move : moves) {
            if (stop.isRequested()) {
                break;
            }
            try {
                act(run, move, selector, concerned, book);
            } catch (StoreException e) {
                if (!options.keepGoing()) {
                    throw e;
                }
                sums.leftOut(move.name(), String.valueOf(e.getMessage()));
            }
        }
        return sums.report("r" + run, preview, setup.clock().millis() - began, !stop.isRequested());
    }

    private void act(int run, Move move, Selector selector, Selector concerned, @Nullable Book book)
            throws StoreException, LedgerException, RefusedException {
        boolean named = !setup.plan().objectsOf(move).isEmpty();
        if (named && options.ends() == RollbackOptions.Ends.TARGET) {
            return; // only objects are to go
        } else if (move.rows()) {
            // a batch that failed for one row may hold others that were written
            Selector batches = selector.states().isEmpty()
                    ? concerned.withStates(EnumSet.complementOf(EnumSet.of(State.UNDONE)))
                    : concerned;
            new RowRollback(setup, ledger, reader, stores, live, stop, sums)
                    .noting(named && book == null ? going : null)
                    .act(move, moveId(move), batches, book);
        } else {
            files(run, move, selector, concerned, book);
        }
    }

    /** Counts in the ledger what a rollback did: its screens read the counters. */
    record Book(int run, long began) {
        /** Counts an entry that ends in this state, in the transaction that says so. */
        void count(Tx tx, Entry entry, State to) {
            if (entry.state() == State.KEPT && entry.finished() >= began) {
                count(
                        tx,
                        entry.move(),
                        State.KEPT,
                        -entry.items(),
                        -entry.size()); // kept by an earlier part of this one
            }
            count(tx, entry.move(), to, entry.items(), entry.size());
        }

        void count(Tx tx, int move, State to, long items, long bytes) {
            tx.count(run, move, to.word(), items);
            tx.count(run, move, to.word() + " bytes", bytes);
        }
    }

    private void refuseUnknownMoves(int run) throws LedgerException, RefusedException {
        for (LedgerReader.MoveLine line : reader.moves()) {
            boolean used = reader.tallies(run).stream().anyMatch(tally -> tally.move() == line.id());
            if (used && setup.plan().find(line.name()) == null) {
                if (options.keepGoing()) {
                    sums.leftOut(line.name(), "the plan does not have this move any more");
                    continue;
                }
                throw new RefusedException(
                        "Cannot roll back r" + run + ": it carried out move " + line.name()
                                + ", which the plan does not have any more. Nothing was changed. Put the move back into"
                                + " the plan, then: waybill rollback r" + run,
                        List.of());
            }
        }
    }

    private int moveId(Move move) throws LedgerException {
        return reader.moves().stream()
                .filter(line -> line.name().equals(move.name()))
                .map(LedgerReader.MoveLine::id)
                .findFirst()
                .orElse(-1);
    }

    private void files(int run, Move move, Selector selector, Selector concerned, @Nullable Book book)
            throws StoreException, LedgerException, RefusedException {
        Stop part = stop.part(); // trouble with one store ends this move only
        FileStore target = stores.files(move.to().store());
        FileStore source = stores.files(move.from().get(0).store());
        Abilities abilities = stores.known(move.to().store(), reader);
        int id = moveId(move);
        FileMove files = new FileMove(id, move, source, target, abilities == null ? Abilities.NONE : abilities);
        try (Work work = new Work(ledger, live, part, move.limits())) {
            Images images = Images.of(setup);
            Sender sender = new Sender(work.buffers, work.retry, work.bytes, work.requests, work.partWorkers, part);
            Undo undo = new Undo(files, ledger, work.retry, work.bytes, images, sender);
            if (move.each() != null) {
                named(run, files, undo, work, selector, concerned, book);
                return;
            }
            List<Entry> page = new ArrayList<>(PAGE);
            reader.entriesBackwards(concerned, Long.MAX_VALUE, entry -> {
                if (entry.move() == id && !entry.isRows()) {
                    page.add(entry);
                }
                if (page.size() == PAGE) {
                    page(page, undo, work, book);
                    page.clear();
                }
                return !part.isRequested() && work.fatal() == null;
            });
            if (!part.isRequested()) {
                page(page, undo, work, book);
            }
            work.drain();
            work.requireSound();
        }
    }

    /** Files that rows name: rows and objects in the right order. */
    private void named(
            int run, FileMove files, Undo undo, Work work, Selector selector, Selector concerned, @Nullable Book book)
            throws StoreException, LedgerException, RefusedException {
        refuseOtherRows(run, files.move());
        List<Telling> steps = Telling.of(setup.plan(), files.move(), stores);
        NamedRollback named = new NamedRollback(
                files,
                options,
                undo,
                dependents(files.move(), steps, work.retry),
                ledger,
                reader,
                work,
                sums,
                setup.clock(),
                book,
                !selector.isPartial());
        named.refuseStanding(concerned, PAGE);
        NamedRollback.Rest rest = new NamedRollback.Rest() {
            @Override
            public Undo.Decision decide(Entry entry) throws IOException {
                return look(entry, undo, book);
            }

            @Override
            public void carryOut(Entry entry, Undo.Decision decision) throws IOException, InterruptedException {
                RollbackVerb.this.carryOut(entry, undo, decision, book, true);
            }
        };
        List<Entry> page = new ArrayList<>(PAGE);
        List<StoreException> trouble = new ArrayList<>();
        reader.entriesBackwards(concerned.withMove(files.move().name()), Long.MAX_VALUE, entry -> {
            page.add(entry);
            if (page.size() == PAGE) {
                namedPage(named, page, rest, book, trouble);
            }
            return trouble.isEmpty() && !work.stop.isRequested();
        });
        if (trouble.isEmpty() && !work.stop.isRequested()) {
            namedPage(named, page, rest, book, trouble);
        }
        if (!trouble.isEmpty()) {
            throw trouble.get(0);
        }
        if (!work.stop.isRequested()) {
            named.shared(run, rest);
            if (book != null && !selector.isPartial() && options.ends() != RollbackOptions.Ends.TARGET) {
                narrow(steps, work);
            }
        }
    }

    private Dependents dependents(Move move, List<Telling> steps, Retry retry) throws StoreException, LedgerException {
        Each each = java.util.Objects.requireNonNull(move.each());
        Move units = each.unit() == null ? null : setup.plan().find(each.unit());
        if (units == null) {
            return new Unlinker(steps, ledger, reader, retry, setup.clock());
        }
        TableStore target = stores.target(units);
        RowPlan plan = RowPlan.of(setup.plan(), units, stores.source(units), target);
        return new UnitRows(reader, plan, target, moveId(units), each.rows().path(), going, retry);
    }

    /** What rows were told is taken back where it was told: in the same stores and tables, by the same steps. */
    private void refuseOtherRows(int run, Move move) throws StoreException, LedgerException, RefusedException {
        Each each = java.util.Objects.requireNonNull(move.each());
        Set<String> places = new HashSet<>();
        for (String part : List.of("each", "then", "else", "key")) {
            places.add("moves." + move.name() + "." + part);
        }
        places.add("stores." + each.rows().store());
        each.then().forEach(told -> places.add("stores." + told.store(each.rows())));
        each.otherwise().forEach(told -> places.add("stores." + told.store(each.rows())));
        List<String> lines = new ArrayList<>();
        String now = Fingerprints.of(setup.plan(), stores).canonical();
        for (String line : Fingerprint.difference(check(run).fingerprint(), now)) {
            if (places.stream().anyMatch(place -> line.startsWith(place + ":") || line.startsWith(place + "."))) {
                lines.add(line);
            }
        }
        if (!lines.isEmpty()) {
            throw new RefusedException(
                    "Cannot roll back r" + run
                            + ": its rows were told by another plan than this. Nothing was changed. Put"
                            + " the plan back as it was, then: waybill rollback r" + run,
                    lines);
        }
    }

    private void namedPage(
            NamedRollback named,
            List<Entry> page,
            NamedRollback.Rest rest,
            @Nullable Book book,
            List<StoreException> trouble)
            throws LedgerException {
        try {
            named.page(List.copyOf(page), rest);
            live.group("", book == null ? "looked at" : "rolled back").done(page.size(), 0);
        } catch (StoreException e) {
            trouble.add(e);
        }
        page.clear();
    }

    /** Drops the columns that runs of this plan added, where nothing stands in them any more. */
    private void narrow(List<Telling> steps, Work work) throws LedgerException {
        for (Telling step : steps) {
            String identity = step.store().identity();
            List<String> added = ledger.write(tx -> Links.added(tx, identity, step.table()));
            if (added.isEmpty() || !(step.store() instanceof Widening store)) {
                continue;
            }
            try {
                List<String> gone = work.retry.call(() -> store.dropEmptyColumns(step.table(), added));
                ledger.change(tx -> {
                    for (String column : gone) {
                        Links.dropped(tx, identity, step.table(), column);
                    }
                });
                if (!gone.isEmpty()) {
                    sums.note("Dropped the columns of " + step.table() + " that were added: " + String.join(", ", gone)
                            + ".");
                }
                List<String> left = new ArrayList<>(added);
                left.removeAll(gone);
                if (!left.isEmpty()) {
                    sums.note("Kept columns of " + step.table() + " that were added and hold something: "
                            + String.join(", ", left) + ".");
                }
            } catch (StoreException e) {
                sums.note(String.valueOf(e.getMessage()));
            }
        }
    }

    private void page(List<Entry> page, Undo undo, Work work, @Nullable Book book) {
        List<CompletableFuture<Void>> undoing = new ArrayList<>();
        for (Entry entry : page) {
            undoing.add(CompletableFuture.runAsync(
                    () -> {
                        if (work.stop.isRequested()) {
                            return;
                        }
                        try {
                            one(entry, undo, book);
                            live.group("", book == null ? "looked at" : "rolled back")
                                    .done(1, 0);
                        } catch (IOException e) {
                            throw new CompletionException(e);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            stop.request();
                        } catch (StoppedException e) {
                            // a large restore was interrupted; its intent is recorded and the next rollback goes on
                            return;
                        }
                    },
                    work.workers));
        }
        for (CompletableFuture<Void> each : undoing) {
            try {
                each.join();
            } catch (CompletionException e) {
                work.end(e.getCause() instanceof Exception known ? known : e);
            }
        }
    }

    private void one(Entry entry, Undo undo, @Nullable Book book) throws IOException, InterruptedException {
        carryOut(entry, undo, look(entry, undo, book), book, false);
    }

    /** Decides about an entry; what an interrupted attempt left beside its target is removed by then. */
    private static Undo.Decision look(Entry entry, Undo undo, @Nullable Book book) throws IOException {
        boolean preview = book == null;
        if (!preview && entry.effect().upload() != null) {
            undo.abortUpload(entry);
        }
        try {
            Undo.Decision decision = undo.decide(entry);
            boolean mayHaveLeft =
                    entry.state() == State.UNDOING || entry.state() == State.WRITING || entry.state() == State.FAILED;
            // only after the decision: a temporary file may be the proof that the target is ours
            return !preview && mayHaveLeft ? undo.tidy(entry, decision) : decision;
        } catch (StoreException e) {
            if (preview || e.isStoreWide()) {
                throw e;
            }
            return Undo.Decision.keep(e.getMessage());
        }
    }

    /** @param marked whether the ledger says already that the entry is being undone */
    private void carryOut(Entry entry, Undo undo, Undo.Decision decision, @Nullable Book book, boolean marked)
            throws IOException, InterruptedException {
        if (book == null) {
            sums.add(entry, decision);
            if (entry.effect().upload() != null || entry.state() == State.UNDOING || entry.state() == State.WRITING) {
                sums.unfinished();
            }
            return;
        }
        long now = setup.clock().millis();
        if (decision.step() == Undo.Step.UNTOUCHED) {
            if (entry.state() == State.WRITING) {
                ledger.change(tx -> Entries.move(tx, entry, State.WRITING, State.PLANNED, null, now));
            }
            sums.add(entry, decision);
            return;
        }
        FileItem ours = decision.found();
        if (!marked && ours != null && entry.effect().provenance() == null) {
            // so that a rollback that is interrupted here still knows later whose it is
            ledger.change(tx -> Effects.ours(tx, entry, ours.version()));
        }
        if (decision.step() == Undo.Step.KEEP) {
            keep(entry, String.valueOf(decision.reason()), book);
            sums.kept(entry, String.valueOf(decision.reason()));
            return;
        }
        if (!marked && entry.state() != State.UNDOING) {
            ledger.change(tx -> Entries.move(tx, entry, entry.state(), State.UNDOING, null, now));
        }
        String kept = carryOut(entry, undo, decision);
        ledger.change(tx -> {
            State to = kept == null ? State.UNDONE : State.KEPT;
            Entries.move(tx, entry, State.UNDOING, to, kept, now);
            Entries.event(tx, entry.run(), entry.id(), to.word(), kept == null ? decision.did() : kept, now);
            book.count(tx, entry, to);
        });
        if (kept == null) {
            sums.undone(entry, decision);
        } else {
            sums.kept(entry, kept);
        }
    }

    /** One item that cannot be undone is kept with the reason and does not stop the others. */
    private static @Nullable String carryOut(Entry entry, Undo undo, Undo.Decision decision)
            throws IOException, InterruptedException {
        try {
            return undo.carryOut(entry, decision);
        } catch (StoreException e) {
            if (e.isStoreWide() || e.kind() == StoreException.Kind.UNKNOWN_OUTCOME) {
                throw e;
            }
            return e.getMessage();
        } catch (LedgerException e) {
            if (e.kind() != LedgerException.Kind.CORRUPT) {
                throw e;
            }
            return e.getMessage();
        }
    }

    private void keep(Entry entry, String reason, Book book) throws LedgerException {
        long now = setup.clock().millis();
        ledger.change(tx -> {
            Entries.move(tx, entry, entry.state(), State.KEPT, reason, now);
            Entries.event(tx, entry.run(), entry.id(), State.KEPT.word(), reason, now);
            book.count(tx, entry, State.KEPT);
        });
    }
}
