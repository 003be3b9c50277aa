package io.waybill.store;

import io.waybill.value.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file store in memory that behaves like an object store at its best: conditions are atomic, marks and attributes are
 * kept, checksums are honest. Instances over one {@link Disk} are as several processes over one store. Safe for use by
 * many threads.
 */
public class MemoryFileStore implements FileStore {
    private static final int PAGE = 1_000;

    private final Disk disk;

    public MemoryFileStore(Disk disk) {
        this.disk = disk;
    }

    /** What several instances share: the files and open uploads. Guards itself. */
    public static final class Disk {
        private final String name;
        private final TreeMap<FileKey, Stored> files =
                new TreeMap<>((a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()));
        private final Map<String, Upload> uploads = new LinkedHashMap<>();
        private long clock;

        public Disk(String name) {
            this.name = name;
        }
    }

    private record Stored(FileItem item, byte[] bytes) {}

    private record Upload(FileKey key, TreeMap<Integer, byte[]> parts) {}

    @Override
    public Location location() {
        return new Location("memory", disk.name);
    }

    @Override
    public String identity() {
        return "memory://" + disk.name;
    }

    @Override
    public String objection(ItemKey key) {
        int length = ((FileKey) key).bytes().length;
        if (length == 0) {
            return "the name is empty";
        }
        return length > 1024 ? "the name has " + length + " bytes, more than 1024" : "";
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) {
        synchronized (disk) {
            Map<ItemKey, Item> found = new LinkedHashMap<>();
            for (ItemKey key : keys) {
                Stored stored = disk.files.get((FileKey) key);
                if (stored != null) {
                    found.put(key, stored.item());
                }
            }
            return found;
        }
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        if (!what.collection().isEmpty() && page(what, null, 1).isEmpty()) {
            throw failure(StoreException.Kind.NOT_FOUND, "list", new FileKey(what.collection()), "it is not there");
        }
        return new Opened() {
            @Override
            public List<Split> splits(int wanted) {
                return List.of(new Split(what.collection()));
            }

            @Override
            public Items read(Split split, @Nullable Position after) {
                return new Pages(what, after);
            }

            @Override
            public void close() {}
        };
    }

    private final class Pages implements Items {
        private final Selection what;
        private @Nullable FileKey last;
        private long left;

        Pages(Selection what, @Nullable Position after) {
            this.what = what;
            this.last = after == null ? null : FileKey.parse(after.token());
            this.left = what.limit();
        }

        @Override
        public @Nullable Page next() {
            List<Item> items = page(what, last, (int) Math.min(PAGE, left));
            if (items.isEmpty()) {
                return null;
            }
            left -= items.size();
            FileKey end = (FileKey) items.get(items.size() - 1).key();
            last = end;
            return new Page(items, new Position(end.encoded()));
        }

        @Override
        public void close() {}
    }

    private List<Item> page(Selection what, @Nullable FileKey after, int most) {
        String folder = what.collection();
        synchronized (disk) {
            FileKey start = after == null ? new FileKey(folder) : after;
            List<Item> items = new ArrayList<>();
            for (Stored stored : disk.files.tailMap(start, after == null).values()) {
                String path = stored.item().key().path();
                boolean wanted = folder.isEmpty() || path.equals(folder) || folder.endsWith("/");
                if (!path.startsWith(folder) || items.size() == most) {
                    break;
                } else if (wanted) {
                    items.add(new FileItem(
                            stored.item().key(),
                            stored.item().size(),
                            stored.item().modified(),
                            stored.item().version(),
                            Map.of(),
                            stored.item().checksum(),
                            null));
                }
            }
            return items;
        }
    }

    @Override
    public Reading read(FileKey key, long offset, @Nullable Version expected) throws StoreException {
        Stored stored;
        synchronized (disk) {
            stored = disk.files.get(key);
        }
        if (stored == null) {
            throw failure(StoreException.Kind.NOT_FOUND, "read", key, "it is not there");
        }
        if (expected != null && !expected.equals(stored.item().version())) {
            throw failure(StoreException.Kind.CONFLICT, "read", key, "it changed");
        }
        Stored opened = stored;
        return new Reading() {
            @Override
            public FileItem item() {
                return opened.item();
            }

            @Override
            public InputStream stream() {
                int from = (int) Math.min(offset, opened.bytes().length);
                return new ByteArrayInputStream(opened.bytes(), from, opened.bytes().length - from);
            }

            @Override
            public void confirm() throws StoreException {
                synchronized (disk) {
                    Stored now = disk.files.get(key);
                    if (now == null) {
                        throw failure(StoreException.Kind.NOT_FOUND, "read", key, "it is gone");
                    }
                    if (!now.item().version().equals(opened.item().version())) {
                        throw failure(StoreException.Kind.CONFLICT, "read", key, "it changed");
                    }
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Effect effect : effects) {
            outcomes.add(applyOne(effect));
        }
        return outcomes;
    }

    private Outcome applyOne(Effect effect) {
        FileKey key = (FileKey) effect.key();
        if (effect.kind() == Effect.Kind.REMOVE) {
            synchronized (disk) {
                Stored stands = disk.files.get(key);
                if (!holds(effect.condition(), stands)) {
                    return new Outcome.Refused(stands == null ? null : stands.item());
                }
                disk.files.remove(key);
                return new Outcome.Done(Evidence.NONE);
            }
        }
        Content.FileContent content = (Content.FileContent) effect.content();
        ByteBuffer buffer = content.bytes();
        if (buffer == null) {
            throw new IllegalArgumentException("content has no bytes");
        }
        byte[] bytes = copy(buffer);
        if (!objection(key).isEmpty()) {
            return new Outcome.Failed(failure(StoreException.Kind.INVALID, "write", key, objection(key)));
        }
        if (bytes.length != content.size() || !Digest.sha256(bytes).equals(content.sha256())) {
            return new Outcome.Failed(
                    failure(StoreException.Kind.CORRUPT, "write", key, "its content does not match its digest"));
        }
        return store(effect, bytes);
    }

    private Outcome store(Effect effect, byte[] bytes) {
        FileKey key = (FileKey) effect.key();
        Content.FileContent content = (Content.FileContent) effect.content();
        synchronized (disk) {
            Stored stands = disk.files.get(key);
            if (!holds(effect.condition(), stands)) {
                return new Outcome.Refused(stands == null ? null : stands.item());
            }
            disk.clock++;
            Checksum checksum =
                    new Checksum(Checksum.SHA256, Digest.sha256(bytes).hex());
            Version version = new Version("v" + disk.clock);
            disk.files.put(
                    key,
                    new Stored(
                            new FileItem(
                                    key,
                                    bytes.length,
                                    Instant.ofEpochSecond(disk.clock),
                                    version,
                                    content.attributes(),
                                    checksum,
                                    effect.mark()),
                            bytes));
            return new Outcome.Done(new Evidence(version, checksum));
        }
    }

    private static boolean holds(Condition condition, @Nullable Stored stands) {
        if (condition instanceof Condition.Any) {
            return true;
        } else if (condition instanceof Condition.Absent) {
            return stands == null;
        }
        Condition.Unchanged unchanged = (Condition.Unchanged) condition;
        if (stands == null) {
            return false;
        } else if (unchanged.version() != null) {
            return unchanged.version().equals(stands.item().version());
        }
        return Digest.sha256(stands.bytes()).equals(unchanged.digest());
    }

    @Override
    public long partSize(long size) {
        long part = 16L << 20;
        return size <= part ? 0 : Math.max(part, (size / 9_999 / (1 << 20) + 1) << 20);
    }

    @Override
    public String begin(Effect effect) {
        synchronized (disk) {
            String token = "upload-" + ++disk.clock;
            disk.uploads.put(token, new Upload((FileKey) effect.key(), new TreeMap<>()));
            return token;
        }
    }

    @Override
    public Part part(Effect effect, String token, int number, long offset, ByteBuffer bytes, Digest sha256)
            throws StoreException {
        byte[] content = copy(bytes);
        FileKey key = (FileKey) effect.key();
        if (!Digest.sha256(content).equals(sha256)) {
            throw failure(StoreException.Kind.CORRUPT, "write", key, "part " + number + " does not match its digest");
        }
        synchronized (disk) {
            upload(key, token).parts().put(number, content);
        }
        return new Part(number, content.length, tag(content), sha256);
    }

    @Override
    public @Nullable List<StoredPart> parts(FileKey key, String token) {
        synchronized (disk) {
            Upload upload = disk.uploads.get(token);
            if (upload == null) {
                return null;
            }
            List<StoredPart> parts = new ArrayList<>();
            upload.parts().forEach((number, bytes) -> parts.add(new StoredPart(number, bytes.length, tag(bytes))));
            return parts;
        }
    }

    @Override
    public Outcome complete(Effect effect, String token, List<Part> parts) throws StoreException {
        FileKey key = (FileKey) effect.key();
        synchronized (disk) {
            Upload upload = upload(key, token);
            long size = parts.stream().mapToLong(Part::size).sum();
            ByteBuffer whole = ByteBuffer.allocate((int) size);
            for (Part part : parts) {
                byte[] bytes = upload.parts().get(part.number());
                if (bytes == null || !tag(bytes).equals(part.tag())) {
                    return new Outcome.Failed(
                            failure(StoreException.Kind.CORRUPT, "complete", key, "no such part " + part.number()));
                }
                whole.put(bytes);
            }
            Outcome outcome = store(effect, whole.array());
            if (outcome instanceof Outcome.Done) {
                disk.uploads.remove(token);
            }
            return outcome;
        }
    }

    @Override
    public void abort(FileKey key, String token) {
        synchronized (disk) {
            disk.uploads.remove(token);
        }
    }

    @Override
    public List<String> uploads(FileKey key) {
        synchronized (disk) {
            List<String> tokens = new ArrayList<>();
            disk.uploads.forEach((token, upload) -> {
                if (upload.key().equals(key)) {
                    tokens.add(token);
                }
            });
            return tokens;
        }
    }

    @Override
    public void close() {}

    private Upload upload(FileKey key, String token) throws StoreException {
        Upload upload = disk.uploads.get(token);
        if (upload == null) {
            throw failure(StoreException.Kind.NOT_FOUND, "write", key, "there is no upload " + token);
        }
        return upload;
    }

    private StoreException failure(StoreException.Kind kind, String verb, FileKey key, String cause) {
        return new StoreException(kind, "Cannot " + verb + " " + location().of(key) + ": " + cause + ".");
    }

    private static String tag(byte[] bytes) {
        return "\"" + Digest.sha256(bytes).hex().substring(0, 8) + "\"";
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** One that can copy within its disk and from any other memory store. */
    public static final class Copying extends MemoryFileStore implements ServerCopy {
        public Copying(Disk disk) {
            super(disk);
        }

        @Override
        public boolean canCopyFrom(Store source) {
            return source instanceof MemoryFileStore;
        }

        @Override
        public Outcome copy(Store source, FileItem item, Effect effect) {
            MemoryFileStore from = (MemoryFileStore) source;
            Stored stored;
            synchronized (from.disk) {
                stored = from.disk.files.get(item.key());
            }
            if (stored == null || !stored.item().version().equals(item.version())) {
                return new Outcome.Failed(from.failure(
                        stored == null ? StoreException.Kind.NOT_FOUND : StoreException.Kind.CONFLICT,
                        "copy",
                        item.key(),
                        stored == null ? "it is gone" : "it changed"));
            }
            return ((MemoryFileStore) this).store(effect, stored.bytes());
        }
    }

    /** The text of a stored file, for tests that look behind the store's back; null if there is none. */
    public @Nullable String peek(String path) {
        synchronized (disk) {
            Stored stored = disk.files.get(new FileKey(path));
            return stored == null ? null : new String(stored.bytes(), StandardCharsets.UTF_8);
        }
    }
}
