package io.waybill.report;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
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
 * What a run brought from the source to the target, move by move, and what it set aside for the sake of which check.
 *
 * @param source how many items it took from the source: rows that it read, less those that {@code where} leaves out, and the
 *     further ones that were made of them; files that it listed, less those that were done before
 * @param target how many of them stand at the target
 * @param broken rows that were set aside, by what was wrong
 */
public record Integrity(String move, boolean rows, long source, long target, Map<Check, Long> broken) {
    private static final EnumSet<State> STANDING = EnumSet.of(State.WRITTEN, State.VERIFIED, State.SAME);

    /** A batch may have rows that were set aside and others that failed. */
    private static final EnumSet<State> NEEDY = EnumSet.of(State.FAILED, State.CONFLICT, State.QUARANTINED);

    /** What may be wrong with a row. */
    public enum Check {
        REFERENCES("refs: "),
        REQUIRED("required: "),
        DUPLICATES("unique: "),
        RULES("rule: "),
        /** A value that the target cannot hold or that cannot be mapped, and whatever else there is. */
        TYPES("");

        private final String prefix;

        Check(String prefix) {
            this.prefix = prefix;
        }

        /** The word in reports. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Check of(@Nullable String reason) {
            for (Check check : values()) {
                if (reason != null && reason.startsWith(check.prefix)) {
                    return check;
                }
            }
            return TYPES;
        }
    }

    public Integrity {
        broken = Map.copyOf(broken);
    }

    /** Whether everything of the source stands at the target. */
    public boolean matches() {
        return source == target;
    }

    public long broken(Check check) {
        return broken.getOrDefault(check, 0L);
    }

    /** Of every move that the run has to do with, in the order of the plan; of a rollback, none. */
    public static List<Integrity> of(LedgerReader ledger, Run run) throws LedgerException {
        if (!run.kind().equals("run")) {
            return List.of();
        }
        Map<Integer, Map<Check, Long>> broken = new LinkedHashMap<>();
        ledger.entries(Selector.ALL.withRun(run.id()).withStates(NEEDY), 0, entry -> {
            count(ledger, entry, broken.computeIfAbsent(entry.move(), key -> new EnumMap<>(Check.class)));
            return true;
        });
        List<Integrity> all = new ArrayList<>();
        for (LedgerReader.MoveLine move : ledger.moves()) {
            Map<String, Long> counts = new LinkedHashMap<>();
            for (LedgerReader.CountLine line : ledger.counts(run.id())) {
                if (line.move() == move.id()) {
                    counts.merge(line.what(), line.items(), Long::sum);
                }
            }
            long source = counts.getOrDefault("listed", 0L)
                    - counts.getOrDefault("unchanged", 0L)
                    + counts.getOrDefault("read", 0L)
                    - counts.getOrDefault("filtered rows", 0L)
                    + counts.getOrDefault("further effects", 0L);
            long target = 0;
            boolean any = false;
            for (LedgerReader.Tally tally : ledger.tallies(run.id())) {
                boolean ours = tally.move() == move.id();
                any |= ours;
                target += ours && STANDING.contains(tally.state()) ? tally.items() : 0;
            }
            if (any || source > 0) {
                all.add(new Integrity(
                        move.name(),
                        move.kind().equals("rows"),
                        source,
                        target,
                        broken.getOrDefault(move.id(), Map.of())));
            }
        }
        return all;
    }

    private static void count(LedgerReader ledger, Entry entry, Map<Check, Long> broken) throws LedgerException {
        RowBlock block = ledger.block(entry.id());
        if (block != null) {
            for (RowBlock.Line line : block.lines()) {
                if (line.state() == State.QUARANTINED) {
                    broken.merge(Check.of(line.reason()), 1L, Long::sum);
                }
            }
        }
    }
}
