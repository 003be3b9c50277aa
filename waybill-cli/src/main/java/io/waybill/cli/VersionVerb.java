package io.waybill.cli;

import io.waybill.report.RunJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Says which version this is. */
@Command
final class VersionVerb extends Verb {
    VersionVerb(Waybill waybill) {
        super(waybill);
    }

    @Override
    Exit call() {
        if (screen().isJson()) {
            Map<String, @Nullable Object> document = RunJson.document();
            document.put("version", Version.text());
            document.put("java", Version.java());
            document.put("system", Version.system());
            screen().document(document);
        } else {
            screen().line(line());
        }
        return Exit.DONE;
    }

    /** What it prints. */
    static String line() {
        return "waybill " + Version.text() + " (Java " + Version.java() + ", " + Version.system() + ")";
    }
}
