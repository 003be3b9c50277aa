package io.waybill.aws.s3;

import io.waybill.aws.s3.S3Errors.Doing;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Item;
import io.waybill.store.Selection;
import io.waybill.store.Source.Items;
import io.waybill.store.Source.Opened;
import io.waybill.store.Source.Page;
import io.waybill.store.Source.Position;
import io.waybill.store.Source.Split;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder, an object or the whole bucket, listed in the order of keys, page by page as it is asked for. A position is the
 * last key, so that a listing goes on in another process, also when that object is gone. Not a snapshot: what is written
 * while it is listed may be in it or not.
 */
final class S3Listing implements Opened {
    private static final int PAGE = 1_000;

    private final S3Bucket bucket;
    private final Selection what;

    private S3Listing(S3Bucket bucket, Selection what) {
        this.bucket = bucket;
        this.what = what;
    }

    /** Opens a selection; something must stand there, but the bucket or root as a whole may be empty. */
    static S3Listing open(S3Bucket bucket, Selection what) throws StoreException {
        String collection = what.collection();
        boolean there;
        if (isOne(collection)) {
            there = bucket.find(new FileKey(collection)) != null;
        } else {
            there = !page(bucket, collection, null, null, 1).objects().isEmpty() || collection.isEmpty();
        }
        if (!there) {
            throw new StoreException(
                    Kind.NOT_FOUND,
                    "Cannot list " + bucket.thing(new FileKey(collection)) + ": nothing stands there. Check its name.");
        }
        return new S3Listing(bucket, what);
    }

    private static boolean isOne(String collection) {
        return !collection.isEmpty() && !collection.endsWith("/");
    }

    private static Wire.Listing page(
            S3Bucket bucket, String collection, @Nullable String after, @Nullable String next, int most)
            throws StoreException {
        try {
            return bucket.wire().list(bucket.options().root() + collection, after, next, most);
        } catch (WireFailure e) {
            String thing = collection.isEmpty() ? bucket.location().toString() : bucket.thing(new FileKey(collection));
            throw bucket.errors().of(e, Doing.reading("list", thing, "s3:ListBucket"));
        }
    }

    @Override
    public List<Split> splits(int wanted) {
        return List.of(new Split(what.collection()));
    }

    @Override
    public Items read(Split split, @Nullable Position after) {
        FileKey last = after == null ? null : FileKey.parse(after.token());
        return isOne(what.collection()) ? new OneItem(last) : new Pages(last);
    }

    @Override
    public void close() {}

    private final class OneItem implements Items {
        private boolean done;

        OneItem(@Nullable FileKey after) {
            this.done = after != null;
        }

        @Override
        public @Nullable Page next() throws StoreException {
            if (done) {
                return null;
            }
            done = true;
            FileKey key = new FileKey(what.collection());
            FileItem item = bucket.find(key);
            return item == null ? null : new Page(List.of(item), new Position(key.encoded()));
        }

        @Override
        public void close() {}
    }

    private final class Pages implements Items {
        private @Nullable String last;
        private @Nullable String next;
        private boolean ended;
        private long left = what.limit();

        Pages(@Nullable FileKey after) {
            this.last = after == null ? null : bucket.key(after);
        }

        @Override
        public @Nullable Page next() throws StoreException {
            while (!ended && left > 0) {
                int most = (int) Math.min(PAGE, left);
                Wire.Listing page = page(bucket, what.collection(), last, next, most);
                List<Item> items = new ArrayList<>(page.objects().size());
                String before = last;
                for (Wire.Listed each : page.objects()) {
                    if (each.key().equals(before)) {
                        throw new StoreException(
                                Kind.UNAVAILABLE,
                                "Cannot list " + bucket.location() + ": the store repeats key "
                                        + bucket.fileKey(each.key()).display() + ". Try again.");
                    }
                    before = each.key();
                    items.add(new FileItem(
                            bucket.fileKey(each.key()),
                            each.size(),
                            each.modified(),
                            new Version(each.etag()),
                            Map.of(),
                            null,
                            null));
                }
                boolean stuck = page.truncated() && page.next() == null && items.isEmpty();
                if (stuck) {
                    throw new StoreException(
                            Kind.UNAVAILABLE,
                            "Cannot list " + bucket.location()
                                    + ": the store says there is more, and not where. Try again.");
                }
                ended = !page.truncated();
                next = page.next();
                last = before;
                left -= items.size();
                if (!items.isEmpty()) {
                    return new Page(
                            items,
                            new Position(((FileItem) items.get(items.size() - 1))
                                    .key()
                                    .encoded()));
                }
            }
            return null;
        }

        @Override
        public void close() {}
    }
}
