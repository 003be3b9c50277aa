package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Hash;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.Links;
import io.waybill.ledger.Runs;
import io.waybill.ledger.State;
import io.waybill.mapping.MappingException;
import io.waybill.plan.Each;
import io.waybill.plan.Move;
import io.waybill.plan.NamedFiles;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.RowKey;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files that the rows of a table name into the ledger, a page at a time: one entry for each row. A row whose file
 * is not there fails at once, with the reason, and holds nobody up. Memory is bounded by a page and the names of the groups.
 */
final class NamedListing {
    private final Ledger ledger;
    private final Live live;
    private final Stop stop;
    private final Retry retry;
    private final int run;
    private final int id;
    private final Move move;
    private final NamingRows naming;
    private final List<String> key;
    private final FileStore source;
    private final FileStore target;
    private final NamedFiles files;
    private final Batches batches;
    private final Map<String, Integer> groups = new HashMap<>();
    private long left;

    NamedListing(
            Ledger ledger,
            Live live,
            Stop stop,
            int run,
            int id,
            Move move,
            NamingRows naming,
            List<String> key,
            FileStore source,
            FileStore target,
            NamedFiles files,
            Batches batches,
            long most) {
        this.ledger = ledger;
        this.live = live;
        this.stop = stop;
        this.retry = new Retry(move.limits().retries(), live, stop);
        this.run = run;
        this.id = id;
        this.move = move;
        this.naming = naming;
        this.key = key;
        this.source = source;
        this.target = target;
        this.files = files;
        this.batches = batches;
        this.left = most;
    }

    /** The columns that tell the rows of a move apart. */
    static List<String> key(Move move, Each each, TableStore rows) throws StoreException {
        TableStore.Table table = rows.table(each.rows().path());
        List<String> key = move.key().isEmpty() ? table.key() : move.key();
        if (key.isEmpty()) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "Cannot read the rows of move " + move.name() + ": table " + table.name() + " of "
                            + rows.location()
                            + " has no key, so its rows cannot be told apart. Name its key columns with key:.");
        }
        return key;
    }

    /** Lists the files of all rows; {@code earlier} tells whether the ledger may know them already. */
    void list(boolean earlier) throws StoreException, LedgerException {
        naming.each(page -> {
            if (stop.isRequested()) {
                throw new StoppedException();
            }
            enter(page, earlier);
            return left > 0;
        });
    }

    /** A row with the file that it names, or the reason why it names none. */
    private record Named(
            NamingRows.Naming by,
            RowKey at,
            @Nullable FileKey file,
            boolean isFolder,
            @Nullable String trouble) {
        Row row() {
            return by.row();
        }

        /** One of the files in the folder. */
        Named file(FileKey below) {
            return new Named(by, at, below, false, null);
        }
    }

    private void enter(List<NamingRows.Naming> page, boolean earlier) throws StoreException, LedgerException {
        List<Named> named = new ArrayList<>();
        List<Named> folders = new ArrayList<>();
        long filtered = 0;
        for (NamingRows.Naming row : page) {
            Named one = named(row);
            if (one == null) {
                filtered++;
            } else if (left > 0) {
                (one.isFolder() ? folders : named).add(one);
                left--;
            }
        }
        Set<FileKey> keys = new LinkedHashSet<>();
        named.forEach(one -> {
            if (one.file() != null) {
                keys.add(one.file());
            }
        });
        Map<FileKey, Found> found = find(List.copyOf(keys));
        List<Entries.Planned> planned = new ArrayList<>();
        List<Entries.Planned> missing = new ArrayList<>();
        long bytes = 0;
        for (Named one : named) {
            Found there = one.file() == null ? null : found.get(one.file());
            Entries.Planned plan = plan(one, there);
            if (plan == null) {
                filtered++;
            } else if (there != null && there.file() == null && there.trouble() == null) {
                missing.add(plan);
            } else {
                planned.add(plan);
                bytes += plan.size();
            }
        }
        live.group("", "listed").done(planned.size(), 0);
        live.group("", "listed").bytes(bytes);
        long out = filtered;
        ledger.change(tx -> {
            List<Entries.Planned> all = new ArrayList<>(planned);
            long told = 0;
            for (Entries.Planned one : missing) {
                // a row that was told of its file may name it where it is now
                if (earlier && Links.isTold(tx, run, id, Objects.requireNonNull(one.row()), one.source())) {
                    told++;
                } else {
                    all.add(one);
                }
            }
            Entries.addListed(tx, run, id, all, out, earlier);
            tx.count(run, id, "listed", told);
            tx.count(run, id, "unchanged", told);
        });
        for (Named folder : folders) {
            below(folder, earlier);
        }
    }

    /** Lists all that stands below a folder that a row names, a page at a time. */
    private void below(Named folder, boolean earlier) throws StoreException, LedgerException {
        FileKey at = Objects.requireNonNull(folder.file());
        boolean[] any = {false};
        FolderPages.each(source, at, page -> {
            if (stop.isRequested()) {
                throw new StoppedException();
            }
            List<Entries.Planned> planned = new ArrayList<>();
            for (Item item : page.items()) {
                FileItem file = (FileItem) item;
                planned.add(Objects.requireNonNull(plan(folder.file(file.key()), new Found(file, null))));
            }
            for (Source.Skipped skipped : page.skipped()) {
                if (skipped.key() instanceof FileKey key) {
                    planned.add(Objects.requireNonNull(plan(folder.file(key), new Found(null, skipped.reason()))));
                }
            }
            any[0] |= !planned.isEmpty();
            live.group("", "listed").done(planned.size(), 0);
            live.group("", "listed")
                    .bytes(planned.stream().mapToLong(Entries.Planned::size).sum());
            ledger.change(tx -> Entries.addListed(tx, run, id, planned, 0, earlier));
        });
        if (!any[0]) {
            Entries.Planned nothing = failed(
                    folder,
                    String.valueOf(folder.by().group()),
                    "NOT_FOUND",
                    folder.at().display() + " names the folder "
                            + source.location().of(at) + ", and nothing stands below it");
            ledger.change(tx -> {
                boolean told = earlier && Links.isTold(tx, run, id, Objects.requireNonNull(nothing.row()));
                Entries.addListed(tx, run, id, told ? List.of() : List.of(nothing), 0, earlier);
            });
        }
    }

    /** Null for a row that the plan leaves out. */
    private @Nullable Named named(NamingRows.Naming by) {
        Row row = by.row();
        RowKey at = new RowKey(Objects.requireNonNull(move.each()).rows().path(), row.only(key));
        if (by.trouble() != null) {
            return new Named(by, at, null, false, by.trouble());
        }
        NamedFiles its = NamingRows.files(files, by.root());
        try {
            boolean wanted = its.wants(row) && !(move.isOfUnits() && !its.isNamedBy(row));
            return wanted ? new Named(by, at, its.source(row), its.isFolder(row), null) : null;
        } catch (MappingException e) {
            return new Named(by, at, null, false, e.getMessage());
        }
    }

    /** What stands at a key: a file, nothing, or what cannot be looked at. */
    private record Found(@Nullable FileItem file, @Nullable String trouble) {}

    private Map<FileKey, Found> find(List<FileKey> keys) throws StoreException {
        Map<FileKey, Found> found = new LinkedHashMap<>();
        if (keys.isEmpty()) {
            return found;
        }
        try {
            Map<? extends Object, Item> there = retry.call(() -> source.find(keys));
            keys.forEach(one -> found.put(one, new Found((FileItem) there.get(one), null)));
        } catch (StoreException e) {
            if (e.isStoreWide()) {
                throw e;
            }
            for (FileKey one : keys) {
                found.put(one, alone(one));
            }
        }
        return found;
    }

    /** One row's path that cannot be looked at is that row's trouble. */
    private Found alone(FileKey key) throws StoreException {
        try {
            return new Found(
                    (FileItem) retry.call(() -> source.find(List.of(key))).get(key), null);
        } catch (StoreException e) {
            if (e.isStoreWide()) {
                throw e;
            }
            return new Found(null, e.getMessage());
        }
    }

    private Entries.@Nullable Planned plan(Named named, @Nullable Found found) throws LedgerException {
        FileKey key = named.file();
        FileItem file = found == null ? null : found.file();
        NamedFiles its = NamingRows.files(files, named.by().root());
        String group;
        try {
            String given = named.by().group();
            group = given != null ? given : its.group(named.row(), file);
        } catch (MappingException e) {
            return failed(named, "", "INVALID", "Cannot plan " + named.at().display() + ": group: " + e.getMessage());
        }
        if (key == null) {
            return failed(
                    named,
                    group,
                    "INVALID",
                    "Cannot plan " + named.at().display() + ": " + named.trouble()
                            + ". Mend the row, or leave it out with where:.");
        } else if (found != null && found.trouble() != null) {
            return failed(named, group, "INVALID", "Cannot plan " + named.at().display() + ": " + found.trouble());
        } else if (file == null) {
            return failed(
                    named,
                    group,
                    "NOT_FOUND",
                    named.at().display() + " names " + source.location().of(key) + ", and no file is there");
        }
        try {
            if (!its.wants(named.row(), file)) {
                return null;
            }
            FileKey goes = its.target(named.row(), named.by().made(), file);
            String objection = target.objection(goes);
            String reason = objection.isEmpty()
                    ? null
                    : "Cannot write " + target.location().of(goes) + " for "
                            + named.at().display() + ": " + objection
                            + ". Give it another name with a template in to:.";
            return planned(named, group, file, goes.encoded(), reason == null ? null : "INVALID", reason);
        } catch (MappingException e) {
            return planned(
                    named,
                    group,
                    file,
                    "",
                    "INVALID",
                    "Cannot plan " + named.at().display() + ": " + e.getMessage()
                            + ". Mend the row or the expression, or leave it out with where:.");
        }
    }

    private Entries.Planned failed(Named named, String group, String kind, String reason) throws LedgerException {
        return planned(named, group, null, "", kind, reason);
    }

    private Entries.Planned planned(
            Named named,
            String group,
            @Nullable FileItem file,
            String goesTo,
            @Nullable String kind,
            @Nullable String reason)
            throws LedgerException {
        String row = named.at().encoded();
        String from = named.file() == null ? "" : named.file().encoded();
        return new Entries.Planned(
                run,
                id,
                group(group),
                batches.next(group, file == null ? 0 : file.size()),
                from,
                Hash.ofSource(source.identity(), from, row),
                file == null ? "" : file.version().token(),
                file == null ? 0 : file.size(),
                file == null ? 0 : file.modified().toEpochMilli(),
                goesTo,
                goesTo.isEmpty() ? 0 : Hash.of(target.identity(), goesTo),
                reason == null ? State.PLANNED : State.FAILED,
                kind,
                reason,
                row);
    }

    private int group(String name) throws LedgerException {
        Integer known = groups.get(name);
        if (known == null) {
            known = ledger.write(tx -> Runs.group(tx, id, name));
            groups.put(name, known);
        }
        return known;
    }
}
