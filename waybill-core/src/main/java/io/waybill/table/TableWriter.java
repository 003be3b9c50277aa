package io.waybill.table;

import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Outcome;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the changes of a table, those of a call as one new part, whole or not at all. One thread at a time. */
final class TableWriter {
    private static final int MOST_ATTEMPTS = 100;

    private final TableFile table;
    private final RowForm form;
    private final FileWriter writer;

    TableWriter(TableFile table, RowForm form) {
        this.table = table;
        this.form = form;
        this.writer = new FileWriter(table.files());
    }

    /** The outcomes of effects that are all on this table. */
    List<Outcome> apply(TableRows rows, List<Effect> effects) {
        try {
            for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
                List<Outcome> outcomes = attempt(rows, effects);
                if (!outcomes.isEmpty()) {
                    return outcomes;
                }
                // Somebody else wrote a part in between.
                rows.forget();
            }
            throw cannot(Kind.UNAVAILABLE, effects, "others write to the table all the time", "Run it again later");
        } catch (StoreException e) {
            return all(effects, failed(e));
        }
    }

    private static Outcome failed(StoreException e) {
        return e.kind() == Kind.UNKNOWN_OUTCOME ? new Outcome.Unknown(e) : new Outcome.Failed(e);
    }

    private static List<Outcome> all(List<Effect> effects, Outcome outcome) {
        return effects.stream().map(effect -> outcome).toList();
    }

    /** Empty when a part with the next number was there already. */
    private List<Outcome> attempt(TableRows rows, List<Effect> effects) throws StoreException {
        Layout layout = rows.layout();
        if (layout.isNothing() && !table.format().create()) {
            throw table.absent(layout.path());
        } else if (table.format().gzip()) {
            throw cannot(Kind.INVALID, effects, "a compressed file is only read", "Write to one that is not");
        }
        List<String> key = key(layout, effects);
        Set<Row> keys = new LinkedHashSet<>();
        for (Effect effect : effects) {
            Row natural = form.key(((RowKey) effect.key()).key());
            if (natural != null) {
                keys.add(natural.only(key));
            }
        }
        TableRows.Found there = rows.find(key, keys);
        if (rows.layout() != layout) {
            return List.of();
        }
        Judgement judgement = new Judgement(table.files().location(), form, rows.columns(), there);
        List<Outcome> outcomes = judgement.outcomes(effects);
        if (judgement.changes().isEmpty()) {
            return outcomes;
        }
        Outcome written = write(rows, layout, key, judgement.changes());
        if (written instanceof Outcome.Refused) {
            return List.of();
        } else if (written instanceof Outcome.Done) {
            return outcomes;
        }
        rows.forget();
        List<Outcome> not = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            not.add(outcome instanceof Outcome.Done ? written : outcome);
        }
        return not;
    }

    private Outcome write(TableRows rows, Layout layout, List<String> key, List<Change> changes) throws StoreException {
        FileKey name = Parts.key(layout.path(), layout.last() + 1);
        Change.Part part = Change.part(key, changes);
        Outcome written;
        try {
            written = writer.write(name, Condition.ABSENT, part.bytes());
        } catch (StoreException e) {
            written = failed(e);
        }
        if (written instanceof Outcome.Done done) {
            FileItem item = new FileItem(
                    name, part.bytes().length, Instant.EPOCH, done.evidence().version(), Map.of(), null, null);
            rows.add(item, key, changes, part.offsets());
        }
        return written;
    }

    /** The columns of the key, the same for all effects and parts. */
    private List<String> key(Layout layout, List<Effect> effects) throws StoreException {
        List<String> first = List.copyOf(((RowKey) effects.get(0).key()).key().names());
        List<String> key = layout.key().isEmpty() ? first : layout.key();
        for (Effect effect : effects) {
            Set<String> names = ((RowKey) effect.key()).key().names();
            if (names.isEmpty() || !names.equals(Set.copyOf(key))) {
                throw cannot(
                        Kind.INVALID,
                        effects,
                        "its key is " + String.join(", ", names) + ", and that of the table " + String.join(", ", key),
                        "Name one key in the plan; finish the table before it is changed");
            }
        }
        return key;
    }

    private StoreException cannot(Kind kind, List<Effect> effects, String why, String advice) {
        return new StoreException(
                kind,
                "Cannot write " + table.files().location().of(effects.get(0).key()) + ": " + why + ". " + advice + ".");
    }
}
