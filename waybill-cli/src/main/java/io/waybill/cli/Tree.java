package io.waybill.cli;

import java.util.Collection;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The parser of the command line, made of no more verbs than are needed: each costs time to look at. */
final class Tree {
    private Tree() {}

    /** A parser that knows these verbs. */
    static CommandLine of(Waybill waybill, Collection<String> verbs) {
        CommandLine root = new CommandLine(waybill);
        for (Catalog.Entry entry : Catalog.VERBS) {
            if (verbs.contains(entry.name())) {
                Verb verb = Catalog.make(entry.name(), waybill);
                CommandLine command = new CommandLine(verb);
                command.getCommandSpec().name(entry.name());
                root.addSubcommand(entry.name(), command);
            }
        }
        root.setExpandAtFiles(false);
        root.setInterpolateVariables(false);
        root.setToggleBooleanFlags(false);
        root.setOverwrittenOptionsAllowed(true);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        return root;
    }

    /** A parser that knows all of them. */
    static CommandLine all(Waybill waybill) {
        return of(waybill, Catalog.names());
    }

    /** A command that the parser knows. */
    static CommandLine command(CommandLine root, String verb) {
        CommandLine command = root.getSubcommands().get(verb);
        if (command == null) {
            throw new IllegalArgumentException("no command " + verb);
        }
        return command;
    }
}
