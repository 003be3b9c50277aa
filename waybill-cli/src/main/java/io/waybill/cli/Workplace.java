package io.waybill.cli;

import io.waybill.engine.Migration;
import io.waybill.engine.Setup;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.plan.Outline;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanContext;
import io.waybill.plan.PlanException;
import io.waybill.plan.Plans;
import io.waybill.plan.Problem;
import io.waybill.plan.StoreSpec;
import io.waybill.report.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteDataSource;

/**
 * Which plan and which ledger a verb works with: the plan file that was named or stands here, a plan from memory, or the
 * ledger that was used last here.
 */
final class Workplace {
    /** The name of a plan file that needs not be named. */
    static final String USUAL = "waybill.yaml";

    private static final String FOLDER = ".waybill";

    /** More than a plan may have, so that one that is too large is noticed without being read whole. */
    private static final int LARGEST = 2 << 20;

    private final Waybill waybill;
    private final boolean inMemory;
    private @Nullable Plan plan;
    private @Nullable LedgerFile ledger;

    Workplace(Waybill waybill) {
        this(waybill, null);
    }

    /** With a plan from memory. */
    Workplace(Waybill waybill, @Nullable Plan plan) {
        this.waybill = waybill;
        this.inMemory = plan != null;
        this.plan = plan;
    }

    /** The setting that names the plan file. */
    Settings.Found planSetting() {
        return waybill.settings().find("plan-file", waybill.planFile, null, null);
    }

    /** The plan file, or null when there is none to be found. */
    @Nullable
    Path planFile() {
        String named = planSetting().value();
        if (named != null) {
            return waybill.path(named);
        }
        Path usual = waybill.path(USUAL);
        return Files.exists(usual) ? usual : null;
    }

    PlanContext context() {
        List<String> overrides = new ArrayList<>(waybill.settings().limits());
        overrides.addAll(waybill.set);
        return new PlanContext(Providers.all(), waybill.surroundings().environment(), overrides);
    }

    /** The plan, read and checked as a whole. */
    Plan plan() throws PlanException, LedgerException {
        Plan known = plan;
        if (known == null) {
            known = read();
            for (StoreSpec store : known.stores().values()) {
                store.secrets().values().forEach(secret -> waybill.redaction().add(secret.reveal()));
            }
            known.notifies().addresses().forEach(address -> waybill.redaction().add(address.toString()));
            plan = known;
        }
        return known;
    }

    private Plan read() throws PlanException, LedgerException {
        Path folder = waybill.surroundings().folder();
        if ("-".equals(planSetting().value())) {
            try {
                byte[] content = waybill.surroundings().in().readNBytes(LARGEST);
                return Plans.parse("standard input", content, folder, context());
            } catch (IOException e) {
                throw new CliException(
                        Code.USAGE, "Cannot read the plan from standard input: " + Failure.cause(e) + ".");
            }
        }
        Path file = planFile();
        if (file != null && !isOfAnotherPlan()) {
            Path parent = file.getParent();
            return Plans.parse(waybill.show(file), content(file), parent == null ? folder : parent, context());
        }
        LedgerFile used = ledger();
        try (LedgerReader reader = used.read()) {
            List<Run> runs = reader.runs();
            if (runs.isEmpty()) {
                throw noPlan();
            }
            Run newest = runs.get(runs.size() - 1);
            return Plans.parseJson(newest.plan(), context());
        }
    }

    /** A plan with the stores of the plan file here, and moves of its own. */
    Plan derived(String fragment) throws PlanException {
        Path file = planFile();
        if (file == null) {
            throw new CliException(
                    Code.NO_PLAN, "There is no plan file here whose stores could be used. Name one with -f.");
        }
        Path parent = file.getParent();
        Path folder = parent == null ? waybill.surroundings().folder() : parent;
        Plan plan = Plans.derive(waybill.show(file), content(file), fragment, folder, context());
        for (StoreSpec store : plan.stores().values()) {
            store.secrets().values().forEach(secret -> waybill.redaction().add(secret.reveal()));
        }
        return plan;
    }

    /** Whether the command names a ledger, and no plan, and the ledger is not that of the plan here. */
    private boolean isOfAnotherPlan() throws PlanException, LedgerException {
        Path file = planFile();
        if (waybill.ledger == null || planSetting().value() != null || file == null || !ledger().exists()) {
            return false;
        }
        try (LedgerReader reader = ledger().read()) {
            return !reader.meta("plan")
                    .equals(Outline.parse(waybill.show(file), content(file)).name());
        }
    }

    private byte[] content(Path file) throws PlanException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LARGEST);
        } catch (NoSuchFileException e) {
            throw problem(file, "no such file", "waybill init writes a plan");
        } catch (IOException e) {
            boolean isFolder = Files.isDirectory(file);
            throw problem(file, "cannot be read: " + (isFolder ? "it is a folder" : Failure.cause(e)), null);
        }
    }

    private PlanException problem(Path file, String message, @Nullable String hint) {
        return new PlanException(List.of(new Problem(waybill.show(file), 0, 0, message, hint, null)));
    }

    /** The ledger of the plan, found without reading more of the plan than its beginnings. */
    LedgerFile ledger() throws PlanException, LedgerException {
        LedgerFile known = ledger;
        if (known == null) {
            known = new LedgerFile(place().path(), Workplace::source);
            ledger = known;
        }
        return known;
    }

    /** The ledger of a rehearsal of the plan. */
    LedgerFile rehearsal() throws PlanException, LedgerException {
        return new LedgerFile(ledger().beside("-rehearsal.db"), Workplace::source);
    }

    private static SQLiteDataSource source(Path path) {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + path.toAbsolutePath());
        // else the driver prepares and runs a query of its own after each insert
        source.setGetGeneratedKeys(false);
        return source;
    }

    /** Where the ledger is and who said so. */
    record Place(Path path, String origin) {}

    Place place() throws PlanException, LedgerException {
        Settings.Found told = waybill.settings().find("ledger", waybill.ledger, null, null);
        if (told.value() != null && !told.origin().startsWith("configuration")) {
            return new Place(resolve(waybill.surroundings().folder(), told.value()), told.origin());
        }
        Path file = planFile();
        boolean noFile = inMemory || "-".equals(planSetting().value());
        if (file == null && !noFile) {
            return new Place(lastUsed(), "used last here");
        }
        String name;
        String written;
        Path folder;
        boolean whole = noFile || plan != null;
        Outline outline = whole || file == null ? null : Outline.parse(waybill.show(file), content(file));
        if (outline == null || needsWhole(outline)) {
            Plan read = plan();
            name = read.name();
            written = read.ledger();
            folder = read.folder();
        } else {
            name = outline.name();
            written = outline.ledger();
            Path parent = file == null ? null : file.getParent();
            folder = parent == null ? waybill.surroundings().folder() : parent;
        }
        Settings.Found found = waybill.settings().find("ledger", null, written, null);
        return found.value() == null
                ? new Place(folder.resolve(FOLDER).resolve(name + ".db"), "beside the plan")
                : new Place(resolve(folder, found.value()), found.origin());
    }

    /** Whether the beginnings do not tell for sure: something may change them, or they are not as they should be. */
    private boolean needsWhole(Outline outline) {
        boolean overridden = waybill.set.stream().anyMatch(set -> set.startsWith("name=") || set.startsWith("ledger="));
        String written = outline.ledger();
        boolean plain = outline.name().matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
                && (written == null || !written.contains("${"));
        return overridden || !plain;
    }

    private Path resolve(Path folder, String written) {
        String path = written.startsWith("sqlite:") ? written.substring("sqlite:".length()) : written;
        if (path.matches("[a-z0-9+.-]{2,}://.*")) {
            throw new CliException(
                    Code.USAGE,
                    "Cannot use ledger " + Texts.safe(path) + ": this version keeps ledgers in files. Give a path.");
        }
        String home = waybill.surroundings().env("HOME");
        return folder.resolve(path.startsWith("~/") && home != null ? home + path.substring(1) : path)
                .normalize();
    }

    private Path pointer() {
        return waybill.surroundings().folder().resolve(FOLDER).resolve("last");
    }

    private Path lastUsed() {
        Path pointer = pointer();
        if (!Files.isRegularFile(pointer)) {
            throw noPlan();
        }
        try {
            String name = Files.readString(pointer).strip();
            return pointer.resolveSibling(name).normalize();
        } catch (IOException e) {
            throw new CliException(
                    Code.NO_PLAN, "Cannot read " + waybill.show(pointer) + ": " + Failure.cause(e) + ".");
        }
    }

    private CliException noPlan() {
        return new CliException(
                Code.NO_PLAN,
                "There is no " + USUAL + " here and no ledger was used here before. Begin with: waybill init, or:"
                        + " waybill demo");
    }

    /** Remembers the ledger as the one used last here, if it is one of this folder. */
    void remember() throws PlanException, LedgerException {
        Path path = ledger().path().toAbsolutePath().normalize();
        Path pointer = pointer();
        Path folder = pointer.getParent();
        if (folder == null || !path.startsWith(folder) || !Files.isDirectory(folder)) {
            return;
        }
        String name = folder.relativize(path).toString();
        try {
            if (!Files.isRegularFile(pointer)
                    || !Files.readString(pointer).strip().equals(name)) {
                Files.writeString(pointer, name + "\n");
            }
        } catch (IOException e) {
            screenWarning(e);
        }
    }

    private void screenWarning(IOException e) {
        waybill.screen()
                .error(
                        Screen.Style.YELLOW,
                        "warning: ",
                        "cannot note which ledger was used last: " + Failure.cause(e) + ". Name it with --ledger.");
    }

    /** The engine over plan and ledger. */
    Migration migration(String verb) throws PlanException, LedgerException {
        return new Migration(setup(verb));
    }

    Setup setup(String verb) throws PlanException, LedgerException {
        Surroundings around = waybill.surroundings();
        return new Setup(
                plan(),
                ledger(),
                Providers.all(),
                Providers.metrics(),
                around.environment(),
                around.clock(),
                "waybill " + verb + " by " + System.getProperty("user.name", "somebody") + ", process "
                        + ProcessHandle.current().pid() + " on host " + Host.name());
    }

    /** The folder beside the ledger for logs and reports. */
    Path beside(String folder) throws PlanException, LedgerException {
        return ledger().path().toAbsolutePath().resolveSibling(folder);
    }
}
