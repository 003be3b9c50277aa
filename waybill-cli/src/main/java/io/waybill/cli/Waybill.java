package io.waybill.cli;

import io.waybill.report.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command line: the options that every verb takes, and what follows from them. */
@Command(name = "waybill")
final class Waybill {
    @Option(
            names = {"-f", "--plan-file"},
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "The plan; - reads it from standard input. Default: waybill.yaml")
    @Nullable
    String planFile;

    @Option(
            names = "--set",
            scope = ScopeType.INHERIT,
            paramLabel = "PATH=VALUE",
            description = "Change a value of the plan, or give a variable; not for secrets. Repeatable.")
    List<String> set = new ArrayList<>();

    @Option(
            names = "--env-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Read environment variables from NAME=VALUE lines; those that are set already win.")
    @Nullable
    String envFile;

    @Option(
            names = "--ledger",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Where the ledger is. Default: .waybill/NAME.db beside the plan")
    @Nullable
    String ledger;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Write JSON to standard output: one document; of run and verify, lines.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Only results and errors.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say more; -vv also shows traces of errors.")
    boolean[] verbose = new boolean[0];

    @Option(
            names = "--log-level",
            scope = ScopeType.INHERIT,
            paramLabel = "LEVEL",
            description = "What the log file holds: error, warn, info (default), debug, trace.")
    @Nullable
    String logLevel;

    @Option(
            names = "--log-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Where the log goes. Default: a file per run in .waybill/logs")
    @Nullable
    String logFile;

    @Option(
            names = "--log-format",
            scope = ScopeType.INHERIT,
            paramLabel = "FORMAT",
            description = "text (default) or json.")
    @Nullable
    String logFormat;

    @Option(
            names = "--progress",
            scope = ScopeType.INHERIT,
            paramLabel = "HOW",
            description = "auto (default), bar, plain, json or none.")
    @Nullable
    String progress;

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "No colours; NO_COLOR does the same.")
    boolean noColor;

    @Option(
            names = {"-y", "--yes"},
            scope = ScopeType.INHERIT,
            paramLabel = "[=NAME]",
            hideParamSyntax = true,
            description = "Confirm without being asked; what destroys much wants the name, as in --yes=r1.")
    @Nullable
    String yes;

    @Option(
            names = "--no-input",
            scope = ScopeType.INHERIT,
            description = "Never ask; what is not confirmed ends with 2.")
    boolean noInput;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Help for this command.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            description = "The version, as the command version.")
    boolean version;

    /** Whether the verb at work writes JSON as lines rather than as one document. */
    boolean jsonLines;

    private final Surroundings outside;
    private final Redaction redaction = new Redaction();
    private @Nullable Surroundings surroundings;
    private @Nullable Screen screen;
    private @Nullable Settings settings;
    private @Nullable Workplace workplace;

    Waybill(Surroundings outside) {
        this.outside = outside;
    }

    /**
     * The same options for a command on behalf of this one, which asks nothing and hears these signals. It reads settings and
     * plan for itself.
     */
    Waybill again(Signals signals) {
        Waybill other = new Waybill(outside.hearing(signals));
        other.planFile = planFile;
        other.set = set;
        other.envFile = envFile;
        other.ledger = ledger;
        other.json = json;
        other.quiet = quiet;
        other.verbose = verbose;
        other.logLevel = logLevel;
        other.logFile = logFile;
        other.logFormat = logFormat;
        other.progress = progress;
        other.noColor = noColor;
        other.yes = yes;
        other.noInput = true;
        return other;
    }

    /** What is outside, with the variables of {@code --env-file}. */
    Surroundings surroundings() {
        Surroundings known = surroundings;
        if (known == null) {
            UnaryOperator<@Nullable String> environment = outside.environment();
            String file =
                    new Settings(outside).find("env-file", envFile, null, null).value();
            if (file != null) {
                Map<String, String> values = EnvFile.read(outside.folder().resolve(Path.of(file)));
                values.forEach((name, value) -> {
                    if (Redaction.isSecretName(name)) {
                        redaction.add(value);
                    }
                });
                UnaryOperator<@Nullable String> before = environment;
                environment = name -> {
                    String value = before.apply(name);
                    return value == null ? values.get(name) : value;
                };
            }
            known = outside.withEnvironment(redaction.watching(environment));
            surroundings = known;
        }
        return known;
    }

    Redaction redaction() {
        return redaction;
    }

    Settings settings() {
        Settings known = settings;
        if (known == null) {
            known = new Settings(surroundings());
            settings = known;
        }
        return known;
    }

    /** Which plan and ledger a verb works with. */
    Workplace workplace() {
        Workplace known = workplace;
        if (known == null) {
            known = new Workplace(this);
            workplace = known;
        }
        return known;
    }

    void workplace(Workplace other) {
        workplace = other;
    }

    Screen screen() {
        Screen known = screen;
        if (known == null) {
            // built from what is certain: an error in a settings file must still find its way to the screen
            boolean color = !noColor
                    && outside.env("NO_COLOR") == null
                    && outside.env("WAYBILL_NO_COLOR") == null
                    && !"dumb".equals(outside.env("TERM"));
            known = new Screen(outside.out(), outside.err(), outside.terminal(), color, quiet, json);
            if (planFile != null && !planFile.equals("-")) {
                known.planFile(planFile);
            }
            screen = known;
        }
        return known;
    }

    /** 0 to 2: how much more to say. */
    int verbosity() {
        return Math.min(2, verbose.length);
    }

    /** Whether people can be asked. */
    boolean canAsk() {
        boolean forbidden =
                noInput || settings().find("no-input", null, null, null).isTrue() || outside.env("CI") != null;
        return !forbidden && outside.terminal().in() && outside.terminal().err();
    }

    /** A path of the command line, relative to the working folder. */
    Path path(String text) {
        String home = outside.env("HOME");
        String full = text.startsWith("~/") && home != null ? home + text.substring(1) : text;
        return outside.folder().resolve(full).normalize();
    }

    /** A path as messages show it: relative where it is below the working folder. */
    String show(Path path) {
        Path absolute = outside.folder().resolve(path).normalize();
        Path shown = absolute.startsWith(outside.folder()) && !absolute.equals(outside.folder())
                ? outside.folder().relativize(absolute)
                : absolute;
        return Texts.safe(shown.toString());
    }
}
