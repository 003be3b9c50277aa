package io.waybill.store;

import io.waybill.value.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file store around another that counts the calls which would go to a server, and makes chosen ones fail. Calls are
 * numbered from 1 over all methods; what touches no server ({@code location}, {@code partSize} and the like) is not
 * counted. Safe for use by many threads, though the numbers then depend on their order.
 */
public class FaultyFileStore implements FileStore {
    /** How a call fails. */
    public enum Fault {
        /** Nothing is done; UNAVAILABLE. */
        ERROR,
        /** Nothing is done, and the caller cannot know: UNKNOWN_OUTCOME for changes, UNAVAILABLE for reads. */
        TIMEOUT,
        /** It is done and the answer is lost: UNKNOWN_OUTCOME for changes, UNAVAILABLE for reads. */
        LOST,
        /** Nothing is done, and this call and all later ones throw {@link SimulatedCrash}. */
        CRASH_BEFORE,
        /** It is done, and this call and all later ones throw {@link SimulatedCrash}. */
        CRASH_AFTER
    }

    private final FileStore inner;
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private int calls;
    private int changes;
    private int firstToFail = Integer.MAX_VALUE;
    private int lastToFail = Integer.MAX_VALUE;
    private Fault fault = Fault.ERROR;
    private boolean crashed;

    protected FaultyFileStore(FileStore inner) {
        this.inner = inner;
    }

    /** Around this store; able to copy if it is. */
    public static FaultyFileStore around(FileStore inner) {
        return inner instanceof ServerCopy ? new Copying(inner) : new FaultyFileStore(inner);
    }

    /** Lets one call fail. */
    public synchronized FaultyFileStore failing(int call, Fault how) {
        return failing(call, call, how);
    }

    /** Lets calls fail from one to another, both included. */
    public synchronized FaultyFileStore failing(int from, int to, Fault how) {
        firstToFail = from;
        lastToFail = to;
        fault = how;
        return this;
    }

    /** How many calls were made. */
    public synchronized int calls() {
        return calls;
    }

    /** How many of them could change something. */
    public synchronized int changes() {
        return changes;
    }

    /** The names of the methods called, in order. */
    public List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    /** Whether the chosen call has been made and has failed. */
    public synchronized boolean failed() {
        return calls >= firstToFail;
    }

    @FunctionalInterface
    private interface Call<T> {
        T run() throws StoreException;
    }

    private synchronized @Nullable Fault enter(String name, boolean change) {
        if (crashed) {
            throw new SimulatedCrash(name);
        }
        log.add(name);
        calls++;
        changes += change ? 1 : 0;
        if (calls < firstToFail || calls > lastToFail) {
            return null;
        }
        crashed = fault == Fault.CRASH_BEFORE || fault == Fault.CRASH_AFTER;
        return fault;
    }

    private <T> T look(String name, Call<T> call) throws StoreException {
        Fault now = enter(name, false);
        if (now == null) {
            return call.run();
        }
        if (now == Fault.CRASH_BEFORE || now == Fault.CRASH_AFTER) {
            throw new SimulatedCrash(name);
        }
        throw failure(StoreException.Kind.UNAVAILABLE, name);
    }

    private <T> T change(String name, Call<T> call) throws StoreException {
        Fault now = enter(name, true);
        if (now == null) {
            return call.run();
        }
        if (now == Fault.LOST || now == Fault.CRASH_AFTER) {
            call.run();
        }
        if (now == Fault.CRASH_BEFORE || now == Fault.CRASH_AFTER) {
            throw new SimulatedCrash(name);
        }
        throw failure(now == Fault.ERROR ? StoreException.Kind.UNAVAILABLE : StoreException.Kind.UNKNOWN_OUTCOME, name);
    }

    /** A change whose doubt is told by an outcome. */
    private Outcome settle(String name, Call<Outcome> call) throws StoreException {
        try {
            return change(name, call);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNKNOWN_OUTCOME) {
                return new Outcome.Unknown(e);
            }
            throw e;
        }
    }

    private StoreException failure(StoreException.Kind kind, String name) {
        return new StoreException(kind, "Cannot " + name + " " + location() + ": the test lets this call fail.");
    }

    @Override
    public Location location() {
        return inner.location();
    }

    @Override
    public String identity() {
        return inner.identity();
    }

    @Override
    public Content asStored(Content content) throws StoreException {
        return inner.asStored(content);
    }

    @Override
    public String objection(ItemKey key) {
        return inner.objection(key);
    }

    @Override
    public long partSize(long size) {
        return inner.partSize(size);
    }

    @Override
    public @Nullable Checksum composite(List<Part> parts) {
        return inner.composite(parts);
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        return look("find", () -> inner.find(keys));
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        Opened opened = look("open", () -> inner.open(what));
        return new Opened() {
            @Override
            public List<Split> splits(int wanted) throws StoreException {
                return look("splits", () -> opened.splits(wanted));
            }

            @Override
            public Items read(Split split, @Nullable Position after) throws StoreException {
                Items items = opened.read(split, after);
                return new Items() {
                    @Override
                    public @Nullable Page next() throws StoreException {
                        return nextPage(items);
                    }

                    @Override
                    public void close() throws IOException {
                        items.close();
                    }
                };
            }

            @Override
            public void close() throws IOException {
                opened.close();
            }
        };
    }

    private @Nullable Page nextPage(Items items) throws StoreException {
        Fault now = enter("next", false);
        if (now == Fault.CRASH_BEFORE || now == Fault.CRASH_AFTER) {
            throw new SimulatedCrash("next");
        } else if (now != null) {
            throw failure(StoreException.Kind.UNAVAILABLE, "list");
        }
        return items.next();
    }

    @Override
    public Reading read(FileKey key, long offset, @Nullable Version expected) throws StoreException {
        Reading reading = look("read", () -> inner.read(key, offset, expected));
        return new Reading() {
            @Override
            public FileItem item() {
                return reading.item();
            }

            @Override
            public InputStream stream() {
                return bytes(reading, offset);
            }

            @Override
            public void confirm() throws StoreException {
                look("confirm", () -> {
                    reading.confirm();
                    return "";
                });
            }

            @Override
            public void close() throws IOException {
                reading.close();
            }
        };
    }

    /** The bytes; when the call fails they end in an exception, at once or half-way. */
    private InputStream bytes(Reading reading, long offset) {
        Fault now = enter("stream", false);
        if (now == null) {
            return reading.stream();
        } else if (now == Fault.CRASH_BEFORE || now == Fault.CRASH_AFTER) {
            throw new SimulatedCrash("stream");
        }
        long allowed = now == Fault.LOST ? (reading.item().size() - offset) / 2 : 0;
        return new CutStream(reading.stream(), allowed, failure(StoreException.Kind.UNAVAILABLE, "read"));
    }

    private static final class CutStream extends FilterInputStream {
        private final StoreException end;
        private long left;

        CutStream(InputStream in, long left, StoreException end) {
            super(in);
            this.left = left;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                throw end;
            }
            int read = in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            return read(new byte[(int) Math.min(count, 8_192)], 0, (int) Math.min(count, 8_192));
        }
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) throws StoreException {
        try {
            return change("apply", () -> inner.apply(effects));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNKNOWN_OUTCOME) {
                return Collections.nCopies(effects.size(), new Outcome.Unknown(e));
            }
            throw e;
        }
    }

    @Override
    public String begin(Effect effect) throws StoreException {
        return change("begin", () -> inner.begin(effect));
    }

    @Override
    public Part part(Effect effect, String token, int number, long offset, ByteBuffer bytes, Digest sha256)
            throws StoreException {
        return change("part", () -> inner.part(effect, token, number, offset, bytes, sha256));
    }

    @Override
    public @Nullable List<StoredPart> parts(FileKey key, String token) throws StoreException {
        List<List<StoredPart>> answer = look("parts", () -> {
            List<StoredPart> parts = inner.parts(key, token);
            return parts == null ? List.of() : List.of(parts);
        });
        return answer.isEmpty() ? null : answer.get(0);
    }

    @Override
    public Outcome complete(Effect effect, String token, List<Part> parts) throws StoreException {
        return settle("complete", () -> inner.complete(effect, token, parts));
    }

    @Override
    public void abort(FileKey key, String token) throws StoreException {
        change("abort", () -> {
            inner.abort(key, token);
            return "";
        });
    }

    @Override
    public List<String> uploads(FileKey key) throws StoreException {
        return look("uploads", () -> inner.uploads(key));
    }

    @Override
    public List<String> uploads(FileKey key, String mark) throws StoreException {
        return look("uploads", () -> inner.uploads(key, mark));
    }

    /** Closes the wrapped store; never fails and is not counted. */
    @Override
    public void close() throws IOException {
        inner.close();
    }

    private static FileStore inner(FaultyFileStore faulty) {
        return faulty.inner;
    }

    /** One whose wrapped store can copy. */
    private static final class Copying extends FaultyFileStore implements ServerCopy {
        private final ServerCopy copying;

        Copying(FileStore inner) {
            super(inner);
            this.copying = (ServerCopy) inner;
        }

        @Override
        public boolean canCopyFrom(Store source) {
            return copying.canCopyFrom(unwrap(source));
        }

        @Override
        public Outcome copy(Store source, FileItem item, Effect effect) throws StoreException {
            return ((FaultyFileStore) this).settle("copy", () -> copying.copy(unwrap(source), item, effect));
        }

        private static Store unwrap(Store source) {
            return source instanceof FaultyFileStore faulty ? inner(faulty) : source;
        }
    }
}
