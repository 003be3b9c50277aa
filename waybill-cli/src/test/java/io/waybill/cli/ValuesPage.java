package io.waybill.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** docs/values.md: what becomes of each value between any two stores. */
final class ValuesPage {
    private static final Pattern READ =
            Pattern.compile("^(?:.*?, )?column c_\\w+(?:, at byte \\d+:)? (.*)$", Pattern.DOTALL);
    private static final Pattern HELD = Pattern.compile(
            "^.* column c_\\w+ \\((.*?)\\) cannot hold this ([a-z ]+): (.*?)\\. Change it.*$", Pattern.DOTALL);
    private static final Pattern KEPT = Pattern.compile(
            "^Cannot keep field c_\\w+ \\(([a-z ]+)\\) in .*?(?:files|:\\d+): (.*)\\. Change it.*$", Pattern.DOTALL);

    @SuppressWarnings("InlineFormatString") // a page is easier to read by itself
    private static final String HEAD = """
            # Values

            What becomes of odd values between any two stores. A test writes each value into each source that can hold it, by JDBC, by the SDK or
            as bytes, runs a plan of one move, and reads the target the same way, past our own code. This page is compared with what it finds
            (`ValuesTest`); `-Dwaybill.docs=write` writes it anew.

            In each cell stand six letters, one for each target: **%s**, in this order.

            | letter | |
            |---|---|
            | `=` | the target has the same value in a column of its kind |
            | `~` | the target has the same value as it says such values: a date as ISO text, bytes as Base64, a double as a decimal, a set as a list, a text in a column of dates as a date, JSON's null as null (see the page of the [store](stores/postgresql.md)) |
            | `x` | the row was set aside, with a reason that names the column and holds no value; the others went on |
            | `.` | this source cannot hold it by itself |

            Nothing else happens: no value is rounded, cut off, or turned into another. Digits of CSV in a column of type `double` are the
            double next to them, as everywhere; digits beyond the largest double are none. Numbers of JSON are decimals, so that
            `-0.0` is `0`. A text is taken by a column of dates, numbers, UUIDs or JSON when it is one. Types of PostgreSQL without a
            counterpart (%s) are refused, naming the column, before anything is written.
            """;

    private final List<ValueSample> samples;
    private final List<String> stores;
    private final Map<String, Map<Integer, ValuesTest.Fate>> fates;

    ValuesPage(List<ValueSample> samples, List<String> stores, Map<String, Map<Integer, ValuesTest.Fate>> fates) {
        this.samples = samples;
        this.stores = stores;
        this.fates = fates;
    }

    String text() {
        StringBuilder page = new StringBuilder(String.format(
                Locale.ROOT, HEAD, String.join(", ", stores), String.join(", ", UnmappedTypesTest.TYPES)));
        page.append("\n").append(samples.size()).append(" values, ").append(stores.size() * stores.size());
        page.append(" pairs of stores. Columns are the sources.\n");
        for (ValueKind kind : ValueKind.values()) {
            page.append("\n## ").append(kind.name().toLowerCase(Locale.ROOT)).append("\n");
            page.append("`")
                    .append(kind.postgresql())
                    .append("` in PostgreSQL, `")
                    .append(kind.sqlite());
            page.append("` in SQLite, type `").append(kind.csv()).append("` in CSV.\n\n");
            page.append("| value | ").append(String.join(" | ", stores)).append(" |\n|");
            page.append("---|".repeat(stores.size() + 1)).append("\n");
            for (ValueSample sample : samples) {
                if (sample.kind() == kind) {
                    row(sample, page);
                }
            }
        }
        page.append("\n## Why rows are set aside\n\n| store | what | reason |\n|---|---|---|\n");
        reasons()
                .forEach((store, lines) -> lines.forEach(line -> page.append("| ")
                        .append(store)
                        .append(" | ")
                        .append(line)
                        .append(" |\n")));
        return page.toString();
    }

    private void row(ValueSample sample, StringBuilder page) {
        page.append("| ").append(cell(sample.label())).append(" | ");
        for (String from : stores) {
            page.append('`');
            for (String to : stores) {
                ValuesTest.Fate fate =
                        Objects.requireNonNull(fates.get(from + "-" + to)).get(sample.id());
                page.append(fate == null ? '?' : fate.letter());
            }
            page.append("` | ");
        }
        page.setLength(page.length() - 1);
        page.append('\n');
    }

    private static String cell(String label) {
        if (label.isEmpty()) {
            return "the empty text";
        }
        String shown = label.length() > 60 ? label.substring(0, 50) + "..." : label;
        boolean words = shown.matches("[A-Za-z0-9 ,:'().+-]*[a-z][A-Za-z0-9 ,:'().+-]*");
        return words ? shown : "`" + shown.replace("|", "\\|").replace("`", "'") + "`";
    }

    private Map<String, Set<String>> reasons() {
        Map<String, Set<String>> all = new TreeMap<>();
        fates.forEach((pair, outcomes) -> outcomes.forEach((id, fate) -> {
            String reason = fate.reason();
            if (reason != null) {
                String[] ends = pair.split("-");
                Matcher held = HELD.matcher(reason);
                Matcher kept = KEPT.matcher(reason);
                Matcher read = READ.matcher(reason);
                if (held.matches()) {
                    add(all, ends[1], "writing a " + held.group(2) + " to " + held.group(1), held.group(3));
                } else if (kept.matches()) {
                    add(all, ends[1], "writing a " + kept.group(1), kept.group(2));
                } else if (read.matches() && !reason.startsWith("Cannot")) {
                    add(all, ends[0], "reading", read.group(1));
                } else {
                    add(
                            all,
                            ends[1],
                            "writing",
                            reason.replaceFirst("^.*?\\]: ", "").replaceFirst("\\. [A-Z].*$", ""));
                }
            }
        }));
        return all;
    }

    private static void add(Map<String, Set<String>> all, String store, String what, String why) {
        String plain = why.replaceAll("0x[0-9a-f]{2}", "0x..")
                .replaceAll("[0-9]{3,}", "N")
                .replaceAll("c_\\w+", "C");
        all.computeIfAbsent(store, each -> new TreeSet<>()).add(what + " | " + plain.replace("|", "\\|"));
    }
}
