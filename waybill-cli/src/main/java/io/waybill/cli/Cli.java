package io.waybill.cli;

import io.waybill.mapping.Nearest;
import io.waybill.report.Texts;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One command, from its arguments to its exit code. Uses only the streams, environment and folder it is given. */
final class Cli {
    private Cli() {}

    /** Without a terminal, as in a pipe; ends no process and listens to no signals. */
    static int run(
            List<String> arguments,
            InputStream in,
            PrintStream out,
            PrintStream err,
            UnaryOperator<@Nullable String> environment,
            Path folder) {
        return run(
                arguments,
                new Surroundings(
                        in,
                        out,
                        err,
                        environment,
                        folder,
                        Terminal.NONE,
                        InstantSource.system(),
                        code -> {
                            throw new IllegalStateException("halt " + code);
                        },
                        Signals.NONE));
    }

    /** Carries out a command and answers its exit code. */
    static int run(List<String> arguments, Surroundings surroundings) {
        List<String> prepared = Arguments.prepare(arguments);
        Waybill waybill = new Waybill(surroundings);
        @Nullable Verb verb = null;
        try {
            CommandLine root = Tree.of(waybill, prepared);
            CommandLine.ParseResult parsed = parse(root, waybill, prepared);
            if (waybill.version && !parsed.hasSubcommand()) {
                return finish(new VersionVerb(waybill), waybill);
            }
            if (!parsed.hasSubcommand()) {
                waybill.screen().text(Manual.overview(waybill.screen()));
                return finish(waybill, Exit.DONE);
            }
            CommandLine command = parsed.subcommand().commandSpec().commandLine();
            if (waybill.help) {
                waybill.screen().text(Manual.of(command, waybill.screen()));
                return finish(waybill, Exit.DONE);
            }
            verb = command.getCommand();
            waybill.jsonLines = verb.writesJsonLines();
            return finish(verb, waybill);
        } catch (Work.StoppedException e) {
            return finish(waybill, e.exit());
        } catch (Exception | Error e) {
            return failed(e, verb, waybill).code();
        } finally {
            Logs.close();
        }
    }

    /** Carries out a verb on behalf of another, as if it had been typed; what goes wrong is printed and answered. */
    static Exit carryOut(Verb verb, Waybill waybill) {
        waybill.jsonLines = verb.writesJsonLines();
        try {
            return ended(waybill, verb.call());
        } catch (Work.StoppedException e) {
            return ended(waybill, e.exit());
        } catch (Exception e) {
            return failed(e, verb, waybill);
        } finally {
            Logs.close();
        }
    }

    private static Exit failed(Throwable thrown, @Nullable Verb verb, Waybill waybill) {
        Failure failure = Failure.of(thrown);
        boolean lines = verb != null && verb.writesJsonLines();
        // what the screen shows is in the log too
        Logs.ended(" error=" + failure.code().id() + " message=\"" + failure.message() + "\"", failure.exit());
        failure.print(waybill.screen(), waybill.redaction(), lines, waybill.verbosity() > 1);
        waybill.screen().flush();
        return failure.exit();
    }

    private static int finish(Verb verb, Waybill waybill) throws Exception {
        return finish(waybill, verb.call());
    }

    private static int finish(Waybill waybill, Exit exit) {
        return ended(waybill, exit).code();
    }

    private static Exit ended(Waybill waybill, Exit exit) {
        Logs.ended("", exit);
        waybill.screen().flush();
        return exit;
    }

    private static CommandLine.ParseResult parse(CommandLine root, Waybill waybill, List<String> arguments) {
        try {
            return root.parseArgs(arguments.toArray(new String[0]));
        } catch (ParameterException e) {
            // what was read before the fault still says how to print
            waybill.json |= arguments.contains("--json");
            throw usage(e, root);
        }
    }

    private static CliException usage(ParameterException e, CommandLine root) {
        CommandLine command = e.getCommandLine();
        String name = command == root ? "" : command.getCommandName();
        String help = name.isEmpty() ? "waybill help" : "waybill help " + name;
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched.getUnmatched().get(0), command, name, help);
        } else if (e instanceof MissingParameterException missing) {
            String what = String.join(
                    ", ", missing.getMissing().stream().map(Cli::label).toList());
            return new CliException(Code.USAGE, "Missing " + what + ". See: " + help);
        }
        String message = String.valueOf(e.getMessage());
        return new CliException(Code.USAGE, "Wrong command line: " + message + ". See: " + help);
    }

    private static String label(CommandLine.Model.ArgSpec spec) {
        return spec.isOption() ? "option " + ((CommandLine.Model.OptionSpec) spec).longestName() : spec.paramLabel();
    }

    private static CliException unmatched(String word, CommandLine command, String name, String help) {
        String shown = Texts.safe(word);
        if (word.startsWith("-") && word.length() > 1) {
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            Set<String> known =
                    new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
            String nearest = Nearest.find(option, known);
            String hint = nearest == null ? "" : " Did you mean " + nearest + "?";
            String of = name.isEmpty() ? "" : " of waybill " + name;
            return new CliException(
                    Code.USAGE, "Unknown option " + Texts.safe(option) + of + "." + hint + " See: " + help);
        } else if (name.isEmpty()) {
            List<String> known = new ArrayList<>(Catalog.names());
            String nearest = Nearest.find(word, known);
            String hint = nearest == null ? "" : " Did you mean " + nearest + "?";
            return new CliException(Code.USAGE, "Unknown command " + shown + "." + hint + " See: waybill help");
        }
        return new CliException(Code.USAGE, "One argument too many: " + shown + ". See: " + help);
    }
}
