package io.waybill.engine;

import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.plan.Exists;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.store.Content;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the rows of one move are read, changed and keyed, checked against the real tables. Immutable. */
final class RowPlan {
    private final Move move;
    private final TableStore source;
    private final TableStore target;
    private final TableStore.Table from;
    private final TableStore.Table to;
    private final List<String> key;
    private final Names names;

    private RowPlan(
            Plan plan,
            Move move,
            TableStore source,
            TableStore target,
            TableStore.Table from,
            TableStore.Table to,
            List<String> key) {
        this.move = move;
        this.source = source;
        this.target = target;
        this.from = from;
        this.to = to;
        this.key = key;
        this.names = Names.of(plan.namespace()).with("vars", plan.vars());
    }

    /** Reads both tables' definitions; refuses what cannot work before anything is written. */
    static RowPlan of(Plan plan, Move move, TableStore source, TableStore target) throws StoreException {
        From wanted = move.from().get(0);
        TableStore.Table from = source.table(wanted.path());
        TableStore.Table to = target.table(move.to().path().text());
        List<String> key = move.key().isEmpty() ? from.key() : move.key();
        if (key.isEmpty()) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot move table " + from.name() + " of " + source.location()
                            + ": it has no key, so its rows cannot be told apart. Name its key columns with key:.");
        }
        if (move.exists() == Exists.REPLACE) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot run move " + move.name()
                            + ": exists: replace is not in this version of waybill for rows. Set it to same_ok or skip.");
        }
        return new RowPlan(plan, move, source, target, from, to, List.copyOf(key));
    }

    long estimate() throws StoreException {
        return source.estimate(from.name());
    }

    Selection selection() {
        return Selection.all(from.name());
    }

    RowKey sourceKey(Row key) {
        return new RowKey(from.name(), key);
    }

    RowKey targetKey(Row key) {
        return new RowKey(to.name(), key);
    }

    /** A row on its way: the keys, the row as the target will hold it, and its digest; or why it cannot go. */
    record Mapped(
            Row sourceKey,
            @Nullable Row targetKey,
            @Nullable Row row,
            Digest digest,
            @Nullable String reason) {
        Mapped refused(String why) {
            return new Mapped(sourceKey, null, null, digest, why);
        }
    }

    /** The key of a source row. */
    Row key(RowItem item) {
        return item.row().only(key);
    }

    /** Changes one row; null when the plan leaves it out. */
    @Nullable
    Mapped map(RowItem item, Names run) {
        Row sourceKey = key(item);
        Names all = run.with("row", item.row());
        try {
            if (move.where() != null && !move.where().test(all)) {
                return null;
            }
            Row row = move.row() == null ? item.row() : move.row().apply(all);
            Content stored = target.asStored(new Content.RowContent(row));
            Row natural = ((Content.RowContent) stored).row();
            Row targetKey = natural.only(to.key());
            if (targetKey.fields().size() < to.key().size()) {
                return refused(
                        item,
                        sourceKey,
                        "the key of " + to.name() + " is " + String.join(", ", to.key())
                                + ", and the mapped row lacks part of it");
            }
            return new Mapped(sourceKey, targetKey, natural, Canonical.digest(natural), null);
        } catch (MappingException | StoreException e) {
            return refused(item, sourceKey, String.valueOf(e.getMessage()));
        }
    }

    private static Mapped refused(RowItem item, Row sourceKey, String reason) {
        return new Mapped(sourceKey, null, null, Canonical.digest(item.row()), reason);
    }

    /** The names every row of a run sees. */
    Names names(Row run) {
        return names.with("run", run);
    }
}
