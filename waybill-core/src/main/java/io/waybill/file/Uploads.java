package io.waybill.file;

import io.waybill.store.Condition;
import io.waybill.store.Effect;
import io.waybill.store.Failpoint;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore.Part;
import io.waybill.store.FileStore.StoredPart;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException.Kind;
import io.waybill.value.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Uploads in parts: all parts go to their offsets in one temporary file, whose name is the token. A journal beside it says
 * which parts are whole; a line is added when the part's bytes are safe, so a part that is not in it counts as not there.
 * Safe for use by many threads.
 */
final class Uploads {
    private static final int TRIES = 8;

    private final Root root;
    private final Lookup lookup;
    private final Placing placing;
    private final Writing writing;
    private final FilesOptions options;

    Uploads(Root root, Lookup lookup, Placing placing, Writing writing, FilesOptions options) {
        this.root = root;
        this.lookup = lookup;
        this.placing = placing;
        this.writing = writing;
        this.options = options;
    }

    private record Line(int number, long offset, long size, String sha256) {
        private static @Nullable Line parse(String text) {
            String[] fields = text.split(" ", -1);
            return fields.length == 4
                    ? new Line(
                            Integer.parseInt(fields[0]),
                            Long.parseLong(fields[1]),
                            Long.parseLong(fields[2]),
                            fields[3])
                    : null;
        }
    }

    String begin(Effect effect) throws IOException {
        FileKey key = Placing.key(effect);
        String objection = root.objection(key);
        if (!objection.isEmpty()) {
            throw lookup.invalid("write", key, objection);
        }
        for (int tries = 1; ; tries++) {
            try (Root.Chain chain = writing.folderFor(effect)) {
                Folder folder = chain.last();
                int attempt = Writing.firstFree(folder, key.name(), effect.mark());
                PartName part = PartName.of(key.name(), effect.mark(), attempt);
                folder.file(part.journal(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                        .close();
                return part.name();
            } catch (NoSuchFileException e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    Part part(Effect effect, String token, int number, long offset, ByteBuffer bytes, Digest sha256)
            throws IOException {
        FileKey key = Placing.key(effect);
        PartName part = known(key, token);
        try (Root.Chain chain = folder(key)) {
            Folder folder = chain.last();
            try (FileChannel channel = folder.file(part.name(), StandardOpenOption.WRITE)) {
                Writing.write(channel, bytes, offset);
                if (options.durable()) {
                    channel.force(false);
                }
            }
            Failpoint.reach("files-part-written");
            String line = number + " " + offset + " " + bytes.remaining() + " " + sha256.hex() + "\n";
            try (FileChannel journal = folder.file(part.journal(), StandardOpenOption.APPEND)) {
                ByteBuffer text = StandardCharsets.US_ASCII.encode(line);
                while (text.hasRemaining()) {
                    journal.write(text);
                }
                if (options.durable()) {
                    journal.force(false);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw lookup.failure(Kind.NOT_FOUND, "write", key, "there is no upload " + token);
        }
        return new Part(number, bytes.remaining(), sha256.hex(), sha256);
    }

    @Nullable
    List<StoredPart> parts(FileKey key, String token) throws IOException {
        PartName part = PartName.parse(token);
        if (part == null || !part.isFor(key.name()) || !root.objection(key).isEmpty()) {
            return null;
        }
        try (Root.Chain chain = folder(key)) {
            if (chain.last().find(part.name()) == null) {
                return null;
            }
            return journal(chain.last(), part).values().stream()
                    .map(line -> new StoredPart(line.number(), line.size(), line.sha256()))
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return null;
        }
    }

    Outcome complete(Effect effect, String token, List<Part> parts) throws IOException {
        FileKey key = Placing.key(effect);
        PartName part = known(key, token);
        Root.Chain chain;
        try {
            chain = folder(key);
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw lookup.failure(Kind.NOT_FOUND, "complete", key, "there is no upload " + token);
        }
        try (chain) {
            Folder folder = chain.last();
            Placing.Step step = placing.check(effect, chain, key.name());
            if (step == null) {
                long size = size(key, parts, journal(folder, part));
                try (FileChannel channel = folder.file(part.name(), StandardOpenOption.WRITE)) {
                    if (channel.size() < size) {
                        throw lookup.failure(
                                Kind.CORRUPT, "complete", key, "the temporary file is shorter than its parts");
                    }
                    channel.truncate(size);
                    placing.seal(effect, folder, part.name(), channel);
                } catch (NoSuchFileException e) {
                    throw lookup.failure(Kind.NOT_FOUND, "complete", key, "there is no upload " + token);
                }
                if (effect.condition() instanceof Condition.Unchanged) {
                    step = placing.check(effect, chain, key.name());
                }
                step = step != null ? step : placing.place(effect, chain, key.name(), part.name(), true);
            }
            return writing.settle(step);
        }
    }

    /** The size of the whole, if the parts that are named are there and follow each other without a gap. */
    private long size(FileKey key, List<Part> parts, Map<Integer, Line> journal) throws IOException {
        long end = 0;
        for (Part part : parts) {
            Line line = journal.get(part.number());
            if (line == null || line.size() != part.size() || !line.sha256().equals(part.tag())) {
                throw lookup.failure(
                        Kind.CORRUPT, "complete", key, "part " + part.number() + " is not there as it was sent");
            } else if (line.offset() != end) {
                throw lookup.failure(
                        Kind.CORRUPT,
                        "complete",
                        key,
                        "part " + part.number() + " begins at byte " + line.offset() + " instead of " + end);
            }
            end += line.size();
        }
        return end;
    }

    void abort(FileKey key, String token) throws IOException {
        PartName part = PartName.parse(token);
        if (part == null || !part.isFor(key.name()) || !root.objection(key).isEmpty()) {
            return;
        }
        try (Root.Chain chain = folder(key)) {
            chain.last().deleteIfThere(part.name());
            chain.last().deleteIfThere(part.journal());
            if (part.mark() != null) {
                root.prune(chain, part.mark());
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Gone with its folder.
        }
    }

    List<String> uploads(FileKey key) throws IOException {
        List<String> tokens = new ArrayList<>();
        if (!root.objection(key).isEmpty()) {
            return tokens;
        }
        try (Root.Chain chain = folder(key)) {
            for (Path path : chain.last().entries()) {
                PartName part = PartName.parse(Names.last(path));
                if (part != null && part.isFor(key.name())) {
                    tokens.add(part.name());
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return tokens;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        tokens.sort(null);
        return tokens;
    }

    private Root.Chain folder(FileKey key) throws IOException {
        List<String> parts = Root.parts(key);
        return root.walk(parts.subList(0, parts.size() - 1));
    }

    private PartName known(FileKey key, String token) throws IOException {
        PartName part = PartName.parse(token);
        if (part == null || !part.isFor(key.name()) || !root.objection(key).isEmpty()) {
            throw lookup.failure(Kind.NOT_FOUND, "write", key, "there is no upload " + new FileKey(token).display());
        }
        return part;
    }

    /** The whole parts by number; the last line of a number counts, a line that was cut short does not. */
    private static Map<Integer, Line> journal(Folder folder, PartName part) throws IOException {
        Map<Integer, Line> lines = new TreeMap<>();
        StringBuilder text = new StringBuilder();
        try (FileChannel channel = folder.file(part.journal(), StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
            while (channel.read(buffer.clear()) >= 0) {
                text.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
            }
        } catch (NoSuchFileException e) {
            return lines;
        }
        int start = 0;
        for (int end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
            Line line = Line.parse(text.substring(start, end));
            if (line != null) {
                lines.put(line.number(), line);
            }
            start = end + 1;
        }
        return lines;
    }
}
