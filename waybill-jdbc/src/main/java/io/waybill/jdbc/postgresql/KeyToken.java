package io.waybill.jdbc.postgresql;

import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The texts of splits and positions: key values, exactly as read. */
final class KeyToken {
    private KeyToken() {}

    /**
     * A range of keys.
     *
     * @param after the range begins just after this key, or at the beginning
     * @param upto it ends with this key, or at the end
     */
    record Range(@Nullable Row after, @Nullable Row upto) {
        static final Range ALL = new Range(null, null);

        String token() {
            Map<String, Value> ends = new LinkedHashMap<>();
            if (after != null) {
                ends.put("after", new Value.MapOf(after.fields()));
            }
            if (upto != null) {
                ends.put("upto", new Value.MapOf(upto.fields()));
            }
            return encode(Row.of(ends));
        }

        static Range parse(String token) {
            Row ends = decode(token);
            return new Range(key(ends.find("after")), key(ends.find("upto")));
        }

        private static @Nullable Row key(@Nullable Value value) {
            return value instanceof Value.MapOf map ? Row.of(map.values()) : null;
        }
    }

    /**
     * Where reading stands.
     *
     * @param given rows given so far, for selections with a limit
     * @param last the last key given
     */
    record Place(long given, Row last) {
        String token() {
            return given + ":" + encode(last);
        }

        static Place parse(String token) {
            int colon = token.indexOf(':');
            return new Place(Long.parseLong(token.substring(0, colon)), decode(token.substring(colon + 1)));
        }
    }

    private static String encode(Row row) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(RowCodec.encode(row));
    }

    private static Row decode(String token) {
        return RowCodec.decode(Base64.getUrlDecoder().decode(token));
    }
}
