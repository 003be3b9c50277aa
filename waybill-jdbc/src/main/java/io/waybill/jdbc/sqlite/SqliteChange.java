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
import java.sql.SQLException;
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
record SqliteChange(
        Effect effect,
        SqliteTable table,
        Map<String, @Nullable Object> key,
        Row row,
        Map<String, @Nullable Object> stored) {

    static SqliteChange of(SqliteStatements statements, Effect effect, String task)
            throws SQLException, StoreException {
        if (!(effect.key() instanceof RowKey rowKey)) {
            throw new StoreException(Kind.INVALID, task + ": a table has rows, not files. Name a table.");
        }
        SqliteTable table = statements.table(rowKey.table());
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
    boolean looksFirst() {
        boolean any = effect.condition() instanceof Condition.Any && effect.kind() != Effect.Kind.PATCH;
        return !any && !isNew();
    }

    private boolean isNew() {
        return effect.kind() == Effect.Kind.PUT && effect.condition() instanceof Condition.Absent;
    }

    boolean holds(@Nullable Row found) {
        return RowConditions.hold(effect, row, found);
    }

    /** Does it; false if the row is new and its key is taken, or if a trigger left it out. */
    boolean perform(SqliteStatements statements, @Nullable Row found) throws SQLException {
        if (effect.kind() == Effect.Kind.REMOVE) {
            int removed = statements.change("DELETE FROM " + table.sql() + " WHERE " + table.sameKey(), key.values());
            return removed == 1 || found == null;
        } else if (found != null) {
            return update(statements);
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
        return statements.change(sql, stored.values()) == 1 || (!isNew() && changes.isEmpty());
    }

    private boolean update(SqliteStatements statements) throws SQLException {
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
            return true;
        }
        values.addAll(key.values());
        String sql = "UPDATE " + table.sql() + " SET " + String.join(", ", changes) + " WHERE " + table.sameKey();
        return statements.change(sql, values) == 1;
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
