package io.waybill.store;

import io.waybill.store.FaultyFileStore.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store of tables around another that counts the calls which would go to a server and makes a chosen one fail, like {@link
 * FaultyFileStore}. Safe for use by many threads, though the numbers then depend on their order.
 */
public final class FaultyTableStore implements TableStore {
    private final TableStore inner;
    private int calls;
    private int chosen = Integer.MAX_VALUE;
    private Fault fault = Fault.ERROR;
    private boolean crashed;

    public FaultyTableStore(TableStore inner) {
        this.inner = inner;
    }

    /** Lets one call fail. */
    public synchronized FaultyTableStore failing(int call, Fault how) {
        chosen = call;
        fault = how;
        return this;
    }

    /** Whether the chosen call has been made. */
    public synchronized boolean failed() {
        return calls >= chosen;
    }

    private interface Call<T> {
        T run() throws StoreException;
    }

    private synchronized <T> T call(boolean changes, Call<T> call) throws StoreException {
        if (crashed) {
            throw new SimulatedCrash("after the crash");
        }
        if (++calls != chosen) {
            return call.run();
        }
        String said = "Cannot reach memory: call " + calls + " fails for the test.";
        switch (fault) {
            case ERROR -> throw new StoreException(StoreException.Kind.UNAVAILABLE, said);
            case TIMEOUT -> throw lost(changes, said);
            case LOST -> {
                call.run();
                throw lost(changes, said);
            }
            case CRASH_BEFORE -> crashed = true;
            case CRASH_AFTER -> {
                call.run();
                crashed = true;
            }
        }
        throw new SimulatedCrash(said);
    }

    private static StoreException lost(boolean changes, String said) {
        return new StoreException(
                changes ? StoreException.Kind.UNKNOWN_OUTCOME : StoreException.Kind.UNAVAILABLE, said);
    }

    @Override
    public Location location() {
        return inner.location();
    }

    @Override
    public String identity() {
        return inner.identity();
    }

    @Override
    public Table table(String name) throws StoreException {
        return inner.table(name);
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        return call(false, () -> inner.find(keys));
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) throws StoreException {
        try {
            return call(true, () -> inner.apply(effects));
        } catch (StoreException e) {
            List<Outcome> outcomes = new ArrayList<>();
            effects.forEach(effect -> outcomes.add(
                    e.kind() == StoreException.Kind.UNKNOWN_OUTCOME ? new Outcome.Unknown(e) : new Outcome.Failed(e)));
            return outcomes;
        }
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        Opened opened = inner.open(what);
        return new Opened() {
            @Override
            public List<Split> splits(int wanted) throws StoreException {
                return opened.splits(wanted);
            }

            @Override
            public Items read(Split split, @Nullable Position after) throws StoreException {
                Items items = opened.read(split, after);
                return new Items() {
                    @Override
                    public @Nullable Page next() throws StoreException {
                        return call(false, () -> Optional.ofNullable(items.next()))
                                .orElse(null);
                    }

                    @Override
                    public void close() throws IOException {
                        items.close();
                    }
                };
            }

            @Override
            public void close() throws IOException {
                opened.close();
            }
        };
    }

    @Override
    public void close() {}
}
