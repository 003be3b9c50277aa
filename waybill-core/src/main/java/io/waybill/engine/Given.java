package io.waybill.engine;

import io.waybill.ledger.Assigned;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.store.Numbering;
import io.waybill.store.StoreException;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that a target gives to rows in place of their own. They are taken before the rows are written and kept in the
 * ledger, so that a row gets one once, whatever happens in between. Safe for use by many threads.
 */
final class Given {
    private final @Nullable Ledger ledger;
    private final int move;
    private final String namespace;
    private final boolean takes;

    private Given(@Nullable Ledger ledger, int move, String namespace, boolean takes) {
        this.ledger = ledger;
        this.move = move;
        this.namespace = namespace;
        this.takes = takes;
    }

    /** Nothing is known and nothing is taken. */
    static Given nothing() {
        return new Given(null, 0, "", false);
    }

    /** What earlier runs took is known, and no more is taken. */
    static Given known(Ledger ledger, int move, String namespace) {
        return new Given(ledger, move, namespace, false);
    }

    /** What is not known is taken. */
    static Given taking(Ledger ledger, int move, String namespace) {
        return new Given(ledger, move, namespace, true);
    }

    /** A column of a row of the source, by its key. */
    record Wanted(String table, Row key, String column) {}

    /** The numbers; of what is not known and may not be taken, there is none. Two threads that ask for one row get one number. */
    synchronized Map<Wanted, Value> of(Collection<Wanted> wanted, Numbering target, Retry retry)
            throws StoreException, LedgerException {
        Ledger book = ledger;
        if (book == null || wanted.isEmpty()) {
            return Map.of();
        }
        Map<Wanted, Value> all = new HashMap<>(book.write(tx -> {
            Map<Wanted, Value> known = new HashMap<>();
            for (Wanted each : wanted) {
                Value value = Assigned.find(tx, field(each));
                if (value != null) {
                    known.put(each, value);
                }
            }
            return known;
        }));
        Map<List<String>, Set<Wanted>> missing = new LinkedHashMap<>();
        for (Wanted each : wanted) {
            if (takes && !all.containsKey(each)) {
                missing.computeIfAbsent(List.of(each.table(), each.column()), key -> new LinkedHashSet<>())
                        .add(each);
            }
        }
        Map<Wanted, Value> taken = new LinkedHashMap<>();
        for (Map.Entry<List<String>, Set<Wanted>> each : missing.entrySet()) {
            String table = each.getKey().get(0);
            String column = each.getKey().get(1);
            List<Value> numbers = retry.call(
                    () -> target.numbers(table, column, each.getValue().size()));
            int next = 0;
            for (Wanted row : each.getValue()) {
                taken.put(row, numbers.get(next++));
            }
        }
        if (!taken.isEmpty()) {
            book.change(tx -> {
                for (Map.Entry<Wanted, Value> each : taken.entrySet()) {
                    Assigned.note(tx, field(each.getKey()), each.getValue());
                }
            });
        }
        all.putAll(taken);
        return all;
    }

    private Assigned.Field field(Wanted wanted) {
        return new Assigned.Field(move, namespace, wanted.table(), wanted.key(), wanted.column());
    }
}
