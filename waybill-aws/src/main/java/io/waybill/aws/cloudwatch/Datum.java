package io.waybill.aws.cloudwatch;

import io.waybill.store.RunFigures;
import io.waybill.store.RunFigures.OfMove;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A value of a metric. What CloudWatch sums up is how much came about since the last time, so each value is the difference
 * between two figures.
 */
record Datum(String name, String unit, BigDecimal value, String plan, String move, Instant at) {
    /**
     * How much came about in these moves since they were as {@code before}; what was taken back is not taken off again.
     *
     * @param before by the name of the move
     */
    static List<Datum> since(Map<String, OfMove> before, RunFigures now, List<OfMove> moves) {
        List<Datum> all = new ArrayList<>();
        for (OfMove move : moves) {
            OfMove then = before.getOrDefault(move.name(), new OfMove(move.name(), 0, List.of(), 0, 0));
            all.add(of("RecordsProcessed", "Count", move.processed() - then.processed(), 0, now, move));
            all.add(of("Errors", "Count", move.errors() - then.errors(), 0, now, move));
            all.add(of("Duration", "Seconds", move.millis() - then.millis(), 3, now, move));
        }
        return all;
    }

    private static Datum of(String name, String unit, long more, int scale, RunFigures now, OfMove move) {
        BigDecimal value = BigDecimal.valueOf(Math.max(0, more), scale);
        return new Datum(name, unit, value, now.plan(), move.name(), now.at().truncatedTo(ChronoUnit.MILLIS));
    }

    /** A request of the query protocol of CloudWatch. */
    static String request(String namespace, List<Datum> data) {
        StringBuilder body = new StringBuilder("Action=PutMetricData&Version=2010-08-01");
        field(body, "Namespace", namespace);
        for (int i = 0; i < data.size(); i++) {
            Datum datum = data.get(i);
            String prefix = "MetricData.member." + (i + 1) + ".";
            field(body, prefix + "MetricName", datum.name());
            field(body, prefix + "Unit", datum.unit());
            field(body, prefix + "Value", datum.value().toPlainString());
            field(body, prefix + "Timestamp", datum.at().toString());
            field(body, prefix + "Dimensions.member.1.Name", "Plan");
            field(body, prefix + "Dimensions.member.1.Value", datum.plan());
            field(body, prefix + "Dimensions.member.2.Name", "Move");
            field(body, prefix + "Dimensions.member.2.Value", datum.move());
        }
        return body.toString();
    }

    private static void field(StringBuilder body, String name, String value) {
        body.append('&').append(name).append('=');
        body.append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    }
}
