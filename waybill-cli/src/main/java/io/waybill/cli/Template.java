package io.waybill.cli;

import io.waybill.report.Texts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan to begin with.
 *
 * @param summary for the menu
 * @param text with {@code @{NAME}} where a value goes
 * @param values what can be given with {@code --set}, and what holds if it is not
 */
record Template(String name, String summary, String text, Map<String, String> values) {
    /** The text with its values. */
    String fill(List<String> given) {
        Map<String, String> all = new LinkedHashMap<>(values);
        for (String pair : given) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (equals < 0 || !values.containsKey(key)) {
                throw new CliException(
                        Code.USAGE,
                        "Template " + name + " has no value " + Texts.safe(key) + ". It takes --set "
                                + String.join("=, ", values.keySet()) + "=.");
            }
            all.put(key, pair.substring(equals + 1));
        }
        String filled = text;
        for (Map.Entry<String, String> value : all.entrySet()) {
            filled = filled.replace("@{" + value.getKey() + "}", Yaml.scalar(value.getValue()));
        }
        return filled;
    }
}
