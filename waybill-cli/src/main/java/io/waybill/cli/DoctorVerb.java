package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.ledger.LedgerException;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks what a migration needs: Java, disk, clock, settings, plan, ledger, and each store's reach and rights. */
@Command(
        description = {
            "Looks only; --probe also writes and removes a few small items below the targets of the plan to measure what"
                    + " their stores can do. --bundle collects versions, settings, plan, ledger facts and logs for a"
                    + " report of a problem; it holds file names, and no secrets."
        },
        footer = {"waybill doctor", "waybill doctor s3 --probe", "waybill doctor --bundle support.zip"})
final class DoctorVerb extends Verb {
    @Parameters(index = "0", arity = "0..1", paramLabel = "STORE", description = "Only this store of the plan.")
    @Nullable
    String store;

    @Option(names = "--probe", description = "Measure what the target stores can do.")
    boolean probe;

    @Option(names = "--bundle", paramLabel = "FILE", description = "Write a zip for support.")
    @Nullable
    String bundle;

    DoctorVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    List<Exit> exits() {
        return List.of(Exit.LOCKED, Exit.UNAVAILABLE, Exit.REFUSED);
    }

    /** One line of findings. */
    record Finding(String what, boolean good, String text) {}

    @Override
    Exit call() throws IOException, PlanException, RefusedException {
        screen().message("waybill " + Version.text() + " · looking at this machine, the plan and its stores");
        List<Finding> findings = new ArrayList<>(Machine.findings(waybill));
        List<Finding> settings = settings();
        Exit exit = Exit.DONE;
        Plan plan = null;
        Failure first = null;
        try {
            plan = waybill.workplace().plan();
            findings.add(new Finding(
                    "plan",
                    true,
                    plan.name() + ", " + plan.stores().size() + " stores, "
                            + plan.moves().size() + " moves"));
        } catch (PlanException | LedgerException | CliException e) {
            Failure failure = Failure.of(e);
            // without any plan there is nothing to look at, which is no fault of the machine
            findings.add(new Finding("plan", failure.code() == Code.NO_PLAN, failure.message()));
            first = failure.code() == Code.NO_PLAN ? null : failure;
        }
        if (plan != null) {
            try {
                findings.add(Machine.ledger(waybill));
            } catch (LedgerException e) {
                findings.add(new Finding("ledger", false, String.valueOf(e.getMessage())));
                first = Failure.of(e);
            }
            StoreCheck check = new StoreCheck(waybill, plan);
            findings.addAll(check.look(store));
            if (probe) {
                findings.addAll(check.probe(store));
            }
            first = first == null ? check.first() : first;
        } else if (store != null || probe) {
            throw new CliException(
                    Code.NO_PLAN, "There is no plan whose stores could be looked at. Begin with: waybill init");
        }
        if (first != null) {
            exit = first.exit();
        }
        show(findings, settings, exit);
        if (bundle != null) {
            Path file = waybill.path(bundle);
            Bundle.write(waybill, plan, findings, settings, file);
            screen().message("Wrote " + waybill.show(file)
                    + ". It holds names of files, and no secrets; look before you" + " send it.");
        }
        return exit;
    }

    private List<Finding> settings() {
        List<Finding> lines = new ArrayList<>();
        for (String name : Settings.CONFIGURABLE) {
            Settings.Found found = waybill.settings().find(name, flag(name), null, null);
            if (found.value() != null) {
                lines.add(new Finding(name, true, Texts.safe(found.value()) + "   (" + found.origin() + ")"));
            }
        }
        for (String limit : waybill.settings().limits()) {
            String variable =
                    Settings.variable(limit.substring(0, limit.indexOf('=')).replace('.', '-'));
            lines.add(new Finding(
                    limit.substring(0, limit.indexOf('=')),
                    true,
                    Texts.safe(limit.substring(limit.indexOf('=') + 1)) + "   (environment " + variable + ")"));
        }
        for (String set : waybill.set) {
            int equals = set.indexOf('=');
            // the value is not shown: it might be a secret by mistake
            lines.add(new Finding(equals < 0 ? set : set.substring(0, equals), true, "(flag --set)"));
        }
        return lines;
    }

    private @Nullable String flag(String name) {
        return switch (name) {
            case "plan-file" -> waybill.planFile;
            case "ledger" -> waybill.ledger;
            case "env-file" -> waybill.envFile;
            case "progress" -> waybill.progress;
            case "log-level" -> waybill.logLevel;
            case "log-file" -> waybill.logFile;
            case "log-format" -> waybill.logFormat;
            case "no-color" -> waybill.noColor ? "true" : null;
            case "no-input" -> waybill.noInput ? "true" : null;
            default -> null;
        };
    }

    private void show(List<Finding> findings, List<Finding> settings, Exit exit) {
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("healthy", exit == Exit.DONE);
            document.put("findings", lines(findings));
            document.put("settings", lines(settings));
            document.put("exit", exit.code());
            screen().document(document);
            return;
        }
        for (Finding finding : findings) {
            String sign = finding.good()
                    ? screen().styled(Screen.Style.GREEN, "ok    ")
                    : screen().styled(Screen.Style.RED, "FAILED");
            screen().line(sign + "  " + Texts.pad(finding.what(), 14) + " "
                    + waybill.redaction().apply(Texts.safeLines(finding.text()).replace("\n", "\n" + " ".repeat(23))));
        }
        if (!settings.isEmpty()) {
            screen().line("");
            screen().line(screen().styled(Screen.Style.BOLD, "Settings that are not the default"));
            settings.forEach(setting -> screen().line("  " + Texts.pad(setting.what(), 14) + " " + setting.text()));
        }
    }

    static List<Map<String, Object>> lines(List<Finding> findings) {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("what", finding.what());
            line.put("ok", finding.good());
            line.put("text", Texts.safeLines(finding.text()));
            lines.add(line);
        }
        return lines;
    }
}
