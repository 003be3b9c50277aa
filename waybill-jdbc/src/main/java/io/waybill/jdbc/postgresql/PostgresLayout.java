package io.waybill.jdbc.postgresql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of the lines of one reading. Safe for many threads. */
final class PostgresLayout {
    private final List<PostgresTable.Column> columns;
    private volatile @Nullable Answer last;

    /** Whether a table keeps the lines as they are. */
    private record Answer(PostgresTable table, boolean keeps) {}

    PostgresLayout(List<PostgresTable.Column> columns) {
        this.columns = List.copyOf(columns);
    }

    int size() {
        return columns.size();
    }

    PostgresTable.Column column(int place) {
        return columns.get(place);
    }

    /** Whether a table holds every line of these columns just as it is: its columns of these names have the very same types. */
    @SuppressWarnings("ReferenceEquality") // tables are looked up once
    boolean isKeptBy(PostgresTable table) {
        Answer known = last;
        if (known == null || known.table() != table) {
            known = new Answer(table, columns.stream().allMatch(column -> isKept(column, table.find(column.name()))));
            last = known;
        }
        return known.keeps();
    }

    private static boolean isKept(PostgresTable.Column column, PostgresTable.@Nullable Column there) {
        return there != null
                && !there.computed()
                && (there.nullable() || !column.nullable())
                && there.type().isFaithful()
                && there.type().sql().equals(column.type().sql())
                && there.type().shown().equals(column.type().shown());
    }
}
