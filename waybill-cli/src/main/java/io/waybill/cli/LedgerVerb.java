package io.waybill.cli;

import io.waybill.ledger.Entry;
import io.waybill.ledger.LedgerException;
import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.ledger.Selector;
import io.waybill.plan.PlanException;
import io.waybill.report.Items;
import io.waybill.report.Json;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks after the ledger file. */
@Command(
        description = {
            "info: what it is and who works with it. check: look for damage in the whole file. backup FILE: a copy,"
                    + " also while a run is at work. export [FILE]: everything as JSON lines. unlock: make a runner that"
                    + " hangs lose its right to write."
        },
        footer = {
            "waybill ledger",
            "waybill ledger check",
            "waybill ledger backup before-the-weekend.db",
            "waybill ledger export | jq -r 'select(.type == \"item\") | .source'"
        })
final class LedgerVerb extends Verb {
    static final List<String> ACTIONS = List.of("info", "check", "backup", "export", "unlock");

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "info (default), check, backup, export or unlock.")
    String action = "info";

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "Where backup and export write.")
    @Nullable
    String target;

    LedgerVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.UNAVAILABLE, Exit.REFUSED);
    }

    @Override
    Exit call() throws IOException, PlanException {
        if (target != null && !action.equals("backup") && !action.equals("export")) {
            throw new CliException(Code.USAGE, "ledger " + Texts.safe(action) + " takes no file.");
        }
        LedgerFile file = waybill.workplace().ledger();
        switch (action) {
            case "info" -> info(file);
            case "check" -> check(file);
            case "backup" -> backup(file);
            case "export" -> export(file);
            case "unlock" -> unlock(file);
            default ->
                throw new CliException(
                        Code.USAGE,
                        "ledger takes one of " + String.join(", ", ACTIONS) + ", not " + Texts.safe(action) + ".");
        }
        return Exit.DONE;
    }

    private void info(LedgerFile file) throws IOException, PlanException {
        Map<String, @Nullable Object> fields = LedgerFacts.of(file);
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.putAll(fields);
            screen().document(document);
            return;
        }
        fields.forEach((name, value) -> screen().line(screen().styled(Screen.Style.DIM, Texts.pad(name, 14))
                + Texts.safe(value == null ? "-" : String.valueOf(value))));
        screen().line(screen().styled(Screen.Style.DIM, Texts.pad("found", 14))
                + waybill.workplace().place().origin());
    }

    private void check(LedgerFile file) throws LedgerException {
        file.check();
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("ledger", file.path().toString());
            document.put("healthy", true);
            screen().document(document);
        } else {
            screen().line("Ledger " + waybill.show(file.path()) + " is healthy: structure and counters agree.");
        }
    }

    private void backup(LedgerFile file) throws LedgerException {
        if (target == null) {
            throw new CliException(Code.USAGE, "ledger backup needs a file to write: waybill ledger backup FILE");
        }
        Path path = waybill.path(target);
        file.backup(path);
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("backup", path.toString());
            screen().document(document);
        } else {
            screen().line("Ledger copied to " + waybill.show(path) + ". To put it back: copy it to "
                    + waybill.show(file.path()) + " while no run is active.");
        }
    }

    private void export(LedgerFile file) throws IOException {
        try (LedgerReader ledger = file.read()) {
            if (target == null || target.equals("-")) {
                lines(ledger, line -> {
                    screen().line(line);
                    return !screen().isClosed();
                });
                return;
            }
            Path path = waybill.path(target);
            try (PrintStream out = new PrintStream(
                    Files.newOutputStream(path, java.nio.file.StandardOpenOption.CREATE_NEW),
                    false,
                    StandardCharsets.UTF_8)) {
                lines(ledger, line -> {
                    out.print(line + "\n");
                    return true;
                });
                if (out.checkError()) {
                    throw new CliException(
                            Code.OUTPUT, "Cannot write " + waybill.show(path) + ". Free space, then again.");
                }
            } catch (java.nio.file.FileSystemException e) {
                throw new CliException(
                        Code.OUTPUT, "Cannot write " + waybill.show(path) + ": " + Failure.cause(e) + ".");
            }
            screen().message("Ledger exported to " + waybill.show(path) + ".");
        }
    }

    private interface Sink {
        boolean take(String line);
    }

    private static void lines(LedgerReader ledger, Sink sink) throws LedgerException {
        Map<String, @Nullable Object> head = RunJson.document();
        head.put("type", "ledger");
        for (String key : List.of("series", "plan", "created")) {
            head.put(key, ledger.meta(key));
        }
        sink.take(Json.line(head));
        for (Run run : ledger.runs()) {
            Map<String, @Nullable Object> line = typed("run");
            line.putAll(RunJson.run(run));
            line.put("plan", run.plan());
            sink.take(Json.line(line));
            for (LedgerReader.Event event : ledger.runEvents(run.id())) {
                Map<String, @Nullable Object> of = typed("event");
                of.put("at", Items.time(event.at()));
                of.put("run", run.name());
                of.put("what", event.what());
                of.put("detail", Texts.safe(event.detail()));
                sink.take(Json.line(of));
            }
        }
        Items items = new Items(ledger);
        ledger.entries(Selector.ALL, 0, entry -> item(ledger, items, entry, sink));
        for (LedgerReader.VerificationLine verification : ledger.verifications()) {
            Map<String, @Nullable Object> line = typed("verification");
            line.putAll(RunJson.verification(verification));
            sink.take(Json.line(line));
            for (LedgerReader.VerdictLine verdict : ledger.verdicts(verification.id(), Integer.MAX_VALUE)) {
                Map<String, @Nullable Object> of = typed("verdict");
                of.put("verification", verification.id());
                of.put("key", verdict.key());
                of.put("verdict", verdict.verdict());
                of.put("detail", Texts.safe(verdict.detail()));
                sink.take(Json.line(of));
            }
        }
    }

    private static boolean item(LedgerReader ledger, Items items, Entry entry, Sink sink) throws LedgerException {
        Map<String, @Nullable Object> line = typed("item");
        line.putAll(items.fields(entry));
        boolean more = sink.take(Json.line(line));
        for (LedgerReader.Event event : ledger.events(entry.id())) {
            Map<String, @Nullable Object> of = typed("event");
            of.put("at", Items.time(event.at()));
            of.put("run", "r" + event.run());
            of.put("item", entry.name());
            of.put("what", event.what());
            of.put("detail", Texts.safe(event.detail()));
            more &= sink.take(Json.line(of));
        }
        return more;
    }

    private static Map<String, @Nullable Object> typed(String type) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("type", type);
        return line;
    }

    private void unlock(LedgerFile file) throws IOException {
        String holder = file.holder();
        if (holder == null) {
            screen().line("Nobody holds the ledger " + waybill.show(file.path()) + "; there is nothing to unlock.");
            return;
        }
        new Consent(waybill)
                .severe(
                        Texts.safe(holder)
                                + " is at work. Unlocking makes its next write to the ledger fail, and it stops."
                                + " Usually waybill stop is what you want.",
                        List.of("unlock"));
        file.fence(waybill.surroundings().clock());
        screen().line("Unlocked: what held the ledger may not write to it any more. Its process still has the lock"
                + " file until it ends: waybill stop --now");
    }

    @Override
    boolean writesJsonLines() {
        return action.equals("export");
    }
}
