package io.waybill.table;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The content of a gzip file of one or more members. Unlike that of the JDK it takes no damaged or missing rest for the end:
 * it ends only after a whole member, when the file ends there too. Not safe for use by several threads.
 */
final class Gunzip extends InputStream {
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[64 << 10];
    private int at;
    private int end;
    private long size;
    private boolean inside;
    private boolean first = true;

    Gunzip(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (inside || header()) {
            try {
                int count = inflater.inflate(bytes, offset, length);
                crc.update(bytes, offset, count);
                size += count;
                if (inflater.finished()) {
                    trailer();
                } else if (inflater.needsDictionary()) {
                    throw new ZipException("it needs a dictionary");
                } else if (count == 0) {
                    require();
                    inflater.setInput(buffer, at, end - at);
                    at = end;
                }
                if (count > 0) {
                    return count;
                }
            } catch (DataFormatException e) {
                throw new ZipException(String.valueOf(e.getMessage()));
            }
        }
        return -1;
    }

    private boolean header() throws IOException {
        if (at == end && !fill()) {
            if (first) {
                throw new EOFException("it is empty");
            }
            return false;
        }
        if (next() != 0x1f || next() != 0x8b || next() != 8) {
            throw new ZipException(first ? "it is not gzip" : "something else follows the compressed content");
        }
        int flags = next();
        skip(6);
        if ((flags & EXTRA) != 0) {
            int length = next();
            skip(length | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        skip((flags & HEADER_CRC) != 0 ? 2 : 0);
        inflater.reset();
        crc.reset();
        size = 0;
        first = false;
        inside = true;
        return true;
    }

    private void trailer() throws IOException {
        at = end - inflater.getRemaining();
        inside = false;
        if (word() != crc.getValue() || word() != (size & 0xffff_ffffL)) {
            throw new ZipException("its checksum or its length is wrong");
        }
    }

    private long word() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // up to the zero
        }
    }

    private int next() throws IOException {
        require();
        return buffer[at++] & 0xff;
    }

    private void require() throws IOException {
        if (at == end && !fill()) {
            throw new EOFException("it ends too soon");
        }
    }

    private boolean fill() throws IOException {
        int read = in.read(buffer, 0, buffer.length);
        at = 0;
        end = Math.max(0, read);
        return end > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
