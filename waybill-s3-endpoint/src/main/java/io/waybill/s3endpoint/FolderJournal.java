package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a folder that several processes may have open at once. Whoever changes something holds a lock on the first
 * byte of the file {@code lock}, and everyone who has the folder open shares a lock on the second; the operating system
 * frees both when a process dies.
 */
final class FolderJournal implements Journal {
    private final State state;
    private final boolean sync;
    private final FileChannel locks;
    private final FileLock presence;
    private final JournalFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Object syncing = new Object();
    private @Nullable FileLock writing;
    private volatile long appended;
    private long synced;

    FolderJournal(Path folder, State state, boolean sync) throws IOException {
        this.state = state;
        this.sync = sync;
        this.locks = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            this.presence = locks.lock(1, 1, true);
            try (FileLock first = locks.lock(0, 1, false)) {
                this.file = JournalFile.open(folder.resolve("journal"));
                assert first.isValid();
                file.read(state::apply);
                file.cutTail();
            }
        } catch (IOException | RuntimeException e) {
            locks.close();
            throw e;
        }
    }

    @Override
    public void refresh() throws IOException {
        if (file.behind()) {
            lock.lock();
            try {
                file.read(state::apply);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public Hold hold() throws IOException {
        lock.lock();
        try {
            writing = locks.lock(0, 1, false);
            file.read(state::apply);
            file.cutTail();
        } catch (IOException | RuntimeException e) {
            release();
            throw e;
        }
        return new Hold() {
            @Override
            public void append(Change change) throws IOException {
                file.append(change);
                appended = file.position();
            }

            @Override
            public void close() throws IOException {
                release();
            }
        };
    }

    private void release() throws IOException {
        try {
            FileLock held = writing;
            writing = null;
            if (held != null) {
                held.release();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sync() throws IOException {
        if (!sync) {
            return;
        }
        long wanted = appended;
        synchronized (syncing) {
            if (synced < wanted) {
                long upTo = appended;
                file.force();
                synced = upTo;
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try (locks;
                file) {
            presence.release();
        } finally {
            lock.unlock();
        }
    }
}
