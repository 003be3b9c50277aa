package io.waybill.engine;

import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one split, whatever happens to the view of the source that they are read under. A failure that may pass is
 * tried again under the same view first; when that is lost, as with the session that holds a snapshot, the source is opened
 * again and reading goes on after the last page. Not safe for use by several threads.
 */
final class RowPages implements Closeable {
    private final Source source;
    private final Selection selection;
    private final Source.Opened shared;
    private final Source.Split split;
    private final Retry retry;
    private final Stop stop;
    private Source.@Nullable Position after;
    private Source.@Nullable Opened own;
    private Source.@Nullable Items items;

    RowPages(
            Source source,
            Selection selection,
            Source.Opened shared,
            Source.Split split,
            Source.@Nullable Position after,
            Retry retry,
            Stop stop) {
        this.source = source;
        this.selection = selection;
        this.shared = shared;
        this.split = split;
        this.after = after;
        this.retry = retry;
        this.stop = stop;
    }

    /**
     * The next page, or null at the end.
     *
     * @param raw how many rows there may be if they are given as they are; 0 when that is of no use
     */
    Source.@Nullable Page next(int raw) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Source.Page page = raw > 0 ? items().next(raw) : items().next();
                if (page != null) {
                    after = page.position();
                }
                return page;
            } catch (StoreException e) {
                if (!e.isTransient() || attempt > retry.retries() || stop.isRequested()) {
                    throw e;
                }
                retry.pause(attempt, e);
                if (attempt > 1) {
                    reopen();
                } else {
                    forget();
                }
            }
        }
    }

    private Source.Items items() throws StoreException {
        Source.Items open = items;
        if (open == null) {
            open = (own == null ? shared : own).read(split, after);
            items = open;
        }
        return open;
    }

    /** What is read next begins after the last page: a reader that failed may have passed over rows. */
    private void forget() throws IOException {
        Source.Items open = items;
        items = null;
        if (open != null) {
            open.close();
        }
    }

    private void reopen() throws IOException {
        close();
        try {
            own = source.open(selection);
        } catch (StoreException e) {
            if (!e.isTransient()) {
                throw e;
            }
        }
    }

    @Override
    public void close() throws IOException {
        Source.Items open = items;
        items = null;
        Source.Opened view = own;
        own = null;
        try (view) {
            if (open != null) {
                open.close();
            }
        }
    }
}
