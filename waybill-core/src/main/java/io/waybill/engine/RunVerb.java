package io.waybill.engine;

import io.waybill.ledger.Earlier;
import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Links;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowEntries;
import io.waybill.ledger.Run;
import io.waybill.ledger.Runs;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.ledger.Watermarks;
import io.waybill.plan.AfterMove;
import io.waybill.plan.Each;
import io.waybill.plan.Exists;
import io.waybill.plan.Fingerprint;
import io.waybill.plan.Move;
import io.waybill.plan.NamedFiles;
import io.waybill.plan.OnError;
import io.waybill.plan.Verify;
import io.waybill.store.Abilities;
import io.waybill.store.FileStore;
import io.waybill.store.Finishing;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Tended;
import io.waybill.value.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The verb run: takes up the right run, carries out its moves in order, and balances the books. */
final class RunVerb {
    private static final EnumSet<State> OPEN = EnumSet.of(State.PLANNED, State.WRITING);
    private static final int UNTOLD = 1_000;
    private static final EnumSet<State> NEEDY = EnumSet.of(State.FAILED, State.CONFLICT, State.QUARANTINED);

    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Stores stores;
    private final Live live;
    private final Stop asked;
    private final Stop stop;
    private long wroteItems;
    private long wroteBytes;
    private long retries;
    private long keptConflicts;
    private final List<String> notes = new ArrayList<>();
    private @Nullable Exception trouble;
    private @Nullable String why;
    private @Nullable ErrorLog errors;
    private final Map<String, Long> took = new HashMap<>();

    RunVerb(Setup setup, Ledger ledger, LedgerReader reader, Stores stores, Live live, Stop stop) {
        this.setup = setup;
        this.ledger = ledger;
        this.reader = reader;
        this.stores = stores;
        this.live = live;
        this.asked = stop;
        this.stop = stop.part(); // what ends the run does not end its rollback
    }

    RunReport run(RunOptions options) throws StoreException, LedgerException, RefusedException {
        long began = setup.clock().millis();
        Run decided = rollbackToGoOnWith();
        if (decided != null) {
            return report(decided, false, began, rollBack(decided));
        }
        refusePartsOfRows(options);
        Run over = options.anew() || options.failed() ? null : overBudget();
        if (over != null) {
            return report(over, false, began, rollBack(over));
        }
        requireWritable(options.selector());
        Run run = take(options);
        if (run == null) {
            return nothing(began);
        }
        live.run(run.name());
        refuseExistingRows(run, options.selector());
        refuseBeforeOthers(run, options.selector());
        ledger.change(tx -> Runs.start(tx, run.id(), by(options), began));
        Publishing publishing = Publishing.begin(setup, live, reader, run);
        RunReport report;
        try {
            report = carryOut(run, options, began, publishing);
        } finally {
            publishing.end();
        }
        publishing.failures().forEach(each -> notes.add("metrics were not published to " + each));
        return report.with(notes);
    }

    /** Who wants what, for the history. */
    private String by(RunOptions options) {
        StringBuilder by = new StringBuilder(setup.owner());
        if (options.failed() && !options.selector().text().contains("--failed")) {
            by.append(" --failed");
        }
        if (options.anew()) {
            by.append(" --new");
        }
        if (!options.links()) {
            by.append(" --until ").append(options.until());
        }
        return by.append(
                        options.selector().isPartial()
                                ? " " + options.selector().text()
                                : "")
                .toString();
    }

    /** How all items of a run stand. */
    private String counts(Run run) throws LedgerException {
        Map<State, Long> items = new EnumMap<>(State.class);
        for (LedgerReader.Tally tally : reader.tallies(run.id())) {
            items.merge(tally.state(), tally.items(), Long::sum);
        }
        List<String> words = new ArrayList<>();
        items.forEach((state, count) -> words.add(count + " " + state.word()));
        return String.join(", ", words);
    }

    private RunReport carryOut(Run run, RunOptions options, long began, Publishing publishing)
            throws LedgerException, RefusedException {
        boolean finished = true;
        RunLog told = new RunLog(reader, run);
        told.begins(options);
        try (ErrorLog log = new ErrorLog(setup, run.name(), live)) {
            errors = log;
            Hooks hooks = new Hooks(setup, ledger, reader, live, stop, run, options.failed());
            finished = said(hooks.before(""));
            Set<String> begun = new HashSet<>();
            for (Move move : Moves.inOrder(setup.plan().moves())) {
                if (stop.isRequested() || why != null) {
                    finished = false;
                    break;
                }
                if (options.selector().moves().isEmpty()
                        || options.selector().moves().contains(move.name())) {
                    publishing.move(move.name());
                    long start = setup.clock().millis();
                    told.moveBegins(move);
                    String hooked = hooked(move);
                    boolean whole = (!begun.add(hooked) || said(hooks.before(hooked)))
                            && (move.rows() ? rows(run, move, options, began) : files(run, move, options))
                            && (!hooked.equals(move.name()) || said(hooks.after(hooked)));
                    finished &= whole;
                    took.put(move.name(), setup.clock().millis() - start);
                    told.moveEnds(move, whole, setup.clock().millis() - start);
                } else {
                    finished = false;
                }
            }
            finished = finished && said(hooks.after(""));
        } catch (LedgerException e) {
            throw e;
        } catch (StoreException e) {
            trouble = e;
            finished = false;
        } catch (IOException e) {
            live.notice("Cannot close the log of errors: " + e.getMessage());
        }
        return close(run, finished, began);
    }

    /** The move whose hooks run: the objects of units are moved for the move of their rows. */
    private static String hooked(Move move) {
        Each each = move.each();
        return each == null || each.unit() == null ? move.name() : each.unit();
    }

    /** Of a move of rows, items can be chosen by number only: which rows there are is not known before they are read. */
    private void refusePartsOfRows(RunOptions options) throws RefusedException {
        Selector selector = options.selector();
        String rest = selector.text().replace("--failed", "");
        for (String name : selector.moves()) {
            rest = rest.replace("--move " + name, "");
        }
        String where = options.where();
        if (where != null) {
            rest = rest.replace("--where " + where, "");
        }
        String flags = rest.replaceAll("--limit [0-9]+", "").strip();
        for (Move move : setup.plan().moves()) {
            boolean chosen = selector.moves().isEmpty() || selector.moves().contains(move.name());
            if (move.rows() && chosen && !flags.isEmpty()) {
                throw new RefusedException(
                        "Cannot run move " + move.name() + " with " + flags
                                + ": of rows only --limit, --move and a --where over row. choose a part. Nothing was written. Leave that out,"
                                + " or choose other moves with --move.",
                        List.of());
            }
        }
    }

    /** Before anything is written anywhere, every store of tables says whether it takes rows now. */
    private void requireWritable(Selector selector) throws StoreException {
        Set<String> asked = new HashSet<>();
        for (Move move : setup.plan().moves()) {
            boolean chosen = selector.moves().isEmpty() || selector.moves().contains(move.name());
            if (move.rows()
                    && chosen
                    && asked.add(move.to().store())
                    && stores.open(move.to().store()) instanceof Tended store) {
                store.requireWritable();
            }
        }
    }

    /** What numbers new rows follows those that were written; that it does not, spoils nothing that was moved. */
    private void advance(Run run, List<String> tables, TableStore target, Retry retry) throws LedgerException {
        if (!(target instanceof Tended store) || setup.most() < Long.MAX_VALUE) {
            return;
        }
        List<String> told = new ArrayList<>();
        try {
            for (String table : tables) {
                told.addAll(retry.call(() -> store.advance(table)));
            }
        } catch (StoreException e) {
            told.add(e.getMessage().replaceFirst("\\.$", ""));
        }
        for (String line : told) {
            notes.add(line);
            long now = setup.clock().millis();
            ledger.change(tx -> Entries.event(tx, run.id(), null, "sequence", line, now));
        }
    }

    /** A move that was chosen alone waits for the moves that it names in {@code after}. */
    private void refuseBeforeOthers(Run run, Selector selector)
            throws StoreException, LedgerException, RefusedException {
        for (Move move : setup.plan().moves()) {
            for (String name : move.after()) {
                Move other = setup.plan().find(name);
                boolean alone = selector.moves().contains(move.name())
                        && !selector.moves().contains(name);
                if (alone && other != null && !other.rows() && !isDone(run, other)) {
                    throw new RefusedException(
                            "Cannot run move " + move.name() + ": it comes after move " + name
                                    + ", which is not finished. Nothing was written. Run it first: waybill run --move "
                                    + name,
                            List.of());
                }
            }
        }
    }

    /** Looks at all targets of a move with {@code exists: fail}, and of one of units, unless it was begun before: then what stands there may be ours. */
    private void refuseExistingRows(Run run, Selector selector)
            throws StoreException, LedgerException, RefusedException {
        Planner planner = new Planner(setup, ledger, reader, stores, live, stop);
        for (Move move : setup.plan().moves()) {
            boolean chosen = selector.moves().isEmpty() || selector.moves().contains(move.name());
            boolean looks = move.exists() == Exists.FAIL || move.closure() != null;
            if (!move.rows() || !chosen || !looks || isBegun(run, planner.enter(move))) {
                continue;
            }
            live.phase("looking whether anything stands in " + move.to().text());
            try {
                if (move.closure() != null) {
                    planner.checkTables(move); // they may have changed since they were planned
                }
                planner.refuseExistingRows(run, move);
            } catch (RefusedException e) {
                if (run.started() == 0) {
                    planner.drop(run.id());
                }
                throw e;
            }
        }
    }

    private boolean isBegun(Run run, int move) throws LedgerException {
        return !ledger.write(tx -> Runs.splits(tx, run.id(), move)).isEmpty();
    }

    private boolean isDone(Run run, Move move) throws StoreException, LedgerException {
        int id = new Planner(setup, ledger, reader, stores, live, stop).enter(move);
        return isEmpty(Selector.ALL.withRun(run.id()).withMove(move.name()).withStates(OPEN), id);
    }

    /** The run that the plan wants rolled back, if that is not finished yet. A rollback that somebody asked for is theirs. */
    private @Nullable Run rollbackToGoOnWith() throws LedgerException, RefusedException {
        Run rollback = ledger.write(tx -> Runs.unfinished(tx, "rollback"));
        Integer of = rollback == null ? null : rollback.ofRun();
        if (rollback != null && of != null) {
            why = ledger.write(tx -> Runs.decided(tx, rollback.id()));
            if (why != null) {
                return reader.run(of);
            }
            throw new RefusedException(
                    "Cannot run: the rollback of r" + rollback.ofRun() + " is not finished. Finish it first: waybill"
                            + " rollback r" + rollback.ofRun(),
                    List.of());
        }
        return null;
    }

    /** The unfinished run, when it died after too much had gone wrong and before it was decided to roll it back. */
    private @Nullable Run overBudget() throws StoreException, LedgerException, RefusedException {
        Run unfinished = ledger.write(tx -> Runs.unfinished(tx, "run"));
        for (Move move : setup.plan().moves()) {
            if (unfinished != null && move.onError() == OnError.ROLLBACK) {
                Fingerprints.refuseOther(unfinished, Fingerprints.of(setup.plan(), stores));
                int id = new Planner(setup, ledger, reader, stores, live, stop).enter(move);
                Patience patience = new Patience(ledger, live, stop, setup.clock(), unfinished.id(), id, move);
                patience.trouble(null);
                if (patience.why() != null) {
                    why = patience.why();
                    return unfinished;
                }
            }
        }
        return null;
    }

    private Patience patience(Run run, int id, Move move, RunOptions options) throws LedgerException {
        Patience patience = new Patience(ledger, live, stop, setup.clock(), run.id(), id, move);
        patience.begin(options.failed());
        return patience;
    }

    /** Undoes everything that a run wrote, as the plan wants it; null when the store does not answer now. */
    private @Nullable RollbackReport rollBack(Run run) throws LedgerException, RefusedException {
        try {
            return new RollbackVerb(setup, ledger, reader, stores, live, asked, RollbackOptions.ALL)
                    .rollback(run.id(), Selector.ALL);
        } catch (StoreException e) {
            trouble = trouble == null ? e : trouble;
            return null;
        }
    }

    /** The run to carry out: the unfinished one, the newest one again for what failed, the planned one, or a new one. */
    private @Nullable Run take(RunOptions options) throws StoreException, LedgerException, RefusedException {
        Fingerprint fingerprint = Fingerprints.of(setup.plan(), stores);
        Run unfinished = ledger.write(tx -> Runs.unfinished(tx, "run"));
        if (unfinished != null && options.anew()) {
            int id = unfinished.id();
            ledger.change(tx -> Runs.end(
                    tx,
                    id,
                    "abandoned",
                    "given up for a new run",
                    "",
                    0,
                    0,
                    setup.clock().millis()));
            unfinished = null;
        }
        if (unfinished != null) {
            Fingerprints.refuseOther(unfinished, fingerprint);
            EnumSet<State> needy = options.failed() ? NEEDY : EnumSet.of(State.FAILED);
            if (options.failed()) {
                new Missing(setup, ledger, reader).reopen(unfinished, options.selector());
            }
            reopen(unfinished, options.selector().withStates(needy));
            return unfinished;
        }
        Planner planner = new Planner(setup, ledger, reader, stores, live, stop);
        if (options.failed()) {
            return retried(fingerprint, options.selector());
        }
        Run planned = planned(fingerprint.canonical());
        if (planned != null) {
            return planned;
        }
        int id = planner.plan(fingerprint.canonical());
        boolean work = setup.plan().moves().stream().anyMatch(Move::rows)
                || !reader.tallies(id).isEmpty();
        if (!work) {
            keptConflicts = keptConflicts(id);
            planner.drop(id);
            return null;
        }
        return reader.run(id);
    }

    /** The newest run with something that needs somebody or is missing, and that no later run listed again; that is open then. */
    private @Nullable Run retried(Fingerprint fingerprint, Selector selector) throws LedgerException, RefusedException {
        List<Run> runs = new ArrayList<>(reader.runs());
        Collections.reverse(runs);
        Missing missing = new Missing(setup, ledger, reader);
        for (Run run : runs) {
            boolean carriedOut = run.kind().equals("run")
                    && run.started() > 0
                    && !run.state().equals("abandoned");
            boolean needy = carriedOut
                    && reader.tallies(run.id()).stream()
                            .anyMatch(tally -> tally.state().needsYou());
            if (needy) {
                Fingerprints.refuseOther(run, fingerprint);
            }
            boolean same = run.fingerprint().equals(fingerprint.canonical());
            long gone = carriedOut && same ? missing.reopen(run, selector) : 0;
            if ((needy && reopen(run, selector.withStates(NEEDY))) || gone > 0) {
                return run;
            }
        }
        return null;
    }

    private @Nullable Run planned(String fingerprint) throws LedgerException {
        for (Run run : reader.runs()) {
            if (run.kind().equals("run")
                    && run.state().equals("planned")
                    && run.fingerprint().equals(fingerprint)) {
                return run;
            }
        }
        return null;
    }

    /** Puts entries that need somebody back among the open ones; answers whether there were any. */
    private boolean reopen(Run run, Selector selector) throws LedgerException {
        // a batch with rows that were written and not verified may have others that need somebody
        EnumSet<State> batches = EnumSet.of(State.WRITTEN);
        batches.addAll(selector.states());
        Selector needy = selector.withRun(run.id()).withStates(batches);
        List<Entry> page = new ArrayList<>();
        long[] count = {0};
        reader.entries(needy, 0, entry -> {
            if (entry.isRows()) {
                count[0] += reopenRows(entry, selector.states());
                return true;
            } else if (!selector.states().contains(entry.state())) {
                return true;
            }
            boolean refusedByThePlan = entry.state() == State.FAILED && entry.attempts() == 0;
            if (!refusedByThePlan && !entry.effect().target().isEmpty()) {
                page.add(entry);
            }
            if (page.size() == 1_000) {
                count[0] += reopen(page);
            }
            return true;
        });
        count[0] += reopen(page);
        return count[0] > 0;
    }

    /** Opens the rows of a batch that need somebody again; they are mapped anew. Answers how many there were. */
    private int reopenRows(Entry entry, Set<State> states) throws LedgerException {
        RowBlock block = reader.block(entry.id());
        if (block == null) {
            return 0;
        }
        List<RowBlock.Line> lines = new ArrayList<>();
        int opened = 0;
        for (RowBlock.Line line : block.lines()) {
            boolean needy = states.contains(line.state());
            opened += needy ? 1 : 0;
            lines.add(needy ? line.as(State.PLANNED, null, null) : line);
        }
        if (opened > 0) {
            long now = setup.clock().millis();
            ledger.change(tx -> {
                Entries.event(tx, entry.run(), entry.id(), entry.state().word(), String.valueOf(entry.error()), now);
                RowEntries.settle(tx, entry, block, new RowBlock(lines), now);
            });
        }
        return opened;
    }

    /** Opens entries again, except those that a later run listed anew; answers how many. */
    private int reopen(List<Entry> page) throws LedgerException {
        List<Entry> entries = List.copyOf(page);
        page.clear();
        long now = setup.clock().millis();
        Map<Integer, String> sources = new HashMap<>();
        for (LedgerReader.MoveLine line : reader.moves()) {
            sources.put(line.id(), line.source());
        }
        return ledger.write(tx -> {
            int opened = 0;
            for (Entry entry : entries) {
                if (Earlier.isSuperseded(tx, entry, sources.getOrDefault(entry.move(), ""))) {
                    continue;
                }
                // something of a failed one may stand at the target: in doubt, as after a crash
                State open = entry.state() == State.FAILED ? State.WRITING : State.PLANNED;
                Entries.event(tx, entry.run(), entry.id(), entry.state().word(), String.valueOf(entry.error()), now);
                Entries.move(tx, entry, entry.state(), open, null, now);
                opened++;
            }
            return opened;
        });
    }

    private Map<Integer, Live.Group> groups(Run run, int moveId, String moveName) throws LedgerException {
        Map<Integer, Live.Group> groups = new HashMap<>();
        for (LedgerReader.GroupLine line : reader.groups()) {
            if (line.move() == moveId) {
                groups.put(line.id(), live.group(moveName, line.name()));
            }
        }
        for (LedgerReader.Tally tally : reader.tallies(run.id())) {
            Live.Group group = groups.get(tally.group());
            if (tally.move() == moveId && group != null) {
                group.total(tally.items(), tally.bytes());
                if (!tally.state().isOpen()) {
                    group.done(tally.items(), tally.state().needsYou() ? tally.items() : 0);
                    group.bytes(tally.bytes());
                }
            }
        }
        return groups;
    }

    private boolean files(Run run, Move move, RunOptions options) throws StoreException, LedgerException {
        FileStore target = stores.files(move.to().store());
        Planner planner = new Planner(setup, ledger, reader, stores, live, stop);
        int id = planner.enter(move);
        Patience patience = patience(run, id, move, options);
        Map<Integer, Live.Group> groups = groups(run, id, move.name());
        Selector chosen = options.selector().withRun(run.id()).withMove(move.name());
        Selector everything = Selector.ALL.withRun(run.id()).withMove(move.name());
        FileStore source = stores.files(move.from().get(0).store());
        if (move.each() != null && options.links()) {
            verifyWritten(move, id, source, target, chosen, patience);
        }
        Selector untold = chosen.withStates(EnumSet.noneOf(State.class));
        Selector open = chosen.withStates(OPEN);
        if (move.each() != null && options.links()) {
            open = open.withLimit(chosen.limit() - untold(untold, id));
        }
        Linked linked =
                move.each() == null || !options.links() ? null : link(run, move, id, source, target, untold, patience);
        try {
            if (!isEmpty(open, id)) {
                carry(run, move, id, source, target, open, groups, options, patience);
            }
        } finally {
            if (linked != null) {
                linked.linking().finish();
                linked.work().close();
                add(linked.work());
            }
        }
        boolean finished =
                isEmpty(everything.withStates(OPEN), id) && (move.each() == null || isTold(run, move, id, options));
        if (!options.verifies() || stop.isRequested()) {
            end(patience);
            return false;
        }
        FileMove files = new FileMove(id, move, source, target, abilities(move, target));
        try (Work work = new Work(ledger, live, stop, move.limits()).heeding(patience, errors)) {
            if (move.verify() != Verify.OFF && !isEmpty(chosen.withStates(EnumSet.of(State.WRITTEN)), id)) {
                live.phase("verifying what an earlier run left unverified");
                new Afterwards(files, work, setup.clock()).verify(reader, chosen);
            }
            end(patience);
            if (finished && move.source() == AfterMove.DELETE && !stop.isRequested()) {
                live.phase("removing sources whose copies are read back and equal");
                new Afterwards(files, work, setup.clock()).removeSources(reader, everything);
            }
            add(work);
        }
        boolean verified = move.verify() == Verify.OFF || isEmpty(everything.withStates(EnumSet.of(State.WRITTEN)), id);
        return finished && verified && !stop.isRequested();
    }

    /** What an earlier run left unverified is proven before rows are told of it. */
    private void verifyWritten(
            Move move, int id, FileStore source, FileStore target, Selector chosen, Patience patience)
            throws StoreException, LedgerException {
        if (isEmpty(chosen.withStates(EnumSet.of(State.WRITTEN)), id)) {
            return;
        }
        FileMove files = new FileMove(id, move, source, target, abilities(move, target));
        try (Work work = new Work(ledger, live, stop, move.limits()).heeding(patience, errors)) {
            live.phase("verifying what an earlier run left unverified");
            new Afterwards(files, work, setup.clock()).verify(reader, chosen);
            add(work);
        }
    }

    /** How many of the chosen files are proven and their rows not told yet, as far as a limit makes that matter. */
    private long untold(Selector chosen, int id) throws LedgerException {
        long count = 0;
        if (chosen.limit() < Long.MAX_VALUE) {
            List<Entry> page = Linker.untold(ledger, chosen, id, true, 0, UNTOLD);
            while (!page.isEmpty() && count < chosen.limit()) {
                count += page.size();
                page = Linker.untold(
                        ledger, chosen, id, true, page.get(page.size() - 1).id(), UNTOLD);
            }
        }
        return Math.min(count, chosen.limit());
    }

    /** Whether nobody is left who is to know of a file. */
    private boolean isTold(Run run, Move move, int id, RunOptions options) throws LedgerException {
        Each each = move.each();
        boolean nobody =
                each == null || (each.then().isEmpty() && each.otherwise().isEmpty());
        return nobody || (options.links() && ledger.write(tx -> Links.isAllTold(tx, run.id(), id)));
    }

    /** Rows being told of files. */
    private record Linked(Linking linking, Work work) {}

    private Linked link(
            Run run, Move move, int id, FileStore source, FileStore target, Selector chosen, Patience patience)
            throws StoreException, LedgerException {
        FileMove files = new FileMove(id, move, source, target, Abilities.NONE);
        Work work = new Work(ledger, live, stop, move.limits()).heeding(patience, errors);
        try {
            return new Linked(Linking.begin(setup, files, run, chosen, stores, work, ledger, reader), work);
        } catch (StoreException | LedgerException | RuntimeException e) {
            work.close();
            throw e;
        }
    }

    private void carry(
            Run run,
            Move move,
            int id,
            FileStore source,
            FileStore target,
            Selector open,
            Map<Integer, Live.Group> groups,
            RunOptions options,
            Patience patience)
            throws StoreException, LedgerException {
        try (Work work = new Work(ledger, live, stop, move.limits()).heeding(patience, errors)) {
            if (options.until().equals("read")
                    || options.until().equals("map")
                    || options.until().equals("check")) {
                live.phase("reading");
                new Afterwards(new FileMove(id, move, source, target, Abilities.NONE), work, setup.clock())
                        .readThrough(reader, open, live.group(move.name(), "read"));
            } else {
                Abilities abilities = abilities(move, target);
                live.phase("running");
                Verify verify = options.until().equals("write") ? Verify.OFF : move.verify();
                FileMove files = new FileMove(id, move, source, target, abilities, verify);
                Each each = move.each();
                Sharing sharing = each == null || move.isOfUnits()
                        ? null
                        : new Sharing(ledger, work.retry, stores.named(move, each), NamedFiles.of(setup.plan(), move));
                Unnamed unnamed = move.isOfUnits() ? new Unnamed(setup, move, stores, ledger, work.retry) : null;
                new FileRunner(files, work, Images.of(setup), setup.clock(), groups, sharing, unnamed)
                        .run(reader, open);
            }
            add(work);
        }
        live.run(run.name());
    }

    private Abilities abilities(Move move, FileStore target) throws StoreException, LedgerException {

        Abilities abilities = stores.known(move.to().store(), reader);
        if (abilities == null) {
            live.phase("measuring what " + target.location() + " can do");
            abilities = stores.probe(move.to().store(), move.to().listed(), ledger);
        }
        return abilities;
    }

    private boolean isEmpty(Selector selector, int move) throws LedgerException {
        boolean[] empty = {true};
        reader.entries(selector, 0, entry -> {
            if (entry.move() == move) {
                empty[0] = false;
            }
            return empty[0];
        });
        return empty[0];
    }

    /** Whether objects that rows of this move name are yet to be proven, or given up. */
    private boolean waitsForObjects(Run run, Move move, Planner planner) throws StoreException, LedgerException {
        for (Move objects : setup.plan().objectsOf(move)) {
            Selector open = Selector.ALL
                    .withRun(run.id())
                    .withMove(objects.name())
                    .withStates(EnumSet.of(State.PLANNED, State.WRITING, State.WRITTEN));
            if (!isEmpty(open, planner.enter(objects))) {
                return true;
            }
        }
        return false;
    }

    private boolean rows(Run run, Move move, RunOptions options, long began)
            throws StoreException, LedgerException, RefusedException {
        TableStore source = stores.source(move);
        TableStore target = stores.target(move);
        Planner planner = new Planner(setup, ledger, reader, stores, live, stop);
        if (waitsForObjects(run, move, planner)) {
            live.notice("The rows of move " + move.name() + " wait until all their objects are proven.");
            return false;
        }
        int id = planner.enter(move);
        RowMark mark = RowMark.of(move, id, run.id(), run.fingerprint(), ledger);
        RowPlan plan = RowPlan.of(setup.plan(), move, source, target).since(mark);
        int group = ledger.write(tx -> Runs.group(tx, id, move.name()));
        Live.Group counters = live.group(move.name(), move.name());
        counters.total(Math.max(0, plan.estimate()), 0);
        live.phase("running");
        int lastBatch = ledger.write(tx -> Runs.lastBatch(tx, run.id()));
        Row names = RowMaking.run(reader, RowMaking.run(run.name(), run.started()));
        Patience patience = patience(run, id, move, options);
        try (Work work = Work.ofRows(ledger, live, stop, move.limits()).heeding(patience, errors)) {
            RowRunner runner = new RowRunner(
                    new RowRunner.Task(
                            run.id(),
                            id,
                            group,
                            source,
                            target,
                            plan,
                            new RowMaking(
                                    plan,
                                    RowContext.of(move, stores, work.retry),
                                    RowChecks.of(setup.plan(), move, id, stores, ledger, work.retry),
                                    RowChoice.of(setup.plan(), plan, options.where()),
                                    Given.taking(ledger, id, setup.plan().namespace()),
                                    UnitObjects.of(setup, move, stores, ledger, planner, work.retry, work, began)),
                            mark,
                            names,
                            lastBatch,
                            Math.min(options.selector().limit(), setup.most()),
                            setup.most()),
                    work,
                    setup.clock(),
                    counters);
            boolean finished = runner.copy(reader);
            if (finished && target instanceof Finishing table) {
                live.phase("finishing " + move.to().text());
                work.retry.call(() -> {
                    table.finish(move.to().path().text());
                    return true;
                });
            }
            if (options.verifies() && !stop.isRequested()) {
                finished &= runner.verify(reader);
            } else {
                finished = false;
            }
            List<Integer> objects = new ArrayList<>();
            for (Move each : setup.plan().objectsOf(move)) {
                objects.add(planner.enter(each));
            }
            UnitTold.note(reader, ledger, plan, run.id(), objects);
            end(patience);
            add(work);
            finished &= !stop.isRequested();
            if (finished) {
                live.phase("looking after " + move.to().text());
                advance(run, plan.written(), target, work.retry);
            }
            if (finished && move.since() != null) {
                ledger.change(tx -> Watermarks.finish(tx, run.id(), id));
            }
            return finished;
        }
    }

    /** Answers whether nothing is wrong; what is ends the run. */
    private boolean said(@Nullable String trouble) {
        if (trouble != null && !stop.isRequested()) {
            why = trouble;
            live.notice("Stopped, since " + trouble);
        }
        return trouble == null;
    }

    /** A move is through, or as far as it came. */
    private void end(Patience patience) throws LedgerException {
        patience.end();
        why = patience.why() == null ? why : patience.why();
    }

    private void add(Work work) {
        wroteItems += work.wroteItems.sum();
        wroteBytes += work.wroteBytes.sum();
        retries += work.retry.count();
        Exception fatal = work.fatal() != null ? work.fatal() : work.firstTrouble();
        if (fatal != null && trouble == null) {
            trouble = fatal;
        }
    }

    private RunReport close(Run run, boolean finished, long began) throws LedgerException, RefusedException {
        if (trouble instanceof LedgerException e) {
            throw e;
        }
        if (trouble instanceof RuntimeException e) {
            throw e;
        }
        long now = setup.clock().millis();
        String said = trouble == null ? why : trouble.getMessage();
        String message = said == null || errors == null ? said : errors.clean(said);
        String state = finished ? "finished" : "stopped";
        String counts = counts(run);
        ledger.change(tx -> Runs.end(tx, run.id(), state, message, counts, now - began, retries, now));
        boolean undo = ledger.write(tx -> Runs.unfinished(tx, "rollback")) != null;
        return report(run, finished, began, undo ? rollBack(run) : null);
    }

    private RunReport report(Run run, boolean finished, long began, @Nullable RollbackReport rolledBack)
            throws LedgerException {
        long now = setup.clock().millis();
        Map<State, Long> items = new EnumMap<>(State.class);
        Map<State, Long> bytes = new EnumMap<>(State.class);
        for (LedgerReader.Tally tally : reader.tallies(run.id())) {
            items.merge(tally.state(), tally.items(), Long::sum);
            bytes.merge(tally.state(), tally.bytes(), Long::sum);
        }
        return new RunReport(
                run.name(),
                finished,
                !finished && (stop.isRequested() || why != null || trouble != null),
                why,
                rolledBack,
                new ErrorLog(setup, run.name(), live).path(),
                trouble,
                items,
                bytes,
                wroteItems,
                wroteBytes,
                now - began,
                took,
                retries,
                balances(run, items),
                keptConflicts(run.id()),
                List.of());
    }

    /** Conflicts of earlier runs that still stand. */
    private long keptConflicts(int run) throws LedgerException {
        return reader.counts(run).stream()
                .filter(count -> count.what().equals("unchanged conflicts"))
                .mapToLong(LedgerReader.CountLine::items)
                .sum();
    }

    /** The accounting law: what was listed or read, less what was filtered or unchanged, stands in exactly one state. */
    private boolean balances(Run run, Map<State, Long> items) throws LedgerException {
        Map<String, Long> counts = new HashMap<>();
        for (LedgerReader.CountLine line : reader.counts(run.id())) {
            counts.merge(line.what(), line.items(), Long::sum);
        }
        long listed = counts.getOrDefault("listed", 0L) - counts.getOrDefault("unchanged", 0L);
        long read = counts.getOrDefault("read", 0L) - counts.getOrDefault("filtered rows", 0L);
        long states = items.values().stream().mapToLong(Long::longValue).sum();
        return states == listed + read + counts.getOrDefault("further effects", 0L);
    }

    private RunReport nothing(long began) {
        return new RunReport(
                "",
                true,
                false,
                null,
                null,
                null,
                null,
                keptConflicts == 0 ? Map.of() : Map.of(State.CONFLICT, keptConflicts),
                Map.of(),
                0,
                0,
                setup.clock().millis() - began,
                Map.of(),
                0,
                true,
                0,
                List.of());
    }
}
