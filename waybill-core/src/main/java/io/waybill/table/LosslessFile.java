package io.waybill.table;

import io.waybill.store.Condition;
import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.Outcome;
import io.waybill.store.StoreException;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;

/**
 * Rows as JSON Lines that keep every value exactly, written to a file of this machine under a temporary name, and only when
 * whole put under its own or into a store. Not safe for use by several threads.
 */
public final class LosslessFile implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final Path draft;
    private final FileChannel channel;
    private final OutputStream out;
    private final RowText text = new RowText(TableFormat.LOSSLESS, List.of());
    private final MessageDigest sha256 = Digest.newSha256();
    private long size;
    private long rows;

    private LosslessFile(Path draft, FileChannel channel) {
        this.draft = draft;
        this.channel = channel;
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    /** Begins a file; what an interrupted attempt left under the temporary name goes. Only its owner may read it. */
    public static LosslessFile begin(Path draft) throws IOException {
        Files.deleteIfExists(draft);
        if (draft.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(draft);
        }
        return new LosslessFile(draft, FileChannel.open(draft, StandardOpenOption.WRITE));
    }

    public void write(Row row) throws IOException {
        byte[] line = (text.row(row) + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(line);
        sha256.update(line);
        size += line.length;
        rows++;
    }

    /** How many rows were written so far. */
    public long rows() {
        return rows;
    }

    /** Puts the file under its own name in the same folder, in place of what stands there. Ends the writing. */
    public void place(Path file) throws IOException {
        out.flush();
        channel.force(true);
        channel.close();
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder =
                FileChannel.open(Objects.requireNonNull(file.toAbsolutePath().getParent()), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Puts the file into a store, in place of what stands there; may be called again after a failure. */
    public void send(FileStore files, FileKey key) throws StoreException {
        Outcome outcome;
        try {
            out.flush();
            Digest digest = Digest.of(((MessageDigest) sha256.clone()).digest());
            outcome = new FileWriter(files).write(key, Condition.ANY, size, digest, this::copy);
        } catch (StoreException e) {
            throw e;
        } catch (IOException | CloneNotSupportedException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot write " + draft + ": " + e.getMessage() + ".", e);
        }
        if (outcome instanceof Outcome.Failed failed) {
            throw failed.cause();
        } else if (outcome instanceof Outcome.Unknown unknown) {
            throw unknown.cause();
        } else if (outcome instanceof Outcome.Refused) {
            throw new StoreException(
                    StoreException.Kind.CONFLICT,
                    "Cannot write " + files.location().of(key)
                            + ": the store refused to replace it. Name another place.");
        }
    }

    private void copy(FileWriter.Sink sink) throws StoreException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(draft)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sink.take(buffer, 0, count);
            }
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.UNAVAILABLE, "Cannot read " + draft + ": " + e.getMessage() + ".", e);
        }
    }

    /** Removes what was not put anywhere. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(draft);
    }
}
