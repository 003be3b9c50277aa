package io.waybill.engine;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.RowBlock;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.Move;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the source rows of the ledger's batches again, by key: each once, with the state of its first effect that is meant. */
final class ItemRows {
    private final Setup setup;
    private final LedgerReader reader;
    private final Stores stores;
    private final Live live;
    private final Stop stop;
    private final Map<Integer, String> moves = new HashMap<>();
    private final Map<String, TableStore> sources = new HashMap<>();

    ItemRows(Setup setup, LedgerReader reader, Stores stores, Live live, Stop stop) throws LedgerException {
        this.setup = setup;
        this.reader = reader;
        this.stores = stores;
        this.live = live;
        this.stop = stop;
        reader.moves().forEach(move -> moves.put(move.id(), move.name()));
    }

    /** The rows in these states, or all when the selection names none. */
    void each(Selector selector, ItemReport.Each each) throws IOException {
        Set<State> states = selector.states();
        // the state of a batch hides those of its rows
        Selector batches = selector.withStates(EnumSet.noneOf(State.class));
        List<IOException> trouble = new ArrayList<>();
        reader.entries(batches, 0, entry -> {
            try {
                if (entry.isRows()) {
                    batch(entry, states, each);
                }
            } catch (IOException e) {
                trouble.add(e);
            }
            return trouble.isEmpty() && !stop.isRequested();
        });
        if (!trouble.isEmpty()) {
            throw trouble.get(0);
        }
    }

    private void batch(Entry entry, Set<State> states, ItemReport.Each each) throws IOException {
        RowBlock block = reader.block(entry.id());
        Map<Row, RowBlock.Line> wanted = new LinkedHashMap<>();
        for (RowBlock.Line line : block == null ? List.<RowBlock.Line>of() : block.lines()) {
            if (states.isEmpty() || states.contains(line.state())) {
                wanted.putIfAbsent(line.source(), line);
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        String name = moves.getOrDefault(entry.move(), "");
        Move move = setup.plan().find(name);
        Map<Row, Row> rows = move == null || !move.rows() ? Map.of() : read(move, wanted.keySet());
        for (Map.Entry<Row, RowBlock.Line> one : wanted.entrySet()) {
            RowBlock.Line line = one.getValue();
            each.row(new ItemReport(
                    "r" + entry.run(),
                    name,
                    entry.name(),
                    line.state(),
                    line.reason(),
                    one.getKey(),
                    rows.get(one.getKey())));
        }
    }

    private Map<Row, Row> read(Move move, Set<Row> keys) throws StoreException {
        TableStore source = sources.get(move.name());
        if (source == null) {
            source = stores.source(move);
            sources.put(move.name(), source);
        }
        TableStore table = source;
        String path = move.from().get(0).path();
        Map<RowKey, Row> wanted = new LinkedHashMap<>();
        keys.forEach(key -> wanted.put(new RowKey(path, key), key));
        Map<ItemKey, Item> found =
                new Retry(move.limits().retries(), live, stop).call(() -> table.find(List.copyOf(wanted.keySet())));
        Map<Row, Row> rows = new HashMap<>();
        wanted.forEach((key, row) -> {
            @Nullable Item item = found.get(key);
            if (item instanceof RowItem there) {
                rows.put(row, there.row());
            }
        });
        return rows;
    }
}
