package io.waybill.store;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file or an object, without its bytes; those come by {@link FileStore#read}.
 *
 * @param size in bytes
 * @param attributes what travels with the content: {@code content-type}, {@code content-encoding},
 *     {@code content-language}, {@code content-disposition}, {@code cache-control}, {@code mtime} (seconds since 1970 with
 *     nanoseconds as decimals), {@code meta:NAME} for user metadata; our mark is not among them. A listing may leave them
 *     empty
 * @param checksum what the store says of the whole content, if it says it
 * @param mark our mark, {@code SERIES/ENTRY}, if the item carries one and this call shows it
 */
public record FileItem(
        FileKey key,
        long size,
        Instant modified,
        Version version,
        Map<String, String> attributes,
        @Nullable Checksum checksum,
        @Nullable String mark)
        implements Item {
    public FileItem {
        attributes = Map.copyOf(attributes);
    }
}
