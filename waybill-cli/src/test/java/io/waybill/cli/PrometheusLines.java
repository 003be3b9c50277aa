package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text format of Prometheus, version 0.0.4, read strictly: what is not of the format fails. */
final class PrometheusLines {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") \\S.*");
    private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|summary)");
    private static final Pattern SAMPLE = Pattern.compile(
            "(" + NAME + ")(\\{(?:[a-z]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\",?)+})? ([0-9]+(?:\\.[0-9]+)?)");

    private final Map<String, BigDecimal> samples = new LinkedHashMap<>();
    private final Map<String, String> types = new LinkedHashMap<>();

    static PrometheusLines of(String text) {
        PrometheusLines lines = new PrometheusLines();
        assertThat(text).isNotEmpty().endsWith("\n");
        text.lines().forEach(lines::line);
        return lines;
    }

    private void line(String line) {
        Matcher type = TYPE.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (type.matches()) {
            assertThat(types.put(type.group(1), type.group(2))).as(line).isNull();
        } else if (!HELP.matcher(line).matches()) {
            assertThat(sample.matches()).as("a line of the format: " + line).isTrue();
            String family = sample.group(1).replaceFirst("_(sum|count)$", "");
            assertThat(types).as(line).containsKey(family);
            if (!family.equals(sample.group(1))) {
                assertThat(types).containsEntry(family, "summary");
            }
            String series = sample.group(1) + (sample.group(2) == null ? "" : sample.group(2));
            assertThat(samples.put(series, new BigDecimal(sample.group(3))))
                    .as("once: " + line)
                    .isNull();
        }
    }

    /** The value of a series, written as in the format. */
    BigDecimal value(String series) {
        BigDecimal value = samples.get(series);
        if (value == null) {
            throw new AssertionError("no " + series + " in " + samples.keySet());
        }
        return value;
    }

    long items(String plan, String move, String state) {
        return value("waybill_items_total{plan=\"" + plan + "\",move=\"" + move + "\",state=\"" + state + "\"}")
                .longValueExact();
    }
}
