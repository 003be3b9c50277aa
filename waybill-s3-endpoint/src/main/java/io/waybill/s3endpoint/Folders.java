package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The folders that this process has open. Endpoints over the same folder share one store, because file locks hold between
 * processes only.
 */
final class Folders {
    private static final Set<String> OURS = Set.of("journal", "journal.new", "lock", "data");
    private static final Map<Path, Shared> OPEN = new HashMap<>();

    private Folders() {}

    private static final class Shared {
        final ObjectStore store;
        int users;

        Shared(ObjectStore store) {
            this.store = store;
        }
    }

    /** Opens a folder, which is made if it is not there; one that holds anything else is refused. */
    static ObjectStore open(Path folder, boolean sync, long millis) throws IOException {
        synchronized (OPEN) {
            Files.createDirectories(folder);
            Path real = folder.toRealPath();
            Shared shared = OPEN.get(real);
            if (shared == null) {
                refuseForeign(real);
                shared = new Shared(load(real, sync, millis));
                OPEN.put(real, shared);
            }
            shared.users++;
            return shared.store;
        }
    }

    /** Gives back what {@link #open} gave; the last one closes it. */
    static void release(ObjectStore store) throws IOException {
        synchronized (OPEN) {
            for (Shared shared : List.copyOf(OPEN.values())) {
                if (shared.store == store && --shared.users == 0) {
                    OPEN.values().remove(shared);
                    store.close();
                }
            }
        }
    }

    private static void refuseForeign(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (!OURS.contains(entry.getFileName().toString())) {
                    throw new IOException("Cannot open the pretend S3 in " + folder + ": it holds "
                            + entry.getFileName() + ", which is not ours. Name an empty folder.");
                }
            }
        }
    }

    private static ObjectStore load(Path folder, boolean sync, long millis) throws IOException {
        FolderContents contents = new FolderContents(folder.resolve("data"), sync, millis << 20);
        Files.createDirectories(folder.resolve("data"));
        tidy(folder, contents);
        State state = new State();
        FolderJournal journal = new FolderJournal(folder, state, sync);
        return new ObjectStore(state, journal, contents, millis << 20);
    }

    /** When nobody else has the folder open: removes what dead processes left and shortens the journal. */
    private static void tidy(Path folder, FolderContents contents) throws IOException {
        try (FileChannel locks = FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                FileLock alone = locks.tryLock(0, 2, false)) {
            if (alone == null) {
                return;
            }
            State state = new State();
            long[] changes = {0};
            try (JournalFile file = JournalFile.open(folder.resolve("journal"))) {
                file.read(change -> {
                    state.apply(change);
                    changes[0]++;
                });
                file.cutTail();
            }
            contents.sweep(state.contents());
            List<Change> replay = state.replay();
            if (changes[0] > 2L * replay.size() + 1000) {
                shorten(folder, replay);
            }
        }
    }

    private static void shorten(Path folder, List<Change> replay) throws IOException {
        Path fresh = folder.resolve("journal.new");
        Files.deleteIfExists(fresh);
        try (JournalFile file = JournalFile.open(fresh)) {
            for (Change change : replay) {
                file.append(change);
            }
            file.force();
        }
        Files.move(fresh, folder.resolve("journal"), StandardCopyOption.ATOMIC_MOVE);
    }
}
