package io.waybill.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a table in a file is written, as the plan says it; empty where the file's name tells.
 *
 * @param key the columns that identify a row, or empty
 * @param options texts, lists of texts and maps of texts, by name
 */
public record Format(List<String> key, Map<String, Object> options) {
    /** Nothing was said. */
    public static final Format NONE = new Format(List.of(), Map.of());

    public Format {
        key = List.copyOf(key);
        options = Map.copyOf(options);
    }

    static Format of(Node.Mapping map) {
        Map<String, Object> options = new LinkedHashMap<>();
        List<String> key = List.of();
        for (Node.Entry entry : map.entries()) {
            String name = entry.key().text();
            if (name.equals("key")) {
                key = Moves.scalars(entry.value()).stream()
                        .map(Node.Scalar::text)
                        .toList();
            } else if (entry.value() instanceof Node.Scalar scalar) {
                options.put(name, scalar.text());
            } else if (entry.value() instanceof Node.Sequence) {
                options.put(
                        name,
                        Moves.scalars(entry.value()).stream()
                                .map(Node.Scalar::text)
                                .toList());
            } else if (entry.value() instanceof Node.Mapping inner) {
                Map<String, String> texts = new LinkedHashMap<>();
                inner.entries()
                        .forEach(each -> texts.put(each.key().text(), String.valueOf(PlanReader.text(each.value()))));
                options.put(name, texts);
            }
        }
        return new Format(key, options);
    }
}
