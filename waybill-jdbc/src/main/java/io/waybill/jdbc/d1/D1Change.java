package io.waybill.jdbc.d1;

import io.waybill.jdbc.Identifiers;
import io.waybill.jdbc.sqlite.BadValue;
import io.waybill.jdbc.sqlite.SqliteChange;
import io.waybill.jdbc.sqlite.SqliteSelect;
import io.waybill.jdbc.sqlite.SqliteSession;
import io.waybill.jdbc.sqlite.SqliteTable;
import io.waybill.store.Effect;
import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An effect on a table of D1. Nothing can be locked between two requests; so what was seen at its key goes along with the
 * change, as a condition on every column.
 *
 * @param place of the effect in its call
 */
record D1Change(int place, SqliteChange change, String task) {
    /** As documented; a value counts too. */
    private static final long LARGEST_ROW = 2_000_000;

    /** What {@link #asserting} begins its complaint with. */
    static final String MARK = "waybill-";

    /** A row that was seen, with what is stored in each column that could be read. */
    record Seen(RowItem item, Map<String, @Nullable Object> cells) {
        boolean isSame(@Nullable Seen other) {
            if (other == null || !cells.keySet().equals(other.cells.keySet())) {
                return false;
            }
            return cells.entrySet().stream()
                    .allMatch(each -> Objects.deepEquals(each.getValue(), other.cells.get(each.getKey())));
        }
    }

    static D1Change of(SqliteTable table, Effect effect, int place, String task) throws StoreException {
        SqliteChange change = SqliteChange.of(table, effect, task);
        checkSize(change.stored(), task);
        return new D1Change(place, change, task);
    }

    /** By its large values alone: what the others take is known when they are stored. */
    static void checkSize(Row row, String task) throws StoreException {
        Map<String, @Nullable Object> large = new LinkedHashMap<>();
        row.fields().forEach((name, value) -> {
            if (value instanceof Value.Text text) {
                large.put(name, text.value());
            } else if (value instanceof Value.Bytes bytes) {
                large.put(name, bytes.value());
            }
        });
        checkSize(large, task);
    }

    private static void checkSize(Map<String, @Nullable Object> stored, String task) throws StoreException {
        long size = 0;
        for (Object value : stored.values()) {
            size += D1Statement.size(value);
        }
        if (size > LARGEST_ROW) {
            throw new StoreException(
                    Kind.INVALID,
                    task + ": the row has " + size + " bytes, and D1 takes " + LARGEST_ROW
                            + ". Leave columns out, or put large values into files.");
        }
    }

    SqliteTable table() {
        return change.table();
    }

    /** Asks for what stands at its key. */
    SqliteSession.Question question(SqliteSelect select) {
        return new SqliteSession.Question(
                select.columns(),
                "FROM " + table().sql() + " WHERE " + table().sameKey(),
                new ArrayList<>(change.key().values()));
    }

    static Seen seen(SqliteSelect select, SqliteSession.Cells row) throws StoreException {
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        int number = 1;
        for (SqliteTable.Column column : select.read()) {
            try {
                cells.put(column.name(), row.stored(number));
            } catch (BadValue e) {
                // no condition is about it either
            }
            number++;
        }
        return new Seen(select.take(row, null).item(), cells);
    }

    /** Whether only a new row will do. */
    boolean isNew() {
        return !change.looksFirst()
                && change.effect().kind() == Effect.Kind.PUT
                && change.effect().condition() instanceof io.waybill.store.Condition.Absent;
    }

    boolean holds(@Nullable Seen seen) {
        return change.holds(seen == null ? null : seen.item().row());
    }

    /** A condition in SQL with its values. */
    private record Guard(String text, List<@Nullable Object> values) {}

    /** That the row is as it was seen. */
    private Guard guard(Seen seen) {
        List<String> tests = new ArrayList<>(List.of(table().sameKey()));
        List<@Nullable Object> values = new ArrayList<>(change.key().values());
        seen.cells().forEach((name, value) -> {
            SqliteTable.Column column = table().column(name);
            if (column.inKey() || column.generated()) {
                return;
            }
            String quoted = Identifiers.quote(name);
            if (value == null) {
                tests.add(quoted + " IS NULL");
            } else {
                // without affinity and collation: as it is stored and not otherwise
                tests.add("typeof(" + quoted + ") = '" + storage(value) + "' AND +" + quoted + " COLLATE BINARY = ?");
                values.add(value);
            }
        });
        return new Guard(String.join(" AND ", tests), values);
    }

    private static String storage(Object value) {
        if (value instanceof Long) {
            return "integer";
        } else if (value instanceof Double) {
            return "real";
        }
        return value instanceof String ? "text" : "blob";
    }

    /** The statement that does it if all is as it was seen, and gives a row if it did; null if there is nothing to do. */
    @Nullable
    D1Statement statement(@Nullable Seen seen) throws StoreException {
        SqliteChange.Step step = change.step(seen != null);
        if (step == null) {
            return null;
        } else if (seen == null) {
            return D1Statement.of(step.sql() + " RETURNING 1", step.values(), task);
        }
        Guard guard = guard(seen);
        List<@Nullable Object> values = new ArrayList<>(step.values());
        values.addAll(guard.values());
        return D1Statement.of(step.sql() + " AND " + guard.text() + " RETURNING 1", values, task);
    }

    /** Whether it is done also when its statement gives no row. */
    boolean isAlwaysDone(@Nullable Seen seen) {
        SqliteChange.Step step = change.step(seen != null);
        return step == null || step.always();
    }

    /** The statements that do it, or undo everything in their request and complain with the place of the effect. */
    List<D1Statement> whole(@Nullable Seen seen) throws StoreException {
        List<D1Statement> all = new ArrayList<>();
        if (seen != null) {
            Guard guard = guard(seen);
            all.add(asserting(
                    "EXISTS (SELECT 1 FROM " + table().sql() + " WHERE " + guard.text() + ")",
                    guard.values(),
                    place,
                    task));
        } else if (isNew()) {
            all.add(asserting(
                    "NOT EXISTS (SELECT 1 FROM " + table().sql() + " WHERE " + table().sameKey() + ")",
                    new ArrayList<>(change.key().values()),
                    place,
                    task));
        }
        SqliteChange.Step step = change.step(seen != null);
        if (step != null) {
            all.add(D1Statement.of(step.sql(), step.values(), task));
            if (!step.always()) {
                all.add(asserting("changes() = 1", List.of(), place, task));
            }
        }
        return all;
    }

    /** There is no way to raise an error but to make one: the path is none, and the complaint names it. */
    static D1Statement asserting(String test, List<? extends @Nullable Object> values, int place, String task)
            throws StoreException {
        return D1Statement.of(
                "SELECT CASE WHEN " + test + " THEN 1 ELSE json_extract('{}', '" + MARK + place + "') END",
                values,
                task);
    }

    /** Columns in which two rows differ are of no interest to anybody; that they do is. */
    static boolean isSame(@Nullable Seen a, @Nullable Seen b) {
        return a == null ? b == null : a.isSame(b);
    }

    /** Every column of its table. */
    SqliteSelect select(String store) throws StoreException {
        return SqliteSelect.of(table(), store, List.of());
    }

    @Override
    public String toString() {
        return "D1Change[" + place + ", " + Arrays.asList(change.effect().kind()) + "]";
    }
}
