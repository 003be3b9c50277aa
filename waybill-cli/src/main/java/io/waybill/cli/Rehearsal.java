package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.PlanReport;
import io.waybill.engine.RefusedException;
import io.waybill.engine.RestoredReport;
import io.waybill.engine.RollbackReport;
import io.waybill.engine.RunOptions;
import io.waybill.engine.RunReport;
import io.waybill.engine.Setup;
import io.waybill.engine.VerifyOptions;
import io.waybill.engine.VerifyReport;
import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.ledger.State;
import io.waybill.plan.Move;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The steps of a rehearsal, each of them a verb of the engine over the first items of each move. */
final class Rehearsal {
    private static final int SAMPLES = 5;

    private final Waybill waybill;
    private final Plan plan;
    private final LedgerFile ledger;
    private final Setup setup;

    Rehearsal(Waybill waybill, Plan plan, LedgerFile ledger, int items) throws PlanException, IOException {
        this.waybill = waybill;
        this.plan = plan;
        this.ledger = ledger;
        this.setup = waybill.workplace().setup("rehearse").rehearsal(ledger, items);
    }

    /**
     * One move.
     *
     * @param again what a second run wrote, -1 when there was none
     * @param known about how many rows the whole move has, -1 when that is not known
     * @param projected milliseconds that all of them take at this pace, -1 when that is not known
     */
    record Part(
            String move,
            long written,
            long same,
            long needYou,
            long again,
            long undone,
            long millis,
            long known,
            long projected) {}

    /**
     * What came out.
     *
     * @param verified how many targets were found the same, {@code wrong} how many not
     * @param compared how many targets were compared with what stood there before, {@code notRestored} how many differ
     * @param stays whether its ledger stays, since not everything is as it was
     */
    record Result(
            List<Part> parts,
            long verified,
            long wrong,
            long againWrote,
            long compared,
            long notRestored,
            long needYou,
            List<String> samples,
            boolean stays,
            @Nullable Exit stopped) {
        static Result stopped(Exit exit) {
            return new Result(List.of(), 0, 0, 0, 0, 0, 0, List.of(), true, exit);
        }

        boolean differs() {
            return wrong + againWrote + notRestored > 0;
        }
    }

    /** What came of taking back what an earlier rehearsal wrote. */
    record Left(long undone, String trouble, @Nullable Exit stopped) {
        boolean isWhole() {
            return trouble.isEmpty();
        }
    }

    /** Whether a second run would take other rows than the first. */
    static boolean isOnce(Move move) {
        return move.isInPlace() && move.where() != null;
    }

    /** Takes back what an earlier rehearsal kept or, killed, left behind; null when there was none. */
    @Nullable
    Left takeBackEarlier() throws IOException, PlanException, RefusedException {
        if (!ledger.exists()) {
            return null; // and what may stand beside it is not ours: a rehearsal's own ledger goes last
        }
        List<Run> runs;
        try (LedgerReader reader = ledger.read()) {
            if (!reader.meta("plan").equals(plan.name())) {
                throw new CliException(
                        Code.REFUSED,
                        "Cannot rehearse: " + waybill.show(ledger.path())
                                + " is the ledger of another plan. Rename the plan.");
            }
            runs = new ArrayList<>(reader.runs());
        }
        Collections.reverse(runs);
        Set<Integer> wrote = new LinkedHashSet<>();
        for (Run run : runs) {
            if (run.kind().equals("rollback") && run.isUnfinished() && run.ofRun() != null) {
                wrote.add(run.ofRun());
            }
        }
        for (Run run : runs) {
            if (run.kind().equals("run") && run.started() > 0) {
                wrote.add(run.id());
            }
        }
        long undone = 0;
        for (int id : wrote) {
            Work.Answer<RollbackReport> answer = rollBack(id);
            RollbackReport report = answer.value();
            if (answer.stopped() != null) {
                return new Left(undone, "", answer.stopped());
            } else if (report.keepItems() > 0 || !report.complete()) {
                return new Left(undone, String.join("; ", report.reasons()), null);
            }
            undone += report.undoneItems();
        }
        remove();
        return new Left(undone, "", null);
    }

    Result carryOut(boolean keep) throws IOException, PlanException, RefusedException {
        Migration first = new Migration(setup);
        PlanReport planned = Work.during(waybill, first, "rehearse", () -> first.plan(false));
        if (planned.run().isEmpty()) {
            remove();
            return new Result(List.of(), 0, 0, 0, 0, 0, 0, List.of("there is nothing to carry over"), false, null);
        }
        Work.Answer<RunReport> ran = Work.answer(waybill, first, "rehearse", () -> first.run(RunOptions.ALL));
        RunReport run = ran.value();
        if (ran.stopped() != null) {
            return Result.stopped(ran.stopped());
        }
        int id = RunName.parse(run.run());
        if (run.trouble() instanceof IOException trouble) {
            takeBackEarlier();
            throw trouble;
        }
        List<String> samples = new ArrayList<>(reasons(run.errors()));
        Migration second = new Migration(setup);
        VerifyOptions all = new VerifyOptions(Selector.ALL.withRun(id), false, 100, 1, 1, false);
        Work.Answer<VerifyReport> verified = Work.answer(waybill, second, "rehearse", () -> second.verify(all));
        if (verified.stopped() != null) {
            return Result.stopped(verified.stopped());
        }
        VerifyReport compared = verified.value();
        // what needs somebody has a verdict too, and is counted as that
        long wrong = Math.max(0, compared.different() + compared.missing() - run.needYou());
        if (wrong > 0) {
            verdicts(compared, samples);
        }
        Work.Answer<RunReport> again = again();
        if (again != null && again.stopped() != null) {
            return Result.stopped(again.stopped());
        } else if (again != null && again.value().trouble() instanceof IOException failed) {
            takeBackEarlier();
            throw failed;
        }
        String repeated = again == null ? "" : again.value().run();
        List<Part> parts = parts(planned, run, repeated.isEmpty() ? 0 : RunName.parse(repeated));
        long wrote = again == null ? 0 : again.value().wroteItems();
        RestoredReport restored = new RestoredReport(0, 0, List.of());
        if (!keep) {
            if (wrote > 0) {
                rollBack(RunName.parse(repeated));
            }
            Work.Answer<RollbackReport> back = rollBack(id);
            if (back.stopped() != null) {
                return Result.stopped(back.stopped());
            }
            Migration last = new Migration(setup);
            restored = Work.during(waybill, last, "rehearse", () -> last.restored(Selector.ALL.withRun(id)));
            samples.addAll(restored.samples());
            parts = undone(parts, id);
        }
        boolean stays = keep || restored.different() > 0;
        if (!stays) {
            remove();
        }
        return new Result(
                parts,
                compared.same(),
                wrong,
                wrote,
                restored.compared(),
                restored.different(),
                run.needYou(),
                samples.stream().limit(2 * SAMPLES).toList(),
                stays,
                null);
    }

    private Work.Answer<RollbackReport> rollBack(int run) throws IOException, PlanException, RefusedException {
        Migration migration = new Migration(setup);
        return Work.answer(waybill, migration, "rehearse", () -> migration.rollback(run, Selector.ALL));
    }

    /** The same items once more, less those of moves that would take others; null when that is none. */
    private Work.@Nullable Answer<RunReport> again() throws IOException, PlanException, RefusedException {
        List<String> names = plan.moves().stream()
                .filter(move -> !isOnce(move))
                .map(Move::name)
                .toList();
        if (names.isEmpty()) {
            return null;
        }
        Selector all = Selector.ALL;
        Selector some = names.size() == plan.moves().size()
                ? all
                : new Selector(
                        null,
                        names,
                        all.groups(),
                        all.batches(),
                        all.states(),
                        all.since(),
                        all.before(),
                        all.where(),
                        all.limit(),
                        "");
        Migration migration = new Migration(setup);
        return Work.answer(
                waybill, migration, "rehearse", () -> migration.run(new RunOptions(some, false, false, "verify")));
    }

    private List<Part> parts(PlanReport planned, RunReport run, int again) throws IOException {
        List<Part> parts = new ArrayList<>();
        int id = RunName.parse(run.run());
        try (LedgerReader reader = ledger.read()) {
            for (Move move : plan.moves()) {
                long written = count(reader, id, move, EnumSet.of(State.WRITTEN, State.VERIFIED));
                long same = count(reader, id, move, EnumSet.of(State.SAME));
                long needYou = needYou(reader, id, move);
                long millis = run.took().getOrDefault(move.name(), 0L);
                long known = planned.moves().stream()
                        .filter(each -> each.name().equals(move.name()) && each.estimated())
                        .mapToLong(PlanReport.MoveReport::listedItems)
                        .findFirst()
                        .orElse(-1);
                long carried = written + same + needYou;
                parts.add(new Part(
                        move.name(),
                        written,
                        same,
                        needYou,
                        isOnce(move)
                                ? -1
                                : again == 0
                                        ? 0
                                        : count(reader, again, move, EnumSet.of(State.WRITTEN, State.VERIFIED)),
                        0,
                        millis,
                        known,
                        known <= carried || carried == 0 ? -1 : millis * known / carried));
            }
        }
        return parts;
    }

    private List<Part> undone(List<Part> parts, int run) throws IOException {
        List<Part> done = new ArrayList<>();
        try (LedgerReader reader = ledger.read()) {
            for (Part part : parts) {
                Move move = java.util.Objects.requireNonNull(plan.find(part.move()));
                long undone = count(reader, run, move, EnumSet.of(State.UNDONE));
                done.add(new Part(
                        part.move(),
                        part.written(),
                        part.same(),
                        part.needYou(),
                        part.again(),
                        undone,
                        part.millis(),
                        part.known(),
                        part.projected()));
            }
        }
        return done;
    }

    private static long count(LedgerReader reader, int run, Move move, EnumSet<State> states) throws IOException {
        long count = 0;
        for (LedgerReader.MoveLine line : reader.moves()) {
            if (line.name().equals(move.name())) {
                count += reader.tallies(run).stream()
                        .filter(tally -> tally.move() == line.id() && states.contains(tally.state()))
                        .mapToLong(LedgerReader.Tally::items)
                        .sum();
            }
        }
        return count;
    }

    private static long needYou(LedgerReader reader, int run, Move move) throws IOException {
        EnumSet<State> needy = EnumSet.noneOf(State.class);
        for (State state : State.values()) {
            if (state.needsYou()) {
                needy.add(state);
            }
        }
        return count(reader, run, move, needy);
    }

    private void verdicts(VerifyReport report, List<String> samples) throws IOException {
        try (LedgerReader reader = ledger.read()) {
            reader.verdicts(report.id(), SAMPLES)
                    .forEach(verdict -> samples.add(verdict.verdict() + ": "
                            + io.waybill.report.Items.display(verdict.key()) + " " + verdict.detail()));
        }
    }

    /** Why items of the run need somebody, from its log of errors. */
    private static List<String> reasons(@Nullable Path errors) throws IOException {
        if (errors == null) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(errors)) {
            return lines.limit(SAMPLES).map(Rehearsal::reason).toList();
        }
    }

    private static String reason(String line) {
        Map<String, Value> fields = ((Value.MapOf) Json.parse(line)).values();
        return text(fields, "move") + " " + text(fields, "key") + ": " + text(fields, "reason");
    }

    private static String text(Map<String, Value> fields, String name) {
        Value value = fields.get(name);
        return value instanceof Value.Text text ? text.value() : value == null ? "" : Json.write(value);
    }

    private static void delete(Path file) throws IOException {
        try (Stream<Path> all = Files.walk(file)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Removes its ledger with what stands beside it, now that nothing of it is needed; the ledger itself last, as it says whose all is. */
    private void remove() throws IOException {
        Path base = ledger.beside("");
        List<Path> folders = new ArrayList<>(List.of(base.toAbsolutePath().resolveSibling("")));
        String images = plan.images();
        if (images != null) {
            folders.add(plan.folder().resolve(images));
        }
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.filter(
                                    each -> each.getFileName().toString().startsWith(base.getFileName() + "."))
                            .filter(each ->
                                    !each.getFileName().equals(ledger.path().getFileName()))
                            .toList()) {
                        delete(file);
                    }
                }
            }
        }
        Files.deleteIfExists(ledger.path());
    }
}
