package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Connections;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a key range in key order, through a server-side cursor. */
final class PostgresItems implements Source.Items {
    private static final int LARGEST_PAGE = 2_000;
    private static final int FIRST_FETCH = 16;
    /** Characters that one page, and one fetch, aims to stay below. */
    private static final long PAGE_SIZE = 4 << 20;

    private final PostgresOpened opened;
    private final PostgresSelect select;
    private final Connections.Lease lease;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private long given;
    private boolean ended;
    private @Nullable StoreException failure;

    private PostgresItems(
            PostgresOpened opened,
            PostgresSelect select,
            Connections.Lease lease,
            PreparedStatement statement,
            ResultSet rows,
            long given) {
        this.opened = opened;
        this.select = select;
        this.lease = lease;
        this.statement = statement;
        this.rows = rows;
        this.given = given;
    }

    /** Takes over the lease, unless it throws. */
    static PostgresItems open(
            PostgresOpened opened,
            PostgresSelect select,
            Connections.Lease lease,
            KeyToken.Range range,
            long given,
            long limit)
            throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT ").append(select.columns());
        sql.append(" FROM ").append(select.table().sql()).append(" AS t");
        String keyword = " WHERE (";
        for (String operator : operators(range)) {
            sql.append(keyword)
                    .append(select.keyColumns())
                    .append(") ")
                    .append(operator)
                    .append(' ');
            sql.append(select.keyParameters());
            keyword = " AND (";
        }
        sql.append(" ORDER BY ").append(select.keyColumns());
        if (limit < Long.MAX_VALUE / 2) {
            sql.append(" LIMIT ").append(Math.max(0, limit));
        }
        PreparedStatement statement = lease.connection().prepareStatement(sql.toString());
        try {
            statement.setFetchSize(FIRST_FETCH);
            int next = 1;
            for (Row key : keys(range)) {
                next = select.bind(statement, next, key);
            }
            return new PostgresItems(opened, select, lease, statement, statement.executeQuery(), given);
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static List<String> operators(KeyToken.Range range) {
        List<String> operators = new ArrayList<>();
        if (range.after() != null) {
            operators.add(">");
        }
        if (range.upto() != null) {
            operators.add("<=");
        }
        return operators;
    }

    private static List<Row> keys(KeyToken.Range range) {
        List<Row> keys = new ArrayList<>();
        if (range.after() != null) {
            keys.add(range.after());
        }
        if (range.upto() != null) {
            keys.add(range.upto());
        }
        return keys;
    }

    @Override
    public Source.@Nullable Page next() throws StoreException {
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            return null;
        }
        try {
            return page();
        } catch (SQLException e) {
            failure = opened.failed(lease, e);
            throw failure;
        } catch (StoreException e) {
            failure = e;
            throw e;
        }
    }

    private Source.@Nullable Page page() throws SQLException, StoreException {
        List<Item> items = new ArrayList<>();
        long size = 0;
        long largest = 1;
        Row last = Row.EMPTY;
        while (items.size() < LARGEST_PAGE && size < PAGE_SIZE) {
            if (!rows.next()) {
                ended = true;
                break;
            }
            PostgresSelect.Taken taken = select.take(rows);
            items.add(new RowItem(taken.key(), taken.row(), Version.NONE));
            size += taken.size();
            largest = Math.max(largest, taken.size());
            last = taken.key().key();
        }
        if (!ended) {
            rows.setFetchSize((int) Math.max(1, Math.min(LARGEST_PAGE, PAGE_SIZE / largest)));
        }
        if (items.isEmpty()) {
            return null;
        }
        given += items.size();
        return new Source.Page(items, new Source.Position(new KeyToken.Place(given, last).token()));
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
