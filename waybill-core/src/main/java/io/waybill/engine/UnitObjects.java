package io.waybill.engine;

import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Hash;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.Links;
import io.waybill.ledger.State;
import io.waybill.ledger.Tx;
import io.waybill.mapping.MappingException;
import io.waybill.mapping.RowMapping;
import io.waybill.plan.Closure;
import io.waybill.plan.Each;
import io.waybill.plan.Move;
import io.waybill.plan.NamedFiles;
import io.waybill.store.Abilities;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The objects that rows of units name: whether all of a unit are proven at their targets, so that its rows may be written, or,
 * before anything is written, whether anything is in their way. Safe for use by many threads.
 */
final class UnitObjects {
    private final Ledger ledger;
    private final List<Part> parts;
    private final Retry retry;
    /** Carries the rows over; null before anything is written. */
    private final @Nullable Work work;

    private final InstantSource clock;

    /** How much of what is wrong with the objects of one folder is told. */
    private static final int MOST_OF_A_FOLDER = 20;

    /**
     * One entry of {@code objects}.
     *
     * @param id of its move in the ledger
     * @param key the columns that tell the naming rows apart
     * @param isTold whether rows are told of their objects
     */
    private record Part(
            Move move,
            int id,
            FileStore source,
            FileStore target,
            String table,
            List<String> key,
            NamedFiles files,
            boolean isTold,
            Unnamed unnamed,
            @Nullable StillThere still) {}

    /**
     * What was seen.
     *
     * @param troubles why the rows of a unit cannot be written, by its place
     * @param targets by row, what it is told of its object
     */
    record Seen(Map<Integer, String> troubles, IdentityHashMap<Kin.Member, Row> targets) {
        static final Seen NOTHING = new Seen(Map.of(), new IdentityHashMap<>());
    }

    /** A row that names an object. */
    private record Look(int unit, Units.Naming row, NamedFiles files, RowKey at, FileKey file, boolean isFolder) {
        Look file(FileKey below) {
            return new Look(unit, row, files, at, below, false);
        }
    }

    private UnitObjects(Ledger ledger, List<Part> parts, Retry retry, @Nullable Work work, InstantSource clock) {
        this.clock = clock;
        this.ledger = ledger;
        this.parts = parts;
        this.retry = retry;
        this.work = work;
    }

    /** Of a move of units; null when its rows name no objects. With {@code work} null, before anything is written. */
    static @Nullable UnitObjects of(
            Setup setup,
            Move units,
            Stores stores,
            Ledger ledger,
            Planner planner,
            Retry retry,
            @Nullable Work work,
            long began)
            throws StoreException, LedgerException {
        Closure closure = units.closure();
        List<Part> parts = new ArrayList<>();
        for (Move move : closure == null ? List.<Move>of() : setup.plan().objectsOf(units)) {
            Each each = Objects.requireNonNull(move.each());
            String table = each.rows().path();
            FileStore source = stores.files(move.from().get(0).store());
            FileStore target = stores.files(move.to().store());
            int id = planner.enter(move);
            RowMapping mapping = Objects.requireNonNull(closure).rows().get(table);
            parts.add(new Part(
                    move,
                    id,
                    source,
                    target,
                    table,
                    NamedListing.key(move, each, stores.named(move, each)),
                    NamedFiles.of(setup.plan(), move),
                    mapping != null && mapping.uses().stream().anyMatch(use -> use.startsWith("target")),
                    new Unnamed(setup, move, stores, ledger, retry),
                    work == null
                            ? null
                            : new StillThere(new FileMove(id, move, source, target, Abilities.NONE), work, began)));
        }
        return parts.isEmpty() ? null : new UnitObjects(ledger, parts, retry, work, setup.clock());
    }

    /** Looks at the objects that rows of units name; a list for each unit. */
    Seen look(List<List<Units.Naming>> units) throws StoreException, LedgerException {
        Map<Integer, String> troubles = new LinkedHashMap<>();
        IdentityHashMap<Kin.Member, Row> targets = new IdentityHashMap<>();
        for (Part part : parts) {
            look(part, units, troubles, targets);
        }
        return new Seen(troubles, targets);
    }

    private void look(
            Part part,
            List<List<Units.Naming>> units,
            Map<Integer, String> troubles,
            IdentityHashMap<Kin.Member, Row> targets)
            throws StoreException, LedgerException {
        List<Look> all = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            for (Units.Naming row : units.get(i)) {
                if (row.member().table().equals(part.table())) {
                    name(part, i, row, all, troubles);
                }
            }
        }
        List<Look> looks = all.stream().filter(look -> !look.isFolder()).toList();
        List<@Nullable Entry> entries = ledger.write(tx -> {
            List<@Nullable Entry> found = new ArrayList<>();
            for (Look look : looks) {
                found.add(Links.newest(tx, part.id(), look.at().encoded()));
            }
            return found;
        });
        List<@Nullable String> whys = whys(part, looks, entries);
        for (int i = 0; i < looks.size(); i++) {
            Look look = looks.get(i);
            Entry entry = entries.get(i);
            String why = whys.get(i);
            if (why != null) {
                trouble(troubles, look.unit(), why);
            } else if (entry != null && part.isTold()) {
                targets.put(look.row().member(), told(part, entry));
            }
        }
        for (Look look : all) {
            if (look.isFolder()) {
                below(part, look, troubles);
            }
        }
    }

    /** Why the rows cannot be written, or null, in the order of {@code looks}. */
    private List<@Nullable String> whys(Part part, List<Look> looks, List<@Nullable Entry> entries)
            throws StoreException, LedgerException {
        Map<Entry, String> lost = lost(part, entries);
        List<@Nullable String> whys = new ArrayList<>();
        for (int i = 0; i < looks.size(); i++) {
            Look look = looks.get(i);
            Entry entry = entries.get(i);
            String gone = entry == null ? null : lost.get(entry);
            whys.add(gone != null ? look.at().display() + ": " + gone : why(part, look, entry));
        }
        return whys;
    }

    /** The same for a row that names a folder: all that was listed of it, and all that stands there now. */
    private void below(Part part, Look folder, Map<Integer, String> troubles) throws StoreException, LedgerException {
        String row = folder.at().encoded();
        List<String> told = new ArrayList<>();
        boolean[] any = {false};
        for (Entry entry : ledger.write(tx -> Links.failed(tx, part.id(), row, MOST_OF_A_FOLDER))) {
            any[0] = true;
            add(told, why(part, folder.file(entry.sourceKey()), entry));
        }
        FolderPages.each(part.source(), folder.file(), page -> {
            List<Look> looks = page.items().stream()
                    .map(item -> folder.file(((FileItem) item).key()))
                    .toList();
            any[0] |= !looks.isEmpty();
            List<@Nullable Entry> entries = ledger.write(tx -> {
                List<@Nullable Entry> found = new ArrayList<>();
                for (Look look : looks) {
                    found.add(newest(tx, part, row, look.file().encoded()));
                }
                return found;
            });
            whys(part, looks, entries).forEach(why -> add(told, why));
        });
        if (!any[0]) { // all may have been moved before, and be gone at the source since
            Entry newest = ledger.write(tx -> Links.newest(tx, part.id(), row));
            boolean moved = newest != null && isProven(newest);
            add(told, why(part, moved && newest != null ? folder.file(newest.sourceKey()) : folder, newest));
        }
        told.forEach(why -> trouble(troubles, folder.unit(), why));
    }

    private static @Nullable Entry newest(Tx tx, Part part, String row, String source) throws SQLException {
        return Links.newest(
                tx, part.id(), row, source, Hash.ofSource(part.source().identity(), source, row));
    }

    private static void add(List<String> told, @Nullable String why) {
        if (why != null && told.size() < MOST_OF_A_FOLDER && !told.contains(why)) {
            told.add(why);
        }
    }

    private static void name(Part part, int unit, Units.Naming row, List<Look> looks, Map<Integer, String> troubles) {
        Row read = row.member().row();
        RowKey at = new RowKey(part.table(), read.only(part.key()));
        NamedFiles files = NamingRows.files(part.files(), row.root());
        try {
            if (files.wants(read) && files.isNamedBy(read)) {
                looks.add(new Look(unit, row, files, at, files.source(read), files.isFolder(read)));
            }
        } catch (MappingException e) {
            trouble(troubles, unit, at.display() + ": objects: " + e.getMessage());
        }
    }

    private static void trouble(Map<Integer, String> troubles, int unit, String line) {
        troubles.merge(unit, line, (one, more) -> one.contains(more) ? one : one + "; " + more);
    }

    /** What was proven before this run began and is not at its target any more: it has failed then. */
    private Map<Entry, String> lost(Part part, List<@Nullable Entry> entries) throws StoreException, LedgerException {
        Work at = work;
        if (part.still() == null || at == null) {
            return Map.of();
        }
        List<Entry> proven = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry != null && isProven(entry)) {
                proven.add(entry);
            }
        }
        Map<Entry, String> lost = part.still().lost(proven);
        long now = clock.millis();
        for (Map.Entry<Entry, String> each : lost.entrySet()) {
            Entry entry = each.getKey();
            boolean mine = ledger.write(tx -> {
                Entry newest = newest(tx, part, String.valueOf(entry.row()), entry.source());
                boolean still = newest != null && newest.id() == entry.id() && newest.state() == entry.state();
                if (still) {
                    Entries.move(tx, entry, entry.state(), State.FAILED, each.getValue(), now);
                }
                return still;
            });
            if (mine) {
                at.needsYou(List.of(ErrorLog.Line.of(entry, part.move().name(), State.FAILED, each.getValue(), now)));
            }
        }
        return lost;
    }

    private static boolean isProven(Entry entry) {
        return entry.state() == State.VERIFIED || entry.state() == State.SAME;
    }

    /** Why the row cannot be written, or null. */
    private @Nullable String why(Part part, Look look, @Nullable Entry entry) throws StoreException, LedgerException {
        String row = look.at().display();
        String from = part.source().location().of(look.file());
        if (entry == null || !entry.source().equals(look.file().encoded())) {
            return row + " names " + from + ", which was not listed for it; the next run lists it";
        }
        String error = String.valueOf(entry.error());
        if (entry.effect().target().isEmpty()) { // it was not even planned
            return error.contains(row) ? error : row + " names " + from + ": " + error;
        }
        try {
            FileKey goes =
                    look.files().target(look.row().member().row(), look.row().made(), file(entry));
            if (!goes.encoded().equals(entry.effect().target())) {
                return row + " names an object for " + part.target().location().of(goes)
                        + ", which was listed for another place; the next run lists it";
            }
        } catch (MappingException e) {
            return row + ": objects: to: " + e.getMessage();
        }
        if (isProven(entry)) {
            return null;
        }
        boolean open =
                entry.state() == State.PLANNED || entry.state() == State.WRITING || entry.state() == State.WRITTEN;
        if (open && work == null) {
            return isInTheWay(part, entry)
                    ? row + " names " + from + ", and another object stands at "
                            + part.target().location().of(entry.effect().targetKey())
                    : null;
        }
        return row + " names " + from + ", which is not proven at "
                + part.target().location().of(entry.effect().targetKey()) + ": "
                + (open ? "it was not carried over yet" : entry.state().word() + ", " + error);
    }

    /** Whether what the listing found at the target has another content. */
    private boolean isInTheWay(Part part, Entry entry) throws StoreException, LedgerException {
        Long found = entry.effect().foundSize();
        FileKey at = entry.effect().targetKey();
        if (entry.state() != State.PLANNED || found == null) {
            return false;
        } else if (found == entry.size()
                && digest(part.source(), entry.sourceKey()).equals(digest(part.target(), at))) {
            return false;
        }
        Item there = retry.call(() -> part.target().find(List.of(at))).get(at);
        FileMove move = new FileMove(part.id(), part.move(), part.source(), part.target(), Abilities.NONE);
        boolean replaceable = there instanceof FileItem item
                && new OwnWork(ledger).isOurs(move, entry, item, () -> digest(part.target(), at))
                && part.unnamed().test(entry);
        return !replaceable;
    }

    private Digest digest(FileStore store, FileKey key) throws StoreException {
        return retry.call(() -> Contents.digest(store, key, null, new Pace(0), new LongAdder()))
                .sha256();
    }

    /** The object at its target; before it is written, what is known of it. */
    private Row told(Part part, Entry entry) throws StoreException {
        Digest digest = entry.digest();
        if (digest == null && work != null) {
            digest = digest(part.target(), entry.effect().targetKey());
        }
        String version = entry.effect().version();
        return Row.of("path", Value.of(entry.effect().targetKey().path()))
                .with("version", Value.of(version == null ? "" : version))
                .with("size", Value.of(entry.size()))
                .with("sha256", Value.of(digest == null ? "" : digest.hex()));
    }

    private static FileItem file(Entry entry) {
        return new FileItem(
                entry.sourceKey(),
                entry.size(),
                Instant.ofEpochMilli(entry.modified()),
                new Version(entry.sourceVersion()),
                Map.of(),
                null,
                null);
    }
}
