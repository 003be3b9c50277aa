package io.waybill.table;

import io.waybill.store.FileKey;
import io.waybill.store.FileStore;
import io.waybill.store.StoreException;
import io.waybill.store.Version;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file from an offset on, which knows where it stands. Offsets of a compressed file count what it holds. Not
 * safe for use by several threads.
 */
final class ByteInput implements Closeable {
    private static final int BUFFER = 64 << 10;
    /** So that a mark at the beginning is seen as a whole. */
    private static final int LEAST = 4;

    private final FileStore.Reading reading;
    private final InputStream stream;
    private final Faults faults;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    /** The offset of the buffer's end. */
    private long filled;
    /** Where the bytes since a mark are kept, and up to where in the buffer that was done. */
    private @Nullable Block kept;

    private int keptTo;

    private ByteInput(FileStore.Reading reading, InputStream stream, Faults faults, long offset) {
        this.reading = reading;
        this.stream = stream;
        this.faults = faults;
        this.filled = offset;
    }

    /** Opens a file at just this version. */
    static ByteInput open(FileStore files, FileKey key, Version version, boolean gzip, long offset, Faults faults)
            throws StoreException {
        FileStore.Reading reading;
        try {
            reading = files.read(key, gzip ? 0 : offset, version.equals(Version.NONE) ? null : version);
        } catch (StoreException e) {
            throw e.kind() == StoreException.Kind.CONFLICT ? faults.changed() : e;
        }
        ByteInput input = new ByteInput(
                reading, gzip ? new Gunzip(reading.stream()) : reading.stream(), faults, gzip ? 0 : offset);
        try {
            input.skipTo(offset);
            return input;
        } catch (StoreException e) {
            try (input) {
                throw e;
            }
        }
    }

    /** The offset of the next byte. */
    long offset() {
        return filled - (end - at);
    }

    /** Keeps a copy of the bytes from here on, in place of those that were kept before. */
    void keepIn(Block block) {
        block.clear();
        kept = block;
        keptTo = at;
    }

    /** Brings what is kept up to here. */
    void keep() throws StoreException {
        keep(at);
    }

    private void keep(int upto) throws StoreException {
        if (kept != null) {
            try {
                kept.add(buffer, keptTo, upto);
                keptTo = upto;
            } catch (UnfitException e) {
                throw faults.whole(StoreException.Kind.INVALID, "a row is too long: " + e.why(), "Mend it");
            }
        }
    }

    /** The next byte, which stays, or -1 at the end. */
    int peek() throws StoreException {
        return at < end || fill() ? buffer[at] & 0xff : -1;
    }

    /** The next byte, or -1 at the end. */
    int next() throws StoreException {
        return at < end || fill() ? buffer[at++] & 0xff : -1;
    }

    private boolean fill() throws StoreException {
        try {
            keep(end);
            keptTo = 0;
            at = 0;
            end = stream.readNBytes(buffer, 0, LEAST);
            if (end == LEAST) {
                end += Math.max(0, stream.read(buffer, LEAST, BUFFER - LEAST));
            }
            filled += end;
            return end > 0;
        } catch (IOException e) {
            throw faults.trouble(e);
        }
    }

    void skipTo(long offset) throws StoreException {
        while (offset > filled) {
            at = end;
            if (!fill()) {
                throw faults.changed();
            }
        }
        at = end - (int) (filled - offset);
    }

    /** Adds what stands before the next CR or LF, or before the end of the file. */
    void untilLineEnd(Block block) throws StoreException, UnfitException {
        while (at < end || fill()) {
            int start = at;
            while (at < end && buffer[at] != '\n' && buffer[at] != '\r') {
                at++;
            }
            block.add(buffer, start, at);
            if (at < end) {
                return;
            }
        }
    }

    void skipLine() throws StoreException {
        int next = peek();
        while (next >= 0 && next != '\n' && next != '\r') {
            at++;
            next = peek();
        }
        lineEnd();
    }

    /** Passes over CR, LF or both, if that comes next. */
    void lineEnd() throws StoreException {
        int next = peek();
        if (next == '\r') {
            at++;
            next = peek();
        }
        if (next == '\n') {
            at++;
        }
    }

    /** Passes over what JSON counts as white space. */
    void space() throws StoreException {
        int next = peek();
        while (next == ' ' || next == '\t' || next == '\n' || next == '\r') {
            at++;
            next = peek();
        }
    }

    /** Checks after the last byte that the file is still what it was. */
    void confirm() throws StoreException {
        try {
            reading.confirm();
        } catch (StoreException e) {
            throw e.kind() == StoreException.Kind.CONFLICT ? faults.changed() : e;
        }
    }

    @Override
    public void close() throws StoreException {
        try (reading) {
            stream.close();
        } catch (IOException e) {
            throw faults.trouble(e);
        }
    }
}
