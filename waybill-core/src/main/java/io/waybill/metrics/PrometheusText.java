package io.waybill.metrics;

import io.waybill.store.RunFigures;
import io.waybill.store.RunFigures.InState;
import io.waybill.store.RunFigures.OfMove;
import java.math.BigDecimal;
import java.util.Map;

/** The figures of a run in the text format of Prometheus, version 0.0.4. */
final class PrometheusText {
    private final StringBuilder out = new StringBuilder();
    private final String plan;

    private PrometheusText(String plan) {
        this.plan = plan;
    }

    static String of(RunFigures now) {
        PrometheusText text = new PrometheusText(now.plan());
        text.moves(now);
        text.run(now);
        return text.out.toString();
    }

    private void moves(RunFigures now) {
        head("waybill_items_total", "gauge", "Items of the run by state; each stands in exactly one.");
        for (OfMove move : now.moves()) {
            for (InState state : move.states()) {
                sample("waybill_items_total", inState(move, state), state.items());
            }
        }
        head("waybill_bytes_total", "gauge", "Bytes of the items of the run by state; of rows, none are counted.");
        for (OfMove move : now.moves()) {
            for (InState state : move.states()) {
                sample("waybill_bytes_total", inState(move, state), state.bytes());
            }
        }
        head(
                "waybill_item_seconds",
                "summary",
                "How long this process took to write its items; a batch of rows counts as its rows.");
        for (OfMove move : now.moves()) {
            sample("waybill_item_seconds_sum", Map.of("move", move.name()), seconds(move.nanos(), 9));
            sample("waybill_item_seconds_count", Map.of("move", move.name()), move.timed());
        }
        head("waybill_move_seconds", "gauge", "How long this process has worked on a move.");
        for (OfMove move : now.moves()) {
            sample("waybill_move_seconds", Map.of("move", move.name()), seconds(move.millis(), 3));
        }
    }

    private void run(RunFigures now) {
        head("waybill_retries_total", "gauge", "Calls that the run repeated.");
        sample("waybill_retries_total", Map.of(), now.retries());
        head("waybill_run_seconds", "gauge", "How long the run has worked, over all its processes.");
        sample("waybill_run_seconds", Map.of(), seconds(now.millis(), 3));
        head("waybill_run_number", "gauge", "Which run this is: 1 is r1.");
        sample("waybill_run_number", Map.of(), now.run());
        head("waybill_run_active", "gauge", "1 while the run is at work, else 0.");
        sample("waybill_run_active", Map.of(), now.active() ? 1 : 0);
    }

    private static Map<String, String> inState(OfMove move, InState state) {
        return Map.of("move", move.name(), "state", state.name());
    }

    private static BigDecimal seconds(long amount, int scale) {
        return BigDecimal.valueOf(amount, scale);
    }

    private void head(String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, Map<String, String> labels, Number value) {
        out.append(name).append("{plan=\"").append(escaped(plan)).append('"');
        new java.util.TreeMap<>(labels)
                .forEach((label, text) -> out.append(',')
                        .append(label)
                        .append("=\"")
                        .append(escaped(text))
                        .append('"'));
        out.append("} ")
                .append(value instanceof BigDecimal exact ? exact.toPlainString() : value)
                .append('\n');
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
