package io.waybill.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.waybill.report.Json;
import io.waybill.report.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event as a line of the log, as text or as JSON, without secrets and without anything that steers a terminal. */
record LogLine(boolean json, Redaction redaction) {
    String of(ILoggingEvent event) {
        String message = redaction.apply(Texts.safe(event.getFormattedMessage()));
        String trace = event.getThrowableProxy() == null
                ? ""
                : redaction.apply(
                        ThrowableProxyUtil.asString(event.getThrowableProxy()).replace("\r", ""));
        if (!json) {
            String text = event.getInstant() + " " + event.getLevel() + " [" + Texts.safe(event.getThreadName()) + "] "
                    + name(event) + ": " + message + "\n";
            return trace.isEmpty() ? text : text + Texts.safeLines(trace.strip().replace("\t", "    ")) + "\n";
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("time", event.getInstant().toString());
        fields.put("level", event.getLevel().toString());
        fields.put("thread", event.getThreadName());
        fields.put("logger", event.getLoggerName());
        fields.put("message", message);
        if (!trace.isEmpty()) {
            fields.put("trace", trace);
        }
        return Json.line(fields) + "\n";
    }

    private static String name(ILoggingEvent event) {
        String name = event.getLoggerName();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
