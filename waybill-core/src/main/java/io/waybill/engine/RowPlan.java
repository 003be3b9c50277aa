package io.waybill.engine;

import io.waybill.mapping.Expression;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.Names;
import io.waybill.mapping.RowMapping;
import io.waybill.plan.Closure;
import io.waybill.plan.Exists;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.RowSteps;
import io.waybill.store.Catalogued;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Filtering;
import io.waybill.store.Predicate;
import io.waybill.store.Related;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.store.Tended;
import io.waybill.value.Row;
import io.waybill.value.Shape;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the rows of one move are read, changed and keyed, checked against the real tables. Safe for use by many threads. */
final class RowPlan {
    /** No field has an empty name. */
    private static final String WHOLE = "";

    /** A table with fewer rows is read fast enough. */
    private static final long SMALL = 20_000;

    private static final int MANY_UNITS = 1_000;

    private final Move move;
    private final TableStore source;
    private final TableStore target;
    private final TableStore.Table from;
    private final TableStore.Table to;
    private final Map<String, TableStore.Table> others;
    private final Map<String, Set<String>> computed;
    private final @Nullable Kinship kinship;
    private final List<String> key;
    private final Shape keyShape;
    private final boolean isKeyKept;
    private final boolean isCopied;
    private final Names names;
    private final Set<String> read;
    private final List<Predicate> pushed;
    private final String filtering;
    private final RowMark mark;
    private final Plan plan;
    private final boolean wholly;
    private volatile List<String> lastFields = List.of();

    private RowPlan(
            Plan plan,
            Move move,
            TableStore source,
            TableStore target,
            TableStore.Table from,
            TableStore.Table to,
            Map<String, TableStore.Table> others,
            Map<String, Set<String>> computed,
            @Nullable Kinship kinship,
            List<String> key,
            RowMark mark)
            throws StoreException {
        this.kinship = kinship;
        this.plan = plan;
        this.mark = mark;
        this.move = move;
        this.source = source;
        this.target = target;
        this.from = from;
        this.to = to;
        this.others = others;
        this.computed = computed;
        this.key = key;
        this.keyShape = Shape.of(key);
        this.isKeyKept = to.key().equals(key);
        this.isCopied = kinship == null
                && move.row() == null
                && !move.isInPlace()
                && move.steps().spread() == null
                && move.steps().with().isEmpty();
        this.names = Names.of(plan.namespace()).with("vars", plan.vars());
        this.read = read(move);
        List<Predicate> tested = new ArrayList<>();
        List<@Nullable Predicate> conditions =
                move.where() == null ? List.of() : move.where().conjuncts(names);
        for (Predicate condition : conditions) {
            push(condition, tested);
        }
        this.wholly = tested.size() == conditions.size();
        this.filtering =
                String.join(" && ", tested.stream().map(Predicate::toString).toList());
        push(mark.predicate(), tested);
        this.pushed = List.copyOf(tested);
    }

    private void push(@Nullable Predicate condition, List<Predicate> tested) throws StoreException {
        if (condition != null && source instanceof Filtering store) {
            List<Predicate> more = new ArrayList<>(tested);
            more.add(condition);
            if (store.filters(from.name(), more)) {
                tested.add(condition);
            }
        }
    }

    /** The same, from a mark on. */
    RowPlan since(RowMark from) throws StoreException {
        return new RowPlan(plan, move, source, target, this.from, to, others, computed, kinship, key, from);
    }

    /** Reads the definitions of all tables; refuses what cannot work before anything is written. */
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
        keyed(to, target);
        refuseEndlessKeys(move, to);
        if (move.closure() == null) {
            refuseMissingKey(move, from, to); // of units, the target may number it
        }
        Map<String, TableStore.Table> others = new HashMap<>();
        for (RowSteps.With with : move.steps().with()) {
            if (!with.to().store().equals(move.to().store())) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot run move " + move.name() + ": " + with.to().text() + " is not in the store of "
                                + move.to().text()
                                + ", so they cannot be written together. Make it a move of its own.");
            }
            others.put(with.to().path(), target.table(with.to().path()));
        }
        Closure closure = move.closure();
        Kinship kinship = closure == null ? null : Kinship.of(move, closure, source);
        if (kinship != null) {
            for (String table : kinship.written()) {
                others.put(table, keyed(target.table(table), target));
            }
            others.remove(to.name());
        }
        Map<String, Set<String>> computed = new HashMap<>();
        if (target instanceof Tended tended) {
            computed.put(to.name(), tended.computed(to.name()));
            for (String table : others.keySet()) {
                computed.put(table, tended.computed(table));
            }
        }
        if (kinship == null) {
            refuseComputed(move, from, to, computed.getOrDefault(to.name(), Set.of()));
        }
        return new RowPlan(
                plan, move, source, target, from, to, others, computed, kinship, List.copyOf(key), RowMark.NONE);
    }

    private static TableStore.Table keyed(TableStore.Table table, TableStore target) throws StoreException {
        if (table.key().isEmpty()) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot write table " + table.name() + " of " + target.location()
                            + ": it has no key, so a row could be written twice. Give it a primary key.");
        }
        return table;
    }

    /** Where the fields of every row are known beforehand, they have to make the target's key. */
    private static void refuseMissingKey(Move move, TableStore.Table from, TableStore.Table to) throws StoreException {
        RowMapping row = move.row();
        boolean only = row != null && row.isOnly();
        if (from.open() && !only) {
            return;
        }
        Set<String> names = fieldsKnown(row, from);
        for (String column : to.key()) {
            if (!names.contains(column)) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot run move " + move.name() + ": the key of " + to.name() + " is "
                                + String.join(", ", to.key()) + ", and the rows of this move have no " + column
                                + ". Set it in row.");
            }
        }
    }

    /** The fields that every row has, as far as that is known beforehand. */
    private static Set<String> fieldsKnown(@Nullable RowMapping row, TableStore.Table from) {
        Set<String> names = new LinkedHashSet<>();
        if (row == null || !row.isOnly()) {
            from.columns().forEach(column -> names.add(column.name()));
        }
        if (row != null) {
            row.drop().forEach(names::remove);
            row.fields().forEach(field -> names.add(field.path().get(0)));
        }
        return names;
    }

    /** A row that is edited in place has them anyway, so there only a new value for one is wrong. */
    private static void refuseComputed(Move move, TableStore.Table from, TableStore.Table to, Set<String> computed)
            throws StoreException {
        RowMapping row = move.row();
        Set<String> names = new LinkedHashSet<>();
        if (!move.isInPlace()) {
            names.addAll(fieldsKnown(row, from));
        } else if (row != null) {
            row.fields().forEach(field -> names.add(field.path().get(0)));
        }
        names.retainAll(computed);
        if (!names.isEmpty()) {
            String columns = String.join(", ", names);
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot run move " + move.name() + ": the store computes " + columns + " of " + to.name()
                            + " by itself, and the rows of this move have "
                            + (names.size() == 1 ? "it" : "them") + ". Leave that out: row: { drop: [" + columns
                            + "] }.");
        }
    }

    /** The row without what the store computes by itself. */
    Row writable(String table, Row row) {
        Row rest = row;
        for (String column : computed.getOrDefault(table.isEmpty() ? to.name() : table, Set.of())) {
            rest = rest.has(column) ? rest.without(column) : rest;
        }
        return rest;
    }

    /** Opens what is read and closes it again: a type without a mapping, for example, is refused there. */
    void tryToOpen() throws StoreException {
        try (Source.Opened opened = source.open(selection())) {
            java.util.Objects.requireNonNull(opened);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot close " + source.location() + ": " + e.getMessage(), e);
        }
    }

    /** A row under its new key may be met again by the reader of the same table. */
    private static void refuseEndlessKeys(Move move, TableStore.Table table) throws StoreException {
        RowMapping row = move.row();
        if (!move.isInPlace() || row == null || move.where() != null) {
            return;
        }
        for (RowMapping.Field field : row.fields()) {
            boolean same = field.shape() instanceof RowMapping.Shape.Filled filled
                    && filled.template().text().equals("${row." + field.name() + "}");
            if (table.key().contains(field.name()) && !same) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot run move " + move.name() + ": it gives rows of " + table.name()
                                + " new keys in the table that it reads, and could meet them again. Say with where: which"
                                + " rows still have their old key.");
            }
        }
    }

    /** The fields of a source row that its change or its condition reads; {@link #WHOLE} when it takes the row itself. */
    private static Set<String> read(Move move) {
        Set<String> read = new LinkedHashSet<>();
        List<String> uses = new ArrayList<>();
        if (move.where() != null) {
            uses.addAll(move.where().uses());
        }
        if (move.row() != null) {
            uses.addAll(move.row().uses());
        }
        for (RowSteps.With with : move.steps().with()) {
            with.row().uses().forEach(use -> uses.add(use.replaceFirst("^source(?=\\.|$)", "row")));
        }
        for (String use : uses) {
            if (use.startsWith("row.")) {
                read.add(use.substring(4));
            } else if (use.equals("row")) {
                read.add(WHOLE);
            }
        }
        return read;
    }

    long estimate() throws StoreException {
        return source.estimate(from.name());
    }

    /** The definition of the table that is read. */
    TableStore.Table from() {
        return from;
    }

    Move move() {
        return move;
    }

    Selection selection() {
        return new Selection(from.name(), List.of(), Long.MAX_VALUE, pushed);
    }

    /** What of {@code where} the source tests by itself, in words; empty when there is no such condition. */
    String filtering() {
        if (move.where() == null) {
            return "";
        } else if (filtering.isEmpty()) {
            return "where of move " + move.name() + " is tested here, on every row";
        }
        return "the store tests for move " + move.name() + ": "
                + filtering
                + (wholly ? "" : "; the rest of its where is tested here");
    }

    RowKey sourceKey(Row key) {
        return new RowKey(from.name(), key);
    }

    /** The key of a row of the target's store; the table may be empty for the one that the move names. */
    RowKey targetKey(String table, Row key) {
        return new RowKey(table.isEmpty() ? to.name() : table, key);
    }

    /**
     * What becomes of a row.
     *
     * @param rows the mapped rows, one for each of a spread
     * @param changes in the order in which they are written; empty when nothing differs
     * @param reason why it cannot go, or null
     * @param keys what is known of the target keys
     */
    record Mapped(
            Row sourceKey,
            List<Row> rows,
            List<RowChange> changes,
            @Nullable String reason,
            Keys keys) {
        Mapped(Row sourceKey, List<Row> rows, List<RowChange> changes, @Nullable String reason) {
            this(sourceKey, rows, changes, reason, Keys.NONE);
        }

        Mapped refused(String why) {
            return new Mapped(sourceKey, rows, List.of(), why);
        }
    }

    /**
     * Target keys of which more is known than that a row goes there.
     *
     * @param open they stand in for those which the target is yet to give: nothing stands there
     * @param own this move made them, and nobody else gives rows such keys
     */
    record Keys(Set<RowKey> open, Set<RowKey> own) {
        static final Keys NONE = new Keys(Set.of(), Set.of());
    }

    /** The key of a source row. */
    Row key(RowItem item) {
        Row own = item.key().key();
        return own.shape().equals(keyShape) ? own : item.row().only(key);
    }

    /** Whether the plan takes the row; fails when the condition needs what could not be read. */
    boolean wants(RowItem item, Names run) throws MappingException, StoreException {
        if (!item.isWhole()) {
            for (String column : key) {
                if (item.unreadable().containsKey(column)) {
                    throw new StoreException(
                            StoreException.Kind.INVALID,
                            "Cannot read " + item.key().display() + " in " + source.location()
                                    + ": its key cannot be read: "
                                    + item.unreadable().get(column) + ". Change the value.");
                }
            }
        }
        Expression where = move.where();
        if (!mark.takes(item)) {
            return false;
        }
        return where == null || where.test(run.with("row", item.row(), item.unreadable()));
    }

    /**
     * Changes one row.
     *
     * @param names with {@code row.} as read, {@code run.}, {@code batch.}, {@code lookup.} and {@code collect.}
     */
    Mapped map(RowItem item, Names names) {
        Row sourceKey = key(item);
        try {
            if (isCopied) {
                return copy(item, sourceKey);
            }
            List<Row> rows = new ArrayList<>();
            List<RowChange> changes = new ArrayList<>();
            for (Names each : spread(names)) {
                Row made = move.row() == null ? item.row() : move.row().apply(each);
                Row natural = natural(to, move.isInPlace() ? writable("", made) : made);
                rows.add(natural);
                own(item, sourceKey, natural, changes);
                if (move.steps().with().isEmpty()) {
                    continue;
                }
                with(each.with("source", item.row()).with("row", natural), changes);
            }
            return new Mapped(sourceKey, rows, changes, null);
        } catch (MappingException | StoreException e) {
            return new Mapped(sourceKey, List.of(), List.of(), String.valueOf(e.getMessage()));
        }
    }

    /** The new row of a table of a unit, as it will be held; what the store computes is not in it. */
    RowChange put(String table, Row made) throws MappingException, StoreException {
        boolean own = table.equals(to.name());
        TableStore.Table at = own ? to : java.util.Objects.requireNonNull(others.get(table));
        Row natural = natural(at, writable(own ? "" : table, made));
        Row targetKey = keyOf(at, natural);
        can(at, targetKey);
        return RowChange.put(own ? "" : table, targetKey, natural, fields(at, natural));
    }

    /** The key columns of a table that is written. */
    List<String> keyAt(String table) {
        return table.equals(to.name())
                ? to.key()
                : java.util.Objects.requireNonNull(others.get(table)).key();
    }

    /** What counts units, or null when rows go alone. */
    @Nullable
    UnitCounts counts() {
        return kinship == null ? null : new UnitCounts(kinship);
    }

    /** Where the source has to read whole tables to find what belongs to rows, in words; small tables do not matter. */
    List<String> slowness() throws StoreException {
        Integer batch = move.limits().batch();
        int atOnce = batch == null ? RowRunner.DEFAULT_UNITS : batch;
        List<String> lines = new ArrayList<>();
        for (Kinship.Sought sought : kinship == null ? List.<Kinship.Sought>of() : kinship.sought()) {
            long rows = source.estimate(sought.table());
            if (rows >= SMALL && !((Related) source).isIndexed(sought.table(), sought.columns())) {
                String columns = String.join(", ", sought.columns());
                lines.add(sought.table() + " has no index on " + columns + ", so the source reads all of it, about "
                        + rows
                        + " rows, for each " + atOnce + " root rows. Make one there (CREATE INDEX ON " + sought.table()
                        + " (" + columns + "))"
                        + (atOnce < MANY_UNITS
                                ? ", or take more at once with limits: { batch: " + MANY_UNITS + " }"
                                : ""));
            }
        }
        return lines;
    }

    /** Whether rows of a table may belong to units; those that are merely brought do not. */
    boolean belongs(String table) {
        return kinship != null && kinship.belongs(table);
    }

    /** What becomes of the rows with all that belongs to them, or null when rows go alone. */
    @Nullable
    Units units(Given given, Retry retry) throws StoreException {
        return kinship == null ? null : Units.of(this, kinship, source, target, given, retry);
    }

    /** The tables that are written, that of the move first. */
    List<String> written() {
        List<String> all = new ArrayList<>(List.of(to.name()));
        all.addAll(others.keySet());
        return all;
    }

    /** Whether every row is put as it is, if the target takes it, at the key that it has, and on no other condition than that it is free. */
    boolean isUntouched() {
        return isCopied
                && isKeyKept
                && move.where() == null
                && move.since() == null
                && move.steps().equals(RowSteps.NONE)
                && move.exists() != Exists.REPLACE
                && !move.exclusive();
    }

    /**
     * Whether rows that keep their keys have keys of their own at the target: the source has a key that no two rows share, and nothing
     * but the rows themselves is written.
     */
    boolean isKeyedByTheSource() throws StoreException {
        return isKeyKept
                && kinship == null
                && !move.isInPlace()
                && move.steps().spread() == null
                && move.steps().with().isEmpty()
                && key.equals(from.key())
                && source instanceof Catalogued database
                && database.keysAreUnique(from.name());
    }

    /** Whether this is a key by which the plan tells rows apart. */
    boolean isKeyedBy(Row rowKey) {
        return rowKey.shape().equals(keyShape);
    }

    /** The table that is written. */
    TableStore.Table to() {
        return to;
    }

    /** The fields by which a row of this shape that was put as it is is known again. */
    List<String> fieldsOf(Shape shape) {
        return to.open() ? List.of() : shape.list();
    }

    /** A row that goes as it is. */
    @SuppressWarnings("ReferenceEquality") // the same row has the same key, and an equal one may be looked at
    private Mapped copy(RowItem item, Row sourceKey) throws MappingException, StoreException {
        Row natural = natural(to, item.row());
        Row targetKey = natural == item.row() && isKeyKept ? sourceKey : keyOf(to, natural);
        can(to, targetKey);
        RowChange put = RowChange.put("", targetKey, natural, fields(to, natural));
        return new Mapped(sourceKey, List.of(natural), List.of(put), null);
    }

    /** What a row asks another table for: other values in a row that is there, known by its key. */
    Mapped patch(RowItem item, Names names) {
        Row sourceKey = key(item);
        try {
            RowMapping row = java.util.Objects.requireNonNull(move.row());
            Row made = row.apply(names);
            Row mine = natural(to, row.isOnly() ? made : made.only(made(row)));
            Row at = keyOf(to, mine);
            can(to, at);
            RowChange change = new RowChange(
                    "",
                    Effect.Kind.PATCH,
                    at,
                    without(mine, to.key()),
                    row.drop(),
                    List.of(),
                    io.waybill.value.Canonical.digest(mine),
                    null,
                    null,
                    List.of());
            return new Mapped(sourceKey, List.of(mine), List.of(change), null);
        } catch (MappingException | StoreException e) {
            return new Mapped(sourceKey, List.of(), List.of(), String.valueOf(e.getMessage()));
        }
    }

    private static List<String> made(RowMapping row) {
        return row.fields().stream().map(field -> field.path().get(0)).toList();
    }

    private Row natural(TableStore.Table table, Row row) throws StoreException {
        return ((Content.RowContent) target.asStored(table.name(), new Content.RowContent(row))).row();
    }

    private List<Names> spread(Names names) throws MappingException {
        RowSteps.Spread spread = move.steps().spread();
        return spread == null ? List.of(names) : spread.each(names);
    }

    private void own(RowItem item, Row sourceKey, Row natural, List<RowChange> changes) throws MappingException {
        Row targetKey = keyOf(to, natural);
        can(to, targetKey);
        if (!move.isInPlace()) {
            changes.add(RowChange.put("", targetKey, natural, fields(to, natural)));
        } else if (targetKey.equals(sourceKey)) {
            Set<String> held = read.contains(WHOLE) ? item.row().names() : read;
            RowChange patch = RowChange.patch("", targetKey, item.row(), alike(item.row(), natural), held);
            if (patch != null) {
                changes.add(patch);
            }
        } else {
            changes.add(RowChange.put("", targetKey, natural, fields(to, natural)));
            boolean removes = changes.stream()
                    .anyMatch(change -> change.kind() == Effect.Kind.REMOVE
                            && change.table().isEmpty());
            if (!removes && move.steps().spread() == null) {
                changes.add(RowChange.remove("", sourceKey, item.row()));
            }
        }
    }

    /** What the store computes is no change of a row that is edited in place. */
    private Row alike(Row before, Row natural) {
        Row all = natural;
        for (String column : computed.getOrDefault(to.name(), Set.of())) {
            Value value = before.find(column);
            all = value == null ? all : all.with(column, value);
        }
        return all;
    }

    /** The fields by which a written row is known again: all of an open table, of another those that were written. */
    private List<String> fields(TableStore.Table table, Row row) {
        if (table.open()) {
            return List.of();
        }
        List<String> last = lastFields;
        if (last.size() == row.shape().size()
                && (last.equals(row.shape().list()) || row.names().containsAll(last))) {
            return last; // nearly always the same ones, so they are kept once
        }
        List<String> fields = row.shape().list();
        lastFields = fields;
        return fields;
    }

    private static Row keyOf(TableStore.Table table, Row row) throws MappingException {
        Row key = row.only(table.key());
        if (key.fields().size() < table.key().size()) {
            throw new MappingException(
                    0,
                    "the key of " + table.name() + " is " + String.join(", ", table.key())
                            + ", and the mapped row lacks part of it",
                    null);
        }
        return key;
    }

    /** Refuses a key that the target cannot have: it could not even be looked for. */
    private void can(TableStore.Table table, Row key) throws MappingException {
        String objection = target.objection(new RowKey(table.name(), key));
        if (!objection.isEmpty()) {
            throw new MappingException(0, objection, null);
        }
    }

    private void with(Names names, List<RowChange> changes) throws MappingException, StoreException {
        for (RowSteps.With with : move.steps().with()) {
            if (with.when() != null && !with.when().test(names)) {
                continue;
            }
            TableStore.Table table =
                    java.util.Objects.requireNonNull(others.get(with.to().path()));
            RowMapping mapping = with.row();
            Row made = natural(table, mapping.apply(names));
            Row at = keyOf(table, made);
            can(table, at);
            switch (with.kind()) {
                case PUT -> changes.add(RowChange.put(table.name(), at, made, fields(table, made)));
                case PATCH ->
                    changes.add(new RowChange(
                            table.name(),
                            Effect.Kind.PATCH,
                            at,
                            without(made, table.key()),
                            mapping.drop(),
                            List.of(),
                            io.waybill.value.Canonical.digest(made),
                            null,
                            null,
                            List.of()));
                case REMOVE ->
                    changes.add(new RowChange(
                            table.name(),
                            Effect.Kind.REMOVE,
                            at,
                            made,
                            List.of(),
                            List.of(),
                            io.waybill.value.Canonical.digest(made),
                            null,
                            null,
                            List.of()));
            }
        }
    }

    private static Row without(Row row, List<String> names) {
        Map<String, Value> rest = new LinkedHashMap<>(row.fields());
        names.forEach(rest::remove);
        return Row.of(rest);
    }

    /** The names every row of a run sees. */
    Names names(Row run) {
        return names.with("run", run);
    }
}
