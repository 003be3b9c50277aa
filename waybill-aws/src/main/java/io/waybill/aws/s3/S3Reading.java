package io.waybill.aws.s3;

import io.waybill.aws.s3.S3Errors.Doing;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** An open object: its bytes are those of one version, whatever happens to the key meanwhile. */
final class S3Reading implements FileStore.Reading {
    private final S3Bucket bucket;
    private final FileItem item;
    private final InputStream stream;

    private S3Reading(S3Bucket bucket, FileItem item, InputStream stream) {
        this.bucket = bucket;
        this.item = item;
        this.stream = stream;
    }

    static S3Reading open(S3Bucket bucket, FileKey key, long offset, @Nullable Version expected) throws StoreException {
        String thing = bucket.thing(key);
        String objection = bucket.objection(key);
        if (!objection.isEmpty()) {
            throw new StoreException(Kind.NOT_FOUND, "Cannot read " + thing + ": " + objection + ".");
        }
        try {
            Wire.Got got = bucket.wire().get(bucket.key(key), offset, expected == null ? null : expected.token());
            FileItem item = bucket.item(key, got.head());
            return new S3Reading(bucket, item, new Checked(got.stream(), thing, item.size() - offset));
        } catch (WireFailure e) {
            if (e.isRefusal()) {
                throw changed(thing, e);
            } else if (e.status() == 416) {
                return atTheEnd(bucket, key, offset, expected, e);
            }
            throw bucket.errors().of(e, Doing.reading("read", thing, "s3:GetObject"));
        }
    }

    /** The store has no range that begins where the object ends; to us that is no bytes. */
    private static S3Reading atTheEnd(
            S3Bucket bucket, FileKey key, long offset, @Nullable Version expected, WireFailure cause)
            throws StoreException {
        FileItem item = bucket.find(key);
        boolean same = item != null && (expected == null || expected.equals(item.version()));
        if (item == null || !same || item.size() != offset) {
            throw changed(bucket.thing(key), cause);
        }
        return new S3Reading(bucket, item, InputStream.nullInputStream());
    }

    private static StoreException changed(String thing, WireFailure cause) {
        return new StoreException(
                Kind.CONFLICT,
                "Cannot read " + thing + ": it is not the version that was listed. Run again to take the new one.",
                cause);
    }

    @Override
    public FileItem item() {
        return item;
    }

    @Override
    public InputStream stream() {
        return stream;
    }

    @Override
    public void confirm() throws StoreException {
        FileItem now = bucket.find(item.key());
        if (now == null) {
            throw new StoreException(
                    Kind.NOT_FOUND,
                    "Cannot confirm " + bucket.thing(item.key()) + ": it was removed while it was read.");
        }
        if (!now.version().equals(item.version())) {
            throw new StoreException(
                    Kind.CONFLICT,
                    "Cannot confirm " + bucket.thing(item.key()) + ": it was replaced while it was read.");
        }
        if (now.size() != item.size()) {
            throw new StoreException(
                    Kind.CORRUPT,
                    "Cannot confirm " + bucket.thing(item.key()) + ": the store sent " + item.size() + " of "
                            + now.size() + " bytes. Read it again.");
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    /** Ends where the object ends and nowhere else. */
    private static final class Checked extends FilterInputStream {
        private final String thing;
        private long left;

        Checked(InputStream in, String thing, long left) {
            super(in);
            this.thing = thing;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count;
            try {
                count = super.read(target, offset, length);
            } catch (IOException e) {
                throw broken(String.valueOf(e.getMessage()), e);
            }
            if (count < 0 && left > 0) {
                throw broken("the stream ended " + left + " bytes early", null);
            }
            left -= Math.max(count, 0);
            if (left < 0) {
                throw new StoreException(
                        Kind.CORRUPT, "Cannot read " + thing + ": the store sent more bytes than the object has.");
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = 0;
            byte[] waste = new byte[(int) Math.min(8_192, Math.max(count, 1))];
            while (skipped < count) {
                int n = read(waste, 0, (int) Math.min(waste.length, count - skipped));
                if (n < 0) {
                    break;
                }
                skipped += n;
            }
            return skipped;
        }

        private StoreException broken(String cause, @Nullable IOException e) {
            return new StoreException(
                    Kind.UNAVAILABLE,
                    "Cannot read " + thing + ": " + cause.replaceAll("\\s+", " ") + ". Try again.",
                    e);
        }
    }
}
