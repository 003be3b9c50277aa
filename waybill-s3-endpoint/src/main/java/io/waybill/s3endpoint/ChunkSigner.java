package io.waybill.s3endpoint;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Checks the signatures of the chunks of one body, each of which signs the one before too. Used by one thread. */
final class ChunkSigner {
    private static final String EMPTY = Signature.sha256("");

    private final byte[] key;
    private final String stamp;
    private final String scope;
    private final MessageDigest digest = Hashes.digest("SHA-256");
    private String before;

    ChunkSigner(byte[] key, String stamp, String scope, String seed) {
        this.key = key;
        this.stamp = stamp;
        this.scope = scope;
        this.before = seed;
    }

    /** Takes in bytes of the chunk under way. */
    void update(ByteBuffer bytes) {
        digest.update(bytes);
    }

    void finishChunk(String signature) throws S3Error {
        String chunk = HexFormat.of().formatHex(digest.digest());
        check("AWS4-HMAC-SHA256-PAYLOAD", EMPTY + "\n" + chunk, signature);
    }

    void finishTrailers(List<Header> trailers, String signature) throws S3Error {
        StringBuilder text = new StringBuilder();
        for (Header header : trailers) {
            text.append(header.name()).append(':').append(header.value()).append('\n');
        }
        check("AWS4-HMAC-SHA256-TRAILER", Signature.sha256(text.toString()), signature);
    }

    private void check(String kind, String end, String signature) throws S3Error {
        String wanted = Signature.sign(key, kind + "\n" + stamp + "\n" + scope + "\n" + before + "\n" + end);
        if (!wanted.equals(signature)) {
            throw Signature.mismatch();
        }
        before = signature;
    }
}
