package io.waybill.file;

import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Examined;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Item;
import io.waybill.store.ItemKey;
import io.waybill.store.Location;
import io.waybill.store.Outcome;
import io.waybill.store.Selection;
import io.waybill.store.Source;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files below a folder, the root.
 *
 * <p><b>Names</b> are bytes; every name that Linux can hold is listed, read and written as it is. No key leads out of the
 * root: parts such as {@code ..} are refused, and no folder on the way is entered through a symbolic link, also when one is
 * put there meanwhile (on Linux; see {@link Folder}). Java cannot link or make folders relative to an open folder: one put there in the very moment of
 * such a call may get an empty file or folder made elsewhere, never content, and never changes or shows anything there.
 *
 * <p><b>Listing</b> is in byte order of keys. Links and special files are reported as skipped and never opened; our own
 * temporary files ({@code .waybill-*.part}) and folders named {@code .waybill} are left out.
 *
 * <p><b>Versions</b> are made of size, times and inode. A write that the file system gives the same time as the one before,
 * which means within its clock's tick (some milliseconds on kernels before 6.13), is not told apart when the size stays.
 *
 * <p><b>Writing</b> goes to a temporary file beside the target, is synced, and gets the target's name in one step: under
 * ABSENT by a hard link, which fails if the name is taken, else by renaming over. {@link
 * io.waybill.store.Condition.Unchanged} is checked right before the rename; the check and the rename are not one step, so
 * a change in between is lost. It holds when the version is the same, or else, if a digest is given, the content is.
 * Where there are no hard links, an empty file takes the name first. Done means that content and name survive a power cut,
 * unless {@code durable} is off.
 *
 * <p><b>After a crash</b> the target is absent or whole, and {@link #find} answers our mark, which is kept in an extended
 * attribute ({@code user.waybill.mark}) where the file system has them, and else known as long as the temporary file is a
 * second link of the target. {@link #uploads} lists temporary files left behind, {@link #abort} removes them, and carrying
 * out the effect again finishes or replaces them. Removing one changes the target's version if it was a second link of it.
 *
 * <p><b>Folders</b> that we make for a target carry the series of the mark in {@code user.waybill.made}. Removing a file by
 * an effect of the same series removes the folders above it that are empty and carry it, the root included; all others stay,
 * as do all where the file system has no extended attributes.
 *
 * <p>Of attributes {@code mtime} is kept. Checksums are not: nobody but us would compute them.
 */
final class FilesStore implements FileStore, Examined {
    private static final long PART = 16L << 20;
    private static final long MOST_PARTS = 9_999;

    private final Root root;
    private final LinkedFiles links;
    private final Lookup lookup;
    private final Writing writing;
    private final Uploads uploads;

    FilesStore(FilesOptions options) {
        this.root = new Root(options);
        this.links = new LinkedFiles(options.root(), options.followFiles());
        this.lookup = new Lookup(root, links);
        Placing placing = new Placing(lookup, options);
        this.writing = new Writing(root, lookup, placing, options);
        this.uploads = new Uploads(root, lookup, placing, writing, options);
    }

    @Override
    public Location location() {
        return root.location();
    }

    @Override
    public String identity() {
        return "files:" + new FileKey(Names.whole(root.path())).encoded();
    }

    @Override
    public String objection(ItemKey key) {
        return root.objection((FileKey) key);
    }

    @Override
    public Content asStored(Content content) {
        Content.FileContent file = (Content.FileContent) content;
        String modified = file.attributes().get(ModifiedTime.NAME);
        return new Content.FileContent(
                file.size(),
                file.bytes(),
                file.sha256(),
                modified == null ? Map.of() : Map.of(ModifiedTime.NAME, modified));
    }

    @Override
    public Map<ItemKey, Item> find(Collection<? extends ItemKey> keys) throws StoreException {
        Map<ItemKey, Item> items = new LinkedHashMap<>();
        for (ItemKey each : keys) {
            FileKey key = (FileKey) each;
            if (!root.objection(key).isEmpty()) {
                continue;
            }
            try (Lookup.Found found = lookup.find(key, "look at")) {
                if (found != null) {
                    items.put(key, lookup.item(key, found.folder(), found.name(), found.facts()));
                }
            } catch (IOException e) {
                StoreException failure = FilesErrors.of("look at", root.thing(key), e);
                // A link or a pipe is not an item: as an item, nothing is there.
                if (failure.kind() != Kind.INVALID) {
                    throw failure;
                }
            }
        }
        return items;
    }

    @Override
    public Opened open(Selection what) throws StoreException {
        FileKey collection = new FileKey(what.collection());
        boolean folder = what.collection().isEmpty() || what.collection().endsWith("/");
        FileKey inner = folder && !what.collection().isEmpty()
                ? new FileKey(what.collection().substring(0, what.collection().length() - 1))
                : collection;
        String objection = what.collection().isEmpty() ? "" : root.objection(inner);
        if (!objection.isEmpty()) {
            throw lookup.invalid("list", collection, objection);
        }
        List<String> names = what.collection().isEmpty() ? List.of() : Root.parts(inner);
        try {
            if (folder) {
                root.walk(names).close();
            } else if (find(List.of(collection)).isEmpty()) {
                throw lookup.failure(
                        Kind.NOT_FOUND,
                        "list",
                        collection,
                        isFolder(names)
                                ? "it is a folder, not a file; to take what is in it, end its name with a slash"
                                : "there is no such file");
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw lookup.failure(Kind.NOT_FOUND, "list", collection, "there is no such folder");
        } catch (IOException e) {
            throw FilesErrors.of("list", root.thing(collection), e);
        }
        return new OpenedFiles(what, names, folder);
    }

    private boolean isFolder(List<String> names) {
        try {
            root.walk(names).close();
            return true;
        } catch (IOException e) {
            return false; // whatever the trouble is, the caller reports that there is no such file
        }
    }

    private final class OpenedFiles implements Opened {
        private final Selection what;
        private final List<String> names;
        private final boolean folder;

        OpenedFiles(Selection what, List<String> names, boolean folder) {
            this.what = what;
            this.names = names;
            this.folder = folder;
        }

        @Override
        public List<Split> splits(int wanted) {
            return List.of(new Split(new FileKey(what.collection()).encoded()));
        }

        @Override
        public Items read(Split split, @Nullable Position after) throws StoreException {
            FileKey last = after == null ? null : FileKey.parse(after.token());
            if (!folder) {
                return new OneFile(new FileKey(what.collection()), last == null ? what.limit() : 0);
            }
            try {
                return new FolderWalk(root, links, names, last, what.limit());
            } catch (IOException e) {
                throw FilesErrors.of("list", root.thing(new FileKey(what.collection())), e);
            }
        }

        @Override
        public void close() {}
    }

    /** A listing of one file. */
    private final class OneFile implements Items {
        private final FileKey key;
        private long left;

        OneFile(FileKey key, long left) {
            this.key = key;
            this.left = left;
        }

        @Override
        public Source.@Nullable Page next() throws StoreException {
            if (left == 0) {
                return null;
            }
            left = 0;
            List<Item> items = List.copyOf(find(List.of(key)).values());
            if (items.isEmpty()) {
                throw lookup.failure(Kind.NOT_FOUND, "list", key, "there is no such file");
            }
            return new Source.Page(items, new Source.Position(key.encoded()));
        }

        @Override
        public void close() {}
    }

    @Override
    public Reading read(FileKey key, long offset, @Nullable Version expected) throws StoreException {
        return FileReading.open(root, lookup, key, offset, expected);
    }

    @Override
    public List<Outcome> apply(List<Effect> effects) throws StoreException {
        try {
            return writing.apply(effects);
        } catch (IOException e) {
            throw FilesErrors.of("write to", root.location().toString(), e);
        }
    }

    @Override
    public long partSize(long size) {
        if (size <= PART) {
            return 0;
        }
        long least = (size + MOST_PARTS - 1) / MOST_PARTS;
        return Math.max(PART, (least + (1 << 20) - 1) >> 20 << 20);
    }

    @Override
    public String begin(Effect effect) throws StoreException {
        try {
            return uploads.begin(effect);
        } catch (IOException e) {
            throw FilesErrors.of("write", root.thing(Placing.key(effect)), e);
        }
    }

    @Override
    public Part part(Effect effect, String token, int number, long offset, ByteBuffer bytes, Digest sha256)
            throws StoreException {
        try {
            return uploads.part(effect, token, number, offset, bytes, sha256);
        } catch (IOException e) {
            throw FilesErrors.of("write", root.thing(Placing.key(effect)), e);
        }
    }

    @Override
    public @Nullable List<StoredPart> parts(FileKey key, String token) throws StoreException {
        try {
            return uploads.parts(key, token);
        } catch (IOException e) {
            throw FilesErrors.of("look at", root.thing(key), e);
        }
    }

    @Override
    public Outcome complete(Effect effect, String token, List<Part> parts) throws StoreException {
        try {
            return uploads.complete(effect, token, parts);
        } catch (IOException e) {
            return new Outcome.Failed(FilesErrors.of("complete", root.thing(Placing.key(effect)), e));
        }
    }

    @Override
    public void abort(FileKey key, String token) throws StoreException {
        try {
            uploads.abort(key, token);
        } catch (IOException e) {
            throw FilesErrors.of("give up the upload of", root.thing(key), e);
        }
    }

    @Override
    public List<String> uploads(FileKey key) throws StoreException {
        try {
            return uploads.uploads(key);
        } catch (IOException e) {
            throw FilesErrors.of("look at", root.thing(key), e);
        }
    }

    @Override
    public List<String> uploads(FileKey key, String mark) throws StoreException {
        return uploads(key).stream()
                .filter(token -> PartName.isFrom(token, mark))
                .toList();
    }

    /** Holds nothing open. */
    @Override
    public void close() {}

    /** A file cannot stand where a folder must; folders, the root included, are made when they are needed. */
    @Override
    public boolean isTree() {
        return true;
    }

    @Override
    public List<String> facts() throws StoreException {
        return Surroundings.of(root.path());
    }
}
