package io.waybill.engine;

import io.waybill.store.TableStore;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys of rows as people write them: the value of a single column, or {@code project=7, node=4}, also within brackets as they are shown. */
final class KeyText {
    private KeyText() {}

    /** The key with its values as text. */
    static Row parse(TableStore.Table table, String text) throws RefusedException {
        String inner = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        List<String> columns = table.key();
        Map<String, Value> values = new LinkedHashMap<>();
        Matcher begin =
                Pattern.compile("(?:^|,)\\s*(" + alternatives(columns) + ")=").matcher(inner);
        int from = -1;
        String column = "";
        while (begin.find()) {
            if (from < 0 ? begin.start() > 0 : values.containsKey(begin.group(1)) || column.equals(begin.group(1))) {
                continue; // it is part of a value
            }
            if (from >= 0) {
                values.put(column, Value.of(inner.substring(from, begin.start())));
            }
            column = begin.group(1);
            from = begin.end();
        }
        if (from >= 0) {
            values.put(column, Value.of(inner.substring(from)));
        } else if (columns.size() == 1) {
            values.put(columns.get(0), Value.of(text));
        }
        if (values.size() < columns.size()) {
            throw RefusedException.ofPlan("Cannot tell which row of " + table.name() + " is meant by " + text
                    + ": its key is " + String.join(", ", columns) + ". Write it as "
                    + String.join(
                            ",", columns.stream().map(each -> each + "=VALUE").toList()) + ".");
        }
        return Row.of(values).only(columns);
    }

    private static String alternatives(List<String> columns) {
        return String.join("|", columns.stream().map(Pattern::quote).toList());
    }
}
