package io.waybill.engine;

import io.waybill.engine.PlanReport.Difference;
import io.waybill.ledger.Collisions;
import io.waybill.ledger.Earlier;
import io.waybill.ledger.Entries;
import io.waybill.ledger.Entry;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Relation;
import io.waybill.ledger.Relations;
import io.waybill.ledger.Run;
import io.waybill.ledger.Runs;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.mapping.Names;
import io.waybill.plan.Closure;
import io.waybill.plan.Each;
import io.waybill.plan.Exists;
import io.waybill.plan.From;
import io.waybill.plan.Move;
import io.waybill.plan.NamedFiles;
import io.waybill.plan.Problem;
import io.waybill.plan.Route;
import io.waybill.store.Abilities;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Probing;
import io.waybill.store.Remarked;
import io.waybill.store.RowItem;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Makes a run: lists the sources into the ledger, finds collisions, and looks at what stands at the target already. */
final class Planner {
    private static final long COMPARE_AT_MOST = 64L << 20;
    private static final int SAMPLES = 10;

    private final Setup setup;
    private final Ledger ledger;
    private final LedgerReader reader;
    private final Stores stores;
    private final Live live;
    private final Stop stop;
    /** What the units of moves consist of, as far as they were found. */
    private final Map<String, UnitCounts> counted = new HashMap<>();
    /** Of moves whose tables were checked. */
    private final Map<String, List<Difference>> differences = new HashMap<>();

    private final Map<String, RowPlan> rowPlans = new HashMap<>();

    Planner(Setup setup, Ledger ledger, LedgerReader reader, Stores stores, Live live, Stop stop) {
        this.setup = setup;
        this.ledger = ledger;
        this.reader = reader;
        this.stores = stores;
        this.live = live;
        this.stop = stop;
    }

    /** Makes a new run, in place of one that was planned and never started; answers its id. */
    int plan(String fingerprint) throws StoreException, LedgerException, RefusedException {
        long now = setup.clock().millis();
        boolean first = reader.runs().stream().noneMatch(run -> run.started() > 0);
        int run = ledger.write(tx -> {
            for (int unstarted : Runs.unstarted(tx)) {
                Runs.drop(tx, unstarted);
            }
            return Runs.create(
                    tx, "run", null, "listing", fingerprint, setup.plan().json(), "", now);
        });
        try {
            return list(run, !first);
        } catch (StoreException | RefusedException | StoppedException e) {
            drop(run); // nothing of it was done, so nothing of it need be told
            throw e;
        }
    }

    private int list(int run, boolean earlier) throws StoreException, LedgerException, RefusedException {
        long from = 1 + ledger.write(Entries::last);
        Listing listing = new Listing(ledger, live, stop, run, setup.most());
        int batches = 0;
        for (Move move : setup.plan().moves()) {
            if (move.rows()) {
                checkTables(move);
                enter(move);
                continue;
            }
            FileStore target = stores.files(move.to().store());
            FileStore source = stores.files(move.from().get(0).store());
            refuseInside(move, source, target);
            Each each = move.each();
            if (each != null) {
                batches = listNamed(run, move, each, source, target, Math.max(batches, listing.last()), earlier);
                listing.goOn(batches);
                continue;
            }
            live.phase("listing " + source.location());
            int id = enter(move);
            listing.list(id, move, source, target, Route.of(setup.plan(), move), earlier);
        }
        live.phase("indexing");
        ledger.index();
        refuseCollisions(run);
        for (Move move : setup.plan().moves()) {
            if (!move.rows()) {
                look(move, run, from);
            }
        }
        refuseExisting(run);
        ledger.change(tx -> Runs.state(tx, run, "planned"));
        return run;
    }

    /** Lists the files that rows name; answers the number of the last batch. */
    private int listNamed(
            int run, Move move, Each each, FileStore source, FileStore target, int batches, boolean earlier)
            throws StoreException, LedgerException, RefusedException {
        checkNamed(move, each);
        live.phase("reading " + each.rows().text());
        TableStore rows = stores.named(move, each);
        Move units = each.unit() == null ? null : setup.plan().find(each.unit());
        NamingRows naming = units == null
                ? NamingRows.of(rows, each.rows().path())
                : units(units, each.rows().path());
        Batches numbers = new Batches(move.limits(), batches);
        new NamedListing(
                        ledger,
                        live,
                        stop,
                        run,
                        enter(move),
                        move,
                        naming,
                        NamedListing.key(move, each, rows),
                        source,
                        target,
                        NamedFiles.of(setup.plan(), move),
                        numbers,
                        units == null ? setup.most() : Long.MAX_VALUE)
                .list(earlier);
        return numbers.last();
    }

    /** The rows of a table that belong to the units of a move. */
    private NamingRows units(Move move, String table) throws StoreException, LedgerException, RefusedException {
        checkTables(move);
        TableStore source = stores.source(move);
        RowPlan plan = rowPlan(move);
        if (!plan.belongs(table)) {
            throw RefusedException.ofPlan("Cannot run move " + move.name() + ": its objects are named by rows of "
                    + table + ", and none of them belong to "
                    + move.from().get(0).path()
                    + ". Say with follow which of them do, or name another table in objects: of.");
        }
        return new UnitNaming(
                plan, source, making(plan, counts(plan)), names(plan), table, unitsAtOnce(move), setup.most());
    }

    /** Makes rows of units, for a look at them before there is a run. */
    private RowMaking making(RowPlan plan, @Nullable UnitCounts counts) throws StoreException, LedgerException {
        Move move = plan.move();
        Retry retry = new Retry(move.limits().retries(), live, stop);
        return new RowMaking(
                        plan,
                        RowContext.of(move, stores, retry),
                        RowChecks.of(setup.plan(), move, 0, stores, null, retry),
                        RowChoice.ALL,
                        Given.known(ledger, enter(move), setup.plan().namespace()),
                        null)
                .counting(counts);
    }

    /** How the rows of a move are read and changed; the definitions of its tables are read once. */
    private RowPlan rowPlan(Move move) throws StoreException {
        RowPlan plan = rowPlans.get(move.name());
        if (plan == null) {
            plan = RowPlan.of(setup.plan(), move, stores.source(move), stores.target(move));
            rowPlans.put(move.name(), plan);
        }
        return plan;
    }

    private static int unitsAtOnce(Move move) {
        Integer batch = move.limits().batch();
        return batch == null ? RowRunner.DEFAULT_UNITS : batch;
    }

    /** Counts what is walked over, the first time that the units of a move are; else null. */
    private @Nullable UnitCounts counts(RowPlan plan) {
        UnitCounts counts = plan.counts();
        return counts == null || counted.putIfAbsent(plan.move().name(), counts) != null ? null : counts;
    }

    /** What the chosen root rows of a move move with all that belongs to them; walks over it unless its objects were listed just now. */
    private PlanReport.Graph graph(Run run, Move move) throws StoreException, LedgerException {
        RowPlan plan = rowPlan(move);
        UnitCounts counts = counts(plan);
        if (counts != null) {
            live.phase("finding what belongs to " + move.from().get(0).text());
            RowMaking making = making(plan, counts);
            Names names = names(plan);
            Live.Group group = live.group(move.name(), "found");
            long[] left = {setup.most()};
            NamingRows.read(stores.source(move), plan.selection(), page -> {
                List<RowItem> roots = making.wanted(page, names).rows();
                int atOnce = unitsAtOnce(move);
                for (int i = 0; i < roots.size() && left[0] > 0 && !stop.isRequested(); i += atOnce) {
                    List<RowItem> some = roots.subList(i, (int) Math.min(roots.size(), i + Math.min(left[0], atOnce)));
                    left[0] -= some.size();
                    making.find(some, names);
                    group.done(some.size(), 0);
                }
                return left[0] > 0 && !stop.isRequested();
            });
            if (stop.isRequested()) {
                throw new StoppedException();
            }
        }
        return java.util.Objects.requireNonNull(counted.get(move.name())).graph(objectsOf(run, move));
    }

    /** The objects that rows of units name, as they were listed. */
    private List<PlanReport.Objects> objectsOf(Run run, Move move) throws StoreException, LedgerException {
        List<PlanReport.Objects> objects = new ArrayList<>();
        for (Move each : setup.plan().objectsOf(move)) {
            int id = enter(each);
            objects.add(new PlanReport.Objects(
                    each.name(),
                    java.util.Objects.requireNonNull(each.each()).rows().path(),
                    counted(run, id, "listed"),
                    counted(run, id, "listed bytes")));
        }
        return objects;
    }

    /** What rows see before they are in a batch. */
    private Names names(RowPlan plan) throws LedgerException {
        Row first = RowMaking.run(reader, RowMaking.run("r0", setup.clock().millis()));
        return plan.names(first).with("batch", Row.of("id", Value.of("r0.0")));
    }

    /** Refuses a move of files that rows name when it does not fit the real tables. */
    private void checkNamed(Move move, Each each) throws StoreException, RefusedException {
        try {
            TableStore rows = stores.named(move, each);
            TableStore.Table table = rows.table(each.rows().path());
            Move units = each.unit() == null ? null : setup.plan().find(each.unit());
            List<Problem> problems = units == null
                    ? setup.plan().check(move, table)
                    : setup.plan()
                            .check(move, table, rows.table(units.from().get(0).path()));
            if (!problems.isEmpty()) {
                throw RefusedException.ofPlan(String.join(
                        "\n", problems.stream().map(Problem::toString).toList()));
            }
            Telling.of(setup.plan(), move, stores);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INVALID) {
                throw RefusedException.ofPlan(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** A folder that is copied into itself would be longer at every run. */
    private static void refuseInside(Move move, FileStore source, FileStore target) throws RefusedException {
        String to = place(target, move.to().listed());
        for (From from : move.from()) {
            if (from.kind() == From.Kind.FOLDER && move.where() == null && to.startsWith(place(source, from.path()))) {
                throw new RefusedException(
                        "Cannot run move " + move.name() + ": its target "
                                + move.to().text()
                                + " lies inside its source " + from.text()
                                + ", so the next run would copy the copies. Nothing was written. Give it a target"
                                + " elsewhere, or leave the copies out with where:.",
                        List.of());
            }
        }
    }

    private static String place(FileStore store, String path) {
        String identity = store.identity();
        return (identity.endsWith("/") ? identity : identity + "/") + new FileKey(path).encoded();
    }

    int enter(Move move) throws StoreException, LedgerException {
        String source = stores.open(move.from().get(0).store()).identity();
        String target = stores.open(move.to().store()).identity();
        return ledger.write(tx -> Runs.move(tx, move.name(), source, target, move.rows() ? "rows" : "files"));
    }

    /** Refuses a move of rows that does not fit the real tables. */
    void checkTables(Move move) throws StoreException, LedgerException, RefusedException {
        try {
            List<Difference> different = differences(move);
            refuse(move, different);
            RowPlan plan = rowPlan(move);
            List<Problem> problems = setup.plan().check(move, plan.from());
            if (!problems.isEmpty()) {
                throw RefusedException.ofPlan(String.join(
                        "\n", problems.stream().map(Problem::toString).toList()));
            }
            plan.tryToOpen();
            Retry retry = new Retry(move.limits().retries(), live, stop);
            RowContext.of(move, stores, retry);
            RowChecks.of(setup.plan(), move, 0, stores, null, retry);
            Units units = plan.units(Given.nothing(), retry);
            if (units != null) {
                differences.put(move.name(), Differences.numbered(different, units));
            }
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.INVALID) {
                throw RefusedException.ofPlan(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private List<Difference> differences(Move move) throws StoreException {
        Closure closure = move.closure();
        return closure == null
                ? List.of()
                : Differences.of(
                        move, Kinship.of(move, closure, stores.source(move)), stores.source(move), stores.target(move));
    }

    private static void refuse(Move move, List<Difference> differences) throws RefusedException {
        List<String> lines = differences.stream()
                .filter(each -> each.action() == Difference.Action.REFUSED)
                .map(each -> each + ".")
                .toList();
        if (!lines.isEmpty()) {
            throw RefusedException.ofPlan(
                    "Cannot run move " + move.name() + ": " + lines.size()
                            + (lines.size() == 1 ? " difference" : " differences") + " between the tables of "
                            + move.from().get(0).store() + " and " + move.to().store()
                            + (lines.size() == 1 ? " stands" : " stand")
                            + " in its way. No row was written. See below, and change the plan or the target.",
                    lines);
        }
    }

    /** How the tables of units differ between the two ends, of all moves. */
    List<Difference> differences() throws StoreException, LedgerException, RefusedException {
        List<Difference> all = new ArrayList<>();
        for (Move move : setup.plan().moves()) {
            if (move.closure() != null && !differences.containsKey(move.name())) {
                checkTables(move); // of a run that was planned earlier
            }
            all.addAll(differences.getOrDefault(move.name(), List.of()));
        }
        return all;
    }

    private void refuseCollisions(int run) throws StoreException, LedgerException, RefusedException {
        List<LedgerReader.Collision> collisions = reader.collisions(run, 1_000);
        if (collisions.stream().anyMatch(each -> each.first().equals(each.second()))) {
            ledger.change(tx -> Collisions.dropDoubles(tx, run));
            collisions = reader.collisions(run, 1_000);
        }
        List<String> lines = new ArrayList<>();
        for (LedgerReader.Collision collision : collisions) {
            lines.add(FileKey.parse(collision.target()).display() + " <- "
                    + named(collision.first(), collision.firstRow()) + ", "
                    + named(collision.second(), collision.secondRow()));
        }
        lines.addAll(nested(run));
        if (!lines.isEmpty()) {
            drop(run);
            throw new RefusedException(
                    "Cannot run this plan: " + lines.size()
                            + " target keys are wanted by more than one source, or are a file and a folder at once."
                            + " Nothing was written. Give them different keys with a template in to:.",
                    lines);
        }
    }

    private static String named(String source, @Nullable String row) {
        String file = FileKey.parse(source).display();
        return row == null ? file : RowKey.parse(row).display() + " " + file;
    }

    /** In a target that is a tree: keys that would have to be a file and a folder at once. */
    private List<String> nested(int run) throws StoreException, LedgerException {
        List<String> lines = new ArrayList<>();
        for (Move move : setup.plan().moves()) {
            if (!move.rows() && stores.files(move.to().store()).isTree()) {
                int id = enter(move);
                String target = stores.open(move.to().store()).identity();
                lines.addAll(ledger.write(tx -> Collisions.filesThatAreFolders(tx, run, id, target, SAMPLES)));
            }
        }
        return lines;
    }

    /** Lists the target below the move's folder, so that the plan can say what stands there already. */
    private void look(Move move, int run, long firstEntry) throws StoreException, LedgerException {
        FileStore target = stores.files(move.to().store());
        live.phase("looking at " + target.location());
        int id = enter(move);
        long entries = ledger.write(tx -> Runs.planned(tx, run, id));
        if (entries > 0) {
            new Present(ledger, reader, stop).look(target, move.to().listed(), run, id, firstEntry, entries);
        }
    }

    private void refuseExisting(int run) throws LedgerException, RefusedException {
        for (Move move : setup.plan().moves()) {
            if (move.rows() || move.exists() != Exists.FAIL) {
                continue;
            }
            List<String> lines = new ArrayList<>();
            Selector found = Selector.ALL.withRun(run);
            reader.entries(found, 0, entry -> {
                if (entry.state() == State.PLANNED
                        && entry.effect().foundVersion() != null
                        && name(entry.move()).equals(move.name())
                        && !wasOurs(entry)) {
                    lines.add(entry.effect().targetKey().display());
                }
                return lines.size() < 1_000;
            });
            if (!lines.isEmpty()) {
                drop(run);
                throw new RefusedException(
                        "Cannot run move " + move.name() + ": " + lines.size()
                                + (lines.size() == 1_000 ? " or more" : "")
                                + " targets exist already and exists is fail. Nothing was written. Remove them, or set"
                                + " exists to same_ok, skip or replace.",
                        lines);
            }
        }
    }

    private boolean wasOurs(Entry entry) throws LedgerException {
        return ledger.write(tx -> Earlier.wroteWhatWasFound(tx, entry));
    }

    private String name(int move) throws LedgerException {
        for (LedgerReader.MoveLine line : reader.moves()) {
            if (line.id() == move) {
                return line.name();
            }
        }
        return "";
    }

    void drop(int run) throws LedgerException {
        ledger.change(tx -> Runs.drop(tx, run));
    }

    /**
     * How closely a plan looks.
     *
     * @param full compare contents too, not only sizes
     * @param read read every source to its end
     * @param selector what to look at
     * @param where a condition on rows, or null
     */
    record Depth(
            boolean full,
            boolean read,
            Selector selector,
            @Nullable String where) {}

    /** Of each move of rows, what of its condition the source tests by itself, and what goes with a row. */
    List<String> filtering(Run run) throws StoreException, LedgerException {
        List<String> lines = new ArrayList<>();
        for (Move move : setup.plan().moves()) {
            if (move.rows() && move.where() != null) {
                lines.add(rowPlan(move).filtering());
            }
            if (move.isOfUnits()) {
                lines.add(objects(run, move));
            }
            if (move.closure() != null) {
                lines.addAll(rowPlan(move).slowness());
            }
            if (move.rows() && move.since() != null) {
                lines.add(mark(move, run.id(), run.fingerprint()).text());
            }
        }
        lines.removeIf(String::isEmpty);
        return lines;
    }

    /** How many objects go with how many units, in words. */
    private String objects(Run run, Move move) throws LedgerException, StoreException {
        int id = enter(move);
        Set<Integer> units = new LinkedHashSet<>();
        long items = 0;
        for (LedgerReader.Tally tally : reader.tallies(run.id())) {
            if (tally.move() == id && tally.items() > 0) {
                units.add(tally.group());
                items += tally.items();
            }
        }
        long left = counted(run, id, "unchanged");
        Each each = java.util.Objects.requireNonNull(move.each());
        String earlier = left + (left == 1 ? " object" : " objects") + " of rows of "
                + each.rows().path() + " moved in earlier runs";
        if (items == 0 && left > 0) {
            return "move " + move.name() + ": " + earlier;
        }
        return "move " + move.name() + ": rows of " + each.rows().path() + " in " + units.size()
                + (units.size() == 1 ? " unit name " : " units name ") + items
                + (items == 1 ? " object" : " objects") + (left == 0 ? "" : "; " + earlier);
    }

    /** How far runs before this one have read. */
    RowMark mark(Move move, int run, String fingerprint) throws StoreException, LedgerException {
        return move.since() == null ? RowMark.NONE : RowMark.of(move, enter(move), run, fingerprint, ledger);
    }

    /** The stores that the moves use, in the order of the plan. */
    List<PlanReport.StoreReport> stores() throws StoreException, LedgerException {
        Set<String> used = new LinkedHashSet<>();
        for (Move move : setup.plan().moves()) {
            move.from().forEach(from -> used.add(from.store()));
            used.add(move.to().store());
        }
        List<PlanReport.StoreReport> reports = new ArrayList<>();
        for (String name : used) {
            boolean measured = stores.open(name) instanceof Probing;
            reports.add(new PlanReport.StoreReport(name, measured, measured ? stores.known(name, reader) : null));
        }
        return reports;
    }

    /** What is left to do in a run, move by move. */
    List<PlanReport.MoveReport> report(Run run, Depth depth) throws StoreException, LedgerException, RefusedException {
        List<PlanReport.MoveReport> reports = new ArrayList<>();
        Foreseen foreseen = depth.read() ? RowChecks.foreseen(setup.plan(), stores) : new Foreseen(Map.of());
        for (Move move : depth.read()
                ? Moves.inOrder(setup.plan().moves())
                : setup.plan().moves()) {
            if (depth.selector().moves().isEmpty() || depth.selector().moves().contains(move.name())) {
                reports.add(report(run, move, depth, foreseen));
            }
        }
        return reports;
    }

    private PlanReport.MoveReport report(Run run, Move move, Depth depth, Foreseen foreseen)
            throws StoreException, LedgerException, RefusedException {
        int id = enter(move);
        String from = String.join(", ", move.from().stream().map(From::text).toList());
        if (move.rows() && depth.read()) {
            UnitCounts counts = rowPlan(move).counts();
            PlanReport.MoveReport report = forecast(run, move, depth, foreseen, counts, new ArrayList<>());
            return counts == null ? report : report.with(counts.graph(objectsOf(run, move)));
        } else if (move.closure() != null) {
            return PlanReport.MoveReport.of(move, graph(run, move));
        } else if (move.rows()) {
            long estimate = rowPlan(move).estimate();
            return new PlanReport.MoveReport(
                    move.name(),
                    from,
                    move.to().text(),
                    true,
                    true,
                    estimate,
                    0,
                    Math.max(0, estimate),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    List.of(),
                    null,
                    null,
                    null);
        }
        Each each = move.each();
        Retry retry = new Retry(move.limits().retries(), live, stop);
        Numbers numbers = new Numbers(move.isOfUnits() ? new Unnamed(setup, move, stores, ledger, retry) : null);
        Sharing sharing = each == null || move.isOfUnits()
                ? null
                : new Sharing(ledger, retry, stores.named(move, each), NamedFiles.of(setup.plan(), move));
        FileStore source = stores.files(move.from().get(0).store());
        FileStore target = stores.files(move.to().store());
        boolean compare = depth.full() || counted(run, id, "present bytes") <= COMPARE_AT_MOST;
        Selector mine = depth.selector()
                .withRun(run.id())
                .withMove(move.name())
                .withStates(EnumSet.of(State.PLANNED, State.WRITING));
        if (counted(run, id, "present") > 0 || depth.selector().isPartial()) {
            reader.entries(mine, 0, entry -> {
                numbers.add(entry, move, source, target, compare, sharing);
                return !stop.isRequested();
            });
        } else {
            for (LedgerReader.Tally tally : reader.tallies(run.id())) {
                if (tally.move() == id && tally.state().isOpen()) {
                    numbers.copyItems += tally.items();
                    numbers.copyBytes += tally.bytes();
                }
            }
        }
        long unreadable = depth.read() ? readThrough(move, id, source, target, mine) : 0;
        long skipped = 0;
        for (LedgerReader.Tally tally : reader.tallies(run.id())) {
            if (tally.move() == id && (tally.state() == State.SKIPPED || tally.state() == State.FAILED)) {
                skipped += tally.items();
            }
        }
        if (skipped > 0) {
            reader.entries(
                    new Selector(
                            run.id(),
                            List.of(move.name()),
                            List.of(),
                            List.of(),
                            EnumSet.of(State.SKIPPED, State.FAILED),
                            null,
                            null,
                            entry -> true,
                            SAMPLES,
                            ""),
                    0,
                    entry -> {
                        String said = String.valueOf(entry.error());
                        numbers.samples.add(
                                entry.row() == null ? entry.sourceKey().display() + ": " + said : said);
                        return true;
                    });
        }
        long listed = 0;
        long unchanged = 0;
        for (LedgerReader.CountLine count : reader.counts(run.id())) {
            if (count.move() == id && count.what().equals("listed")) {
                listed = count.items();
            } else if (count.move() == id && count.what().equals("unchanged")) {
                unchanged = count.items();
            }
        }
        long listedBytes = counted(run, id, "listed bytes");
        return new PlanReport.MoveReport(
                move.name(),
                from,
                move.to().text(),
                false,
                false,
                listed,
                listedBytes,
                numbers.copyItems,
                numbers.copyBytes,
                numbers.presentItems,
                numbers.presentBytes,
                numbers.sameItems,
                numbers.conflictItems,
                numbers.replaceItems,
                skipped,
                unchanged,
                unreadable,
                numbers.samples,
                depth.full() && move.each() != null && !move.isOfUnits()
                        ? new Orphans(setup.plan(), stores, ledger, reader, live, stop).of(run, move)
                        : null,
                null,
                null);
    }

    /** What the stores say of the tables that the plan writes to, by {@code STORE:TABLE}. */
    List<String> remarks() throws StoreException {
        Map<String, String> remarks = new LinkedHashMap<>();
        for (Move move : setup.plan().moves()) {
            if (move.rows() && stores.target(move) instanceof Remarked store) {
                List<String> tables = new ArrayList<>(List.of(move.to().path().text()));
                move.steps().with().forEach(effect -> tables.add(effect.to().path()));
                for (String table : tables) {
                    String name = move.to().store() + ":" + table;
                    if (!remarks.containsKey(name)) {
                        remarks.put(name, String.join(", ", store.remarks(table)));
                    }
                }
            }
        }
        remarks.values().removeIf(String::isEmpty);
        return remarks.entrySet().stream()
                .map(table -> table.getKey() + ": " + table.getValue())
                .toList();
    }

    /**
     * Refuses a move of rows that may meet nothing when something stands where it would write: every row is read and changed
     * for that, and nothing is written.
     */
    void refuseExistingRows(Run run, Move move) throws StoreException, LedgerException, RefusedException {
        List<String> lines = new ArrayList<>();
        UnitCounts counts = rowPlan(move).counts();
        forecast(run, move, new Depth(true, true, Selector.ALL, null), new Foreseen(Map.of()), counts, lines);
        if (counts != null) {
            int id = enter(move);
            List<Relation> relations = counts.relations(objectsOf(run, move));
            ledger.change(tx -> Relations.note(tx, run.id(), id, relations));
        }
        if (!lines.isEmpty() && move.closure() != null) {
            throw new RefusedException(
                    "Cannot run move " + move.name() + ": " + lines.size() + (lines.size() == 1_000 ? " or more" : "")
                            + (lines.size() == 1 ? " thing is" : " things are")
                            + " in its way. "
                            + (run.started() == 0 ? "Nothing" : "No row")
                            + " was written. See below, mend it or say in the plan what becomes of it.",
                    lines);
        } else if (!lines.isEmpty()) {
            throw new RefusedException(
                    "Cannot run move " + move.name() + ": " + lines.size() + (lines.size() == 1_000 ? " or more" : "")
                            + (lines.size() == 1 ? " row exists" : " rows exist")
                            + " already and exists is fail. Nothing was written. Remove them, or set exists to same_ok,"
                            + " skip or replace.",
                    lines);
        }
    }

    /** @param collisions takes the keys at which something stands that may not be met */
    private PlanReport.MoveReport forecast(
            Run run, Move move, Depth depth, Foreseen foreseen, @Nullable UnitCounts counts, List<String> collisions)
            throws StoreException, LedgerException, RefusedException {
        RowKeys ours = move.exists() == Exists.FAIL ? RowKeys.written(reader, enter(move)) : null;
        TableStore source = stores.source(move);
        TableStore target = stores.target(move);
        RowPlan plan = rowPlan(move).since(mark(move, run.id(), run.fingerprint()));
        Retry retry = new Retry(move.limits().retries(), live, stop);
        live.phase("reading " + move.from().get(0).text());
        Names names = names(plan);
        try {
            RowForecast forecast = new RowForecast(
                    plan,
                    source,
                    target,
                    new RowMaking(
                                    plan,
                                    RowContext.of(move, stores, retry),
                                    RowChecks.of(setup.plan(), move, 0, stores, null, retry)
                                            .foreseeing(foreseen),
                                    RowChoice.of(setup.plan(), plan, depth.where()),
                                    Given.known(
                                            ledger, enter(move), setup.plan().namespace()),
                                    UnitObjects.of(setup, move, stores, ledger, this, retry, null, 0))
                            .counting(counts),
                    retry,
                    stop,
                    ours);
            PlanReport.MoveReport report =
                    forecast.look(names, depth.selector().limit(), live.group(move.name(), "read"));
            collisions.addAll(forecast.collisions());
            return report;
        } catch (IOException e) {
            if (e instanceof StoreException known) {
                throw known;
            } else if (e instanceof LedgerException known) {
                throw known;
            }
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot close " + source.location() + ": " + e.getMessage(), e);
        }
    }

    private long readThrough(Move move, int id, FileStore source, FileStore target, Selector mine)
            throws StoreException, LedgerException {
        live.phase("reading " + source.location());
        FileMove files = new FileMove(id, move, source, target, Abilities.NONE);
        try (Work work = new Work(ledger, live, stop, move.limits())) {
            return new Afterwards(files, work, setup.clock()).readThrough(reader, mine, live.group("", "read"));
        }
    }

    private long counted(Run run, int move, String what) throws LedgerException {
        return ledger.write(tx -> Runs.counted(tx, run.id(), move, what));
    }

    private final class Numbers {
        long copyItems;
        long copyBytes;
        long presentItems;
        long presentBytes;
        long sameItems;
        long conflictItems;
        long replaceItems;
        final List<String> samples = new ArrayList<>();
        private final @Nullable Unnamed unnamed;

        /** @param unnamed of objects of units; else null */
        Numbers(@Nullable Unnamed unnamed) {
            this.unnamed = unnamed;
        }

        void add(Entry entry, Move move, FileStore source, FileStore target, boolean compare, @Nullable Sharing sharing)
                throws LedgerException {
            Long found = entry.effect().foundSize();
            if (found == null) {
                copyItems++;
                copyBytes += entry.size();
                return;
            }
            String key = entry.effect().targetKey().display();
            boolean ours = wasOurs(entry);
            Entry other = sharing == null ? null : standing(entry, sharing);
            if (other != null
                    && !(compare && found == entry.size() && Boolean.TRUE.equals(equal(entry, source, target)))) {
                conflictItems++;
                sample(key + ": " + Sharing.reason(entry, other));
            } else if (ours) {
                if (compare && found == entry.size() && Boolean.TRUE.equals(equal(entry, source, target))) {
                    sameItems++;
                    return;
                }
                if (unnamed != null && !isUnnamed(unnamed, entry)) {
                    conflictItems++;
                    sample(key + ": changed since it was copied; the older copy is kept, since rows may name it");
                    return;
                }
                replaceItems++;
                sample(key + ": changed since it was copied; the older copy is kept as a before-image");
            } else if (move.exists() == Exists.SKIP) {
                sameItems++;
            } else if (found != entry.size()) {
                differs(
                        move,
                        key + " exists with other content (" + found + " bytes, the source has " + entry.size() + ")");
            } else if (compare) {
                Boolean equal = equal(entry, source, target);
                if (equal == null) {
                    present(entry);
                } else if (equal) {
                    sameItems++;
                } else {
                    differs(move, key + " exists with other content of the same size");
                }
            } else {
                present(entry);
            }
        }

        private boolean isUnnamed(Unnamed rows, Entry entry) throws LedgerException {
            try {
                return rows.test(entry);
            } catch (StoreException e) {
                sample(entry.display() + ": whether a row names its target, the run will say: " + e.getMessage());
                return true;
            }
        }

        private @Nullable Entry standing(Entry entry, Sharing sharing) throws LedgerException {
            try {
                return sharing.standing(entry);
            } catch (StoreException e) {
                sample(entry.display() + ": whether other rows share its target, the run will say: " + e.getMessage());
                return null;
            }
        }

        private void present(Entry entry) {
            presentItems++;
            presentBytes += entry.size();
        }

        private void differs(Move move, String line) {
            if (move.exists() == Exists.REPLACE) {
                replaceItems++;
            } else {
                conflictItems++;
            }
            sample(line);
        }

        private void sample(String line) {
            if (samples.size() < SAMPLES) {
                samples.add(line);
            }
        }

        private @Nullable Boolean equal(Entry entry, FileStore source, FileStore target) {
            try {
                Pace free = new Pace(0);
                return Contents.digest(source, entry.sourceKey(), null, free, new LongAdder())
                        .sha256()
                        .equals(Contents.digest(target, entry.effect().targetKey(), null, free, new LongAdder())
                                .sha256());
            } catch (StoreException e) {
                sample(entry.sourceKey().display() + ": could not be compared now, the run will: " + e.getMessage());
                return null;
            }
        }
    }
}
