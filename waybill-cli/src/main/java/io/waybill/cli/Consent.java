package io.waybill.cli;

import io.waybill.report.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Asks before anything is overwritten, deleted or undone, unless a flag gave the answer. */
final class Consent {
    private final Waybill waybill;

    Consent(Waybill waybill) {
        this.waybill = waybill;
    }

    /** Yes or no; {@code --yes} in any form answers it. */
    void moderate(String what) throws IOException {
        if (waybill.yes != null) {
            return;
        }
        if (!waybill.canAsk()) {
            throw missing(what, "--yes");
        }
        String answer = ask(what + "\nGo on? [y/N] ");
        if (!answer.toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw declined();
        }
    }

    /** A name must be typed, or given with {@code --yes=NAME}; the first of the names is the one that is asked for. */
    void severe(String what, List<String> names) throws IOException {
        String given = waybill.yes;
        if (given != null && names.contains(given)) {
            return;
        }
        String wanted = names.get(0);
        if (given != null && !given.equals(Arguments.YES)) {
            throw new CliException(
                    Code.CONFIRMATION,
                    "Cannot go on: --yes=" + Texts.safe(given) + " does not name " + wanted + ". " + what);
        }
        if (!waybill.canAsk()) {
            throw missing(what, "--yes=" + wanted);
        }
        String answer = ask(what + "\nType the name to go on (" + wanted + "): ");
        if (!names.contains(answer)) {
            throw declined();
        }
    }

    private static CliException missing(String what, String flag) {
        return new CliException(
                Code.CONFIRMATION, "Cannot go on without a confirmation. " + what + " Confirm with: " + flag);
    }

    private static CliException declined() {
        return new CliException(Code.CONFIRMATION, "Not confirmed. Nothing was done.");
    }

    /** Asks one question on standard error and reads one line; an end of input is an empty answer. */
    String ask(String question) throws IOException {
        waybill.screen().raw(Texts.safeLines(question));
        // byte by byte: what follows the line belongs to the next question
        InputStream in = waybill.surroundings().in();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        while (b >= 0 && b != '\n') {
            line.write(b);
            b = in.read();
        }
        if (b < 0) {
            waybill.screen().raw("\n");
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }
}
