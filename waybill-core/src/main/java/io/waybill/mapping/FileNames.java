package io.waybill.mapping;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names below {@code file.}. */
public final class FileNames {
    static final String SHA256 = "sha256";

    private FileNames() {}

    /** What is known of a file when it is listed: path, below, name, ext, size, modified. */
    public static Row of(FileItem item, String below) {
        return of(item, below, null);
    }

    /** With the digest of its content too, once it is known. */
    public static Row of(FileItem item, String below, @Nullable Digest sha256) {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("path", Value.of(item.key().path()));
        fields.put("below", Value.of(below));
        fields.put("name", Value.of(item.key().name()));
        fields.put("ext", Value.of(ext(item.key().name())));
        fields.put("size", Value.of(item.size()));
        fields.put("modified", new Value.Timestamp(item.modified()));
        if (sha256 != null) {
            fields.put(SHA256, Value.of(sha256.hex()));
        }
        return Row.of(fields);
    }

    /** A file whose content is known; {@code modified} in milliseconds since 1970. */
    public static Row of(FileKey key, long size, long modified, Digest sha256) {
        FileItem item = new FileItem(key, size, Instant.ofEpochMilli(modified), new Version(""), Map.of(), null, null);
        return of(item, key.path(), sha256);
    }

    /** What follows the last dot of a name, without the dot; a dot that begins the name does not count. */
    private static String ext(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot + 1);
    }
}
