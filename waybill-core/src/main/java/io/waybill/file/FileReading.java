package io.waybill.file;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import io.waybill.store.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * An open file. Its bytes end where the file ended when it was opened; a file that is shorter by then is a conflict, never a
 * short success. {@link #confirm} notices every change that the file system gives a new time, also when the time of the
 * content was set back.
 */
final class FileReading implements FileStore.Reading {
    private final Root root;
    private final Lookup lookup;
    private final FileItem item;
    private final FileChannel channel;
    private final InputStream stream;

    private FileReading(Root root, Lookup lookup, FileItem item, FileChannel channel, long offset) throws IOException {
        this.root = root;
        this.lookup = lookup;
        this.item = item;
        this.channel = channel.position(offset);
        this.stream = new Content(Math.max(0, item.size() - offset));
    }

    static FileReading open(Root root, Lookup lookup, FileKey key, long offset, @Nullable Version expected)
            throws StoreException {
        String objection = root.objection(key);
        if (!objection.isEmpty()) {
            throw lookup.invalid("read", key, objection);
        }
        try (Lookup.Found found = lookup.find(key, "read")) {
            if (found == null) {
                throw lookup.failure(Kind.NOT_FOUND, "read", key, "there is no such file");
            }
            if (expected != null && !expected.equals(found.facts().version())) {
                throw lookup.failure(Kind.CONFLICT, "read", key, "it is not the version that was seen before");
            }
            FileChannel channel = found.folder().file(found.name(), StandardOpenOption.READ);
            try {
                // Between the look and the opening another file may have come: only the one that was seen is read.
                FileFacts now = found.folder().find(found.name());
                if (now == null || !now.version().equals(found.facts().version())) {
                    throw lookup.failure(Kind.CONFLICT, "read", key, "it was changed while it was opened");
                }
                FileItem item = Lookup.item(key, now, null);
                return new FileReading(root, lookup, item, channel, offset);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw FilesErrors.of("read", root.thing(key), e);
        }
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
        FileKey key = item.key();
        try (Lookup.Found now = lookup.find(key, "read")) {
            if (now == null) {
                throw lookup.failure(Kind.NOT_FOUND, "read", key, "it was removed while it was read");
            }
            if (!now.facts().version().equals(item.version()) || channel.size() != item.size()) {
                throw lookup.failure(Kind.CONFLICT, "read", key, "it was changed while it was read");
            }
        } catch (IOException e) {
            throw FilesErrors.of("read", root.thing(key), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The bytes to the end that the file had when it was opened. */
    private final class Content extends InputStream {
        /** Larger reads would each hold a buffer of that size outside the heap, for each thread, for good. */
        private static final int LONGEST_READ = 128 << 10;

        private long left;

        Content(long left) {
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int most = (int) Math.min(Math.min(length, LONGEST_READ), left);
            int read;
            try {
                read = channel.read(ByteBuffer.wrap(bytes, offset, most));
            } catch (IOException e) {
                throw FilesErrors.of("read", root.thing(item.key()), e);
            }
            if (read < 0) {
                throw lookup.failure(Kind.CONFLICT, "read", item.key(), "it became shorter while it was read");
            }
            left -= read;
            return read;
        }

        @Override
        public int available() {
            return (int) Math.min(left, Integer.MAX_VALUE);
        }
    }
}
