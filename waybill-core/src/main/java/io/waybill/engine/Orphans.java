package io.waybill.engine;

import io.waybill.ledger.Hash;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Naming;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.mapping.MappingException;
import io.waybill.plan.Each;
import io.waybill.plan.Move;
import io.waybill.plan.NamedFiles;
import io.waybill.plan.Plan;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.RowItem;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what rows name with what is there: rows without a file, and files without a row. Memory is bounded by a page. */
final class Orphans {
    private static final int SAMPLES = 10;
    private static final long LARGE = 100_000_000;

    private final Plan plan;
    private final Stores stores;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Live live;
    private final Stop stop;

    Orphans(Plan plan, Stores stores, Ledger ledger, LedgerReader reader, Live live, Stop stop) {
        this.plan = plan;
        this.stores = stores;
        this.ledger = ledger;
        this.reader = reader;
        this.live = live;
        this.stop = stop;
    }

    /** What a move with {@code each} leaves on both sides. */
    PlanReport.Named of(Run run, Move move) throws StoreException, LedgerException {
        String store = move.from().get(0).store();
        ledger.change(Naming::clear);
        for (Move other : plan.moves()) {
            // a file that another table names has its row
            if (other.each() != null && other.from().get(0).store().equals(store)) {
                name(other, Objects.requireNonNull(other.each()));
            }
        }
        Sums sums = new Sums();
        listed(run, move, sums);
        List<String> orphans = new ArrayList<>();
        long[] files = {0, 0};
        unnamed(move, orphans, files);
        ledger.change(Naming::clear);
        return new PlanReport.Named(
                sums.rowsWithoutFile,
                sums.missing,
                files[0],
                files[1],
                orphans,
                sums.large,
                sums.largeBytes,
                sums.largest,
                sums.batches.size());
    }

    private static final class Sums {
        long rowsWithoutFile;
        final List<String> missing = new ArrayList<>();
        long large;
        long largeBytes;
        long most;
        String largest = "";
        final Set<Integer> batches = new HashSet<>();
    }

    private void listed(Run run, Move move, Sums sums) throws LedgerException {
        reader.entries(Selector.ALL.withRun(run.id()).withMove(move.name()), 0, entry -> {
            sums.batches.add(entry.batch());
            if ("NOT_FOUND".equals(entry.errorKind())) {
                sums.rowsWithoutFile++;
                if (sums.missing.size() < SAMPLES) {
                    sums.missing.add(String.valueOf(entry.error()));
                }
            }
            if (entry.size() >= LARGE) {
                sums.large++;
                sums.largeBytes += entry.size();
            }
            if (entry.size() > sums.most) {
                sums.most = entry.size();
                sums.largest = entry.sourceKey().display();
            }
            return !stop.isRequested();
        });
    }

    private void name(Move move, Each each) throws StoreException, LedgerException {
        NamedFiles files = NamedFiles.of(plan, move);
        TableStore rows = stores.named(move, each);
        String store = stores.files(move.from().get(0).store()).identity();
        live.phase("looking which files " + each.rows().text() + " names");
        try (Source.Opened opened = rows.open(Selection.all(each.rows().path()))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        List<Long> hashes = new ArrayList<>();
                        for (Item item : page.items()) {
                            FileKey file = file(files, (RowItem) item);
                            if (file != null) {
                                hashes.add(Hash.of(store, file.encoded()));
                            }
                        }
                        ledger.change(tx -> Naming.add(tx, hashes));
                        if (stop.isRequested()) {
                            throw new StoppedException();
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw known(e, rows.location().toString());
        }
    }

    /** The file that a row names; null when it names none, which its entry says. */
    private static @Nullable FileKey file(NamedFiles files, RowItem item) {
        try {
            return files.source(item.row());
        } catch (MappingException e) {
            return null;
        }
    }

    private void unnamed(Move move, List<String> samples, long[] sums) throws StoreException, LedgerException {
        FileStore source = stores.files(move.from().get(0).store());
        String below = literal(move.from().get(0).path());
        live.phase("looking which files below " + source.location().of(new FileKey(below)) + " no row names");
        try (Source.Opened opened = source.open(Selection.all(below))) {
            for (Source.Split split : opened.splits(1)) {
                try (Source.Items items = opened.read(split, null)) {
                    for (Source.Page page = items.next(); page != null; page = items.next()) {
                        List<Long> hashes = new ArrayList<>();
                        page.items()
                                .forEach(item -> hashes.add(
                                        Hash.of(source.identity(), item.key().encoded())));
                        List<Boolean> known = ledger.write(tx -> Naming.known(tx, hashes));
                        for (int i = 0; i < hashes.size(); i++) {
                            if (!known.get(i)) {
                                FileItem file = (FileItem) page.items().get(i);
                                sums[0]++;
                                sums[1] += file.size();
                                if (samples.size() < SAMPLES) {
                                    samples.add(file.key().display());
                                }
                            }
                        }
                        if (stop.isRequested()) {
                            throw new StoppedException();
                        }
                    }
                }
            }
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND) {
                throw e;
            }
        } catch (IOException e) {
            throw known(e, source.location().toString());
        }
    }

    /** The folder below which every named file stands, as far as the text of the template tells. */
    private static String literal(String path) {
        int template = path.indexOf("${");
        String text = template < 0 ? path : path.substring(0, template);
        return text.substring(0, text.lastIndexOf('/') + 1);
    }

    private static StoreException known(IOException e, String where) throws LedgerException {
        if (e instanceof LedgerException wrong) {
            throw wrong;
        }
        return e instanceof StoreException broken
                ? broken
                : new StoreException(
                        StoreException.Kind.UNAVAILABLE, "Cannot close " + where + ": " + e.getMessage(), e);
    }
}
