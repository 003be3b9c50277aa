package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each run of bytes in a file of its own, named by a number, so that no key can be unsafe on disk. A file counts only
 * once the journal refers to it; what a dead process left is swept when the folder is next opened alone.
 */
final class FolderContents implements Contents {
    private final Path root;
    private final boolean sync;
    private final AtomicLong next;

    FolderContents(Path root, boolean sync, long firstNumber) {
        this.root = root;
        this.sync = sync;
        this.next = new AtomicLong(firstNumber);
    }

    private static Path shard(Path root, long content) {
        return root.resolve(HexFormat.of().toHexDigits((byte) content));
    }

    private Path path(long content) {
        return shard(root, content).resolve(HexFormat.of().toHexDigits(content));
    }

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public Blob stage() throws IOException {
        while (true) {
            long content = next.getAndIncrement();
            Path path = path(content);
            try {
                return new FileBlob(
                        content,
                        path,
                        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        sync);
            } catch (NoSuchFileException e) {
                Files.createDirectories(shard(root, content));
            } catch (FileAlreadyExistsException taken) {
                // Another process began to count in the same millisecond; the next number will do.
            }
        }
    }

    @Override
    public @Nullable Payload open(List<Segment> segments, long offset, long length) throws IOException {
        int index = 0;
        long skip = offset;
        while (index < segments.size() && skip >= segments.get(index).length()) {
            skip -= segments.get(index).length();
            index++;
        }
        if (length == 0 || index == segments.size()) {
            return Payload.of(new byte[0]);
        }
        try {
            FileChannel first = FileChannel.open(path(segments.get(index).content()), StandardOpenOption.READ);
            return new FilePayload(first, segments, index, skip, length);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void drop(long content) throws IOException {
        Files.deleteIfExists(path(content));
    }

    /** Removes every file that is not among these. */
    void sweep(Set<Long> used) throws IOException {
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(root)) {
            for (Path shard : shards) {
                sweep(shard, used);
            }
        }
    }

    private static void sweep(Path shard, Set<Long> used) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(shard)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.length() == 16 && !used.contains(HexFormat.fromHexDigitsToLong(name))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    @Override
    public void close() {}

    private record FileBlob(long content, Path path, FileChannel channel, boolean sync) implements Blob {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void seal() throws IOException {
            try (channel) {
                if (sync) {
                    channel.force(true);
                }
            }
            if (sync) {
                try (FileChannel folder = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
                    folder.force(true);
                }
            }
        }

        @Override
        public void discard() throws IOException {
            channel.close();
            Files.deleteIfExists(path);
        }
    }

    /** Reads one file after the other; the first is open already. */
    private final class FilePayload implements Payload {
        private final FileChannel first;
        private final List<Segment> segments;
        private final int index;
        private final long skip;
        private final long length;

        FilePayload(FileChannel first, List<Segment> segments, int index, long skip, long length) {
            this.first = first;
            this.segments = segments;
            this.index = index;
            this.skip = skip;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void writeTo(Out out) throws IOException {
            long now = Math.min(length, segments.get(index).length() - skip);
            out.transfer(first, skip, now);
            long left = length - now;
            for (int i = index + 1; left > 0; i++) {
                now = Math.min(left, segments.get(i).length());
                try (FileChannel file = FileChannel.open(path(segments.get(i).content()), StandardOpenOption.READ)) {
                    out.transfer(file, 0, now);
                }
                left -= now;
            }
        }

        @Override
        public void close() throws IOException {
            first.close();
        }
    }
}
