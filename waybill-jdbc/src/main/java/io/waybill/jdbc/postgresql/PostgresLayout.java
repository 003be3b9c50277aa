package io.waybill.jdbc.postgresql;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The columns of the rows of one reading. Safe for many threads. */
final class PostgresLayout {
    private final List<PostgresTable.Column> columns;
    private final @Nullable PostgresWire[] wires;
    private volatile @Nullable Answer last;

    /** Whether a table keeps the rows as they are. */
    private record Answer(PostgresTable table, boolean keeps) {}

    PostgresLayout(List<PostgresTable.Column> columns) {
        this.columns = List.copyOf(columns);
        this.wires = columns.stream().map(column -> column.type().wire()).toArray(PostgresWire[]::new);
    }

    /** Whether the binary form of every column is known. */
    boolean isBinary() {
        return !Arrays.asList(wires).contains(null);
    }

    /** The binary form of a column, if there is one for all. */
    PostgresWire wire(int place) {
        return Objects.requireNonNull(wires[place]);
    }

    int size() {
        return columns.size();
    }

    PostgresTable.Column column(int place) {
        return columns.get(place);
    }

    /** Whether a table holds every row of these columns just as it is: its columns of these names have the very same types. */
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
