package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Connections;
import io.waybill.store.Predicate;
import io.waybill.store.Spelled;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A server-side cursor over a key range, in a session that it holds. */
record PostgresCursor(Connections.Lease lease, PreparedStatement statement, ResultSet rows) implements AutoCloseable {
    /** Before the size of a row is known. */
    private static final int FIRST_FETCH = 16;

    /** Takes over the lease, unless it throws. */
    static PostgresCursor open(
            PostgresSelect select,
            Connections.Lease lease,
            KeyToken.Range range,
            List<Predicate> where,
            long limit,
            int mostRows)
            throws SQLException, StoreException {
        List<String> conditions = new ArrayList<>();
        List<Row> keys = new ArrayList<>();
        if (range.after() != null) {
            conditions.add("(" + select.keyColumns() + ") > " + select.keyParameters());
            keys.add(range.after());
        }
        if (range.upto() != null) {
            conditions.add("(" + select.keyColumns() + ") <= " + select.keyParameters());
            keys.add(range.upto());
        }
        List<Object> values = new ArrayList<>();
        for (Predicate each : where) {
            Spelled spelled = Spelled.of(each, new PostgresFilter(select.table()));
            if (spelled == null) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot read table " + select.table().asked() + " in " + select.store()
                                + ": its columns changed, and " + each + " cannot be tested any more. Run it again.");
            }
            conditions.add(spelled.text());
            values.addAll(spelled.values());
        }
        String sql = "SELECT " + select.columns() + " FROM " + select.table().sql() + " AS t"
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                + " ORDER BY " + select.keyColumns()
                + (limit < Long.MAX_VALUE / 2 ? " LIMIT " + Math.max(0, limit) : "");
        PreparedStatement statement = lease.connection().prepareStatement(sql);
        try {
            statement.setFetchSize(Math.min(FIRST_FETCH, mostRows));
            int next = 1;
            for (Row key : keys) {
                next = select.bind(statement, next, key);
            }
            for (Object value : values) {
                statement.setString(next++, (String) value);
            }
            return new PostgresCursor(lease, statement, statement.executeQuery());
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try (lease;
                statement) {
            rows.close();
        } catch (SQLException e) {
            lease.spoil();
        }
    }
}
