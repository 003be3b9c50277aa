package io.waybill.store;

import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import java.util.Base64;

/** A row's identity: its table and the values of its key columns. */
public record RowKey(String table, Row key) implements ItemKey {
    @Override
    public String encoded() {
        return table + "#" + Base64.getUrlEncoder().withoutPadding().encodeToString(RowCodec.encode(key));
    }

    /** The key that {@link #encoded} turned into this text. */
    public static RowKey parse(String encoded) {
        int hash = encoded.lastIndexOf('#');
        return new RowKey(
                encoded.substring(0, hash),
                RowCodec.decode(Base64.getUrlDecoder().decode(encoded.substring(hash + 1))));
    }

    @Override
    public String display() {
        StringBuilder text = new StringBuilder(table).append('[');
        key.fields().forEach((name, value) -> {
            if (text.charAt(text.length() - 1) != '[') {
                text.append(", ");
            }
            text.append(name).append('=').append(new FileKey(RowCodec.text(value)).display());
        });
        return text.append(']').toString();
    }
}
