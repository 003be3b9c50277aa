package io.waybill.s3endpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything the endpoint holds except the bytes. Any thread reads; {@link #apply} is called by one at a time, under the
 * journal's lock.
 */
final class State {
    final Map<String, Bucket> buckets = new ConcurrentSkipListMap<>();
    private final Map<Long, Upload> uploads = new ConcurrentHashMap<>();

    /** Brings the state forward; answers the contents that nothing refers to any more. */
    List<Long> apply(Change change) {
        List<Long> garbage = new ArrayList<>(1);
        if (change instanceof Change.ObjectPut put) {
            put(bucket(put.bucket()), put.packed(), garbage);
        } else if (change instanceof Change.ObjectGone gone) {
            addContents(bucket(gone.bucket()).objects.remove(Stored.probe(gone.key())), garbage);
        } else if (change instanceof Change.PartPut put) {
            Part before = upload(put.upload()).parts.put(put.part().number(), put.part());
            if (before != null && before.content() != 0) {
                garbage.add(before.content());
            }
        } else if (change instanceof Change.UploadBegun begun) {
            uploads.put(begun.upload().id, begun.upload());
            bucket(begun.upload().bucket).uploads.put(begun.upload().id, begun.upload());
        } else if (change instanceof Change.UploadGone gone) {
            close(gone.upload(), garbage);
        } else if (change instanceof Change.UploadDone done) {
            close(done.upload(), garbage);
            Set<Long> used = new HashSet<>();
            Stored.unpack(done.packed()).segments().forEach(segment -> used.add(segment.content()));
            garbage.removeIf(used::contains);
            put(bucket(done.bucket()), done.packed(), garbage);
        } else if (change instanceof Change.BucketMade made) {
            buckets.put(made.name(), new Bucket(made.name(), made.at()));
        } else if (change instanceof Change.BucketGone gone) {
            buckets.remove(gone.name());
        } else {
            throw new IllegalStateException("unknown change " + change);
        }
        return garbage;
    }

    private static void put(Bucket bucket, byte[] packed, List<Long> garbage) {
        addContents(bucket.objects.put(packed, packed), garbage);
    }

    private void close(long id, List<Long> garbage) {
        Upload upload = upload(id);
        uploads.remove(id);
        bucket(upload.bucket).uploads.remove(id);
        for (Part part : upload.parts.values()) {
            if (part.content() != 0) {
                garbage.add(part.content());
            }
        }
    }

    private static void addContents(byte @Nullable [] packed, List<Long> garbage) {
        if (packed != null) {
            for (Segment segment : Stored.unpack(packed).segments()) {
                garbage.add(segment.content());
            }
        }
    }

    private Bucket bucket(String name) {
        Bucket bucket = buckets.get(name);
        if (bucket == null) {
            throw new IllegalStateException("no bucket " + name);
        }
        return bucket;
    }

    private Upload upload(long id) {
        Upload upload = uploads.get(id);
        if (upload == null) {
            throw new IllegalStateException("no upload " + id);
        }
        return upload;
    }

    boolean hasUpload(long id) {
        return uploads.containsKey(id);
    }

    /** Changes that lead from nothing to this state. */
    List<Change> replay() {
        List<Change> changes = new ArrayList<>();
        for (Bucket bucket : buckets.values()) {
            changes.add(new Change.BucketMade(bucket.name, bucket.created));
            for (byte[] packed : bucket.objects.values()) {
                changes.add(new Change.ObjectPut(bucket.name, packed));
            }
            for (Upload upload : bucket.sortedUploads()) {
                changes.add(new Change.UploadBegun(upload));
                for (Part part : upload.parts.values()) {
                    changes.add(new Change.PartPut(upload.id, part));
                }
            }
        }
        return changes;
    }

    /** Every content that something refers to. */
    Set<Long> contents() {
        Set<Long> contents = new HashSet<>();
        for (Bucket bucket : buckets.values()) {
            for (byte[] packed : bucket.objects.values()) {
                Stored.unpack(packed).segments().forEach(segment -> contents.add(segment.content()));
            }
            for (Upload upload : bucket.uploads.values()) {
                upload.parts.values().forEach(part -> contents.add(part.content()));
            }
        }
        return contents;
    }
}
