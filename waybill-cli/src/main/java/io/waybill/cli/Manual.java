package io.waybill.cli;

import io.waybill.report.Texts;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the help of commands from what the parser knows of them. */
final class Manual {
    private static final int WIDEST = 100;
    private static final int NAMES = 24;

    private Manual() {}

    private static int width(Screen screen) {
        int width = screen.width();
        return width == 0 ? WIDEST : Math.min(WIDEST, Math.max(40, width));
    }

    /** All commands, each with one line. */
    static String overview(Screen screen) {
        StringBuilder text =
                new StringBuilder("waybill moves files and rows from store to store, proves that every item"
                        + "\narrived, and can put everything back.\n\nUsage: waybill COMMAND [OPTIONS]\n");
        String section = "";
        for (Catalog.Entry verb : Catalog.VERBS) {
            if (!verb.section().equals(section)) {
                section = verb.section();
                text.append('\n').append(head(screen, section)).append('\n');
            }
            String name = "  " + Texts.pad(verb.name(), 12);
            text.append(entry(name, 14, verb.summary(), width(screen)));
        }
        text.append("\nMore: waybill help COMMAND, or a topic: ")
                .append(String.join(", ", Topic.names()))
                .append("\nFirst steps: waybill demo\n");
        return text.toString();
    }

    private static String head(Screen screen, String text) {
        return screen.styled(Screen.Style.BOLD, text);
    }

    /** One command. */
    static String of(CommandLine command, Screen screen) {
        CommandSpec spec = command.getCommandSpec();
        int width = width(screen);
        Catalog.Entry entry = Catalog.find(spec.name());
        StringBuilder text = new StringBuilder();
        text.append("waybill ").append(spec.name());
        text.append(entry == null ? "" : ": " + entry.summary()).append("\n\n");
        text.append("Usage: waybill ").append(spec.name());
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            String label = parameter.paramLabel();
            text.append(' ').append(parameter.required() ? label : "[" + label + "]");
        }
        text.append(" [OPTIONS]\n");
        for (String paragraph : spec.usageMessage().description()) {
            text.append('\n').append(wrap(paragraph, 0, width));
        }
        parameters(text, spec, screen, width);
        options(text, spec, screen, width);
        text.append('\n').append(head(screen, "Exit codes")).append('\n');
        for (Exit exit : exits((Verb) spec.userObject())) {
            text.append(entry("  " + Texts.padLeft(Integer.toString(exit.code()), 3) + "  ", 7, exit.meaning(), width));
        }
        String[] examples = spec.usageMessage().footer();
        if (examples.length > 0) {
            text.append('\n').append(head(screen, "Examples")).append('\n');
            for (String example : examples) {
                text.append("  ").append(example).append('\n');
            }
        }
        return text.toString();
    }

    /** The exit codes of a verb, lowest first. */
    static Set<Exit> exits(Verb verb) {
        Set<Exit> exits = EnumSet.of(Exit.DONE, Exit.INTERNAL, Exit.USAGE);
        exits.addAll(verb.exits());
        return exits;
    }

    private static void parameters(StringBuilder text, CommandSpec spec, Screen screen, int width) {
        if (spec.positionalParameters().isEmpty()) {
            return;
        }
        text.append('\n').append(head(screen, "Arguments")).append('\n');
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            String what = String.join(" ", parameter.description());
            text.append(entry("  " + Texts.pad(parameter.paramLabel(), NAMES - 4) + "  ", NAMES, what, width));
        }
    }

    private static void options(StringBuilder text, CommandSpec spec, Screen screen, int width) {
        List<OptionSpec> own = new ArrayList<>();
        List<OptionSpec> which = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            if (!option.inherited() && !option.hidden()) {
                (SelectorOptions.NAMES.contains(option.longestName()) ? which : own).add(option);
            }
        }
        if (!own.isEmpty()) {
            text.append('\n').append(head(screen, "Options")).append('\n');
            own.forEach(option -> text.append(option(option, width)));
        }
        if (!which.isEmpty()) {
            text.append('\n')
                    .append(head(screen, "Which items"))
                    .append(" (all of these together; waybill help selectors)\n");
            which.forEach(option -> text.append(option(option, width)));
        }
        text.append('\n')
                .append(wrap(
                        "Every command also takes -f, --set, --ledger, --json, -q, -v, --yes and more: waybill help"
                                + " options",
                        0,
                        width));
    }

    /** The options that every command takes. */
    static String globals(Screen screen) {
        StringBuilder text = new StringBuilder();
        CommandLine root = Tree.of(new Waybill(NOWHERE), Set.of());
        for (OptionSpec option : root.getCommandSpec().options()) {
            text.append(option(option, width(screen)));
        }
        return text.toString();
    }

    private static final Surroundings NOWHERE = new Surroundings(
            java.io.InputStream.nullInputStream(),
            new java.io.PrintStream(
                    java.io.OutputStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8),
            new java.io.PrintStream(
                    java.io.OutputStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8),
            name -> null,
            java.nio.file.Path.of("/"),
            Terminal.NONE,
            java.time.InstantSource.system(),
            code -> {},
            Signals.NONE);

    private static String option(OptionSpec option, int width) {
        StringBuilder names = new StringBuilder("  ");
        names.append(String.join(", ", option.names()));
        if (option.arity().max() > 0) {
            String label = option.paramLabel();
            names.append(label.startsWith("[") ? "" : " ").append(label);
        }
        return entry(names + "  ", NAMES, String.join(" ", option.description()), width);
    }

    /** A name and what it means, the meaning from a column on; a long name gets a line of its own. */
    private static String entry(String name, int column, String meaning, int width) {
        String wrapped = wrap(meaning, column, width);
        if (Texts.width(name) <= column) {
            return Texts.pad(name, column) + wrapped.substring(Math.min(column, wrapped.length()));
        }
        return name.stripTrailing() + "\n" + wrapped;
    }

    /** The text in lines of at most so many columns, each with spaces before it. */
    static String wrap(String text, int indent, int width) {
        StringBuilder wrapped = new StringBuilder();
        StringBuilder line = new StringBuilder(" ".repeat(indent));
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && Texts.width(line.toString()) + 1 + Texts.width(word) > width) {
                wrapped.append(line).append('\n');
                line = new StringBuilder(" ".repeat(indent));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        return wrapped.append(line).append('\n').toString();
    }
}
