package io.waybill.s3endpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoint holds: state, journal and bytes put together. Every change is made under the journal's lock, where its
 * condition is looked at once more, so that of racing conditional writers exactly one wins, also across processes. Safe for
 * use by several threads.
 */
final class ObjectStore implements Closeable {
    private final State state;
    private final Journal journal;
    private final Contents contents;
    private final AtomicLong numbers;

    ObjectStore(State state, Journal journal, Contents contents, long firstNumber) {
        this.state = state;
        this.journal = journal;
        this.contents = contents;
        this.numbers = new AtomicLong(firstNumber);
    }

    static ObjectStore inHeap(Contents contents, long millis) {
        return new ObjectStore(new State(), Journal.none(), contents, millis << 20);
    }

    Contents contents() {
        return contents;
    }

    /** A number that was not given out before; later ones are larger. */
    long number() {
        return numbers.getAndIncrement();
    }

    List<Bucket> buckets() throws IOException {
        journal.refresh();
        return new ArrayList<>(state.buckets.values());
    }

    Bucket bucket(String name) throws IOException {
        journal.refresh();
        return known(name);
    }

    private Bucket known(String name) throws S3Error {
        Bucket bucket = state.buckets.get(name);
        if (bucket == null) {
            throw S3Error.noSuchBucket();
        }
        return bucket;
    }

    /** Makes a bucket; answers false if it is there. */
    boolean makeBucket(String name, long now) throws IOException {
        try (Journal.Hold hold = journal.hold()) {
            if (state.buckets.containsKey(name)) {
                return false;
            }
            commit(hold, new Change.BucketMade(name, now));
        }
        journal.sync();
        return true;
    }

    void removeBucket(String name) throws IOException {
        try (Journal.Hold hold = journal.hold()) {
            Bucket bucket = known(name);
            if (!bucket.objects.isEmpty() || !bucket.uploads.isEmpty()) {
                throw new S3Error(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
            }
            commit(hold, new Change.BucketGone(name));
        }
        journal.sync();
    }

    void put(String bucket, Stored object, WriteCondition condition) throws IOException {
        byte[] packed = object.pack();
        List<Long> garbage;
        try (Journal.Hold hold = journal.hold()) {
            Bucket found = known(bucket);
            if (!condition.isNone()) {
                condition.check(found.find(object.key()));
            }
            garbage = commit(hold, new Change.ObjectPut(bucket, packed));
        }
        finish(garbage);
    }

    /** Removes an object; answers false if there was none. */
    boolean remove(String bucket, String key, WriteCondition condition) throws IOException {
        List<Long> garbage;
        try (Journal.Hold hold = journal.hold()) {
            Stored found = known(bucket).find(key);
            condition.check(found);
            if (found == null) {
                return false;
            }
            garbage = commit(hold, new Change.ObjectGone(bucket, key.getBytes(StandardCharsets.UTF_8)));
        }
        finish(garbage);
        return true;
    }

    Upload begin(
            String bucket, String key, long now, List<Header> headers, @Nullable Algorithm algorithm, boolean composite)
            throws IOException {
        Upload upload;
        try (Journal.Hold hold = journal.hold()) {
            known(bucket);
            long id = number();
            while (state.hasUpload(id)) {
                id = number();
            }
            upload = new Upload(bucket, key, id, now, headers, algorithm, composite);
            commit(hold, new Change.UploadBegun(upload));
        }
        journal.sync();
        return upload;
    }

    void putPart(Upload upload, Part part) throws IOException {
        List<Long> garbage;
        try (Journal.Hold hold = journal.hold()) {
            known(upload.bucket).upload(upload.token(), upload.key);
            garbage = commit(hold, new Change.PartPut(upload.id, part));
        }
        finish(garbage);
    }

    void abort(Upload upload) throws IOException {
        List<Long> garbage;
        try (Journal.Hold hold = journal.hold()) {
            known(upload.bucket).upload(upload.token(), upload.key);
            garbage = commit(hold, new Change.UploadGone(upload.id));
        }
        finish(garbage);
    }

    void complete(Upload upload, Stored object, WriteCondition condition) throws IOException {
        byte[] packed = object.pack();
        List<Long> garbage;
        try (Journal.Hold hold = journal.hold()) {
            Bucket bucket = known(upload.bucket);
            bucket.upload(upload.token(), upload.key);
            condition.check(bucket.find(upload.key));
            Set<Long> present = new HashSet<>();
            upload.parts.values().forEach(part -> present.add(part.content()));
            for (Segment segment : object.segments()) {
                if (!present.contains(segment.content())) {
                    throw new S3Error(400, "InvalidPart", "A part was replaced while the upload was being completed.");
                }
            }
            garbage = commit(hold, new Change.UploadDone(upload.id, upload.bucket, packed));
        }
        finish(garbage);
    }

    private List<Long> commit(Journal.Hold hold, Change change) throws IOException {
        hold.append(change);
        return state.apply(change);
    }

    /** Contents go only after the change that makes them useless is on disk. */
    private void finish(List<Long> garbage) throws IOException {
        journal.sync();
        for (long content : garbage) {
            contents.drop(content);
        }
    }

    @Override
    public void close() throws IOException {
        try (contents;
                journal) {
            state.buckets.clear();
        }
    }
}
