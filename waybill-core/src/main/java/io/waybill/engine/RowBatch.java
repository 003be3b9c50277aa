package io.waybill.engine;

import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowsBefore;
import io.waybill.ledger.State;
import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.Provenance;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The effects of a batch while it is worked on: what the ledger will hold of each, and what is sent. Confined to one thread. */
final class RowBatch {
    private static final Digest NOTHING = Canonical.digest(Row.EMPTY);

    private final List<RowBlock.Line> lines = new ArrayList<>();
    private final List<@Nullable RowChange> changes = new ArrayList<>();
    private final List<@Nullable Condition> conditions = new ArrayList<>();
    private final Map<Integer, Row> before = new HashMap<>();
    private final Set<Integer> old = new HashSet<>();

    /** A line that is settled, or that is not sent now. */
    void add(RowBlock.Line line, @Nullable Row image) {
        image(image);
        lines.add(line);
        changes.add(null);
        conditions.add(null);
    }

    /** A line as an earlier attempt left it. */
    void keep(RowBlock.Line line, @Nullable Row image) {
        old.add(lines.size());
        add(line, image);
    }

    /** The lines that need somebody since this attempt. */
    List<RowBlock.Line> troubled() {
        List<RowBlock.Line> troubled = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).state().needsYou() && !old.contains(i)) {
                troubled.add(lines.get(i));
            }
        }
        return troubled;
    }

    /** An effect to be sent on a condition. */
    void add(Row source, RowChange change, Condition condition, @Nullable Provenance proven, @Nullable Row image) {
        image(image);
        lines.add(line(source, change, State.WRITING, proven));
        changes.add(change);
        conditions.add(condition);
    }

    private void image(@Nullable Row image) {
        if (image != null) {
            before.put(lines.size(), image);
        }
    }

    /** The line of a change. */
    static RowBlock.Line line(Row source, RowChange change, State state, @Nullable Provenance proven) {
        return new RowBlock.Line(
                source,
                change.table(),
                change.kind(),
                change.key(),
                change.fields(),
                change.digest(),
                state,
                proven,
                null);
    }

    /** The line of a row that asks for nothing that could be written. */
    static RowBlock.Line blank(Row source, State state, @Nullable String reason) {
        return new RowBlock.Line(source, "", Effect.Kind.PUT, Row.EMPTY, List.of(), NOTHING, state, null, reason);
    }

    RowBlock block() {
        return new RowBlock(lines);
    }

    RowsBefore images() {
        return new RowsBefore(before);
    }

    int size() {
        return lines.size();
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    RowBlock.Line line(int i) {
        return lines.get(i);
    }

    void set(int i, RowBlock.Line line) {
        lines.set(i, line);
    }

    /** What was there before an effect, or null. */
    @Nullable
    Row before(int i) {
        return before.get(i);
    }

    /** How many are still to be sent. */
    int open() {
        int open = 0;
        for (int i = 0; i < lines.size(); i++) {
            open += isOpen(i) ? 1 : 0;
        }
        return open;
    }

    /** Those that are still to be sent, by source row. */
    List<List<Integer>> openRows() {
        List<List<Integer>> open = new ArrayList<>();
        for (int from = 0; from < lines.size(); ) {
            int to = from + 1;
            while (to < lines.size()
                    && lines.get(to).source().equals(lines.get(from).source())) {
                to++;
            }
            List<Integer> left = open(from, to);
            if (!left.isEmpty()) {
                open.add(left);
            }
            from = to;
        }
        return open;
    }

    private List<Integer> open(int from, int to) {
        if (to == from + 1) {
            return isOpen(from) ? List.of(from) : List.of();
        }
        List<Integer> open = new ArrayList<>();
        for (int i = from; i < to; i++) {
            if (isOpen(i)) {
                open.add(i);
            }
        }
        return open;
    }

    private boolean isOpen(int i) {
        return changes.get(i) != null && lines.get(i).state() == State.WRITING;
    }

    RowChange change(int i) {
        return java.util.Objects.requireNonNull(changes.get(i));
    }

    Condition condition(int i) {
        return java.util.Objects.requireNonNull(conditions.get(i));
    }
}
