package io.waybill.engine;

import io.waybill.ledger.Relation;
import io.waybill.plan.Move;
import io.waybill.store.Abilities;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run would do.
 *
 * @param run the run that was planned, for example {@code r1}; empty when there is nothing to do
 * @param id the id of the saved plan, for example {@code p7f3}
 * @param goesOn whether the run was begun earlier and the numbers are what is left of it
 * @param stores those that the moves use; each was reached
 * @param estimate how long the run will take
 * @param millis how long planning took
 * @param notes what the reader should know, one line each, for example that a store was not probed yet
 * @param differences how the tables of units differ between the two ends, and what is the same, as far as the stores can say
 */
public record PlanReport(
        String run,
        String id,
        boolean goesOn,
        List<MoveReport> moves,
        List<StoreReport> stores,
        Estimate estimate,
        long millis,
        List<String> notes,
        List<Difference> differences) {
    public PlanReport {
        stores = List.copyOf(stores);
        moves = List.copyOf(moves);
        notes = List.copyOf(notes);
        differences = List.copyOf(differences);
    }

    /**
     * A store that was reached.
     *
     * @param measured whether it is one whose abilities must be measured, not known beforehand
     * @param abilities what was measured, or null when nothing was yet
     */
    public record StoreReport(
            String name, boolean measured, @Nullable Abilities abilities) {}

    /**
     * How long the run will take, in milliseconds, going by {@code like}, the run whose pace was taken; empty when it is a
     * guess.
     */
    public record Estimate(long millis, String like) {}

    /**
     * Files that rows name, against the files that are there.
     *
     * @param rowsWithoutFile rows whose file is not there, {@code missing} some of them
     * @param filesWithoutRow files in the place of the named ones that no row names, {@code orphans} some of their keys
     * @param largeFiles files of 100 MB and more among those to be moved
     * @param largest the key of the largest file of the run, or empty
     * @param batches of the run
     */
    public record Named(
            long rowsWithoutFile,
            List<String> missing,
            long filesWithoutRow,
            long filesWithoutRowBytes,
            List<String> orphans,
            long largeFiles,
            long largeBytes,
            String largest,
            long batches) {
        public Named {
            missing = List.copyOf(missing);
            orphans = List.copyOf(orphans);
        }
    }

    /**
     * What the chosen rows of a root table move with all that belongs to them.
     *
     * @param units the root rows that were chosen, less {@code refused}, of which it could not be found what belongs to them
     * @param tables whose rows go, the root's first
     * @param relations the references between them and out of them
     */
    public record Graph(
            String root,
            long units,
            long refused,
            List<Share> tables,
            List<Relation> relations,
            List<Objects> objects) {
        public Graph {
            tables = List.copyOf(tables);
            relations = List.copyOf(relations);
            objects = List.copyOf(objects);
        }

        /** All rows that go. */
        public long rows() {
            return tables.stream().mapToLong(Share::all).sum();
        }
    }

    /** How many rows of a table belong, and how many more come along; a row that belongs to two units counts twice. */
    public record Share(String table, long rows, long along) {
        public long all() {
            return rows + along;
        }
    }

    /** The objects that rows of a table name, as the move of the objects lists them. */
    public record Objects(String move, String table, long items, long bytes) {}

    /** An amount of what a target counts, for example write capacity units. */
    public record Cost(long amount, String units) {}

    /**
     * One move.
     *
     * @param estimated whether the numbers are what the store's statistics say: rows are read by the run; {@code listedItems} is
     *     -1 when they say nothing
     * @param copyItems to be written where nothing stands, {@code copyBytes} their size
     * @param presentItems something of the same size stands there; the run compares the content
     * @param sameItems compared already: equal
     * @param conflictItems something else stands there
     * @param replaceItems something else stands there and will be replaced, a before-image kept
     * @param skippedItems left out by a rule or because the target cannot hold the name
     * @param unchangedItems done in an earlier run and unchanged since; not part of this one
     * @param listedItems everything that was listed and belongs to the move, {@code listedBytes} its size
     * @param unreadableItems sources that could not be read; 0 when they were not tried
     * @param samples some lines about conflicts and items left out, with their reasons
     * @param named of files that rows name, what was found on both sides; null when that was not looked at
     * @param cost what the writes take of what the target counts; null when that was not looked at or it counts nothing
     * @param graph what units consist of; null of other moves
     */
    public record MoveReport(
            String name,
            String from,
            String to,
            boolean rows,
            boolean estimated,
            long listedItems,
            long listedBytes,
            long copyItems,
            long copyBytes,
            long presentItems,
            long presentBytes,
            long sameItems,
            long conflictItems,
            long replaceItems,
            long skippedItems,
            long unchangedItems,
            long unreadableItems,
            List<String> samples,
            @Nullable Named named,
            @Nullable Cost cost,
            @Nullable Graph graph) {
        public MoveReport {
            samples = List.copyOf(samples);
        }

        /** One of units that were found, of which nobody looked what becomes of them. */
        static MoveReport of(Move move, Graph graph) {
            return new MoveReport(
                    move.name(),
                    move.from().get(0).text(),
                    move.to().text(),
                    true,
                    graph.units() + graph.refused() > 0,
                    graph.rows(),
                    0,
                    graph.rows(),
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    graph.refused(),
                    0,
                    0,
                    List.of(),
                    null,
                    null,
                    graph);
        }

        MoveReport with(Graph found) {
            return new MoveReport(
                    name,
                    from,
                    to,
                    rows,
                    estimated,
                    listedItems,
                    listedBytes,
                    copyItems,
                    copyBytes,
                    presentItems,
                    presentBytes,
                    sameItems,
                    conflictItems,
                    replaceItems,
                    skippedItems,
                    unchangedItems,
                    unreadableItems,
                    samples,
                    named,
                    cost,
                    found);
        }

        /** Whether the run has something to do for it. */
        public boolean hasWork() {
            return estimated || copyItems + presentItems + sameItems + conflictItems + replaceItems > 0;
        }
    }

    /** Whether there is anything to do. */
    public boolean hasWork() {
        return moves.stream().anyMatch(MoveReport::hasWork);
    }

    public long unreadable() {
        return moves.stream().mapToLong(MoveReport::unreadableItems).sum();
    }

    /** Whether the run would leave items that need somebody, as far as was looked. */
    public boolean needsYou() {
        return unreadable() + conflicts() > 0
                || moves.stream().anyMatch(move -> move.rows() && move.skippedItems() > 0);
    }

    public long conflicts() {
        return moves.stream().mapToLong(MoveReport::conflictItems).sum();
    }

    /**
     * Something that source and target tables have, and what is done about how they differ in it.
     *
     * @param name of what it is, in words; of a table, empty
     * @param source as the source has it, or empty
     * @param target as the target has it, or empty
     * @param note what is done, in words; may be empty
     */
    public record Difference(
            String move,
            String table,
            Part part,
            String name,
            String source,
            String target,
            Action action,
            String note) {
        /** What it is. */
        public enum Part {
            TABLE,
            COLUMN,
            UNIQUE,
            RULE,
            FOREIGN_KEY,
            TRIGGER;

            /** As people say it. */
            public String word() {
                return name().toLowerCase(Locale.ROOT).replace('_', ' ');
            }
        }

        /** What is done. */
        public enum Action {
            /** There is nothing to do. */
            SAME,
            /** The target takes all that the source has, and more. */
            WIDENED,
            /** The target does not take everything; each row is looked at. */
            NARROWED,
            /** The plan gives another value. */
            MAPPED,
            /** The target gives a value. */
            DEFAULTED,
            /** The plan leaves it out. */
            DROPPED,
            /** It happens at the target when rows are written. */
            FIRES,
            /** The plan cannot be run. */
            REFUSED;

            /** As people say it. */
            public String word() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        /** Whether somebody should read of it. */
        public boolean isNotable() {
            return action == Action.MAPPED ? !source.equals(target) : action != Action.SAME;
        }

        /** What it is about, in words. */
        public String subject() {
            return part == Part.TABLE
                    ? "table " + table
                    : part == Part.COLUMN ? table + "." + name : part.word() + " " + name + " of " + table;
        }

        @Override
        public String toString() {
            return subject() + ": " + note;
        }
    }
}
