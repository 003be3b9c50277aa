package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A body as HTTP frames it: by length or in chunks. Says {@code 100 Continue} when first read. */
final class RawBody implements Body {
    /** Sends the interim answer. */
    interface Continue {
        void send() throws IOException;
    }

    private static final int LONGEST_LINE = 16 * 1024;

    private final Input input;
    private final boolean chunked;
    private final boolean announced;
    private final @Nullable Continue expected;
    private boolean begun;
    private boolean ended;
    private boolean insideChunk;
    /** Of the body, or of the chunk. */
    private long left;

    private RawBody(Input input, boolean chunked, boolean announced, long length, @Nullable Continue expected) {
        this.input = input;
        this.chunked = chunked;
        this.announced = announced;
        this.left = length;
        this.expected = expected;
        this.ended = !chunked && length == 0;
    }

    static RawBody of(RequestHead head, Input input, Continue answer) throws PeerGone {
        boolean chunked = head.lists("transfer-encoding", "chunked");
        String length = head.header("content-length");
        if (chunked && length != null) {
            throw new PeerGone("both a length and chunks");
        }
        boolean expects = head.lists("expect", "100-continue");
        try {
            long announced = length == null ? 0 : Long.parseLong(length);
            if (announced < 0) {
                throw new PeerGone("a negative length");
            }
            return new RawBody(input, chunked, chunked || length != null, announced, expects ? answer : null);
        } catch (NumberFormatException e) {
            throw new PeerGone("a length that is no number");
        }
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (!begun) {
            begun = true;
            if (expected != null && !ended) {
                expected.send();
            }
        }
        if (ended) {
            return null;
        }
        if (chunked && left == 0) {
            if (insideChunk && !line().isEmpty()) {
                throw new PeerGone("a chunk is longer than it says");
            }
            insideChunk = true;
            left = Hex.parse(line());
            if (left == 0) {
                // Trailers of the transfer coding carry nothing for S3; those of aws-chunked are inside the body.
                skipTrailers();
                ended = true;
                return null;
            }
        }
        ByteBuffer piece = input.take(left);
        left -= piece.remaining();
        ended = left == 0 && !chunked;
        return piece;
    }

    private void skipTrailers() throws PeerGone {
        String line = line();
        while (!line.isEmpty()) {
            line = line();
        }
    }

    private String line() throws PeerGone {
        StringBuilder line = new StringBuilder();
        for (byte next = input.octet(); next != '\n'; next = input.octet()) {
            if (next != '\r') {
                line.append((char) (next & 0xff));
            }
            if (line.length() > LONGEST_LINE) {
                throw new PeerGone("a line inside a body is too long");
            }
        }
        return line.toString();
    }

    @Override
    public boolean announced() {
        return announced;
    }

    /** Whether the client waits for a go-ahead that it was not given, so that nobody can say what comes next. */
    boolean unasked() {
        return expected != null && !begun && !ended;
    }

    /** Reads the rest and throws it away, so that the client reads the answer rather than a reset. */
    void drain() throws IOException {
        ByteBuffer piece = next();
        while (piece != null) {
            piece = next();
        }
    }
}
