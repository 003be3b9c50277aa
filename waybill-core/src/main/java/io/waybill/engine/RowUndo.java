package io.waybill.engine;

import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowsBefore;
import io.waybill.ledger.State;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Provenance;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides what is to be done so that the effects of a row are undone. */
final class RowUndo {
    private final RowPlan plan;
    private final RowsBefore before;
    private final String mark;

    RowUndo(RowPlan plan, RowsBefore before, String mark) {
        this.plan = plan;
        this.before = before;
        this.mark = mark;
    }

    /** Whether the run carried it out, or may have. */
    static boolean mayBeOurs(RowBlock.Line line) {
        return switch (line.state()) {
            case WRITING -> !line.target().names().isEmpty();
            case KEPT -> true;
            case WRITTEN, VERIFIED, SAME, FAILED, UNDOING -> line.provenance() != null;
            default -> false;
        };
    }

    /** Whether it made the row that stands there. */
    static boolean isCreated(RowBlock.Line line) {
        return line.kind() == Effect.Kind.PUT && line.provenance() != Provenance.REPLACED;
    }

    /**
     * Adds what undoes the effects of one source row, or changes their lines: undone already, never there, or kept.
     *
     * @param row places of its lines
     * @param hasSource whether the row still stands at its source
     */
    void row(
            List<RowBlock.Line> lines,
            List<Integer> row,
            Map<ItemKey, Item> there,
            boolean hasSource,
            List<Integer> places,
            List<Effect> effects) {
        List<Integer> mine = new ArrayList<>();
        List<Effect> undoing = new ArrayList<>();
        String kept = null;
        for (int i = row.size() - 1; i >= 0; i--) {
            int at = row.get(i);
            RowBlock.Line line = lines.get(at);
            if (!mayBeOurs(line)) {
                continue;
            }
            RowKey key = plan.targetKey(line.table(), line.target());
            RowItem item = there.get(key) instanceof RowItem known ? known : null;
            Row found = item == null ? null : item.row();
            if (line.state() == State.WRITING && !holds(line, found)) {
                lines.set(at, line.as(State.UNDONE, null, null)); // never arrived: what stands there is not ours
            } else if (isAsBefore(line, at, found)) {
                lines.set(at, line.as(State.UNDONE, line.provenance(), null));
            } else {
                String reason = reason(line, at, item, hasSource);
                kept = kept == null ? reason : kept;
                mine.add(at);
                undoing.add(reason == null ? effect(line, at, key, found, row) : nothing(key));
            }
        }
        String why = kept;
        if (why != null) {
            mine.forEach(at ->
                    lines.set(at, lines.get(at).as(State.KEPT, lines.get(at).provenance(), why)));
            return;
        }
        places.addAll(mine);
        if (undoing.size() == 1) {
            Effect one = undoing.get(0);
            effects.add(new Effect(one.kind(), one.key(), one.content(), one.condition(), one.mark(), null));
        } else {
            effects.addAll(undoing);
        }
    }

    private Effect nothing(RowKey key) {
        return Effect.remove(key, Condition.ABSENT, mark);
    }

    private static boolean holds(RowBlock.Line line, @Nullable Row found) {
        return line.kind() == Effect.Kind.REMOVE ? found == null : found != null && line.isHeldBy(found);
    }

    /** Whether the target is at this effect as it was before it. */
    private boolean isAsBefore(RowBlock.Line line, int at, @Nullable Row found) {
        return isAsBefore(line, before.find(at), found);
    }

    /** The same; {@code old} is what stood there before, or null. */
    static boolean isAsBefore(RowBlock.Line line, @Nullable Row old, @Nullable Row found) {
        return switch (line.kind()) {
            case PUT -> old == null ? found == null : found != null && isEqual(found, old);
            case PATCH -> found != null && old != null && isEqual(found.only(line.fields()), old);
            case REMOVE -> found != null && old != null && isEqual(found, old);
        };
    }

    /** The same after a refusal; looks if the store did not say what it found. */
    boolean isAsBefore(RowBlock.Line line, int at, @Nullable Item refused, TableStore target) throws StoreException {
        Item found = refused;
        if (found == null) {
            RowKey key = plan.targetKey(line.table(), line.target());
            found = target.find(List.of(key)).get(key);
        }
        return isAsBefore(line, at, found instanceof RowItem item ? item.row() : null);
    }

    private static boolean isEqual(Row a, Row b) {
        return Canonical.digest(a).equals(Canonical.digest(b));
    }

    /** Why it cannot be undone, or null. */
    private @Nullable String reason(RowBlock.Line line, int at, @Nullable RowItem found, boolean hasSource) {
        if (line.kind() == Effect.Kind.REMOVE) {
            return found == null ? null : "another row stands at the key since";
        } else if (found == null) {
            return "somebody removed the row since";
        } else if (!RowWriter.isHeld(line, found)) {
            return "the row was changed by somebody else since";
        } else if (before.find(at) != null) {
            return null;
        } else if (line.provenance() != Provenance.CREATED) {
            return "the run was interrupted while it wrote this row, and nothing proves that it is the run's own";
        }
        return hasSource ? null : "its source row is gone, so this is the only copy";
    }

    private Effect effect(RowBlock.Line line, int at, RowKey key, @Nullable Row found, List<Integer> row) {
        String group = row.size() > 1 ? mark + "/" + row.get(0) : null;
        Row stood = before.find(at);
        Row old = stood == null ? null : plan.writable(line.table(), stood);
        Row now = found == null ? Row.EMPTY : found;
        return switch (line.kind()) {
            case REMOVE ->
                new Effect(
                        Effect.Kind.PUT,
                        key,
                        new Content.RowContent(old == null ? Row.EMPTY : old),
                        Condition.ABSENT,
                        mark,
                        group);
            case PATCH -> {
                Row values = old == null ? Row.EMPTY : old;
                List<String> drop =
                        line.fields().stream().filter(name -> !values.has(name)).toList();
                yield new Effect(
                        Effect.Kind.PATCH, key, new Content.RowPatch(values, drop), held(line, now), mark, group);
            }
            case PUT ->
                old == null
                        ? new Effect(Effect.Kind.REMOVE, key, new Content.None(), whole(line, now), mark, group)
                        : new Effect(Effect.Kind.PUT, key, new Content.RowContent(old), whole(line, now), mark, group);
        };
    }

    /** What we wrote at the fields that we changed. */
    private static Condition held(RowBlock.Line line, Row now) {
        List<String> missing =
                line.fields().stream().filter(name -> !now.has(name)).toList();
        return new Condition.Unchanged(null, null, now.only(line.fields()), missing);
    }

    private static Condition whole(RowBlock.Line line, Row now) {
        return line.fields().isEmpty()
                ? new Condition.Unchanged(null, line.digest(), now, List.of())
                : new Condition.Unchanged(null, null, now, List.of());
    }
}
