package io.waybill.table;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a finish under way is about to write. As long as it stands, it tells whether the file holds the parts already.
 *
 * @param version of the marker itself
 * @param parts the number of the last part that the file will hold
 * @param before the version of the file that it replaces; null when there is none
 * @param size of the file that it writes
 * @param digest of that
 */
record Marker(Version version, long parts, @Nullable String before, long size, Digest digest) {
    static @Nullable Marker find(TableFile table, String path) throws StoreException {
        FileStore files = table.files();
        FileKey key = Parts.marker(path);
        Map<ItemKey, Item> found = files.find(List.of(key));
        if (!(found.get(key) instanceof FileItem item)) {
            return null;
        }
        try (FileStore.Reading reading = files.read(key, 0, item.version())) {
            String text = new String(reading.stream().readAllBytes(), StandardCharsets.UTF_8);
            if (Json.parse(text) instanceof Value.MapOf map
                    && map.values().get("parts") instanceof Value.Int parts
                    && map.values().get("size") instanceof Value.Int size
                    && map.values().get("sha256") instanceof Value.Text digest) {
                String before = map.values().get("before") instanceof Value.Text version ? version.value() : null;
                return new Marker(
                        item.version(),
                        parts.value().longValueExact(),
                        before,
                        size.value().longValueExact(),
                        Digest.parse(digest.value()));
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // said below
        } catch (IOException e) {
            throw table.faults(item).trouble(e);
        }
        throw table.faults(item).whole(Kind.INVALID, "it is no note of a finish", "Remove it if you know what it is");
    }

    byte[] bytes() {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("parts", Value.of(parts));
        fields.put("before", before == null ? Value.NULL : Value.of(before));
        fields.put("size", Value.of(size));
        fields.put("sha256", Value.of(digest.hex()));
        return Json.pretty(new Value.MapOf(fields)).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the file is the one that was to be written, and so holds the parts. */
    boolean isCarriedOut(TableFile table, String path, @Nullable FileItem main) throws StoreException {
        if (main == null ? before == null : main.version().token().equals(before)) {
            return false;
        } else if (main != null && main.size() == size && digest(table, main).equals(digest)) {
            return true;
        }
        throw new Faults(table.files().location(), new FileKey(path))
                .whole(
                        Kind.CONFLICT,
                        "it was changed by others while its parts were brought into it",
                        "Put the file back, or remove the folder " + Faults.line(Parts.folder(path))
                                + " if the file has all rows");
    }

    private static Digest digest(TableFile table, FileItem main) throws StoreException {
        MessageDigest sha256 = Digest.newSha256();
        try (FileStore.Reading reading = table.files().read(main.key(), 0, main.version());
                DigestInputStream in = new DigestInputStream(reading.stream(), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
            reading.confirm();
            return Digest.of(sha256.digest());
        } catch (IOException e) {
            throw table.faults(main).trouble(e);
        }
    }
}
