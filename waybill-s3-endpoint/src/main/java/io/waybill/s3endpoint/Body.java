package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The body of a request, piece by piece. Used by one thread. */
interface Body {
    /** The next bytes, at least one, valid until the next call; null at the end. */
    @Nullable
    ByteBuffer next() throws IOException;

    /** Whether the request says that it has a body, even an empty one. */
    default boolean announced() {
        return true;
    }

    /** The value of a header that came behind the body; known at the end. */
    default @Nullable String trailer(String lowerName) {
        return null;
    }

    /** Reads all of a small body. */
    static byte[] readAll(Body body, int most) throws IOException {
        Pack all = new Pack();
        int size = 0;
        for (ByteBuffer piece = body.next(); piece != null; piece = body.next()) {
            size += piece.remaining();
            if (size > most) {
                throw new S3Error(400, "MaxMessageLengthExceeded", "Your request was too big.");
            }
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            all.raw(bytes);
        }
        return all.take();
    }
}
