package io.waybill.plan;

import io.waybill.mapping.Nearest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code metrics}: a short form, a map, or a list of these. */
final class MetricsReader {
    static final List<String> TYPES = List.of("cloudwatch", "prometheus");

    private static final String FORMS =
            "forms: cloudwatch:NAMESPACE, prometheus:PORT, prometheus:HOST:PORT, prometheus:FILE.prom";
    private static final Set<String> OF_CLOUDWATCH = Set.of("namespace", "region", "profile", "keys", "endpoint");
    private static final Set<String> OF_PROMETHEUS = Set.of("at");

    private final References references;
    private final Problems problems;

    MetricsReader(References references, Problems problems) {
        this.references = references;
        this.problems = problems;
    }

    List<Metrics> read(@Nullable Node node) {
        List<Metrics> all = new ArrayList<>();
        if (node instanceof Node.Sequence list) {
            list.items().forEach(item -> all.addAll(read(item)));
        } else if (node instanceof Node.Scalar scalar && !scalar.isNull()) {
            brief(scalar, all);
        } else if (node instanceof Node.Mapping map) {
            whole(map, all);
        }
        return all;
    }

    private void brief(Node.Scalar written, List<Metrics> all) {
        String text = references.resolve(written);
        if (text == null) {
            return;
        }
        int colon = text.indexOf(':');
        String type = colon < 0 ? text : text.substring(0, colon);
        if (colon < 0 || !TYPES.contains(type)) {
            String shown = References.isHidden(written.text()) ? written.text() : text;
            problems.add(written, "\"metrics\" cannot be \"" + shown + "\"", Nearest.hint(type, TYPES), FORMS);
            return;
        }
        String option = type.equals("cloudwatch") ? "namespace" : "at";
        add(type, Map.of(option, text.substring(colon + 1)), null, written, all);
    }

    private void whole(Node.Mapping map, List<Metrics> all) {
        String type = PlanReader.text(map.find("type"));
        if (type == null || !TYPES.contains(type)) {
            return; // noted by the check of shapes
        }
        Set<String> known = type.equals("cloudwatch") ? OF_CLOUDWATCH : OF_PROMETHEUS;
        Map<String, String> options = new LinkedHashMap<>();
        boolean fits = true;
        for (Node.Entry entry : map.entries()) {
            String name = entry.key().text();
            if (name.equals("type") || name.equals("every") || !(entry.value() instanceof Node.Scalar value)) {
                continue;
            }
            String text = references.resolve(value);
            if (!known.contains(name)) {
                problems.add(entry.key(), "\"" + name + "\" means nothing to " + type);
            }
            fits &= text != null && known.contains(name);
            if (text != null) {
                options.put(name, text);
            }
        }
        String every = PlanReader.text(map.find("every"));
        if (fits) {
            add(type, options, every == null ? null : Amounts.duration(every), map, all);
        }
    }

    private void add(String type, Map<String, String> options, @Nullable Duration every, Node at, List<Metrics> all) {
        String main = type.equals("cloudwatch") ? "namespace" : "at";
        String value = options.get(main);
        String wrong = value == null
                ? "\"metrics\" of type " + type + " have no \"" + main + "\""
                : type.equals("cloudwatch") ? cloudwatch(value, options) : prometheus(value);
        if (every != null && every.toMillis() < 1_000) {
            wrong = "\"every\" must be at least 1s";
        }
        if (wrong != null || value == null) {
            problems.add(at, String.valueOf(wrong), null, FORMS);
            return;
        }
        Duration usual = Duration.ofSeconds(
                type.equals("cloudwatch")
                        ? Schema.CLOUDWATCH_SECONDS
                        : value.endsWith(".prom") ? Schema.FILE_SECONDS : 1);
        all.add(new Metrics(type, options, every == null ? usual : every, type + ":" + value));
    }

    private static @Nullable String cloudwatch(String namespace, Map<String, String> options) {
        if (!namespace.matches("[0-9A-Za-z._/#:-]{1,255}")
                || namespace.startsWith("AWS/")
                || namespace.startsWith(":")) {
            return "a namespace of CloudWatch has up to 255 letters, digits and . - _ / # : and does not begin with AWS/";
        } else if (options.containsKey("profile") && options.containsKey("keys")) {
            return "\"profile\" and \"keys\" exclude each other";
        }
        String endpoint = options.get("endpoint");
        return endpoint == null || isAddress(endpoint)
                ? null
                : "\"endpoint\" must be an http or https address without user and password";
    }

    private static boolean isAddress(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null
                    && uri.getUserInfo() == null
                    && List.of("http", "https").contains(uri.getScheme());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static @Nullable String prometheus(String at) {
        int colon = at.lastIndexOf(':');
        String host = colon < 0 ? "localhost" : at.substring(0, colon);
        String port = at.substring(colon + 1);
        boolean listens = port.matches("[0-9]{1,5}")
                && Integer.parseInt(port) >= 1
                && Integer.parseInt(port) <= 65_535
                && host.matches("[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]");
        boolean file = at.endsWith(".prom") && at.length() > ".prom".length();
        return listens || file
                ? null
                : "\"metrics\" for Prometheus are at a port, a HOST:PORT or in a file whose name ends in .prom";
    }
}
