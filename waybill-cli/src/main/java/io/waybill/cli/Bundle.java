package io.waybill.cli;

import io.waybill.cli.DoctorVerb.Finding;
import io.waybill.ledger.LedgerFile;
import io.waybill.ledger.LedgerReader;
import io.waybill.ledger.Run;
import io.waybill.plan.Plan;
import io.waybill.plan.PlanException;
import io.waybill.report.Json;
import io.waybill.report.RunJson;
import io.waybill.report.RunSummary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Collects what helps to understand a problem into a zip. Everything passes the redaction of secrets. */
final class Bundle {
    private static final int LOGS = 10;
    private static final int LOG_BYTES = 5 << 20;

    private Bundle() {}

    static void write(Waybill waybill, @Nullable Plan plan, List<Finding> findings, List<Finding> settings, Path file)
            throws IOException, PlanException {
        try (ZipOutputStream zip = new ZipOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            Map<String, @Nullable Object> doctor = RunJson.document();
            doctor.put("version", Version.text());
            doctor.put("java", Version.java());
            doctor.put("system", Version.system());
            doctor.put("findings", DoctorVerb.lines(findings));
            doctor.put("settings", DoctorVerb.lines(settings));
            add(waybill, zip, "doctor.json", Json.document(doctor));
            if (plan != null) {
                add(waybill, zip, "plan.json", plan.json());
                ledger(waybill, zip);
                logs(waybill, zip);
            }
        } catch (java.nio.file.FileSystemException e) {
            throw new CliException(Code.OUTPUT, "Cannot write " + waybill.show(file) + ": " + Failure.cause(e) + ".");
        }
    }

    private static void add(Waybill waybill, ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(waybill.redaction().apply(text).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private static void ledger(Waybill waybill, ZipOutputStream zip) throws IOException, PlanException {
        LedgerFile file = waybill.workplace().ledger();
        if (!file.exists()) {
            return;
        }
        Map<String, @Nullable Object> facts = RunJson.document();
        try (LedgerReader ledger = file.read()) {
            facts.putAll(LedgerFacts.of(file));
            List<Map<String, @Nullable Object>> runs = new ArrayList<>();
            for (Run run : ledger.runs()) {
                runs.add(RunJson.summary(RunSummary.of(ledger, run, 10)));
            }
            facts.put("runs", runs);
        } catch (IOException e) {
            facts.put("error", e.getMessage());
        }
        add(waybill, zip, "ledger.json", Json.document(facts));
    }

    private static void logs(Waybill waybill, ZipOutputStream zip) throws IOException, PlanException {
        Path folder = waybill.workplace().beside("logs");
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> logs;
        try (Stream<Path> all = Files.list(folder)) {
            logs = all.filter(path -> path.toString().endsWith(".log")).sorted().toList();
        }
        for (Path log : logs.subList(Math.max(0, logs.size() - LOGS), logs.size())) {
            byte[] end;
            try (var channel = Files.newByteChannel(log)) {
                channel.position(Math.max(0, channel.size() - LOG_BYTES));
                end = java.nio.channels.Channels.newInputStream(channel).readAllBytes();
            }
            add(waybill, zip, "logs/" + log.getFileName(), new String(end, StandardCharsets.UTF_8));
        }
    }
}
