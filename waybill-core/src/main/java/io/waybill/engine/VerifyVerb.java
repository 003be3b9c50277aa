package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Hash;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.ledger.Verifications;
import io.waybill.plan.Move;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** The verb verify: looks at every target again and compares it with the ledger, by content. */
final class VerifyVerb {
    private static final int PAGE = 200;
    private static final long MOST_AGE_MILLIS = 24L * 60 * 60 * 1000;
    private static final EnumSet<State> CHECKED = EnumSet.of(
            State.WRITTEN, State.VERIFIED, State.SAME, State.CONFLICT, State.FAILED, State.QUARANTINED, State.KEPT);

    /** Of files that rows name, for batches are to be complete. */
    private static final EnumSet<State> CHECKED_OR_OPEN = EnumSet.copyOf(CHECKED);

    static {
        CHECKED_OR_OPEN.addAll(EnumSet.of(State.PLANNED, State.WRITING));
    }

    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Stores stores;
    private final Live live;
    private final Stop stop;

    VerifyVerb(Setup setup, Ledger ledger, LedgerReader reader, Stores stores, Live live, Stop stop) {
        this.setup = setup;
        this.ledger = ledger;
        this.reader = reader;
        this.stores = stores;
        this.live = live;
        this.stop = stop;
    }

    VerifyReport verify(VerifyOptions options) throws StoreException, LedgerException {
        long began = setup.clock().millis();
        String mode = (options.read() ? "read" : "auto") + " " + options.samplePercent() + "% " + options.part() + "/"
                + options.parts() + (options.bothWays() ? " both ways" : "");
        LedgerReader.VerificationLine line = begin(options.selector(), mode, began);
        Verdicts verdicts = new Verdicts(ledger, setup.clock(), line);
        Integer of = options.selector().run();
        int about = of == null ? 0 : of;
        String by = setup.owner() + (of == null ? "" : " r" + of) + ": " + mode
                + (options.selector().isPartial() ? " " + options.selector().text() : "");
        ledger.change(tx -> Entries.event(tx, about, null, "verify started", by, began));
        Selector selector =
                options.selector().states().isEmpty() ? options.selector().withStates(CHECKED) : options.selector();
        boolean severalRuns =
                reader.runs().stream().filter(run -> run.started() > 0).count() > 1;
        live.phase("verifying");
        live.group("", "verified").total(count(selector), 0);
        boolean complete = true;
        for (Move move : setup.plan().moves()) {
            if (complete) {
                complete = move.rows()
                        ? rows(move, options, selector, line, verdicts, severalRuns)
                        : files(move, options, selector, line, verdicts, severalRuns);
            }
        }
        if (complete && options.bothWays()) {
            complete = extras(verdicts) && extraRows(verdicts);
        }
        VerifyReport report = verdicts.end(complete, setup.clock().millis() - began);
        String counts = report.same() + " same, " + report.different() + " different, " + report.missing()
                + " missing, " + report.extra() + " extra";
        long now = setup.clock().millis();
        ledger.change(tx ->
                Entries.event(tx, about, null, report.complete() ? "verify finished" : "verify stopped", counts, now));
        return report;
    }

    private long count(Selector selector) throws LedgerException {
        long count = 0;
        for (LedgerReader.Tally tally : reader.tallies(selector.run())) {
            if (selector.states().contains(tally.state())) {
                count += tally.items();
            }
        }
        return count;
    }

    /** A recent interrupted verification of the same things goes on if nothing worked since; else a new one begins. */
    private LedgerReader.VerificationLine begin(Selector selector, String mode, long now) throws LedgerException {
        String text = selector.text();
        Integer run = selector.run();
        LedgerReader.VerificationLine last = null;
        boolean oneMove = setup.plan().moves().size() == 1; // a position is one place in one move
        for (LedgerReader.VerificationLine line : reader.verifications()) {
            if (oneMove
                    && line.state().equals("stopped")
                    && line.mode().equals(mode)
                    && line.selector().equals(text)
                    && java.util.Objects.equals(line.run(), run)
                    && now - line.started() < MOST_AGE_MILLIS
                    && !isOvertaken(line)) {
                last = line;
            }
        }
        if (last != null) {
            LedgerReader.VerificationLine resumed = last;
            ledger.change(tx -> Verifications.resume(tx, resumed.id(), resumed.position()));
            return resumed;
        }
        long id = ledger.write(tx -> Verifications.begin(tx, run, text, mode, now));
        return new LedgerReader.VerificationLine(id, run, text, mode, "stopped", 0, now, 0, 0, 0, 0, 0, 0);
    }

    /** Whether a run or rollback worked since the verification began, so that its verdicts may not hold any more. */
    private boolean isOvertaken(LedgerReader.VerificationLine line) throws LedgerException {
        for (Run run : reader.runs()) {
            boolean died = run.started() > 0 && run.ended() == 0; // nobody knows when it last worked
            if (died || Math.max(run.started(), run.ended()) >= line.started()) {
                return true;
            }
        }
        return false;
    }

    private boolean files(
            Move move,
            VerifyOptions options,
            Selector selector,
            LedgerReader.VerificationLine line,
            Verdicts verdicts,
            boolean severalRuns)
            throws StoreException, LedgerException {
        FileStore target = stores.files(move.to().store());
        FileStore source = stores.files(move.from().get(0).store());
        boolean whole = move.each() != null && options.selector().states().isEmpty();
        Selector all = whole ? selector.withStates(CHECKED_OR_OPEN) : selector;
        int id = moveId(move);
        io.waybill.store.Abilities abilities = stores.known(move.to().store(), reader);
        FileMove files =
                new FileMove(id, move, source, target, abilities == null ? io.waybill.store.Abilities.NONE : abilities);
        try (Work work = new Work(ledger, live, stop, move.limits())) {
            FileVerifier verifier = new FileVerifier(files, work, options.read(), verdicts);
            LinkVerifier rows = new LinkVerifier(
                    Telling.of(setup.plan(), move, stores),
                    reader,
                    work.retry,
                    verdicts,
                    Owners.of(setup.plan(), move, stores, reader, work.retry, verdicts));
            Set<Integer> begun = begun();
            List<StoreException> trouble = new ArrayList<>();
            List<Entry> page = new ArrayList<>();
            reader.entries(all, line.position(), entry -> {
                if (entry.move() == id && entry.state().isOpen()) {
                    if (begun.contains(entry.run()) && isChosen(options, entry)) {
                        verdicts.row(
                                entry, entry.display(), "missing", "not carried over yet; go on with: waybill run");
                    }
                } else if (entry.move() == id && !entry.isRows() && isChosen(options, entry)) {
                    if (!severalRuns
                            || !reader.isSuperseded(
                                    entry, files.targetHash(entry.effect().target()))) {
                        page.add(entry);
                    }
                }
                if (page.size() == PAGE) {
                    verify(page, verifier, rows, trouble);
                    page.clear();
                }
                return !stop.isRequested() && work.fatal() == null && trouble.isEmpty();
            });
            if (!stop.isRequested() && trouble.isEmpty()) {
                verify(page, verifier, rows, trouble);
            }
            work.drain();
            if (!trouble.isEmpty()) {
                throw trouble.get(0);
            }
            work.requireSound();
            return !stop.isRequested();
        }
    }

    private static void verify(List<Entry> page, FileVerifier verifier, LinkVerifier rows, List<StoreException> trouble)
            throws LedgerException {
        try {
            rows.verify(page);
        } catch (StoreException e) {
            trouble.add(e);
            return;
        }
        verifier.verify(page); // which says how far the verification has come
    }

    /** The runs that were begun and not given up. */
    private Set<Integer> begun() throws LedgerException {
        Set<Integer> begun = new HashSet<>();
        for (Run run : reader.runs()) {
            if (run.started() > 0 && !run.state().equals("abandoned")) {
                begun.add(run.id());
            }
        }
        return begun;
    }

    private static boolean isChosen(VerifyOptions options, Entry entry) {
        return isChosen(options, Hash.of("sample", entry.source()));
    }

    private static boolean isChosen(VerifyOptions options, long hash) {
        if (options.samplePercent() < 100
                && Math.floorMod(hash, 1_000_000L) >= Math.round(options.samplePercent() * 10_000)) {
            return false;
        }
        return options.parts() <= 1 || Math.floorMod(hash >>> 20, (long) options.parts()) == options.part() - 1;
    }

    private boolean rows(
            Move move,
            VerifyOptions options,
            Selector selector,
            LedgerReader.VerificationLine line,
            Verdicts verdicts,
            boolean severalRuns)
            throws StoreException, LedgerException {
        TableStore target = stores.target(move);
        RowPlan plan = RowPlan.of(setup.plan(), move, stores.source(move), target);
        int id = moveId(move);
        RowKeys newest = new RowKeys();
        if (severalRuns) {
            newest.add(reader, id, false);
        }
        boolean all = !severalRuns && options.samplePercent() >= 100 && options.parts() <= 1;
        try (Work work = Work.ofRows(ledger, live, stop, move.limits())) {
            List<Runnable> page = new ArrayList<>();
            reader.entries(selector, line.position(), entry -> {
                RowBlock block = entry.move() == id && entry.isRows() ? reader.block(entry.id()) : null;
                if (block != null) {
                    Predicate<RowBlock.Line> chosen = each -> {
                        long hash = RowKeys.hash(each.table(), each.target());
                        return isChosen(options, hash) && newest.newest(hash) <= entry.run();
                    };
                    RowBlock some = all
                            ? block
                            : new RowBlock(block.lines().stream().filter(chosen).toList());
                    page.add(() -> work.guarded(() -> verdicts.rows(entry, some, plan, target, work.retry)));
                }
                if (page.size() == RowRunner.VERIFIED_AT_ONCE * work.parallel) {
                    work.all(page);
                    page.clear();
                    if (!stop.isRequested() && work.fatal() == null) {
                        verdicts.reached(entry.id());
                    }
                }
                return !stop.isRequested() && work.fatal() == null;
            });
            work.all(page);
            work.requireSound();
        }
        return !stop.isRequested();
    }

    /** Rows at the targets that no batch knows. A table that is edited in place has none: all its rows are its own. */
    private boolean extraRows(Verdicts verdicts) throws StoreException, LedgerException {
        Map<String, RowKeys> tables = new LinkedHashMap<>();
        Map<String, Move> moves = new LinkedHashMap<>();
        Set<String> edited = new HashSet<>();
        for (Move move : setup.plan().moves()) {
            if (move.rows()) {
                String table = move.to().text();
                moves.putIfAbsent(table, move);
                tables.computeIfAbsent(table, each -> new RowKeys()).add(reader, moveId(move), true);
                if (move.isInPlace()) {
                    edited.add(table);
                }
            }
        }
        for (Map.Entry<String, Move> each : moves.entrySet()) {
            if (!edited.contains(each.getKey())
                    && !extraRows(each.getValue(), Objects.requireNonNull(tables.get(each.getKey())), verdicts)) {
                return false;
            }
        }
        return true;
    }

    private boolean extraRows(Move move, RowKeys known, Verdicts verdicts) throws StoreException, LedgerException {
        TableStore target = stores.target(move);
        String name = move.to().path().text();
        List<String> key = target.table(name).key();
        live.phase("looking for extra rows in " + move.to().text());
        try (Source.Opened opened = target.open(Selection.all(name))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        for (Item item : page.items()) {
                            Row at = ((RowItem) item).row().only(key);
                            if (known.newest(RowKeys.hash("", at)) == 0) {
                                verdicts.extra(new RowKey(name, at).display());
                            }
                        }
                        if (stop.isRequested()) {
                            return false;
                        }
                    }
                }
            }
        } catch (IOException e) {
            if (e instanceof LedgerException wrong) {
                throw wrong;
            } else if (e instanceof StoreException broken) {
                throw broken;
            }
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot close " + target.location() + ": " + e.getMessage(), e);
        }
        return true;
    }

    private boolean extras(Verdicts verdicts) throws StoreException, LedgerException {
        for (Move move : setup.plan().moves()) {
            if (move.rows()) {
                continue;
            }
            FileStore target = stores.files(move.to().store());
            live.phase("looking for extra items at " + target.location());
            try (Source.Opened opened = target.open(Selection.all(move.to().listed()))) {
                for (Source.Split split : opened.splits(1)) {
                    try (Source.Items items = opened.read(split, null)) {
                        for (Source.Page page = items.next(); page != null; page = items.next()) {
                            extras(target, page, verdicts);
                            if (stop.isRequested()) {
                                return false;
                            }
                        }
                    }
                }
            } catch (IOException e) {
                if (e instanceof LedgerException known) {
                    throw known;
                }
                throw Contents.asStoreException(e, target, new FileKey(move.to().listed()));
            }
        }
        return true;
    }

    private void extras(FileStore target, Source.Page page, Verdicts verdicts) throws LedgerException {
        for (Item item : page.items()) {
            String key = item.key().encoded();
            if (!reader.knowsTarget(Hash.of(target.identity(), key), key)) {
                verdicts.extra(key);
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
}
