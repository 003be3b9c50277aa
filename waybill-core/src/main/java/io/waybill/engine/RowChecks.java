package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.RowEntries;
import io.waybill.mapping.Names;
import io.waybill.plan.Conditions;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.RowSteps;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Related;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What must hold of mapped rows. Safe for use by many threads. */
final class RowChecks {
    private static final int SHOWN = 60;

    private final Move move;
    private final RowSteps.Checks checks;
    private final int moveId;
    private final Map<String, Reference> references;
    private final @Nullable Ledger ledger;
    private final Retry retry;
    private final Map<String, Digest> claims = new ConcurrentHashMap<>();
    private @Nullable Foreseen foreseen;
    final LongAdder warnings = new LongAdder();

    /** Where the values of a field must stand. */
    private record Reference(TableStore store, TableStore.Table table, String column, String text) {}

    private RowChecks(Move move, int moveId, Map<String, Reference> references, @Nullable Ledger ledger, Retry retry) {
        this.move = move;
        this.checks = move.steps().checks();
        this.moveId = moveId;
        this.references = references;
        this.ledger = ledger;
        this.retry = retry;
    }

    /**
     * Checks that what the references name is there and can be searched.
     *
     * @param ledger where unique values are claimed, or null for a forecast that remembers them itself
     */
    static RowChecks of(Plan plan, Move move, int moveId, Stores stores, @Nullable Ledger ledger, Retry retry)
            throws StoreException {
        Map<String, Reference> references = new HashMap<>();
        for (Map.Entry<String, String> ref : move.steps().checks().refs().entrySet()) {
            references.put(ref.getKey(), reference(plan, move, ref.getKey(), ref.getValue(), stores));
        }
        return new RowChecks(move, moveId, references, ledger, retry);
    }

    /** What references between the moves of a plan will find when it is carried out as a whole. */
    static Foreseen foreseen(Plan plan, Stores stores) throws StoreException {
        Map<String, Set<String>> columns = new HashMap<>();
        for (Move move : plan.moves()) {
            for (Map.Entry<String, String> ref : move.steps().checks().refs().entrySet()) {
                if (plan.find(ref.getValue()) != null) {
                    columns.computeIfAbsent(ref.getValue(), each -> new HashSet<>())
                            .add(reference(plan, move, ref.getKey(), ref.getValue(), stores)
                                    .column());
                }
            }
        }
        return new Foreseen(columns);
    }

    /** From now on heeds what moves before this one would write, and tells what this one would. */
    RowChecks foreseeing(Foreseen all) {
        foreseen = all;
        return this;
    }

    private static Reference reference(Plan plan, Move move, String field, String text, Stores stores)
            throws StoreException {
        Move other = plan.find(text);
        String store = other == null ? text.replaceFirst(":.*", "") : other.to().store();
        String place = other == null
                ? text.replaceFirst("^[^:]*:", "")
                : other.to().path().text();
        int dot = other == null ? place.lastIndexOf('.') : -1;
        if (other == null
                && (text.indexOf(':') <= 0 || dot <= 0 || !plan.stores().containsKey(store))) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot check refs of move " + move.name() + ": " + text
                            + " is neither a move nor STORE:TABLE.COLUMN. Name one of them for " + field + ".");
        }
        TableStore tables = other != null
                ? stores.target(other)
                : stores.lookedUp(new From(store, place.substring(0, dot)), List.of(place.substring(dot + 1)));
        TableStore.Table table = tables.table(dot < 0 ? place : place.substring(0, dot));
        String column =
                dot < 0 ? table.key().contains(field) ? field : table.key().get(0) : place.substring(dot + 1);
        boolean isKey = table.key().equals(List.of(column));
        if (!isKey && !(tables instanceof Related)) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot check refs of move " + move.name() + ": " + column + " is not the key of " + table.name()
                            + " in " + tables.location() + ", which finds rows by their keys only.");
        }
        return new Reference(tables, table, column, text);
    }

    boolean isEmpty() {
        return checks.equals(RowSteps.Checks.NONE);
    }

    /** The same rows; those that break a check with the reason. {@code names} are of each row, as it was mapped. */
    List<RowPlan.Mapped> check(List<RowPlan.Mapped> rows, List<Names> names) throws StoreException, LedgerException {
        List<RowPlan.Mapped> checked = isEmpty() ? rows : tried(rows, names);
        if (foreseen != null) {
            foreseen.see(move.name(), checked);
        }
        return checked;
    }

    private List<RowPlan.Mapped> tried(List<RowPlan.Mapped> rows, List<Names> names)
            throws StoreException, LedgerException {
        Map<String, Set<String>> known = known(rows);
        List<RowPlan.Mapped> all = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            RowPlan.Mapped row = rows.get(i);
            String broken = row.reason() == null ? broken(row, names.get(i), known) : null;
            all.add(broken == null ? row : row.refused(broken));
        }
        return unique(all);
    }

    private @Nullable String broken(RowPlan.Mapped mapped, Names names, Map<String, Set<String>> known) {
        for (Row row : mapped.rows()) {
            String missing = Conditions.missing(checks, row);
            if (missing != null) {
                return missing;
            }
            for (Map.Entry<String, Reference> ref : references.entrySet()) {
                Value value = Conditions.find(row, ref.getKey());
                if (value != null
                        && !(value instanceof Value.Null)
                        && !known.getOrDefault(ref.getKey(), Set.of()).contains(form(value))) {
                    return "refs: " + ref.getKey() + " is " + shown(value) + ", and "
                            + ref.getValue().text() + " has no such "
                            + ref.getValue().column();
                }
            }
            String broken = Conditions.broken(checks, row, names, warnings::increment);
            if (broken != null) {
                return broken;
            }
        }
        return null;
    }

    private static String form(Value value) {
        return Canonical.digest(Row.of("v", value)).hex();
    }

    private static String shown(Value value) {
        String text = RowCodec.text(value);
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }

    /** Of each reference, the values of the page that stand there. */
    private Map<String, Set<String>> known(List<RowPlan.Mapped> rows) throws StoreException {
        Map<String, Set<String>> known = new HashMap<>();
        for (Map.Entry<String, Reference> ref : references.entrySet()) {
            Set<Row> wanted = new LinkedHashSet<>();
            String column = ref.getValue().column();
            for (RowPlan.Mapped row : rows) {
                for (Row each : row.rows()) {
                    Value value = Conditions.find(each, ref.getKey());
                    if (value != null && !(value instanceof Value.Null)) {
                        wanted.add(Row.of(column, value));
                    }
                }
            }
            Set<String> standing = new HashSet<>(wanted.isEmpty() ? Set.of() : standing(ref.getValue(), wanted));
            Foreseen coming = foreseen;
            if (coming != null) {
                wanted.stream()
                        .map(each -> java.util.Objects.requireNonNull(each.find(column)))
                        .filter(value -> coming.has(ref.getValue().text(), column, value))
                        .forEach(value -> standing.add(form(value)));
            }
            known.put(ref.getKey(), standing);
        }
        return known;
    }

    private Set<String> standing(Reference at, Set<Row> wanted) throws StoreException {
        Set<String> standing = new HashSet<>();
        if (at.table().key().equals(List.of(at.column()))) {
            List<RowKey> keys = wanted.stream()
                    .map(row -> new RowKey(at.table().name(), row))
                    .toList();
            Map<ItemKey, Item> found = retry.call(() -> at.store().find(keys));
            found.keySet()
                    .forEach(key -> standing.add(form(java.util.Objects.requireNonNull(
                            ((RowKey) key).key().find(at.column())))));
        } else {
            Map<Row, List<Row>> found =
                    retry.call(() -> ((Related) at.store()).related(at.table().name(), List.of(at.column()), wanted));
            found.keySet().forEach(row -> standing.add(form(java.util.Objects.requireNonNull(row.find(at.column())))));
        }
        return standing;
    }

    /** Claims a value for a source row; answers whether it has it. */
    private interface Claim {
        boolean take(String field, Digest value, Digest source) throws SQLException;
    }

    /** Claims the values that may stand once; the first row with one keeps it. */
    private List<RowPlan.Mapped> unique(List<RowPlan.Mapped> rows) throws LedgerException {
        if (checks.unique().isEmpty()) {
            return rows;
        }
        Ledger book = ledger;
        if (book != null) {
            return book.write(
                    tx -> unique(rows, (field, value, source) -> RowEntries.claim(tx, moveId, field, value, source)));
        }
        try {
            return unique(
                    rows,
                    (field, value, source) ->
                            source.equals(claims.computeIfAbsent(field + " " + value.hex(), each -> source)));
        } catch (SQLException e) {
            throw new IllegalStateException("a map is no database", e);
        }
    }

    private List<RowPlan.Mapped> unique(List<RowPlan.Mapped> rows, Claim claim) throws SQLException {
        List<RowPlan.Mapped> all = new ArrayList<>();
        for (RowPlan.Mapped row : rows) {
            String taken = null;
            for (Row each : row.reason() == null ? row.rows() : List.<Row>of()) {
                for (String field : checks.unique()) {
                    Value value = Conditions.find(each, field);
                    if (taken == null
                            && value != null
                            && !(value instanceof Value.Null)
                            && !claim.take(
                                    field, Canonical.digest(Row.of("v", value)), Canonical.digest(row.sourceKey()))) {
                        taken = "unique: another row has the " + field + " " + shown(value);
                    }
                }
            }
            all.add(taken == null ? row : row.refused(taken));
        }
        return all;
    }
}
