package io.waybill.report;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.LedgerReader.VerificationLine;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one run stands, from the ledger's counters: the same figures for every screen, whatever the number of items.
 *
 * @param plan the name of the plan
 * @param groups by move and group, in the order of the plan
 * @param troubles what needs somebody, by cause, most frequent first
 * @param verification the newest verification of this run or of all since it ended, or null when there was none
 */
public record RunSummary(
        String plan,
        Run run,
        List<Group> groups,
        List<Trouble> troubles,
        @Nullable VerificationLine verification) {
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
        Map<Integer, LedgerReader.MoveLine> moves = new LinkedHashMap<>();
        ledger.moves().forEach(move -> moves.put(move.id(), move));
        Map<Integer, LedgerReader.GroupLine> names = new LinkedHashMap<>();
        ledger.groups().forEach(group -> names.put(group.id(), group));
        Map<Integer, Map<State, Count>> counts = new LinkedHashMap<>();
        Map<Integer, Integer> moveOf = new LinkedHashMap<>();
        for (LedgerReader.Tally tally : ledger.tallies(run.id())) {
            counts.computeIfAbsent(tally.group(), group -> new EnumMap<>(State.class))
                    .merge(
                            tally.state(),
                            new Count(tally.items(), tally.bytes()),
                            (a, b) -> a.plus(b.items(), b.bytes()));
            moveOf.put(tally.group(), tally.move());
        }
        List<Group> groups = new ArrayList<>();
        counts.forEach((id, states) -> {
            LedgerReader.GroupLine name = names.get(id);
            LedgerReader.MoveLine move = moves.get(moveOf.getOrDefault(id, 0));
            groups.add(new Group(move == null ? "" : move.name(), name == null ? "" : name.name(), states));
        });
        return new RunSummary(ledger.meta("plan"), run, groups, troubles(ledger, run, most), newest(ledger, run));
    }

    private static List<Trouble> troubles(LedgerReader ledger, Run run, int most) throws LedgerException {
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
