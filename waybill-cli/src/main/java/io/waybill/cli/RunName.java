package io.waybill.cli;

import io.waybill.report.Texts;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of runs, batches and items as people write them: {@code r1}, {@code r1.3}, {@code r1.3/17}. */
final class RunName {
    private static final Pattern RUN = Pattern.compile("r?([0-9]{1,9})");
    private static final Pattern BATCH = Pattern.compile("(?:r([0-9]{1,9})\\.)?([0-9]{1,9})");
    private static final Pattern ITEM = Pattern.compile("(?:r[0-9]{1,9}\\.[0-9]{1,9}/)?([0-9]{1,18})");

    private RunName() {}

    /** The number of a run. */
    static int parse(String text) {
        Matcher form = RUN.matcher(text);
        if (!form.matches()) {
            throw new CliException(
                    Code.USAGE, "A run is named like r1, not " + Texts.safe(text) + ". See: waybill runs");
        }
        return Integer.parseInt(form.group(1));
    }

    /** A batch, with its run if that was said. */
    record Batch(@Nullable Integer run, int number) {}

    static Batch batch(String text) {
        Matcher form = BATCH.matcher(text);
        if (!form.matches()) {
            throw new CliException(
                    Code.USAGE,
                    "A batch is named like r1.3, not " + Texts.safe(text) + ". See: waybill status --by batch");
        }
        String run = form.group(1);
        return new Batch(run == null ? null : (Integer) Integer.parseInt(run), Integer.parseInt(form.group(2)));
    }

    /** The number of an item. */
    static long item(String text) {
        Matcher form = ITEM.matcher(text);
        if (!form.matches()) {
            throw new CliException(
                    Code.USAGE, "An item is named like r1.3/17, not " + Texts.safe(text) + ". See: waybill items");
        }
        return Long.parseLong(form.group(1));
    }
}
