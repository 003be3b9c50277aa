package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.RowsBefore;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.Move;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every target of a run again, after its rollback, and compares it with what was noted before the run changed it:
 * nothing, or the before-image. Changes nothing.
 */
final class Restored {
    private static final int SAMPLES = 10;

    private final Setup setup;
    private final LedgerReader reader;
    private final Stores stores;
    private final Live live;
    private final Stop stop;
    private final List<String> samples = new ArrayList<>();
    private long compared;
    private long different;

    Restored(Setup setup, LedgerReader reader, Stores stores, Live live, Stop stop) {
        this.setup = setup;
        this.reader = reader;
        this.stores = stores;
        this.live = live;
        this.stop = stop;
    }

    RestoredReport look(Selector selector) throws StoreException, LedgerException {
        live.phase("comparing the targets with what was there before");
        for (Move move : setup.plan().moves()) {
            List<Entry> entries = new ArrayList<>();
            reader.entries(selector.withMove(move.name()), 0, entries::add);
            Retry retry = new Retry(move.limits().retries(), live, stop);
            if (move.rows()) {
                rows(move, entries, retry);
            } else {
                files(move, entries, retry);
            }
        }
        return new RestoredReport(compared, different, samples);
    }

    private void rows(Move move, List<Entry> entries, Retry retry) throws StoreException, LedgerException {
        TableStore target = stores.target(move);
        RowPlan plan = RowPlan.of(setup.plan(), move, stores.source(move), target);
        for (Entry entry : entries) {
            RowBlock block = reader.block(entry.id());
            if (block == null) {
                continue;
            }
            RowsBefore before = reader.before(entry.id());
            Set<RowKey> keys = new LinkedHashSet<>();
            for (RowBlock.Line line : block.lines()) {
                if (!line.target().names().isEmpty()) {
                    keys.add(plan.targetKey(line.table(), line.target()));
                }
            }
            Map<ItemKey, Item> there = keys.isEmpty() ? Map.of() : retry.call(() -> target.find(keys));
            for (int i = 0; i < block.lines().size(); i++) {
                RowBlock.Line line = block.lines().get(i);
                if (!line.target().names().isEmpty()) {
                    RowKey key = plan.targetKey(line.table(), line.target());
                    Row found = there.get(key) instanceof RowItem item ? item.row() : null;
                    note(key, line.state(), trouble(line, before.find(i), found), line.reason());
                }
            }
        }
    }

    /** What is not as it was, or null. */
    private static @Nullable String trouble(RowBlock.Line line, @Nullable Row old, @Nullable Row found) {
        return switch (line.state()) {
            case UNDONE ->
                RowUndo.isAsBefore(line, old, found)
                        ? null
                        : old == null
                                ? "a row stands there, and none did before"
                                : "it is not the row that stood there";
            case SAME -> found != null && line.isHeldBy(found) ? null : "it was there before and is not the same";
            case CONFLICT -> found != null ? null : "it was there before and is gone";
            case PLANNED, SKIPPED, FAILED, QUARANTINED -> null;
            case WRITING, WRITTEN, VERIFIED, UNDOING, KEPT -> "it was not rolled back";
        };
    }

    private void files(Move move, List<Entry> entries, Retry retry) throws StoreException, LedgerException {
        FileStore target = stores.files(move.to().store());
        FileStore source = stores.files(move.from().get(0).store());
        Pace pace = new Pace(0);
        Images images = Images.of(setup);
        for (Entry entry : entries) {
            if (entry.isRows() || entry.effect().target().isEmpty()) {
                continue;
            }
            FileKey key = entry.effect().targetKey();
            String image = entry.effect().image();
            FileItem found =
                    retry.call(() -> target.find(List.of(key))).get(key) instanceof FileItem item ? item : null;
            String trouble =
                    switch (entry.state()) {
                        case UNDONE ->
                            image == null
                                    ? found == null ? null : "a file stands there, and none did before"
                                    : found != null && images.isImageOf(image, target, found, retry, pace)
                                            ? null
                                            : "it is not the file that stood there";
                        case SAME ->
                            found != null
                                            && Contents.digest(target, key, null, pace, new LongAdder())
                                                    .sha256()
                                                    .equals(Contents.digest(
                                                                    source,
                                                                    entry.sourceKey(),
                                                                    null,
                                                                    pace,
                                                                    new LongAdder())
                                                            .sha256())
                                    ? null
                                    : "it was there before and is not the same";
                        case CONFLICT -> found != null ? null : "it was there before and is gone";
                        case PLANNED, SKIPPED, FAILED, QUARANTINED -> null;
                        case WRITING, WRITTEN, VERIFIED, UNDOING, KEPT -> "it was not rolled back";
                    };
            note(key, entry.state(), trouble, entry.error());
        }
    }

    private void note(ItemKey key, State state, @Nullable String trouble, @Nullable String reason) {
        boolean touched =
                switch (state) {
                    case PLANNED, SKIPPED, FAILED, QUARANTINED -> false;
                    default -> true;
                };
        compared += touched ? 1 : 0;
        if (trouble != null) {
            different++;
            if (samples.size() < SAMPLES) {
                samples.add(key.display() + ": " + trouble + (reason == null ? "" : ", since " + reason));
            }
        }
    }
}
