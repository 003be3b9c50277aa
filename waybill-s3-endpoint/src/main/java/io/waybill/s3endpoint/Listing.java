package io.waybill.s3endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** One page through a bucket in byte order, with keys beyond a delimiter rolled up. Used by one thread. */
final class Listing {
    /** Marks a position behind a key. */
    static final String KEY = "k";
    /** Marks a position behind all that has a prefix. */
    static final String PREFIX = "p";

    /** Takes what is found, in order. */
    interface Visitor {
        void object(Stored object);

        void prefix(String prefix);
    }

    private final Bucket bucket;
    private final byte[] prefix;
    private final byte[] delimiter;
    private final int most;
    private final long hiddenFrom;
    private byte[] start;
    private String rolledBefore = "";
    private String position = "";
    private int count;
    private boolean more;

    /**
     * Prepares a page.
     *
     * @param hiddenFrom objects of this generation and later are left out
     */
    Listing(Bucket bucket, String prefix, String delimiter, int most, long hiddenFrom) {
        this.bucket = bucket;
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
        this.delimiter = delimiter.getBytes(StandardCharsets.UTF_8);
        this.most = most;
        this.hiddenFrom = hiddenFrom;
        this.start = this.prefix;
    }

    /** Begins behind this key; nothing if it is empty. */
    void after(String key) {
        if (!key.isEmpty()) {
            rolledBefore = key;
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            begin(Arrays.copyOf(bytes, bytes.length + 1));
        }
    }

    /** Begins where another page ended. */
    void resume(String from) {
        byte[] bytes = from.substring(1).getBytes(StandardCharsets.UTF_8);
        if (from.startsWith(KEY)) {
            begin(Arrays.copyOf(bytes, bytes.length + 1));
        } else {
            byte[] next = successor(bytes);
            begin(next == null ? new byte[] {(byte) 0xff} : next);
        }
    }

    private void begin(byte[] key) {
        if (Arrays.compareUnsigned(key, start) > 0) {
            start = key;
        }
    }

    /** The first bytes behind all that begins with these, or null if there are none. */
    private static byte @Nullable [] successor(byte[] bytes) {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] != (byte) 0xff) {
                byte[] next = Arrays.copyOf(bytes, i + 1);
                next[i]++;
                return next;
            }
        }
        return null;
    }

    void run(Visitor visitor) {
        if (most == 0) {
            return;
        }
        Iterator<byte[]> objects = from(start);
        while (objects.hasNext()) {
            byte[] packed = objects.next();
            byte[] key = Stored.keyOf(packed);
            if (!startsWith(key, prefix)) {
                return;
            }
            if (hiddenFrom != Long.MAX_VALUE && Stored.unpack(packed).generation() >= hiddenFrom) {
                continue;
            }
            int end = delimiter.length == 0 ? -1 : endOfDelimiter(key);
            String rolled = end < 0 ? null : new String(key, 0, end, StandardCharsets.UTF_8);
            if (rolled == null || !rolled.equals(rolledBefore)) {
                if (count == most) {
                    more = true;
                    return;
                }
                visit(visitor, packed, rolled);
            }
            if (rolled != null) {
                byte[] next = successor(Arrays.copyOf(key, end));
                if (next == null) {
                    return;
                }
                objects = from(next);
            }
        }
    }

    private void visit(Visitor visitor, byte[] packed, @Nullable String rolled) {
        count++;
        if (rolled == null) {
            Stored object = Stored.unpack(packed);
            visitor.object(object);
            position = KEY + object.key();
        } else {
            visitor.prefix(rolled);
            position = PREFIX + rolled;
        }
    }

    private Iterator<byte[]> from(byte[] key) {
        return bucket.objects.tailMap(Stored.probe(key), true).values().iterator();
    }

    private static boolean startsWith(byte[] key, byte[] start) {
        return key.length >= start.length && Arrays.equals(key, 0, start.length, start, 0, start.length);
    }

    private int endOfDelimiter(byte[] key) {
        for (int i = prefix.length; i + delimiter.length <= key.length; i++) {
            if (Arrays.equals(key, i, i + delimiter.length, delimiter, 0, delimiter.length)) {
                return i + delimiter.length;
            }
        }
        return -1;
    }

    int count() {
        return count;
    }

    boolean more() {
        return more;
    }

    /** Where the page ended: a kind, {@link #KEY} or {@link #PREFIX}, and the text. */
    String position() {
        return position;
    }
}
