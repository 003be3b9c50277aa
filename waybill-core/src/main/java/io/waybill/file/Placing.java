package io.waybill.file;

import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.Evidence;
import io.waybill.store.Failpoint;
import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a finished temporary file into the target, under the effect's condition, in three steps: {@link #place}, then a sync
 * of the folder, which a batch shares, then {@link #finish}. Safe for use by many threads.
 */
final class Placing {
    private static final Set<String> NO_HARD_LINKS = Set.of(
            "Operation not permitted",
            "Operation not supported",
            "Not supported",
            "Function not implemented",
            "Too many links");

    private final Lookup lookup;
    private final FilesOptions options;
    private volatile @Nullable Boolean hardLinks;

    Placing(Lookup lookup, FilesOptions options) {
        this.lookup = lookup;
        this.options = options;
        this.hardLinks = options.hardLinks() ? null : Boolean.FALSE;
    }

    /** What came of a step: an outcome, or a target in place that needs the folder's sync and {@link #finish}. */
    record Step(@Nullable Outcome outcome, @Nullable Placed placed) {
        static Step of(Outcome outcome) {
            return new Step(outcome, null);
        }
    }

    /**
     * A target in place. Owns the open folders.
     *
     * @param linked whether the temporary name is a second link of it, which still has to go
     * @param stale whether earlier attempts may have left something behind
     */
    record Placed(
            Effect effect, Root.Chain chain, String name, String part, FileFacts facts, boolean linked, boolean stale)
            implements Closeable {
        Folder folder() {
            return chain.last();
        }

        @Override
        public void close() throws IOException {
            chain.close();
        }
    }

    /** Removes the temporary names of a target in place; call it when the folder is synced. */
    Outcome finish(Placed placed) throws IOException {
        Failpoint.reach("files-after-sync-before-unlink");
        Folder folder = placed.folder();
        if (placed.linked()) {
            folder.deleteIfThere(placed.part());
        }
        if (placed.stale()) {
            folder.deleteIfThere(placed.part() + "s");
            removeStale(folder, placed.name(), placed.effect().mark());
        }
        FileFacts now = folder.find(placed.name());
        if (now == null || !now.isSameFile(placed.facts())) {
            return new Outcome.Unknown(lookup.failure(
                    Kind.UNKNOWN_OUTCOME,
                    "write",
                    key(placed.effect()),
                    "it was replaced or removed right afterwards"));
        }
        return new Outcome.Done(new Evidence(now.version(), null));
    }

    static FileKey key(Effect effect) {
        return (FileKey) effect.key();
    }

    /** Checks the condition before anything is written; null when it holds so far. */
    @Nullable
    Step check(Effect effect, Root.Chain chain, String name) throws IOException {
        Folder folder = chain.last();
        FileFacts stands = folder.find(name);
        Condition condition = effect.condition();
        if (condition instanceof Condition.Absent) {
            if (stands == null) {
                return null;
            }
            return checkAbsent(effect, chain, name, stands);
        }
        if (stands != null && stands.isFolder()) {
            return Step.of(new Outcome.Failed(lookup.invalid("write", key(effect), "a folder stands there")));
        }
        return holds(condition, folder, name, stands) ? null : Step.of(refused(effect, folder, name, stands));
    }

    /** Something stands where nothing should: it may be the work of an earlier attempt that was cut short. */
    private @Nullable Step checkAbsent(Effect effect, Root.Chain chain, String name, FileFacts stands)
            throws IOException {
        Folder folder = chain.last();
        for (int attempt = 0; ; attempt++) {
            PartName part = PartName.of(name, effect.mark(), attempt);
            FileFacts earlier = folder.find(part.name());
            if (earlier == null) {
                return Step.of(refused(effect, folder, name, stands));
            } else if (earlier.isSameFile(stands)) {
                // It came as far as the link: there is nothing left but to finish.
                return new Step(null, new Placed(effect, chain, name, part.name(), stands, true, true));
            } else if (isEmptyFile(stands) && !hasHardLinks(folder, part.name())) {
                // It came as far as taking the name.
                return null;
            }
        }
    }

    private static boolean isEmptyFile(FileFacts facts) {
        return facts.isFile() && facts.size() == 0;
    }

    /** Whether a condition other than absence holds. */
    boolean holds(Condition condition, Folder folder, String name, @Nullable FileFacts stands) throws IOException {
        if (condition instanceof Condition.Any) {
            return true;
        }
        Condition.Unchanged seen = (Condition.Unchanged) condition;
        if (stands == null || !stands.isFile()) {
            return false;
        }
        if (stands.version().equals(seen.version())) {
            return true;
        }
        return seen.digest() != null && seen.digest().equals(digest(folder, name));
    }

    private static Digest digest(Folder folder, String name) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        ByteBuffer buffer = ByteBuffer.allocate(128 << 10);
        try (FileChannel channel = folder.file(name, StandardOpenOption.READ)) {
            while (channel.read(buffer.clear()) >= 0) {
                sha256.update(buffer.flip());
            }
        }
        return Digest.of(sha256.digest());
    }

    Outcome refused(Effect effect, Folder folder, String name, @Nullable FileFacts stands) throws IOException {
        FileItem found = stands == null || !stands.isFile() ? null : lookup.item(key(effect), folder, name, stands);
        return new Outcome.Refused(found);
    }

    /** Gives the temporary file what belongs to it beside its content, and makes it durable. */
    void seal(Effect effect, Folder folder, String part, FileChannel channel) throws IOException {
        Path path = folder.path(part);
        Marks.mark(path, effect.mark());
        String modified = ((Content.FileContent) effect.content()).attributes().get(ModifiedTime.NAME);
        if (modified != null) {
            try {
                Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setTimes(ModifiedTime.parse(modified), null, null);
            } catch (NumberFormatException | ArithmeticException e) {
                throw lookup.invalid("write", key(effect), "its attribute mtime is not a number of seconds");
            }
        }
        if (options.durable()) {
            channel.force(true);
        }
    }

    /** Puts the temporary file in place; it is still there when the outcome is another than done. */
    Step place(Effect effect, Root.Chain chain, String name, String part, boolean stale) throws IOException {
        Folder folder = chain.last();
        FileFacts ours = folder.find(part);
        if (ours == null) {
            throw lookup.failure(Kind.NOT_FOUND, "write", key(effect), "its temporary file is gone");
        }
        Failpoint.reach("files-before-link");
        boolean linked = false;
        try {
            if (!(effect.condition() instanceof Condition.Absent)) {
                folder.move(part, name);
            } else if (hasHardLinks(folder, part)) {
                folder.link(part, name);
                linked = true;
            } else {
                reserve(folder, part, name, effect.mark());
                folder.move(part, name);
            }
        } catch (FileAlreadyExistsException e) {
            return Step.of(refused(effect, folder, name, folder.find(name)));
        }
        Failpoint.reach("files-after-link-before-sync");
        FileFacts now;
        try {
            now = folder.find(name);
        } catch (IOException e) {
            return Step.of(withdraw(effect, folder, linked ? part : null, e));
        }
        if (now == null || !now.isSameFile(ours)) {
            return Step.of(withdraw(effect, folder, linked ? part : null, null));
        }
        return new Step(null, new Placed(effect, chain, name, part, now, linked, stale));
    }

    /** Whether files here can have second names; tried once on an empty file, as its second name could come to stand elsewhere. */
    private boolean hasHardLinks(Folder folder, String part) throws IOException {
        Boolean known = hardLinks;
        if (known == null) {
            String base = part.substring(0, part.length() - ".part".length());
            String probe = base + "-probe.part";
            String second = base + "-probe2.part";
            try {
                folder.deleteIfThere(probe);
                folder.deleteIfThere(second);
                folder.file(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                        .close();
                folder.link(probe, second);
                folder.deleteIfThere(second);
                known = true;
            } catch (UnsupportedOperationException e) {
                known = false;
            } catch (FileSystemException e) {
                if (!NO_HARD_LINKS.contains(Objects.requireNonNullElse(e.getReason(), ""))) {
                    throw e;
                }
                known = false;
            } finally {
                folder.deleteIfThere(probe);
            }
            hardLinks = known;
        }
        return known;
    }

    /**
     * The way without hard links: takes the name with an empty file, which only one can, to be renamed over. A crash in
     * between leaves the empty file and the temporary one; an empty file beside an earlier attempt's is therefore ours.
     */
    private static void reserve(Folder folder, String part, String name, String mark) throws IOException {
        try {
            folder.file(name, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                    .close();
        } catch (FileAlreadyExistsException e) {
            FileFacts stands = folder.find(name);
            String first = PartName.of(name, mark, 0).name();
            if (stands == null || !isEmptyFile(stands) || first.equals(part) || folder.find(first) == null) {
                throw e;
            }
        }
    }

    /**
     * The target is not where it was put. Somebody was faster to replace it, or a link on the way led the second name out of
     * the root: then nobody shall find our content there.
     */
    private Outcome withdraw(Effect effect, Folder folder, @Nullable String secondLink, @Nullable IOException cause) {
        StoreException doubt = new StoreException(
                Kind.UNKNOWN_OUTCOME,
                lookup.message(
                        "write",
                        key(effect),
                        "it is not where it was put; a folder on its path was swapped or the file replaced"),
                cause);
        if (secondLink != null) {
            try {
                folder.file(secondLink, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                        .close();
                folder.deleteIfThere(secondLink);
            } catch (IOException e) {
                doubt.addSuppressed(e);
            }
        }
        return new Outcome.Unknown(doubt);
    }

    /** Removes what earlier attempts of the same effect left behind, uploads excepted. */
    static void removeStale(Folder folder, String name, String mark) throws IOException {
        for (int attempt = 0, missing = 0; missing < 2; attempt++) {
            PartName part = PartName.of(name, mark, attempt);
            if (folder.find(part.name()) == null) {
                missing++;
            } else if (folder.find(part.journal()) == null) {
                folder.deleteIfThere(part.name());
            }
        }
    }
}
