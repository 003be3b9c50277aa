package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Connections;
import io.waybill.store.Predicate;
import io.waybill.store.Spelled;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a key range, in key order, in a session that it holds. */
record PostgresCursor(Connections.Lease lease, PostgresSelect select, PostgresRows rows) implements AutoCloseable {
    /** Takes over the lease, unless it throws. */
    static PostgresCursor open(
            PostgresSelect select, Connections.Lease lease, KeyToken.Range range, List<Predicate> where, long limit)
            throws SQLException, StoreException {
        List<String> conditions = new ArrayList<>();
        List<String> values = new ArrayList<>();
        if (range.after() != null) {
            String key = "(" + select.keyColumns() + ")";
            // Of a query the last row is read again, and null comes too: a key that is there twice, or null, is to be
            // seen.
            conditions.add(
                    select.table().isQuery()
                            ? "(" + key + " >= " + select.keyParameters() + ") IS NOT FALSE"
                            : key + " > " + select.keyParameters());
            values.addAll(select.keyValues(range.after()));
        }
        if (range.upto() != null) {
            conditions.add("(" + select.keyColumns() + ") <= " + select.keyParameters());
            values.addAll(select.keyValues(range.upto()));
        }
        for (Predicate each : where) {
            Spelled spelled = Spelled.of(each, new PostgresFilter(select.table()));
            if (spelled == null) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot read " + select.table().noun() + " in " + select.store() + ": its columns changed, and "
                                + each + " cannot be tested any more. Run it again.");
            }
            conditions.add(spelled.text());
            spelled.values().forEach(value -> values.add((String) value));
        }
        String rest = (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                + " ORDER BY " + select.keyColumns()
                + (limit < Long.MAX_VALUE / 2 ? " LIMIT " + Math.max(0, limit) : "");
        return new PostgresCursor(
                lease,
                select,
                PostgresRows.open(
                        lease.connection(), select.all(), select.layout().isBinary(), rest, values));
    }

    /**
     * The next row, or null at the end.
     *
     * @param after the key of the row before, for messages; empty for none
     */
    PostgresSelect.@Nullable Taken next(Row after) throws SQLException, StoreException {
        byte[] row = rows.next();
        return row == null ? null : select.take(row, rows.isBinary(), after);
    }

    @Override
    public void close() {
        try (lease) {
            rows.close();
        } catch (SQLException e) {
            lease.spoil();
        }
    }
}
