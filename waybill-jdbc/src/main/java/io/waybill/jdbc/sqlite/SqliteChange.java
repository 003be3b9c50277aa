package io.waybill.jdbc.sqlite;

import io.waybill.jdbc.Identifiers;
import io.waybill.jdbc.RowConditions;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An effect checked against its table.
 *
 * @param key what is stored for the columns of the key
 * @param row of a put, the whole row; of a patch, what it sets, with null for what it drops; of a removal, empty
 * @param stored what is stored for the columns of {@code row}
 */
public record SqliteChange(
        Effect effect,
        SqliteTable table,
        Map<String, @Nullable Object> key,
        Row row,
        Map<String, @Nullable Object> stored) {

    /** The key of an effect, as that of a row. */
    public static RowKey key(Effect effect, String task) throws StoreException {
        if (effect.key() instanceof RowKey key) {
            return key;
        }
        throw new StoreException(Kind.INVALID, task + ": a table has rows, not files. Name a table.");
    }

    /** Checks an effect on a table. */
    public static SqliteChange of(SqliteTable table, Effect effect, String task) throws StoreException {
        RowKey rowKey = key(effect, task);
        Map<String, @Nullable Object> key = SqliteHolding.key(table, rowKey, task);
        Row row = Row.EMPTY;
        if (effect.content() instanceof Content.RowContent put && effect.kind() == Effect.Kind.PUT) {
            row = put.row();
        } else if (effect.content() instanceof Content.RowPatch patch && effect.kind() == Effect.Kind.PATCH) {
            row = patch.set();
            for (String dropped : patch.drop()) {
                row = row.with(dropped, Value.NULL);
            }
        } else if (effect.kind() != Effect.Kind.REMOVE) {
            throw new StoreException(Kind.INVALID, task + ": what is to be written is no row. Send a row.");
        }
        Map<String, @Nullable Object> stored = SqliteHolding.store(table, row, task);
        for (Map.Entry<String, @Nullable Object> part : key.entrySet()) {
            boolean named = stored.containsKey(part.getKey());
            boolean same =
                    named ? isSame(stored.get(part.getKey()), part.getValue()) : effect.kind() != Effect.Kind.PUT;
            if (!same) {
                throw new StoreException(
                        Kind.INVALID, task + ": the row has another key. Give it the values of its key.");
            }
        }
        return new SqliteChange(effect, table, key, row, stored);
    }

    private static boolean isSame(@Nullable Object a, @Nullable Object b) {
        return (a instanceof byte[] x && b instanceof byte[] y) ? Arrays.equals(x, y) : java.util.Objects.equals(a, b);
    }

    /** Whether what stands there has to be seen before; a new row is put where nothing stands by the statement itself. */
    public boolean looksFirst() {
        boolean any = effect.condition() instanceof Condition.Any && effect.kind() != Effect.Kind.PATCH;
        return !any && !isNew();
    }

    private boolean isNew() {
        return effect.kind() == Effect.Kind.PUT && effect.condition() instanceof Condition.Absent;
    }

    /** Whether the condition of the effect holds for what stands there. */
    public boolean holds(@Nullable Row found) {
        return RowConditions.hold(effect, row, found);
    }

    /**
     * What does it.
     *
     * @param always whether it is done also when it changes no row; else a new row's key is taken, or a trigger left it out
     */
    public record Step(String sql, List<? extends @Nullable Object> values, boolean always) {}

    /** What does it, where something was found there or not; null if nothing is to be done. */
    public @Nullable Step step(boolean found) {
        if (effect.kind() == Effect.Kind.REMOVE) {
            return new Step(
                    "DELETE FROM " + table.sql() + " WHERE " + table.sameKey(), new ArrayList<>(key.values()), !found);
        } else if (found) {
            return update();
        }
        List<String> names = List.copyOf(row.names());
        String marks = String.join(", ", java.util.Collections.nCopies(names.size(), "?"));
        List<String> changes = new ArrayList<>();
        if (!isNew()) {
            for (String name : names) {
                if (!table.key().contains(name)) {
                    changes.add(Identifiers.quote(name) + " = excluded." + Identifiers.quote(name));
                }
            }
            defaults(changes);
        }
        String sql = "INSERT INTO " + table.sql() + " (" + Identifiers.list("", names) + ") VALUES (" + marks
                + ") ON CONFLICT (" + Identifiers.list("", table.key()) + ") DO "
                + (changes.isEmpty() ? "NOTHING" : "UPDATE SET " + String.join(", ", changes));
        return new Step(sql, new ArrayList<>(stored.values()), !isNew() && changes.isEmpty());
    }

    private @Nullable Step update() {
        List<String> changes = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        stored.forEach((name, value) -> {
            if (!table.key().contains(name)) {
                changes.add(Identifiers.quote(name) + " = ?");
                values.add(value);
            }
        });
        if (effect.kind() == Effect.Kind.PUT) {
            defaults(changes);
        }
        if (changes.isEmpty()) {
            return null;
        }
        values.addAll(key.values());
        String sql = "UPDATE " + table.sql() + " SET " + String.join(", ", changes) + " WHERE " + table.sameKey();
        return new Step(sql, values, false);
    }

    /** A put says what the whole row is: what it does not name becomes what a new row has there. */
    private void defaults(List<String> changes) {
        for (SqliteTable.Column column : table.columns().values()) {
            if (!column.generated() && !column.inKey() && !row.has(column.name())) {
                String otherwise = column.otherwise();
                changes.add(Identifiers.quote(column.name()) + " = "
                        + (otherwise == null ? "NULL" : "(" + otherwise + ")"));
            }
        }
    }
}
