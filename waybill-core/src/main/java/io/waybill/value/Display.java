package io.waybill.value;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as people see them: a text stands in quotes, lists and maps as JSON, anything else bare. */
public final class Display {
    private Display() {}

    /** One line. */
    public static String text(Value value) {
        String bare = bare(value);
        return bare == null ? Json.write(json(value)) : bare;
    }

    /** The value with a text for whatever JSON has no form for. */
    public static Value json(Value value) {
        if (value instanceof Value.MapOf map) {
            Map<String, Value> fields = new LinkedHashMap<>();
            map.values().forEach((name, each) -> fields.put(name, json(each)));
            return new Value.MapOf(fields);
        } else if (value instanceof Value.ListOf list) {
            return new Value.ListOf(list.values().stream().map(Display::json).toList());
        } else if (value instanceof Value.SetOf set) {
            return new Value.ListOf(set.values().stream().map(Display::json).toList());
        }
        String bare = bare(value);
        return bare == null ? value : Value.of(bare);
    }

    /** The text of a single value that JSON has no form for; null for any other. */
    public static @Nullable String bare(Value value) {
        if (value instanceof Value.Bytes bytes) {
            return HexFormat.of().formatHex(bytes.value());
        }
        boolean special = value instanceof Value.Date
                || value instanceof Value.Time
                || value instanceof Value.LocalTimestamp
                || value instanceof Value.Timestamp
                || value instanceof Value.Uuid
                || value instanceof Value.Dbl;
        return special ? RowCodec.text(value) : null;
    }
}
