package io.waybill.engine;

import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Runs;
import io.waybill.plan.Each;
import io.waybill.plan.Format;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.StoreSpec;
import io.waybill.store.Abilities;
import io.waybill.store.FileStore;
import io.waybill.store.Probing;
import io.waybill.store.Querying;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import io.waybill.store.TableStore;
import io.waybill.table.FileTables;
import io.waybill.table.TableFormat;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The stores of a plan, each opened when it is first asked for. Confined to one thread. */
final class Stores implements Closeable {
    private static final Duration ABILITIES_LAST = Duration.ofDays(7);

    /** What a store that needs no probe can do: its connector is proven by the test suite on the real thing. */
    private static final Abilities BUILT_IN = new Abilities(true, true, true, true, Set.of(), 0, List.of());

    private final Setup setup;
    private final Map<String, Store> open = new LinkedHashMap<>();
    private final Map<String, TableStore> inFiles = new LinkedHashMap<>();
    private final Map<String, TableStore> queries = new LinkedHashMap<>();

    Stores(Setup setup) {
        this.setup = setup;
    }

    Store open(String name) throws StoreException {
        Store store = open.get(name);
        if (store == null) {
            StoreSpec spec = setup.plan().store(name);
            StoreProvider provider = setup.providers().get(spec.type());
            if (provider == null) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot open store " + name + ": this waybill has no stores of type " + spec.type() + ".");
            }
            store = provider.open(spec.settings(setup.plan().folder(), setup.environment()));
            open.put(name, store);
        }
        return store;
    }

    FileStore files(String name) throws StoreException {
        if (open(name) instanceof FileStore files) {
            return files;
        }
        throw new StoreException(
                StoreException.Kind.INVALID,
                "Cannot move files with store " + name
                        + ": it holds tables. Give a store of files, or a row: section.");
    }

    TableStore tables(String name) throws StoreException {
        if (open(name) instanceof TableStore tables) {
            return tables;
        }
        throw new StoreException(
                StoreException.Kind.INVALID,
                "Cannot move rows with store " + name + ": it holds files. Give a store of tables.");
    }

    /** The table that a move reads: in a store of tables, or in a file. */
    TableStore source(Move move) throws StoreException {
        From from = move.from().get(0);
        if (from.query() != null) {
            return queried(move, from, from.query());
        }
        return table(from.store(), from.path(), move.format(), move.key(), false);
    }

    /** The rows that name the files of a move. */
    TableStore named(Move move, Each each) throws StoreException {
        String statement = each.rows().query();
        return statement == null ? tables(each.rows().store()) : queried(move, each.rows(), statement);
    }

    private TableStore queried(Move move, From from, String statement) throws StoreException {
        TableStore known = queries.get(move.name());
        if (known == null) {
            if (!(open(from.store()) instanceof Querying store)) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot read the query of move " + move.name() + ": store " + from.store()
                                + " takes none. Name a table.");
            }
            known = store.querying(new Querying.Query(from.path(), statement, move.key()));
            queries.put(move.name(), known);
        }
        return known;
    }

    /** The table that a move writes; one in a file has the source's key, unless its format names another. */
    TableStore target(Move move) throws StoreException {
        String path = move.to().path().text();
        List<String> key = move.formatTo().key();
        if (key.isEmpty() && open(move.to().store()) instanceof FileStore) {
            key = move.key().isEmpty()
                    ? source(move).table(move.from().get(0).path()).key()
                    : move.key();
        }
        return table(move.to().store(), path, move.formatTo(), key, true);
    }

    /** A table that rows are looked up in by these columns. */
    TableStore lookedUp(From from, List<String> columns) throws StoreException {
        return table(from.store(), from.path(), Format.NONE, columns, false);
    }

    private TableStore table(String name, String path, Format format, List<String> key, boolean writes)
            throws StoreException {
        if (!(open(name) instanceof FileStore files)) {
            return tables(name);
        }
        List<String> keys = format.key().isEmpty() ? key : format.key();
        String place = name + ":" + path + " " + keys + writes;
        TableStore known = inFiles.get(place);
        if (known == null) {
            Map<String, Object> options = new LinkedHashMap<>(TableFormat.guess(path));
            options.putAll(format.options());
            if (writes) {
                options.putIfAbsent("create", "true");
            }
            if (!options.containsKey("type")) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot move rows with " + name + ":" + path
                                + ": its name does not tell how the table is written. Say it with format: { type: csv }.");
            }
            try {
                known = new FileTables(files, TableFormat.of(options), Map.of(path, keys));
            } catch (IllegalArgumentException e) {
                throw new StoreException(
                        StoreException.Kind.INVALID,
                        "Cannot move rows with " + name + ":" + path + ": " + e.getMessage(),
                        e);
            }
            inFiles.put(place, known);
        }
        return known;
    }

    /** The identities of all stores of the plan, by name. Opens them. */
    Map<String, String> identities() throws StoreException {
        Map<String, String> identities = new TreeMap<>();
        for (String name : setup.plan().stores().keySet()) {
            identities.put(name, open(name).identity());
        }
        return identities;
    }

    /** What the store is known to do, or null when it needs a probe first. */
    @Nullable
    Abilities known(String name, LedgerReader reader) throws StoreException, LedgerException {
        Store store = open(name);
        if (!(store instanceof Probing probing)) {
            return BUILT_IN;
        }
        String saved = reader.ability(
                store.identity(), setup.clock().instant().minus(ABILITIES_LAST).toEpochMilli());
        if (saved == null) {
            return null;
        }
        Abilities abilities = parse(saved);
        probing.rely(abilities);
        return abilities;
    }

    /** Measures what the store can do and remembers it. */
    Abilities probe(String name, String prefix, Ledger ledger) throws StoreException, LedgerException {
        Store store = open(name);
        if (!(store instanceof Probing probing)) {
            return BUILT_IN;
        }
        Abilities abilities = probing.probe(prefix, ledger.series());
        probing.rely(abilities);
        long now = setup.clock().millis();
        ledger.change(tx -> Runs.ability(tx, store.identity(), text(abilities), now));
        return abilities;
    }

    private static String text(Abilities abilities) {
        return String.join(
                "\t",
                abilities.createsConditionally() + "," + abilities.completesConditionally() + ","
                        + abilities.replacesConditionally() + "," + abilities.removesConditionally(),
                String.join(",", new java.util.TreeSet<>(abilities.honestChecksums())),
                Long.toString(abilities.clockSkewMillis()),
                String.join("\n", abilities.notes()));
    }

    private static Abilities parse(String text) {
        String[] fields = text.split("\t", -1);
        String[] flags = fields[0].split(",", -1);
        return new Abilities(
                Boolean.parseBoolean(flags[0]),
                Boolean.parseBoolean(flags[1]),
                Boolean.parseBoolean(flags[2]),
                Boolean.parseBoolean(flags[3]),
                fields[1].isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(fields[1].split(",", -1))),
                Long.parseLong(fields[2]),
                fields[3].isEmpty() ? List.of() : Arrays.asList(fields[3].split("\n", -1)));
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        List<Store> all = new ArrayList<>(queries.values());
        all.addAll(open.values());
        for (Store store : all) {
            try {
                store.close();
            } catch (IOException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        queries.clear();
        open.clear();
        if (first != null) {
            throw first;
        }
    }
}
