package io.waybill.plan;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a move takes from the plan unless it says otherwise: the nearest value wins, of limits one by one. */
final class Settings {
    private static final Set<Verify> OF_FILES = Set.of(Verify.AUTO, Verify.READ, Verify.OFF);
    private static final Set<Verify> OF_ROWS = Set.of(Verify.END, Verify.BATCH, Verify.OFF);

    private final Node.Mapping top;

    Settings(Node.Mapping top) {
        this.top = top;
    }

    <E extends Enum<E> & Word> E choice(Class<E> type, String key, Node.Mapping move, E initial) {
        E own = parse(type, move.find(key));
        E plan = parse(type, top.find(key));
        return own != null ? own : plan != null ? plan : initial;
    }

    private static <E extends Enum<E> & Word> @Nullable E parse(Class<E> type, @Nullable Node node) {
        String text = PlanReader.text(node);
        return text == null || !Word.all(type).contains(text) ? null : Word.parse(type, text);
    }

    /** A plan's value that has no meaning for a move of this kind leaves the kind's own default. */
    Verify verify(Node.Mapping move, boolean rows, Problems problems) {
        Set<Verify> known = rows ? OF_ROWS : OF_FILES;
        Verify initial = rows ? Verify.END : Verify.AUTO;
        Verify own = parse(Verify.class, move.find("verify"));
        Node at = move.find("verify");
        if (own != null && at != null && !known.contains(own)) {
            String note = rows ? "values: end, batch, off" : "values: auto, read, off";
            problems.add(
                    at, "\"verify\" of " + (rows ? "rows" : "files") + " cannot be \"" + own.text() + "\"", null, note);
        }
        Verify found = choice(Verify.class, "verify", move, initial);
        return known.contains(found) ? found : initial;
    }

    @Nullable
    Budget budget(Node.Mapping move) {
        String own = PlanReader.text(move.find("budget"));
        String text = own != null ? own : PlanReader.text(top.find("budget"));
        return text == null ? null : Budget.parse(text);
    }

    Limits limits(Node.Mapping move) {
        Node.Mapping own = PlanReader.map(move.find("limits"));
        Integer retries = count("retries", own);
        String timeout = text("timeout", own);
        Duration parsed = timeout == null ? null : Amounts.duration(timeout);
        return new Limits(
                count("parallel", own),
                size("bytes_per_second", own),
                count("requests_per_second", own),
                retries == null ? Limits.RETRIES : retries,
                size("memory", own),
                count("batch", own),
                size("batch_bytes", own),
                parsed == null ? Limits.TIMEOUT : parsed);
    }

    private @Nullable String text(String key, Node.@Nullable Mapping own) {
        String near = own == null ? null : PlanReader.text(own.find(key));
        Node.Mapping far = PlanReader.map(top.find("limits"));
        return near != null || far == null ? near : PlanReader.text(far.find(key));
    }

    private @Nullable Integer count(String key, Node.@Nullable Mapping own) {
        String text = text(key, own);
        int count = text == null ? -1 : Checker.count(text);
        return count < 0 ? null : Integer.valueOf(count);
    }

    private @Nullable Long size(String key, Node.@Nullable Mapping own) {
        String text = text(key, own);
        return text == null ? null : Amounts.size(text);
    }
}
