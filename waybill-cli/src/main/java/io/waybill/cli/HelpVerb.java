package io.waybill.cli;

import io.waybill.mapping.Nearest;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Explains a command, a topic or an error code. */
@Command(footer = {"waybill help run", "waybill help selectors", "waybill help WB-S03"})
final class HelpVerb extends Verb {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "WHAT",
            description = "A command, a topic, or a code such as WB-S03.")
    @Nullable
    String what;

    HelpVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    Exit call() {
        if (screen().isJson()) {
            json();
            return Exit.DONE;
        }
        String about = what;
        if (about == null) {
            screen().text(Manual.overview(screen()));
            return Exit.DONE;
        }
        Code code = Code.find(about);
        Topic topic = Topic.find(about.toLowerCase(Locale.ROOT));
        if (Catalog.find(about) != null) {
            CommandLine root = Tree.of(waybill, List.of(about));
            screen().text(Manual.of(Tree.command(root, about), screen()));
        } else if (topic != null) {
            screen().text(topic.text(screen()));
        } else if (code != null) {
            screen().text(code.explanation());
        } else {
            throw unknown(about);
        }
        return Exit.DONE;
    }

    private static CliException unknown(String about) {
        List<String> known = new ArrayList<>(Catalog.names());
        known.addAll(Topic.names());
        for (Code code : Code.values()) {
            known.add(code.id());
        }
        String hint = Nearest.hint(about, known);
        return new CliException(
                Code.USAGE,
                "There is no help on " + Texts.safe(about) + "."
                        + (hint == null ? "" : " " + hint.replace("did", "Did")) + " See: waybill help");
    }

    /** Everything that can be asked for, for programs. */
    private void json() {
        Map<String, @Nullable Object> document = RunJson.document();
        List<Map<String, Object>> commands = new ArrayList<>();
        CommandLine root = Tree.all(waybill);
        for (Catalog.Entry entry : Catalog.VERBS) {
            Map<String, Object> command = new LinkedHashMap<>();
            command.put("name", entry.name());
            command.put("summary", entry.summary());
            CommandLine known = Tree.command(root, entry.name());
            command.put(
                    "options",
                    known.getCommandSpec().options().stream()
                            .filter(option -> !option.inherited())
                            .map(CommandLine.Model.OptionSpec::longestName)
                            .toList());
            command.put(
                    "exit_codes",
                    Manual.exits((Verb) known.getCommand()).stream()
                            .map(Exit::code)
                            .toList());
            commands.add(command);
        }
        document.put("commands", commands);
        List<Map<String, Object>> codes = new ArrayList<>();
        for (Code code : Code.values()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("code", code.id());
            line.put("exit", code.exit().code());
            line.put("title", code.title());
            codes.add(line);
        }
        document.put("codes", codes);
        screen().document(document);
    }
}
