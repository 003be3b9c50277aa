package io.waybill.aws.s3;

import io.waybill.store.Abilities;
import io.waybill.store.Checksum;
import io.waybill.store.Effect;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.Probing;
import io.waybill.store.Selection;
import io.waybill.store.ServerCopy;
import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A bucket, or what stands below a root in one, at AWS or anything that speaks S3. Safe for use by many threads.
 *
 * <p>The version of an object is its entity tag, which lists, heads and conditions share. It tells contents apart, not
 * rewrites of equal content. An object carries the mark of its effect in user metadata. What differs between services is
 * measured by {@link #probe}; before that, the store looks before each conditional write and sends the condition as well.
 * Where a service was found not to keep to conditions it only looks, which leaves a moment in which two writers can both
 * find nothing; the mark then tells whose object stands.
 */
public final class S3Store implements FileStore, ServerCopy, Probing {
    private static final int LOOKERS = 16;
    private static final long COPY_LIMIT = 5L << 30;
    private static final long COPY_PART = 512L << 20;

    private final S3Bucket bucket;
    private final S3Writes writes;
    private final S3Uploads uploads;
    private final S3Copies copies;
    private @Nullable ExecutorService lookers;

    S3Store(S3Options options, String region, Wire wire, InstantSource clock) {
        this(options, region, wire, clock, COPY_LIMIT, COPY_PART);
    }

    S3Store(S3Options options, String region, Wire wire, InstantSource clock, long copyLimit, long copyPart) {
        this.bucket = new S3Bucket(options, region, wire, clock);
        this.writes = new S3Writes(bucket);
        this.uploads = new S3Uploads(bucket, writes);
        this.copies = new S3Copies(bucket, writes, copyLimit, copyPart);
    }

    @Override
    public Location location() {
        return bucket.location();
    }

    @Override
    public String identity() {
        S3Options options = bucket.options();
        return options.identity() != null
                ? options.identity()
                : "s3:" + options.service() + "#" + options.bucket() + "/" + options.root();
    }

    @Override
    public String objection(ItemKey key) {
        return bucket.objection((FileKey) key);
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        List<FileKey> possible = new ArrayList<>();
        for (ItemKey key : keys) {
            if (bucket.objection((FileKey) key).isEmpty()) {
                possible.add((FileKey) key);
            }
        }
        Map<ItemKey, Item> found = new LinkedHashMap<>();
        if (possible.size() < 4) {
            for (FileKey key : possible) {
                FileItem item = bucket.find(key);
                if (item != null) {
                    found.put(key, item);
                }
            }
            return found;
        }
        List<Future<@Nullable FileItem>> looks = new ArrayList<>();
        for (FileKey key : possible) {
            looks.add(lookers().submit(() -> bucket.find(key)));
        }
        try {
            for (int i = 0; i < looks.size(); i++) {
                FileItem item = looks.get(i).get();
                if (item != null) {
                    found.put(possible.get(i), item);
                }
            }
            return found;
        } catch (ExecutionException e) {
            looks.forEach(look -> look.cancel(false));
            if (e.getCause() instanceof StoreException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            looks.forEach(look -> look.cancel(false));
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE,
                    "Cannot look at items in " + bucket.location() + ": it was interrupted. Try again.",
                    new InterruptedIOException());
        }
    }

    private synchronized ExecutorService lookers() {
        if (lookers == null) {
            lookers = Executors.newFixedThreadPool(LOOKERS, task -> {
                Thread thread = new Thread(task, "s3-find");
                thread.setDaemon(true);
                return thread;
            });
        }
        return lookers;
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        return S3Listing.open(bucket, what);
    }

    @Override
    public Reading read(FileKey key, long offset, @Nullable Version expected) throws StoreException {
        return S3Reading.open(bucket, key, offset, expected);
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) {
        List<Outcome> outcomes = new ArrayList<>(effects.size());
        effects.forEach(effect -> outcomes.add(writes.apply(effect)));
        return outcomes;
    }

    @Override
    public long partSize(long size) {
        return uploads.partSize(size);
    }

    @Override
    public String begin(Effect effect) throws StoreException {
        return uploads.begin(effect);
    }

    @Override
    public Part part(Effect effect, String token, int number, long offset, ByteBuffer bytes, Digest sha256)
            throws StoreException {
        return uploads.part(effect, token, number, bytes, sha256);
    }

    @Override
    public @Nullable List<StoredPart> parts(FileKey key, String token) throws StoreException {
        return uploads.parts(key, token);
    }

    @Override
    public Outcome complete(Effect effect, String token, List<Part> parts) throws StoreException {
        return uploads.complete(effect, token, parts);
    }

    @Override
    public void abort(FileKey key, String token) throws StoreException {
        uploads.abort(key, token);
    }

    @Override
    public List<String> uploads(FileKey key) throws StoreException {
        return uploads.uploads(key);
    }

    @Override
    public @Nullable Checksum composite(List<Part> parts) {
        return bucket.sendsSha256() ? Checksums.composite(parts) : null;
    }

    @Override
    public boolean canCopyFrom(Store source) {
        return source instanceof S3Store other
                && other.bucket.options().service().equals(bucket.options().service())
                && other.bucket.options().access().equals(bucket.options().access());
    }

    @Override
    public Outcome copy(Store source, FileItem item, Effect effect) throws StoreException {
        return copies.copy(((S3Store) source).bucket, item, effect);
    }

    @Override
    public long copiesAtOnce() {
        return copies.limit();
    }

    @Override
    public Abilities probe(String prefix, String name) throws StoreException {
        return new S3Probe(bucket, prefix, name).probe();
    }

    @Override
    public void rely(Abilities abilities) {
        bucket.rely(abilities);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (lookers != null) {
                lookers.shutdownNow();
            }
        }
        bucket.wire().close();
    }
}
