package io.waybill.engine;

import io.waybill.ledger.Effects;
import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Links;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.ledger.Told;
import io.waybill.store.FileItem;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Undoes files that rows name, a page at a time: decides about every object, puts the rows back of those that can go, and
 * only then removes the objects. An object that some row still names stays.
 */
final class NamedRollback {
    /** Of an entry whose object stays since another row names it, too. */
    private static final String SHARED = "SHARED";

    private static final int SHARED_PAGE = 256;

    private final FileMove move;
    private final RollbackOptions options;
    private final Undo undo;
    private final Dependents rows;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Work work;
    private final RollbackSums sums;
    private final InstantSource clock;
    private final RollbackVerb.@Nullable Book book;
    private final boolean whole;

    NamedRollback(
            FileMove move,
            RollbackOptions options,
            Undo undo,
            Dependents rows,
            Ledger ledger,
            LedgerReader reader,
            Work work,
            RollbackSums sums,
            InstantSource clock,
            RollbackVerb.@Nullable Book book,
            boolean whole) {
        this.move = move;
        this.options = options;
        this.undo = undo;
        this.rows = rows;
        this.ledger = ledger;
        this.reader = reader;
        this.work = work;
        this.sums = sums;
        this.clock = clock;
        this.book = book;
        this.whole = whole;
    }

    /** How one entry is undone by the rest of the verb. */
    interface Rest {
        /** Looks and decides; changes nothing of a target. */
        Undo.Decision decide(Entry entry) throws IOException;

        /** Carries a decision out. */
        void carryOut(Entry entry, Undo.Decision decision) throws IOException, InterruptedException;
    }

    /** Refuses to remove objects that rows still name. */
    void refuseStanding(Selector concerned, int page) throws LedgerException, RefusedException {
        if (options.ends() != RollbackOptions.Ends.TARGET || options.leaveLinks()) {
            return;
        }
        List<String> standing = new ArrayList<>();
        List<Entry> some = new ArrayList<>();
        reader.entries(concerned.withMove(move.move().name()), 0, entry -> {
            some.add(entry);
            if (some.size() == page) {
                note(some, standing);
            }
            return standing.size() < 1_000;
        });
        note(some, standing);
        if (!standing.isEmpty()) {
            throw new RefusedException(
                    "Cannot remove objects only: " + standing.size() + (standing.size() == 1_000 ? " or more" : "")
                            + " of them are named by rows, which would name nothing then. Nothing was changed. Put the"
                            + " rows back first: --only links, or do both, without --only. To leave such rows behind"
                            + " on purpose: --leave-links",
                    standing);
        }
    }

    private void note(List<Entry> page, List<String> standing) throws LedgerException {
        Set<Long> linked = rows.linked(page);
        page.forEach(entry -> {
            if (linked.contains(entry.id()) && !entry.effect().target().isEmpty()) {
                standing.add(entry.rowKey().display() + " names "
                        + entry.effect().targetKey().display());
            }
        });
        for (Entry entry : page) {
            Entry other = linked.contains(entry.id()) ? null : ledger.write(tx -> Links.other(tx, entry));
            if (other != null && other.told() != Told.NOT) {
                standing.add(other.rowKey().display() + " names "
                        + other.effect().targetKey().display());
            }
        }
        page.clear();
    }

    /** Undoes a page of entries. */
    void page(List<Entry> page, Rest rest) throws StoreException, LedgerException {
        Map<Entry, Undo.Decision> decisions = decide(page, rest);
        boolean links = options.ends() != RollbackOptions.Ends.TARGET;
        Set<Entry> going = new LinkedHashSet<>();
        decisions.forEach((entry, decision) -> {
            boolean stays = options.ends() == RollbackOptions.Ends.ALL && decision.step() == Undo.Step.KEEP;
            if (!stays) {
                going.add(entry);
            }
        });
        Set<Long> linked = links ? rows.linked(List.copyOf(going)) : Set.of();
        going.removeIf(
                entry -> !linked.contains(entry.id()) && isUntouched(decisions, entry) && !mayNameAnything(entry));
        if (book != null) {
            mark(going, decisions);
        }
        Unlinker.Undone undone =
                links ? rows.undo(List.copyOf(going), book == null) : new Unlinker.Undone(Set.of(), Map.of(), 0);
        sums.rowsBack(undone.rows());
        each(new ArrayList<>(decisions.keySet()), entry -> {
            Undo.Decision decision = java.util.Objects.requireNonNull(decisions.get(entry));
            if (going.contains(entry) || decision.step() == Undo.Step.KEEP) {
                end(entry, decision, undone, rest);
            } else {
                rest.carryOut(entry, decision);
            }
        });
    }

    /** Whether the ledger may count it among those that name an object, or an interrupted rollback left it half way. */
    private static boolean mayNameAnything(Entry entry) {
        return entry.state() == State.UNDOING || entry.state() == State.SAME || entry.told() != Told.NOT;
    }

    private static boolean isUntouched(Map<Entry, Undo.Decision> decisions, Entry entry) {
        return java.util.Objects.requireNonNull(decisions.get(entry)).step() == Undo.Step.UNTOUCHED;
    }

    private Map<Entry, Undo.Decision> decide(List<Entry> page, Rest rest) throws StoreException, LedgerException {
        Map<Entry, Undo.Decision> found = new ConcurrentHashMap<>();
        each(page, entry -> {
            Undo.Decision decision = rest.decide(entry);
            boolean takesAway = decision.step() == Undo.Step.REMOVE || decision.step() == Undo.Step.RESTORE;
            if (takesAway && book != null && options.ends() != RollbackOptions.Ends.LINKS) {
                String differs = undo.sourceDiffers(entry, decision.found());
                decision = differs == null ? decision : Undo.Decision.keep(differs);
            }
            found.put(entry, decision);
        });
        Map<Entry, Undo.Decision> inOrder = new LinkedHashMap<>();
        for (Entry entry : page) {
            Undo.Decision decision = found.get(entry);
            if (decision != null) {
                inOrder.put(entry, decision);
            }
        }
        return inOrder;
    }

    /** So that an interrupted rollback still knows whose the objects are and which rows it was at. */
    private void mark(Set<Entry> going, Map<Entry, Undo.Decision> decisions) throws LedgerException {
        long now = clock.millis();
        ledger.change(tx -> {
            for (Entry entry : going) {
                Undo.Decision decision = java.util.Objects.requireNonNull(decisions.get(entry));
                FileItem ours = decision.found();
                if (ours != null && entry.effect().provenance() == null) {
                    Effects.ours(tx, entry, ours.version());
                }
                if (entry.state() != State.UNDOING) {
                    Entries.move(tx, entry, entry.state(), State.UNDOING, null, now);
                }
            }
        });
    }

    private void end(Entry entry, Undo.Decision decision, Unlinker.Undone undone, Rest rest)
            throws IOException, InterruptedException {
        boolean stays = options.ends() == RollbackOptions.Ends.ALL && decision.step() == Undo.Step.KEEP;
        String kept = undone.kept().get(entry.id());
        if (stays) {
            keep(entry, String.valueOf(decision.reason()), null, false);
        } else if (kept != null) {
            keep(entry, kept, null, true);
        } else if (options.ends() == RollbackOptions.Ends.LINKS) {
            linksOnly(entry, decision, undone.linked().contains(entry.id()));
        } else if (decision.step() == Undo.Step.KEEP) {
            keep(entry, String.valueOf(decision.reason()), null, true);
        } else if (isShared(entry, decision)) {
            keep(entry, "another row names its object, too", SHARED, true);
        } else if (options.ends() == RollbackOptions.Ends.TARGET && options.leaveLinks()) {
            rest.carryOut(entry, decision);
        } else if (decision.step() == Undo.Step.UNTOUCHED) {
            untouched(entry, decision, undone.linked().contains(entry.id()));
        } else {
            rest.carryOut(entry, decision);
        }
    }

    private boolean isShared(Entry entry, Undo.Decision decision) throws LedgerException {
        boolean removes = decision.step() == Undo.Step.REMOVE || decision.step() == Undo.Step.RESTORE;
        if (!removes || (book == null && whole)) {
            return false; // a whole rollback comes to the others, too
        }
        return ledger.write(tx -> Links.other(tx, entry)) != null;
    }

    /** Nothing of ours stands at its target; its rows may have been told. */
    private void untouched(Entry entry, Undo.Decision decision, boolean linked) throws LedgerException {
        if (book == null) {
            sums.add(entry, decision);
            return;
        }
        settle(entry, State.UNDONE, null, null);
        if (linked) {
            sums.undone(entry, decision);
        } else {
            sums.add(entry, decision);
        }
    }

    private void linksOnly(Entry entry, Undo.Decision decision, boolean linked) throws LedgerException {
        boolean object = decision.step() != Undo.Step.UNTOUCHED && decision.step() != Undo.Step.DONE;
        if (book == null) {
            return;
        }
        if (!linked) {
            settle(entry, entry.state() == State.UNDOING ? State.KEPT : entry.state(), null, null);
        } else if (object) {
            settle(entry, State.KEPT, "its row was put back; its object stays, as was asked", null);
        } else {
            settle(entry, State.UNDONE, null, null);
            sums.undone(entry, decision);
        }
    }

    private void keep(Entry entry, String reason, @Nullable String kind, boolean marked) throws LedgerException {
        if (book == null) {
            sums.kept(entry, reason);
            return;
        }
        if (marked) {
            settle(entry, State.KEPT, reason, kind);
        } else {
            long now = clock.millis();
            ledger.change(tx -> {
                Entries.move(tx, entry, entry.state(), State.KEPT, reason, now);
                Entries.event(tx, entry.run(), entry.id(), State.KEPT.word(), reason, now);
                book.count(tx, entry, State.KEPT);
            });
        }
        if (kind == null) {
            sums.kept(entry, reason);
        }
    }

    /** Ends an entry that was marked as being undone. */
    private void settle(Entry entry, State to, @Nullable String reason, @Nullable String kind) throws LedgerException {
        long now = clock.millis();
        RollbackVerb.Book counts = java.util.Objects.requireNonNull(book);
        ledger.change(tx -> {
            Entries.move(tx, entry, State.UNDOING, to, reason, now);
            if (to == State.KEPT || to == State.UNDONE) {
                Links.keptFor(tx, entry, kind);
                Entries.event(
                        tx,
                        entry.run(),
                        entry.id(),
                        to.word(),
                        reason == null ? "nothing of it stood at its target" : reason,
                        now);
                counts.count(tx, entry, to);
            }
        });
    }

    /** Objects that stayed since other rows named them go, now that no row does any more. */
    void shared(int run, Rest rest) throws StoreException, LedgerException {
        if (book == null || options.ends() == RollbackOptions.Ends.LINKS) {
            return;
        }
        List<Entry> left = kept(run, 0);
        while (!left.isEmpty() && !work.stop.isRequested()) {
            for (Entry entry : left) {
                if (work.stop.isRequested()) {
                    return;
                } else if (ledger.write(tx -> Links.other(tx, entry)) == null) {
                    page(List.of(entry), rest);
                } else {
                    sums.kept(entry, String.valueOf(entry.error()));
                }
            }
            left = kept(run, left.get(left.size() - 1).id());
        }
    }

    /** Some of the objects that stayed since other rows named them, from after an entry. */
    private List<Entry> kept(int run, long after) throws LedgerException {
        Selector kept = Selector.ALL.withRun(run).withMove(move.move().name()).withStates(EnumSet.of(State.KEPT));
        List<Entry> left = new ArrayList<>();
        reader.entries(kept, after, entry -> {
            if (SHARED.equals(entry.errorKind())) {
                left.add(entry);
            }
            return left.size() < SHARED_PAGE;
        });
        return left;
    }

    /** Work on one entry. */
    private interface Task {
        void on(Entry entry) throws IOException, InterruptedException;
    }

    private void each(List<Entry> entries, Task task) throws StoreException, LedgerException {
        List<Runnable> jobs = new ArrayList<>();
        for (Entry entry : entries) {
            jobs.add(() -> {
                if (work.fatal() != null) {
                    return;
                }
                try {
                    task.on(entry);
                } catch (IOException | RuntimeException e) {
                    work.end(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    work.stop.request();
                }
            });
        }
        work.all(jobs);
        work.requireSound();
    }
}
