package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** A bucket: its objects in key order and its open uploads. Read by any thread, changed by {@link State} only. */
final class Bucket {
    final String name;
    final long created;
    /** Packed objects under themselves: the map compares only the keys in them. */
    final ConcurrentNavigableMap<byte[], byte[]> objects = new ConcurrentSkipListMap<>(Stored::compareKeys);

    final Map<Long, Upload> uploads = new ConcurrentHashMap<>();

    Bucket(String name, long created) {
        this.name = name;
        this.created = created;
    }

    @Nullable
    Stored find(String key) {
        byte[] packed = objects.get(Stored.probe(key.getBytes(StandardCharsets.UTF_8)));
        return packed == null ? null : Stored.unpack(packed);
    }

    Upload upload(String token, String key) throws S3Error {
        Upload upload = uploads.get(Upload.parse(token));
        if (upload == null || !upload.key.equals(key)) {
            throw S3Error.noSuchUpload();
        }
        return upload;
    }

    /** The open uploads by key and then by age. */
    List<Upload> sortedUploads() {
        List<Upload> sorted = new ArrayList<>(uploads.values());
        sorted.sort(Comparator.comparing(
                        (Upload upload) -> Stored.probe(upload.key.getBytes(StandardCharsets.UTF_8)),
                        Stored::compareKeys)
                .thenComparing(upload -> upload.id));
        return sorted;
    }

    /** The generation from which on the newest {@code count} objects are; none has one that high if there are none. */
    long newest(int count) {
        if (count == 0) {
            return Long.MAX_VALUE;
        }
        PriorityQueue<Long> newest = new PriorityQueue<>();
        for (byte[] packed : objects.values()) {
            newest.add(Stored.unpack(packed).generation());
            if (newest.size() > count) {
                newest.remove();
            }
        }
        Long oldest = newest.peek();
        return oldest == null ? Long.MAX_VALUE : oldest;
    }
}
