package io.waybill.table;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What effects on one table come to, given the rows that stand there. Not safe for use by several threads. */
final class Judgement {
    private final Location location;
    private final RowForm form;
    private final List<String> columns;
    private final Map<Digest, Row> rows;
    private final Set<Digest> twice;
    private final Map<Digest, Map<String, String>> unreadable;
    private final List<Change> changes = new ArrayList<>();

    /** @param there the rows that stand there */
    Judgement(Location location, RowForm form, List<String> columns, TableRows.Found there) {
        this.location = location;
        this.form = form;
        this.columns = columns;
        this.rows = new HashMap<>(there.rows());
        this.twice = there.twice();
        this.unreadable = there.unreadable();
    }

    /** What has to be written. */
    List<Change> changes() {
        return changes;
    }

    /** The outcomes, as they are if the changes are written. Those of a group are all done or none is. */
    List<Outcome> outcomes(List<Effect> effects) {
        Outcome[] outcomes = new Outcome[effects.size()];
        Map<String, List<Integer>> units = new LinkedHashMap<>();
        for (int i = 0; i < outcomes.length; i++) {
            String group = effects.get(i).atomic();
            units.computeIfAbsent(group == null ? "#" + i : "=" + group, g -> new ArrayList<>())
                    .add(i);
        }
        for (List<Integer> unit : units.values()) {
            int before = changes.size();
            Map<Digest, Row> rowsBefore = unit.size() > 1 ? new HashMap<>(rows) : Map.of();
            boolean whole = true;
            for (int i : unit) {
                outcomes[i] = one(effects.get(i));
                whole &= outcomes[i] instanceof Outcome.Done;
            }
            if (!whole && unit.size() > 1) {
                changes.subList(before, changes.size()).clear();
                rows.clear();
                rows.putAll(rowsBefore);
                for (int i : unit) {
                    if (outcomes[i] instanceof Outcome.Done) {
                        outcomes[i] = new Outcome.Failed(cannot(
                                Kind.CONFLICT,
                                effects.get(i),
                                "another effect of its group was not possible",
                                "See the other one"));
                    }
                }
            }
        }
        return List.of(outcomes);
    }

    private Outcome one(Effect effect) {
        try {
            Row key = form.key(((RowKey) effect.key()).key());
            if (key == null) {
                throw cannot(Kind.INVALID, effect, "the file cannot hold this key", "Change it in the plan");
            }
            Digest digest = Canonical.digest(key);
            Row found = rows.get(digest);
            Map<String, String> missing = unreadable.getOrDefault(digest, Map.of());
            if (!holds(effect, found)) {
                return new Outcome.Refused(
                        found == null ? null : new RowItem((RowKey) effect.key(), found, Version.NONE, missing));
            }
            if (found != null && !missing.isEmpty()) {
                throw cannot(
                        Kind.INVALID,
                        effect,
                        "the row there cannot be read whole: " + String.join("; ", missing.values()),
                        "Mend it");
            }
            if (found != null && twice.contains(digest)) {
                throw cannot(Kind.CONFLICT, effect, "several rows there have this key", "Name other key columns");
            }
            Row next = next(effect, key, found);
            if (next != null) {
                changes.add(Change.of(found == null ? Change.Kind.PUT : Change.Kind.OVER, next));
                rows.put(digest, next);
            } else if (found != null) {
                changes.add(Change.of(Change.Kind.REMOVE, key));
                rows.remove(digest);
            }
            return new Outcome.Done(Evidence.NONE);
        } catch (UnfitException e) {
            return new Outcome.Failed(cannot(Kind.INVALID, effect, e.why(), "Change it in the plan"));
        } catch (StoreException e) {
            return new Outcome.Failed(e);
        }
    }

    private @Nullable Row next(Effect effect, Row key, @Nullable Row found) throws StoreException {
        Row row;
        if (effect.content() instanceof Content.RowContent content) {
            row = content.row();
        } else if (effect.content() instanceof Content.RowPatch patch && found != null) {
            row = found;
            for (Map.Entry<String, Value> field : patch.set().fields().entrySet()) {
                row = row.with(field.getKey(), field.getValue());
            }
            for (String dropped : patch.drop()) {
                row = row.without(dropped);
            }
        } else {
            return null;
        }
        Row stored = form.stored(row, columns);
        if (!Canonical.digest(stored.only(List.copyOf(key.names()))).equals(Canonical.digest(key))) {
            throw cannot(Kind.INVALID, effect, "the row has another key", "Give it the values of its key");
        }
        return stored;
    }

    private static boolean holds(Effect effect, @Nullable Row found) {
        if (effect.condition() instanceof Condition.Absent) {
            return found == null;
        } else if (effect.condition() instanceof Condition.Unchanged unchanged) {
            return found != null && isUnchanged(unchanged, found);
        }
        return effect.kind() != Effect.Kind.PATCH || found != null;
    }

    private static boolean isUnchanged(Condition.Unchanged unchanged, Row found) {
        boolean same = unchanged.digest() == null || Canonical.digest(found).equals(unchanged.digest());
        Row fields = unchanged.fields();
        if (fields != null) {
            same &= Canonical.digest(found.only(List.copyOf(fields.names()))).equals(Canonical.digest(fields));
        }
        return same && unchanged.missing().stream().noneMatch(found::has);
    }

    private StoreException cannot(Kind kind, Effect effect, String why, String advice) {
        return new StoreException(kind, "Cannot write " + location.of(effect.key()) + ": " + why + ". " + advice + ".");
    }
}
