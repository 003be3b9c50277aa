package io.waybill.engine;

import io.waybill.ledger.LedgerException;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.table.LosslessFile;
import io.waybill.value.Row;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Where staged rows go: a folder of this machine, or a place in a store of files. */
final class Stage {
    private final Path folder;
    private final @Nullable FileStore files;
    private final String below;

    private Stage(Path folder, @Nullable FileStore files, String below) {
        this.folder = folder;
        this.files = files;
        this.below = below;
    }

    /** Where the plan says, else beside the ledger. */
    static Stage of(Setup setup, Stores stores) throws StoreException {
        String place = setup.plan().stage();
        int colon = place == null ? -1 : place.indexOf(':');
        if (place == null) {
            return new Stage(setup.ledger().path().resolveSibling("stage"), null, "");
        } else if (colon < 0) {
            return new Stage(setup.plan().folder().resolve(place).normalize(), null, "");
        }
        String path = place.substring(colon + 1);
        return new Stage(
                setup.ledger().beside(".stage"),
                stores.files(place.substring(0, colon)),
                path.isEmpty() || path.endsWith("/") ? path : path + "/");
    }

    /** Begins one file of a move. */
    Draft begin(String move, String name) throws LedgerException {
        FileStore store = files;
        Path home = folder.resolve(move);
        Path draft = store == null
                ? home.resolve("." + name + ".part")
                : folder.resolveSibling(folder.getFileName() + "-" + move + "-" + name + ".part");
        try {
            if (store == null && !Files.isDirectory(home)) {
                create(home);
            }
            return new Draft(
                    LosslessFile.begin(draft), home.resolve(name), store, new FileKey(below + move + "/" + name));
        } catch (IOException e) {
            throw trouble(draft, e);
        }
    }

    private static void create(Path home) throws IOException {
        if (home.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(home);
        }
    }

    private static LedgerException trouble(Path where, IOException e) {
        return new LedgerException(
                LedgerException.Kind.UNAVAILABLE,
                "Cannot write staged rows to " + where + ": " + e.getMessage()
                        + ". Make room or rights there, or name another place with stage: in the plan.",
                e);
    }

    /** A file that appears when it is whole, in place of an earlier one. */
    static final class Draft implements Closeable {
        private final LosslessFile draft;
        private final Path file;
        private final @Nullable FileStore store;
        private final FileKey key;

        private Draft(LosslessFile draft, Path file, @Nullable FileStore store, FileKey key) {
            this.draft = draft;
            this.file = file;
            this.store = store;
            this.key = key;
        }

        void write(Row row) throws StoreException, LedgerException {
            try {
                draft.write(row);
            } catch (StoreException e) {
                throw e;
            } catch (IOException e) {
                throw trouble(file, e);
            }
        }

        long rows() {
            return draft.rows();
        }

        void finish(Retry retry) throws StoreException, LedgerException {
            FileStore target = store;
            if (target != null) {
                retry.call(() -> {
                    draft.send(target, key);
                    return true;
                });
                return;
            }
            try {
                draft.place(file);
            } catch (IOException e) {
                throw trouble(file, e);
            }
        }

        /** Where it is: a path, or a place in a store. */
        String place() {
            return store == null ? file.toString() : store.location().of(key);
        }

        @Override
        public void close() throws IOException {
            draft.close();
        }
    }
}
