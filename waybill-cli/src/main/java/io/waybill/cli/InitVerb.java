package io.waybill.cli;

import io.waybill.mapping.Nearest;
import io.waybill.plan.PlanException;
import io.waybill.plan.SchemaText;
import io.waybill.report.Figures;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a plan to begin with. */
@Command(
        description = {
            "Without arguments it asks. With a template it writes that; values of it are given with --set. With --from and"
                    + " --to it looks at what is there and writes a plan with the folders or tables in it. Never overwrites a file."
        },
        footer = {
            "waybill init",
            "waybill init files-to-s3 --set from=./data --set to='s3://bucket?region=eu-west-1'",
            "waybill init --from ./data --to 's3://bucket/prefix?region=eu-west-1'",
            "waybill init --from 'postgresql://reader:${env.PW}@db/shop' --to dynamodb://eu-west-1",
            "waybill init db-files-to-s3 --from 'postgresql://app@db/site' --files ./media --to 's3://bucket?region=auto'",
            "waybill init project --from 'postgresql://app@old/site' --to 'postgresql://app@new/site' --root projects",
            "waybill init --from cfg.json",
            "waybill init demo"
        })
final class InitVerb extends Verb {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "TEMPLATE",
            description = "files-to-s3, s3-to-files, s3-to-s3, copy-folder, db-files-to-s3, project or demo.")
    @Nullable
    String template;

    @Option(names = "--from", paramLabel = "URL", description = "What moves: a path or URL.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "URL", description = "Where it goes: a path or URL.")
    @Nullable
    String to;

    @Option(
            names = "--files",
            paramLabel = "URL",
            description = "With db-files-to-s3: where the files are that the database of --from names.")
    @Nullable
    String files;

    @Option(
            names = "--column",
            paramLabel = "TABLE.COLUMN",
            description = "With db-files-to-s3: the column with their paths; found by looking if it is not given.")
    @Nullable
    String column;

    @Option(
            names = "--root",
            paramLabel = "TABLE",
            description = "With project: the table whose rows move with all that belongs to them.")
    @Nullable
    String root;

    @Option(
            names = "--convert",
            paramLabel = "FILE",
            description = "A cfg.json that says which project moves between which installations; --from takes it, too.")
    @Nullable
    String convert;

    InitVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE, Exit.REFUSED);
    }

    @Override
    Exit call() throws IOException, PlanException {
        String named = waybill.workplace().planSetting().value();
        Path file = waybill.path(named == null ? Workplace.USUAL : named);
        if (Files.exists(file)) {
            throw exists(file);
        }
        if (FoundFiles.TEMPLATE.equals(template)) {
            FoundFiles found = FoundFiles.of(
                    waybill,
                    value("--from", "the database", from, "postgresql://app@localhost/site"),
                    value("--files", "the place of the files", files, "./media"),
                    value("--to", "where they go", to, "s3://my-bucket?region=auto"),
                    column,
                    this::choose);
            write(file, found.plan(), "", found.notes());
            return Exit.DONE;
        } else if (files != null || column != null) {
            throw new CliException(Code.USAGE, "--files and --column go with: waybill init " + FoundFiles.TEMPLATE);
        } else if (FoundUnits.TEMPLATE.equals(template)) {
            FoundUnits found = FoundUnits.of(
                    waybill,
                    value("--from", "the database", from, "postgresql://app@old/site"),
                    value("--to", "the database they go to", to, "postgresql://app@new/site"),
                    value("--root", "the table whose rows move", root, "projects"));
            write(file, found.plan(), "", found.notes());
            return Exit.DONE;
        } else if (root != null) {
            throw new CliException(Code.USAGE, "--root goes with: waybill init " + FoundUnits.TEMPLATE);
        }
        String config = convert != null ? convert : isConfig() ? from : null;
        if (config != null) {
            if (template != null || to != null || (convert != null && from != null)) {
                throw new CliException(Code.USAGE, "A cfg.json says itself what goes where: give it alone.");
            }
            ConvertedConfig converted = ConvertedConfig.of(waybill.path(config), config);
            write(file, converted.plan(), "", converted.notes());
            return Exit.DONE;
        }
        if (from != null || to != null) {
            if (from == null || to == null || template != null) {
                throw new CliException(Code.USAGE, "--from and --to go together, and without a template.");
            }
            if (TableEnd.holdsTables(waybill, from) || TableEnd.holdsTables(waybill, to)) {
                FoundTables found = FoundTables.of(waybill, from, to);
                write(file, found.plan(), "", found.notes());
            } else {
                write(file, FoundPlan.of(waybill, from, to), "", List.of());
            }
            return Exit.DONE;
        }
        Template chosen = template == null ? ask() : Templates.find(template);
        if (chosen == null) {
            String hint = Nearest.hint(String.valueOf(template), Templates.names());
            throw new CliException(
                    Code.USAGE,
                    "There is no template " + Texts.safe(String.valueOf(template)) + "."
                            + (hint == null ? "" : " " + hint.replace("did", "Did")) + " There are: "
                            + String.join(", ", Templates.names()) + ".");
        }
        List<String> given = new ArrayList<>(waybill.set);
        if (template == null && !chosen.name().equals("demo")) {
            given.addAll(askValues(chosen));
        }
        String filled = chosen.fill(given);
        String also = chosen.name().equals("demo") ? Samples.small(waybill, parent(file)) : "";
        write(file, filled, also, List.of());
        return Exit.DONE;
    }

    /** A file alone, which is no place that a plan could begin with. */
    private boolean isConfig() {
        return from != null && to == null && template == null && from.matches("(?i)(.*/)?[^/]+\\.json");
    }

    /** An option, or the answer to a question. */
    private String value(String option, String what, @Nullable String given, String example) throws IOException {
        if (given != null) {
            return given;
        } else if (!waybill.canAsk()) {
            throw new CliException(
                    Code.USAGE,
                    "Say " + what + " with " + option + ", for example " + option + " " + example
                            + ", since nobody can be asked here.");
        }
        String answer = new Consent(waybill).ask(what + " [" + example + "]: ");
        return answer.isEmpty() ? example : answer;
    }

    /** Lets somebody at a terminal choose the column with the paths. */
    private FoundFiles.@Nullable Candidate choose(List<FoundFiles.Candidate> candidates) throws IOException {
        if (!waybill.canAsk()) {
            return null;
        }
        StringBuilder menu = new StringBuilder("Which column holds the paths of the files?\n");
        for (int i = 0; i < candidates.size(); i++) {
            FoundFiles.Candidate one = candidates.get(i);
            menu.append("  ")
                    .append(i + 1)
                    .append("  ")
                    .append(Texts.safe(one.name()))
                    .append("  (")
                    .append(one.found())
                    .append(" of ")
                    .append(one.looked())
                    .append(" values are files)\n");
        }
        String answer = new Consent(waybill).ask(menu + "> ");
        int number = answer.matches("[0-9]{1,4}") ? Integer.parseInt(answer) : 0;
        if (number < 1 || number > candidates.size()) {
            throw new CliException(Code.USAGE, "Not one of 1 to " + candidates.size() + ". Nothing was written.");
        }
        return candidates.get(number - 1);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private CliException exists(Path file) {
        return new CliException(
                Code.REFUSED,
                "Cannot write " + waybill.show(file) + ": it exists already, and nothing was changed. Move it away, or"
                        + " name another with -f.");
    }

    private Template ask() throws IOException {
        if (!waybill.canAsk()) {
            throw new CliException(
                    Code.USAGE,
                    "Name a template, since nobody can be asked here: waybill init "
                            + String.join("|", Templates.names()) + ", or --from URL --to URL.");
        }
        StringBuilder menu = new StringBuilder("What do you want to move?\n");
        for (int i = 0; i < Templates.ALL.size(); i++) {
            Template one = Templates.ALL.get(i);
            menu.append("  ").append(i + 1).append("  ").append(one.summary()).append('\n');
        }
        String answer = new Consent(waybill).ask(menu + "> ");
        Template named = Templates.find(answer);
        if (named != null) {
            return named;
        }
        int number = answer.matches("[1-9]") ? Integer.parseInt(answer) : 0;
        if (number < 1 || number > Templates.ALL.size()) {
            throw new CliException(Code.USAGE, "Not one of 1 to " + Templates.ALL.size() + ". Nothing was written.");
        }
        return Templates.ALL.get(number - 1);
    }

    private List<String> askValues(Template chosen) throws IOException {
        List<String> values = new ArrayList<>();
        for (Map.Entry<String, String> value : chosen.values().entrySet()) {
            boolean given = waybill.set.stream().anyMatch(set -> set.startsWith(value.getKey() + "="));
            if (!given) {
                String answer = new Consent(waybill).ask(value.getKey() + " [" + value.getValue() + "]: ");
                values.add(value.getKey() + "=" + (answer.isEmpty() ? value.getValue() : answer));
            }
        }
        return values;
    }

    private void write(Path file, String plan, String also, List<String> notes) throws IOException {
        Path folder = parent(file);
        Path schema = folder.resolve(".waybill").resolve("plan.schema.json");
        try {
            Files.createDirectories(folder);
            Logs.makeFolder(parent(schema));
            Files.writeString(schema, SchemaText.json(Providers.all().values()));
            String head = "# yaml-language-server: $schema=.waybill/plan.schema.json\n";
            Files.write(
                    file,
                    (head + plan).getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw new CliException(Code.OUTPUT, "Cannot write " + waybill.show(file) + ": " + Failure.cause(e) + ".");
        }
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("plan_file", waybill.show(file));
            document.put("notes", notes);
            screen().document(document);
            return;
        }
        int lines = plan.split("\n", -1).length;
        screen().line("Wrote " + waybill.show(file) + " (" + Figures.count(lines, "line") + ")" + also + ".");
        notes.forEach(note -> screen().message("! " + note));
        screen().next("waybill plan"
                + (file.endsWith(Workplace.USUAL)
                                && folder.equals(waybill.surroundings().folder())
                        ? ""
                        : " -f " + waybill.show(file)));
    }
}
