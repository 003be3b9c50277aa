package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sequences that number new rows of a table: those of identity columns, and those in the defaults of others. */
final class PostgresSequences {
    private static final String FIND =
            "SELECT DISTINCT q.attname, n.nspname, s.relname, s.oid::bigint, p.seqincrement > 0,"
                    + " p.seqmin, p.seqmax FROM (SELECT a.attname, d.objid AS sequence FROM pg_catalog.pg_depend d"
                    + " JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
                    + " WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass"
                    + " AND d.refobjid = ?::regclass AND d.deptype = 'i'"
                    + " UNION SELECT a.attname, d.refobjid FROM pg_catalog.pg_attrdef x"
                    + " JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = x.oid"
                    + " AND d.refclassid = 'pg_catalog.pg_class'::regclass"
                    + " JOIN pg_catalog.pg_attribute a ON a.attrelid = x.adrelid AND a.attnum = x.adnum"
                    + " WHERE x.adrelid = ?::regclass) AS q JOIN pg_catalog.pg_class s ON s.oid = q.sequence AND s.relkind = 'S'"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace"
                    + " JOIN pg_catalog.pg_sequence p ON p.seqrelid = s.oid ORDER BY 1, 2, 3";

    private static final int MOST_ROUNDS = 100;

    private PostgresSequences() {}

    /**
     * A sequence and the column that it numbers.
     *
     * @param up whether its numbers grow
     * @param last the last number that it can give
     */
    record Sequence(String column, String schema, String name, long oid, boolean up, long last) {
        /** As people of the table's schema call it. */
        String shown(PostgresTable table) {
            return table.schema().equals(schema) ? name : schema + "." + name;
        }

        private String sql() {
            return Identifiers.quote(schema) + "." + Identifiers.quote(name);
        }
    }

    /** Those of columns that hold numbers. */
    static List<Sequence> of(Connection connection, PostgresTable table) throws SQLException {
        List<Sequence> all = new ArrayList<>();
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setString(1, table.sql());
            find.setString(2, table.sql());
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    boolean up = found.getBoolean(5);
                    String column = found.getString(1);
                    PostgresTable.Column known = table.find(column);
                    if (known != null && known.type().shown().matches("smallint|integer|bigint|numeric.*")) {
                        all.add(new Sequence(
                                column,
                                found.getString(2),
                                found.getString(3),
                                found.getLong(4),
                                up,
                                found.getLong(up ? 7 : 6)));
                    }
                }
            }
        }
        return all;
    }

    /** Advances those that lag behind their columns; answers in words what it did. */
    static List<String> advance(Connection connection, PostgresTable table) throws SQLException {
        List<String> told = new ArrayList<>();
        for (Sequence sequence : of(connection, table)) {
            BigDecimal end = end(connection, table, sequence);
            if (end == null) {
                continue;
            }
            String name = "sequence " + sequence.shown(table);
            BigDecimal last = BigDecimal.valueOf(sequence.last());
            boolean reaches = sequence.up() ? end.compareTo(last) <= 0 : end.compareTo(last) >= 0;
            if (!reaches) {
                told.add(name + " cannot follow column " + sequence.column() + " of " + table.asked() + " to "
                        + end.toPlainString() + ": it ends at " + sequence.last());
            } else if (advance(connection, sequence, end.longValue())) {
                told.add(name + " advanced to " + end.longValue());
            }
        }
        return told;
    }

    /** The whole number that stands furthest in a sequence's direction, or null when there is none. */
    private static @Nullable BigDecimal end(Connection connection, PostgresTable table, Sequence sequence)
            throws SQLException {
        String rounded = sequence.up() ? "pg_catalog.floor(pg_catalog.max(" : "pg_catalog.ceil(pg_catalog.min(";
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT " + rounded + Identifiers.quote(sequence.column())
                        + ")::numeric)::text FROM " + table.sql())) {
            String text = found.next() ? found.getString(1) : null;
            return text == null || !text.matches("-?[0-9]+") ? null : new BigDecimal(text);
        }
    }

    /** In one statement, so that numbers that are given meanwhile are not given again. */
    private static boolean advance(Connection connection, Sequence sequence, long to) throws SQLException {
        String before = sequence.up() ? "<" : ">";
        String sql = "SELECT pg_catalog.setval(?::bigint::oid::regclass, ?) FROM " + sequence.sql()
                + " WHERE last_value " + before + " ? OR (last_value = ? AND NOT is_called)";
        try (PreparedStatement advance = connection.prepareStatement(sql)) {
            advance.setLong(1, sequence.oid());
            advance.setLong(2, to);
            advance.setLong(3, to);
            advance.setLong(4, to);
            try (ResultSet done = advance.executeQuery()) {
                return done.next();
            }
        }
    }

    /** As many numbers that no row has, in the sequence's order. */
    static List<Value> take(Connection connection, PostgresTable table, String column, int count, String task)
            throws SQLException, StoreException {
        Sequence sequence = null;
        for (Sequence each : of(connection, table)) {
            sequence = sequence == null && each.column().equals(column) ? each : sequence;
        }
        if (sequence == null) {
            throw new StoreException(Kind.INVALID, task + ": no sequence numbers it. Name a column that has one.");
        }
        String sql = "SELECT n.v FROM (SELECT pg_catalog.nextval(?::bigint::oid::regclass) AS v"
                + " FROM pg_catalog.generate_series(1, ?) OFFSET 0) AS n WHERE NOT EXISTS (SELECT 1 FROM " + table.sql()
                + " AS t WHERE t." + Identifiers.quote(column) + " = n.v)";
        List<Value> numbers = new ArrayList<>();
        for (int round = 0; numbers.size() < count; round++) {
            int before = numbers.size();
            if (round == MOST_ROUNDS) {
                throw new StoreException(
                        Kind.INVALID,
                        task + ": sequence " + sequence.shown(table) + " gives numbers that rows have. Mend it.");
            }
            try (PreparedStatement next = connection.prepareStatement(sql)) {
                next.setLong(1, sequence.oid());
                next.setInt(2, count - before);
                try (ResultSet found = next.executeQuery()) {
                    while (found.next()) {
                        numbers.add(Value.of(found.getLong(1)));
                    }
                }
            }
            BigDecimal end = numbers.size() < count ? end(connection, table, sequence) : null;
            if (end != null && end.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0) {
                advance(connection, sequence, end.longValue()); // it lags behind rows that were numbered otherwise
            }
        }
        return numbers;
    }
}
