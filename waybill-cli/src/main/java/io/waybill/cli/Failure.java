package io.waybill.cli;

import io.waybill.engine.RefusedException;
import io.waybill.ledger.LedgerException;
import io.waybill.plan.PlanException;
import io.waybill.plan.Problem;
import io.waybill.report.RunJson;
import io.waybill.report.Texts;
import io.waybill.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one place that turns what was thrown into a code, an exit and lines for people or programs. */
record Failure(Code code, String message, List<String> details, Throwable thrown) {
    static Failure of(Throwable thrown) {
        if (thrown instanceof CliException cli) {
            return new Failure(cli.code(), cli.getMessage(), cli.details(), cli);
        } else if (thrown instanceof PlanException plan) {
            return new Failure(Code.PLAN, message(plan), List.of(), plan);
        } else if (thrown instanceof RefusedException refused) {
            Code code = refused.isPlanAtFault() ? Code.PLAN : Code.REFUSED;
            return new Failure(code, message(refused), refused.lines(), refused);
        } else if (thrown instanceof StoreException store) {
            return new Failure(code(store.kind()), message(store), List.of(), store);
        } else if (thrown instanceof LedgerException ledger) {
            return new Failure(code(ledger.kind()), message(ledger), List.of(), ledger);
        } else if (thrown instanceof IOException io) {
            return new Failure(Code.OUTPUT, "Cannot write: " + cause(io) + ".", List.of(), io);
        }
        String what =
                thrown.getClass().getSimpleName() + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage());
        return new Failure(Code.INTERNAL, "Internal error: " + what, List.of(), thrown);
    }

    private static Code code(StoreException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> Code.NOT_FOUND;
            case CONFLICT -> Code.STORE_CONFLICT;
            case DENIED -> Code.DENIED;
            case INVALID -> Code.INVALID;
            case CORRUPT -> Code.STORE_CORRUPT;
            case THROTTLED -> Code.THROTTLED;
            case UNAVAILABLE -> Code.UNAVAILABLE;
            case UNKNOWN_OUTCOME -> Code.UNKNOWN_OUTCOME;
        };
    }

    private static Code code(LedgerException.Kind kind) {
        return switch (kind) {
            case LOCKED -> Code.LOCKED;
            case CORRUPT -> Code.CORRUPT;
            case FOREIGN -> Code.FOREIGN;
            case FENCED -> Code.FENCED;
            case UNAVAILABLE -> Code.LEDGER;
        };
    }

    private static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? "no reason was given" : message;
    }

    /** What an I/O error of the JDK means, without class names. */
    static String cause(IOException e) {
        String file = e instanceof FileSystemException known && known.getFile() != null ? known.getFile() : "";
        if (e instanceof NoSuchFileException) {
            return "no such file or folder " + file;
        } else if (e instanceof AccessDeniedException) {
            return "permission denied for " + file;
        } else if (e instanceof FileAlreadyExistsException) {
            return file + " exists already";
        } else if (e instanceof FileSystemException known && known.getReason() != null) {
            return file + ": " + known.getReason();
        }
        String message = e.getMessage();
        return message == null ? "input or output failed" : message;
    }

    Exit exit() {
        return code.exit();
    }

    /** Prints it as the verb's kind of output wants it. */
    void print(Screen screen, Redaction redaction, boolean lines, boolean trace) {
        if (screen.isJson()) {
            if (lines) {
                Map<String, @Nullable Object> line = RunJson.document();
                line.put("type", "error");
                line.putAll(fields(redaction));
                screen.jsonLine(line);
            } else {
                Map<String, @Nullable Object> document = RunJson.document();
                document.put("error", fields(redaction));
                screen.document(document);
            }
        } else if (thrown instanceof PlanException) {
            screen.error(redaction.apply(message));
        } else {
            screen.error(Screen.Style.RED, "error " + code.id() + ": ", redaction.apply(message));
            for (String detail : details) {
                screen.error("  " + redaction.apply(detail));
            }
            if (screen.terminal().err() && !screen.isQuiet()) {
                String more = "exit " + exit().code() + " · more: waybill help " + code.id();
                screen.raw(screen.styledMessage(Screen.Style.DIM, more) + "\n");
            }
        }
        if (trace) {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text, true));
            screen.error(redaction.apply(text.toString().stripTrailing().replace("\t", "    ")));
        }
    }

    /** The fields of an error in JSON. */
    private Map<String, @Nullable Object> fields(Redaction redaction) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("code", code.id());
        fields.put("exit", exit().code());
        fields.put("title", code.title());
        fields.put("message", redaction.apply(Texts.safeLines(message)));
        fields.put(
                "details",
                details.stream().map(Texts::safe).map(redaction::apply).toList());
        if (thrown instanceof PlanException plan) {
            fields.put("problems", problems(plan.problems()));
        }
        return fields;
    }

    /** Problems of a plan in JSON. */
    static List<Map<String, @Nullable Object>> problems(List<Problem> problems) {
        List<Map<String, @Nullable Object>> lines = new ArrayList<>();
        for (Problem problem : problems) {
            Map<String, @Nullable Object> line = new LinkedHashMap<>();
            line.put("file", problem.file());
            line.put("line", problem.line());
            line.put("column", problem.column());
            line.put("message", problem.message());
            line.put("hint", problem.hint());
            line.put("note", problem.note());
            lines.add(line);
        }
        return lines;
    }
}
