package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.Catalogued.UniqueKey;
import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.StoreException;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes room for new rows where triggers, in the same transaction, inserted rows with a key of theirs: since we are about to
 * write these, the ones of the triggers go. A row that stood there before, or that somebody else wrote, is never touched.
 * Confined to one transaction and one group of changes.
 */
final class PostgresTriggered {
    private final Connection connection;
    private final PostgresStore store;
    private final long transaction;
    private final Map<String, List<List<String>>> keys = new HashMap<>();
    /** Values that a row has that is not a trigger's: it stood there before, or more than one of ours has them. */
    private final Set<Point> fixed = new HashSet<>();

    private PostgresTriggered(Connection connection, PostgresStore store, long transaction) {
        this.connection = connection;
        this.store = store;
        this.transaction = transaction;
    }

    /** Some columns of a table and their values. */
    private record Point(String table, List<String> columns, Digest value) {}

    /** Looks, before anything of the group is done, at what stands at its unique keys; its rows are locked by their keys. */
    static PostgresTriggered of(Connection connection, PostgresStore store, List<PostgresChange> group)
            throws SQLException, StoreException {
        PostgresTriggered made;
        try (Statement statement = connection.createStatement();
                ResultSet number = statement.executeQuery("SELECT pg_catalog.txid_current()")) {
            number.next();
            made = new PostgresTriggered(connection, store, number.getLong(1));
        }
        Map<PostgresTable, List<PostgresChange>> byTable = new LinkedHashMap<>();
        for (PostgresChange change : group) {
            byTable.computeIfAbsent(change.table(), table -> new ArrayList<>()).add(change);
        }
        Map<String, List<UniqueKey>> known = new HashMap<>();
        for (Map.Entry<PostgresTable, List<PostgresChange>> each : byTable.entrySet()) {
            String schema = each.getKey().schema();
            if (!known.containsKey(schema)) {
                known.put(schema, PostgresTables.uniqueKeys(connection, schema));
            }
            made.add(each.getKey(), each.getValue(), known.getOrDefault(schema, List.of()));
        }
        return made;
    }

    private void add(PostgresTable table, List<PostgresChange> changes, List<UniqueKey> known)
            throws SQLException, StoreException {
        List<List<String>> all = new ArrayList<>(List.of(table.key()));
        // a row of ours that is changed in place could not be told from a trigger's
        if (changes.stream().allMatch(PostgresTriggered::isNew)) {
            for (UniqueKey key : known) {
                if (key.table().equals(table.name())
                        && !Set.copyOf(key.columns()).equals(Set.copyOf(table.key()))) {
                    all.add(key.columns());
                    fix(table, key.columns(), changes);
                }
            }
        }
        keys.put(table.asked(), all);
    }

    private void fix(PostgresTable table, List<String> columns, List<PostgresChange> changes)
            throws SQLException, StoreException {
        Map<Point, Row> values = new LinkedHashMap<>();
        for (PostgresChange change : changes) {
            Row value = value(change, columns);
            Point point = value == null ? null : point(table, columns, value);
            if (point != null && value != null && values.put(point, value) != null) {
                fixed.add(point);
            }
        }
        for (Row found : PostgresFind.present(
                connection, table, store.location().toString(), columns, List.copyOf(values.values()))) {
            fixed.add(point(table, columns, found));
        }
    }

    private static Point point(PostgresTable table, List<String> columns, Row value) {
        return new Point(table.asked(), columns, Canonical.digest(value));
    }

    private static boolean isNew(PostgresChange change) {
        return change.effect().kind() == Effect.Kind.PUT && change.effect().condition() instanceof Condition.Absent;
    }

    /** The values of a unique key, or null when it does not count since one is null or left to the server. */
    private static @Nullable Row value(PostgresChange change, List<String> columns) {
        for (String column : columns) {
            Value value = change.row().find(column);
            if (value == null || value instanceof Value.Null) {
                return null;
            }
        }
        return change.row().only(columns);
    }

    /** Removes what triggers inserted where these new rows of one table go. */
    void makeRoom(List<PostgresChange> changes) throws SQLException {
        PostgresTable table = changes.get(0).table();
        for (List<String> columns : keys.getOrDefault(table.asked(), List.of())) {
            String sql = "DELETE FROM " + table.sql() + " AS t" + changes.get(0).where(columns) + " AND " + ours();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                boolean any = false;
                for (PostgresChange change : changes) {
                    Row value = isNew(change) ? value(change, columns) : null;
                    if (value != null && !fixed.contains(point(table, columns, value))) {
                        for (int i = 0; i < columns.size(); i++) {
                            statement.setString(i + 1, PostgresLiteral.of(value.at(i)));
                        }
                        statement.addBatch();
                        any = true;
                    }
                }
                if (any) {
                    remove(statement);
                }
            }
        }
    }

    private void remove(PreparedStatement statement) throws SQLException {
        try {
            for (int count : statement.executeBatch()) {
                if (count > 0) {
                    store.meetTriggered();
                }
            }
        } catch (BatchUpdateException e) {
            throw e.getNextException() != null ? e.getNextException() : e;
        }
    }

    /**
     * Whether this transaction wrote the row, or a part of it that a block of a trigger with a handler of errors is: such
     * parts have numbers of their own, a little after ours, and are under way as long as we are. What others wrote is only
     * seen once it is committed.
     */
    private String ours() {
        String number = Identifiers.quote("xmin");
        String after = "((CAST(CAST(t." + number + " AS text) AS bigint) - " + transaction + ") << 32 >> 32)";
        return "CASE WHEN " + after + " BETWEEN 0 AND 1000000 THEN pg_catalog.txid_status(" + transaction + " + "
                + after + ") = 'in progress' ELSE false END";
    }
}
