package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A body in S3's own framing, {@code aws-chunked}: chunks that may be signed, and headers behind them that may be signed.
 * Checks that the decoded length is what the head said.
 */
final class AwsChunkedBody implements Body {
    private static final int LONGEST_LINE = 16 * 1024;

    private final Body inner;
    private final long expected;
    private final @Nullable ChunkSigner signer;
    private final List<Header> trailers = new ArrayList<>();
    private @Nullable ByteBuffer piece;
    private String signature = "";
    private long left;
    private long decoded;
    private boolean insideChunk;
    private boolean ended;

    /**
     * Decodes a body.
     *
     * @param expected its decoded length
     * @param signer checks the signatures of the chunks, or null to let them pass
     */
    AwsChunkedBody(Body inner, long expected, @Nullable ChunkSigner signer) {
        this.inner = inner;
        this.expected = expected;
        this.signer = signer;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (ended) {
            return null;
        }
        if (left == 0) {
            if (insideChunk) {
                finishChunk();
            }
            String line = line();
            left = Hex.parse(line);
            int at = line.indexOf("chunk-signature=");
            signature = at < 0
                    ? ""
                    : line.substring(at + "chunk-signature=".length()).trim();
            insideChunk = true;
            if (left == 0) {
                end();
                return null;
            }
        }
        ByteBuffer data = current();
        int length = (int) Math.min(left, data.remaining());
        ByteBuffer answer = data.slice(data.position(), length);
        data.position(data.position() + length);
        left -= length;
        decoded += length;
        if (signer != null) {
            signer.update(answer.duplicate());
        }
        return answer;
    }

    private void finishChunk() throws IOException {
        if (!line().isEmpty()) {
            throw incomplete();
        }
        checkSignature();
    }

    private void checkSignature() throws S3Error {
        if (signer != null) {
            signer.finishChunk(signature);
        }
    }

    private void end() throws IOException {
        checkSignature();
        ended = true;
        String trailerSignature = "";
        for (String line = lineOrEnd(); !line.isEmpty(); line = lineOrEnd()) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new S3Error(
                        400, "MalformedTrailerError", "The request contained trailing data that was not well-formed.");
            }
            String name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).trim();
            if (name.equals("x-amz-trailer-signature")) {
                trailerSignature = value;
            } else {
                trailers.add(new Header(name, value));
            }
        }
        if (signer != null && !trailers.isEmpty()) {
            signer.finishTrailers(trailers, trailerSignature);
        }
        if (decoded != expected) {
            throw incomplete();
        }
    }

    private static S3Error incomplete() {
        return new S3Error(
                400,
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header.");
    }

    private ByteBuffer current() throws IOException {
        ByteBuffer now = piece;
        if (now == null || !now.hasRemaining()) {
            now = inner.next();
            if (now == null) {
                throw incomplete();
            }
            piece = now;
        }
        return now;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (byte next = current().get(); next != '\n'; next = current().get()) {
            if (next != '\r') {
                line.append((char) (next & 0xff));
            }
            if (line.length() > LONGEST_LINE) {
                throw incomplete();
            }
        }
        return line.toString();
    }

    /** A line of the trailers; the end of the body counts as the empty line. */
    private String lineOrEnd() throws IOException {
        ByteBuffer now = piece;
        if (now == null || !now.hasRemaining()) {
            piece = inner.next();
            if (piece == null) {
                return "";
            }
        }
        return line();
    }

    @Override
    public @Nullable String trailer(String lowerName) {
        for (Header header : trailers) {
            if (header.name().equals(lowerName)) {
                return header.value();
            }
        }
        return null;
    }
}
