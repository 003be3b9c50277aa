package io.waybill.report;

import io.waybill.ledger.Effects;
import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.LedgerReader.VerificationLine;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.store.RowKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one run stands: the same figures for every screen. Of a whole run from the ledger's counters, whatever the number of
 * items; of a selection by one pass over the entries. Of a rollback: what it undid and kept.
 *
 * @param plan the name of the plan
 * @param selection which items of the run this is about, as flags; empty for all
 * @param sourcesRemoved how many sources the whole run removed once their targets were proven
 * @param groups by move and group, in the order of the plan
 * @param troubles what needs somebody, by cause, most frequent first
 * @param verification the newest verification of this run or of all since it ended, or null when there was none
 */
public record RunSummary(
        String plan,
        Run run,
        String selection,
        long sourcesRemoved,
        List<Group> groups,
        List<Trouble> troubles,
        @Nullable VerificationLine verification) {
    private static final EnumSet<State> NEEDY = EnumSet.of(State.FAILED, State.CONFLICT, State.QUARANTINED, State.KEPT);

    public RunSummary {
        groups = List.copyOf(groups);
        troubles = List.copyOf(troubles);
    }

    /** Items and bytes. */
    public record Count(long items, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count plus(long moreItems, long moreBytes) {
            return new Count(items + moreItems, bytes + moreBytes);
        }
    }

    /** The counters of one group of one move. */
    public record Group(String move, String name, Map<State, Count> counts) {
        public Count count(State state) {
            return counts.getOrDefault(state, Count.NONE);
        }

        public Count total() {
            return sum(counts.values());
        }

        /** How many items are where the plan wants them, or were looked at and left: not what is open or rolled back. */
        public long done() {
            return counts.entrySet().stream()
                    .filter(count -> count.getKey().isDone())
                    .mapToLong(count -> count.getValue().items())
                    .sum();
        }
    }

    /**
     * Items that need somebody for one cause.
     *
     * @param kind of the cause, or empty
     * @param message what was said about one of them
     * @param sample the display name of one of them, or empty
     */
    public record Trouble(State state, String kind, String message, long items, String sample) {
        /** What to do about it, one line. */
        public String advice() {
            return Advice.about(state, kind);
        }
    }

    /** Reads the summary of a run; {@code most} is how many causes of trouble are wanted. */
    public static RunSummary of(LedgerReader ledger, Run run, int most) throws LedgerException {
        return of(ledger, run, Selector.ALL, most);
    }

    /** The same of what is selected of the run. */
    public static RunSummary of(LedgerReader ledger, Run run, Selector selector, int most) throws LedgerException {
        Tables tables = new Tables(ledger);
        List<Trouble> troubles;
        if (run.kind().equals("rollback")) {
            tables.rollback(ledger, run.id());
            troubles = List.of();
        } else if (selector.isPartial()) {
            troubles = tables.selected(ledger, selector.withRun(run.id()), most);
        } else {
            tables.all(ledger, run.id());
            troubles = tables.troubles(ledger, run, most);
        }
        long removed = ledger.counts(run.id()).stream()
                .filter(count -> count.what().equals(Effects.SOURCES_REMOVED))
                .mapToLong(LedgerReader.CountLine::items)
                .sum();
        return new RunSummary(
                ledger.meta("plan"), run, selector.text(), removed, tables.groups(), troubles, newest(ledger, run));
    }

    /** Counts by move and group while they are read. */
    private static final class Tables {
        private final Map<Integer, String> moves = new LinkedHashMap<>();
        private final Map<Integer, String> names = new LinkedHashMap<>();
        private final Map<List<Integer>, Map<State, Count>> counts = new TreeMap<>(
                Comparator.comparingInt((List<Integer> key) -> key.get(0)).thenComparingInt(key -> key.get(1)));

        Tables(LedgerReader ledger) throws LedgerException {
            ledger.moves().forEach(move -> moves.put(move.id(), move.name()));
            ledger.groups().forEach(group -> names.put(group.id(), group.name()));
        }

        void add(int move, int group, State state, long items, long bytes) {
            counts.computeIfAbsent(List.of(move, group), key -> new EnumMap<>(State.class))
                    .merge(state, new Count(items, bytes), (a, b) -> a.plus(b.items(), b.bytes()));
        }

        void all(LedgerReader ledger, int run) throws LedgerException {
            ledger.tallies(run)
                    .forEach(tally -> add(tally.move(), tally.group(), tally.state(), tally.items(), tally.bytes()));
        }

        void rollback(LedgerReader ledger, int run) throws LedgerException {
            for (LedgerReader.CountLine count : ledger.counts(run)) {
                for (State state : List.of(State.UNDONE, State.KEPT)) {
                    if (count.what().equals(state.word())) {
                        add(count.move(), 0, state, count.items(), 0);
                    } else if (count.what().equals(state.word() + " bytes")) {
                        add(count.move(), 0, state, 0, count.items());
                    }
                }
            }
        }

        List<Trouble> selected(LedgerReader ledger, Selector selector, int most) throws LedgerException {
            Map<List<Object>, Trouble> troubles = new LinkedHashMap<>();
            ledger.entries(selector, 0, entry -> {
                RowBlock block = entry.isRows() ? ledger.block(entry.id()) : null;
                if (block == null) {
                    add(entry.move(), entry.group(), entry.state(), entry.items(), entry.size());
                    trouble(troubles, entry, entry.state(), entry.error(), Items.source(entry));
                } else {
                    block.lines().forEach(line -> add(entry.move(), entry.group(), line.state(), 1, 0));
                    rows(troubles, entry, block);
                }
                return true;
            });
            return most(troubles, most);
        }

        /** Of a whole run: files from the ledger's sums; of rows only the batches that need somebody are looked at. */
        List<Trouble> troubles(LedgerReader ledger, Run run, int most) throws LedgerException {
            Map<List<Object>, Trouble> troubles = new LinkedHashMap<>();
            for (Trouble trouble : ofFiles(ledger, run, most)) {
                troubles.put(List.of(trouble.state(), trouble.kind(), ""), trouble);
            }
            ledger.entries(Selector.ALL.withRun(run.id()).withStates(NEEDY), 0, entry -> {
                RowBlock block = entry.isRows() ? ledger.block(entry.id()) : null;
                if (block != null) {
                    rows(troubles, entry, block);
                }
                return true;
            });
            return most(troubles, most);
        }

        private void rows(Map<List<Object>, Trouble> troubles, Entry entry, RowBlock block) {
            for (RowBlock.Line line : block.lines()) {
                if (line.state().needsYou()) {
                    String row = new RowKey(moves.getOrDefault(entry.move(), ""), line.source()).display();
                    trouble(troubles, entry, line.state(), line.reason(), row);
                }
            }
        }

        private static List<Trouble> most(Map<List<Object>, Trouble> troubles, int most) {
            return troubles.values().stream()
                    .sorted(Comparator.comparingLong((Trouble each) -> -each.items()))
                    .limit(most)
                    .toList();
        }

        private static void trouble(
                Map<List<Object>, Trouble> troubles, Entry entry, State state, @Nullable String reason, String sample) {
            if (state.needsYou()) {
                String kind = entry.errorKind() == null ? "" : entry.errorKind();
                String message = reason == null ? "" : reason;
                Object check = entry.isRows() ? Integrity.Check.of(reason) : "";
                troubles.merge(
                        List.of(state, kind, check),
                        new Trouble(state, kind, message, 1, sample),
                        (a, b) -> new Trouble(state, kind, a.message(), a.items() + 1, a.sample()));
            }
        }

        List<Group> groups() {
            List<Group> groups = new ArrayList<>();
            counts.forEach((key, states) -> groups.add(
                    new Group(moves.getOrDefault(key.get(0), ""), names.getOrDefault(key.get(1), ""), states)));
            return groups;
        }
    }

    private static List<Trouble> ofFiles(LedgerReader ledger, Run run, int most) throws LedgerException {
        List<Trouble> troubles = new ArrayList<>();
        for (LedgerReader.Cause cause : ledger.causes(run.id(), most)) {
            String kind = cause.kind() == null ? "" : cause.kind();
            Entry[] sample = new Entry[1];
            Selector like = new Selector(
                    run.id(),
                    List.of(),
                    List.of(),
                    List.of(),
                    EnumSet.of(cause.state()),
                    null,
                    null,
                    entry -> kind.equals(entry.errorKind() == null ? "" : entry.errorKind()),
                    1,
                    "");
            ledger.entries(like, 0, entry -> {
                sample[0] = entry;
                return false;
            });
            String message = sample[0] != null && sample[0].error() != null ? sample[0].error() : cause.sample();
            String name = sample[0] == null ? "" : Items.source(sample[0]);
            troubles.add(new Trouble(cause.state(), kind, message, cause.items(), name));
        }
        return troubles;
    }

    /** A verification from before the run last worked, or before it was rolled back, tells nothing of it any more. */
    private static @Nullable VerificationLine newest(LedgerReader ledger, Run run) throws LedgerException {
        long changed = run.ended() == 0 ? Long.MAX_VALUE : run.ended();
        for (Run other : ledger.runs()) {
            if (other.ofRun() != null && other.ofRun() == run.id()) {
                changed = Math.max(changed, other.ended());
            }
        }
        VerificationLine newest = null;
        for (VerificationLine line : ledger.verifications()) {
            if ((line.run() == null || line.run() == run.id()) && line.started() >= changed) {
                newest = line;
            }
        }
        return newest;
    }

    private static Count sum(Iterable<Count> counts) {
        Count sum = Count.NONE;
        for (Count count : counts) {
            sum = sum.plus(count.items(), count.bytes());
        }
        return sum;
    }

    /** The counters of all groups together; states without items are absent. */
    public Map<State, Count> counts() {
        Map<State, Count> all = new EnumMap<>(State.class);
        for (Group group : groups) {
            group.counts().forEach((state, count) -> all.merge(state, count, (a, b) -> a.plus(b.items(), b.bytes())));
        }
        all.values().removeIf(count -> count.items() == 0);
        return all;
    }

    public Count total() {
        return sum(counts().values());
    }

    /** How many items need somebody. */
    public long needYou() {
        return counts().entrySet().stream()
                .filter(count -> count.getKey().needsYou())
                .mapToLong(count -> count.getValue().items())
                .sum();
    }

    /** How many items the run still has to do. */
    public long open() {
        return counts().entrySet().stream()
                .filter(count -> count.getKey().isOpen() || count.getKey() == State.UNDOING)
                .mapToLong(count -> count.getValue().items())
                .sum();
    }

    /** How the run stands, in words: running, stopped, finished, finished with 2 failed. */
    public String standing() {
        String what = run.kind().equals("rollback") ? "rollback of r" + run.ofRun() + " " : "";
        if (!run.state().equals("finished") || needYou() == 0) {
            return what + run.state();
        }
        return what + "finished with " + words(needing());
    }

    private Map<State, Count> needing() {
        Map<State, Count> needing = new EnumMap<>(State.class);
        counts().forEach((state, count) -> {
            if (state.needsYou()) {
                needing.put(state, count);
            }
        });
        return needing;
    }

    /** Counters in words: 197 verified, 2 same, 1 conflict. */
    public static String words(Map<State, Count> counts) {
        StringBuilder words = new StringBuilder();
        counts.forEach((state, count) -> words.append(words.length() == 0 ? "" : ", ")
                .append(Figures.count(count.items()))
                .append(' ')
                .append(state.word())
                .append(state == State.CONFLICT && count.items() != 1 ? "s" : ""));
        return words.toString();
    }
}
