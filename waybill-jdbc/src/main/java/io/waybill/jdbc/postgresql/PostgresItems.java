package io.waybill.jdbc.postgresql;

import io.waybill.store.Item;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a key range in key order. After a failure that may pass, the next page is asked for in a new session, from
 * just after the last one; any other failure stays.
 */
final class PostgresItems implements Source.Items {
    private static final int LARGEST_PAGE = 4_000;
    /** Bytes that one page aims to stay below. */
    private static final long PAGE_SIZE = 4 << 20;

    private final PostgresOpened opened;
    private final PostgresSelect select;
    private final long limit;
    private KeyToken.Range rest;
    private long given;
    private @Nullable PostgresCursor cursor;
    /** Whether the next row may be the last one of before. */
    private boolean overlaps;

    private boolean ended;
    private @Nullable StoreException failure;

    /**
     * @param given rows given before
     * @param limit most rows to give, those before included
     */
    PostgresItems(PostgresOpened opened, PostgresSelect select, KeyToken.Range rest, long given, long limit) {
        this.opened = opened;
        this.select = select;
        this.rest = rest;
        this.given = given;
        this.limit = limit;
    }

    /** Opens the cursor, unless it is open. */
    PostgresCursor cursor() throws StoreException {
        PostgresCursor open = cursor;
        if (open == null) {
            overlaps = select.table().isQuery() && rest.after() != null;
            long most = limit - given;
            open = opened.cursor(select, rest, overlaps && most < Long.MAX_VALUE ? most + 1 : most);
            cursor = open;
        }
        return open;
    }

    @Override
    public Source.@Nullable Page next() throws StoreException {
        return next(LARGEST_PAGE);
    }

    @Override
    public Source.@Nullable Page next(int most) throws StoreException {
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            return null;
        }
        PostgresCursor open = cursor();
        try {
            return page(open, most);
        } catch (SQLException e) {
            throw failed(opened.failed(open.lease(), e));
        } catch (StoreException e) {
            throw failed(e);
        }
    }

    private StoreException failed(StoreException e) {
        if (!e.isTransient()) {
            failure = e;
        }
        close();
        return e;
    }

    private Source.@Nullable Page page(PostgresCursor open, int most) throws SQLException, StoreException {
        return open.rows().isBinary() && select.isOfWanted() && !select.table().isQuery()
                ? raw(open, most)
                : decoded(open);
    }

    private Source.@Nullable Page raw(PostgresCursor open, int most) throws SQLException, StoreException {
        PostgresPage page = new PostgresPage(select);
        Row before = rest.after() == null ? Row.EMPTY : rest.after();
        long size = 0;
        while (!ended && page.size() < most && page.decoded() < LARGEST_PAGE && size < PAGE_SIZE) {
            byte[] row = open.rows().next();
            if (row == null) {
                ended = true;
            } else {
                page.add(row, before);
                size += row.length;
            }
        }
        return page.isEmpty() ? null : page(page.items(), page.key(page.size() - 1));
    }

    private Source.Page page(List<Item> items, Row last) {
        given += items.size();
        rest = new KeyToken.Range(last, rest.upto());
        return new Source.Page(items, new Source.Position(new KeyToken.Place(given, last).token()));
    }

    private Source.@Nullable Page decoded(PostgresCursor open) throws SQLException, StoreException {
        List<Item> items = new ArrayList<>();
        long size = 0;
        Row last = Row.EMPTY;
        boolean more = true;
        while (items.size() < LARGEST_PAGE && size < PAGE_SIZE) {
            Row before = items.isEmpty() && rest.after() != null ? rest.after() : last;
            PostgresSelect.Taken taken = open.next(before);
            if (taken == null) {
                more = false;
                break;
            }
            if (select.table().isQuery() && taken.item().key().key().equals(before)) {
                if (!overlaps) {
                    throw select.twice(taken.item().key());
                }
                overlaps = false;
                continue;
            }
            overlaps = false;
            items.add(taken.item());
            size += taken.size();
            last = taken.item().key().key();
        }
        ended = !more;
        return items.isEmpty() ? null : page(items, last);
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
