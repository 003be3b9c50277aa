package io.waybill.ledger;

import io.waybill.store.Effect;
import io.waybill.store.Provenance;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The effects of one batch of rows, packed: every one is accountable, in under a hundred bytes each. A source row has one
 * line for each of its effects, side by side.
 */
public record RowBlock(List<Line> lines) {
    public RowBlock {
        lines = List.copyOf(lines);
    }

    /**
     * One effect of one row of a batch.
     *
     * @param source the key at the source
     * @param table of the target store that it is about; empty for the one that the move names
     * @param target the key at the target
     * @param fields those of the target row that it is about, in order; empty for the whole row
     * @param digest of these fields as the target holds them after it; of a removal, of the row that was removed
     * @param reason why it needs somebody, or null
     */
    public record Line(
            Row source,
            String table,
            Effect.Kind kind,
            Row target,
            List<String> fields,
            Digest digest,
            State state,
            @Nullable Provenance provenance,
            @Nullable String reason) {
        private static final int LONGEST_REASON = 2_000;

        public Line {
            fields = List.copyOf(fields);
            reason = reason == null || reason.length() <= LONGEST_REASON
                    ? reason
                    : reason.substring(0, LONGEST_REASON) + "...";
        }

        public Line as(State now, @Nullable Provenance proven, @Nullable String why) {
            return new Line(source, table, kind, target, fields, digest, now, proven, why);
        }

        /** Whether this row holds at its fields what the effect wrote. */
        public boolean isHeldBy(Row row) {
            boolean whole = fields.isEmpty() || row.shape().isOf(fields);
            return Canonical.digest(whole ? row : row.only(fields)).equals(digest);
        }
    }

    /** The lines of each source row, side by side, as places in {@link #lines}. */
    public List<List<Integer>> bySource() {
        List<List<Integer>> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (i == 0 || !lines.get(i).source().equals(lines.get(i - 1).source())) {
                rows.add(new ArrayList<>());
            }
            rows.get(rows.size() - 1).add(i);
        }
        return rows;
    }

    /** The state of the batch: open while an effect is, then to be verified, else the worst of its effects. */
    public State summary() {
        Map<State, Integer> there = counts();
        for (State state : ORDER) {
            if (there.containsKey(state)) {
                return state;
            }
        }
        return State.SAME;
    }

    /** How many effects are in each state. */
    public Map<State, Integer> counts() {
        Map<State, Integer> counts = new EnumMap<>(State.class);
        for (int from = 0; from < lines.size(); ) {
            State state = lines.get(from).state();
            int to = from + 1;
            while (to < lines.size() && lines.get(to).state() == state) {
                to++;
            }
            counts.merge(state, to - from, Integer::sum);
            from = to;
        }
        return counts;
    }

    private static final List<State> ORDER = List.of(
            State.WRITING,
            State.PLANNED,
            State.UNDOING,
            State.WRITTEN,
            State.FAILED,
            State.CONFLICT,
            State.QUARANTINED,
            State.KEPT,
            State.VERIFIED,
            State.UNDONE,
            State.SKIPPED);

    /** The first reason of a row that needs somebody, or null. */
    public @Nullable String firstReason() {
        for (Line line : lines) {
            if (line.reason() != null) {
                return line.reason();
            }
        }
        return null;
    }

    /** Whether these are the same effects, whatever state they are in. */
    boolean isAbout(RowBlock other) {
        if (lines.size() != other.lines.size()) {
            return false;
        }
        for (int i = 0; i < lines.size(); i++) {
            Line one = lines.get(i);
            Line two = other.lines.get(i);
            boolean same = one.kind() == two.kind()
                    && one.table().equals(two.table())
                    && one.fields().equals(two.fields())
                    && one.digest().equals(two.digest())
                    && one.source().equals(two.source())
                    && one.target().equals(two.target());
            if (!same) {
                return false;
            }
        }
        return true;
    }
}
