package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request's body that is read slowly, or not to its end. */
final class AfflictedBody implements Body {
    private final Body inner;
    private final Afflictions faults;
    private long read;

    AfflictedBody(Body inner, Afflictions faults) {
        this.inner = inner;
        this.faults = faults;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        Fault.ResetInBody reset = faults.find(Fault.ResetInBody.class);
        if (reset != null && read >= reset.bytes()) {
            throw new ResetOnPurpose(true);
        }
        ByteBuffer piece = inner.next();
        if (piece != null) {
            read += piece.remaining();
            Fault.Drip drip = faults.find(Fault.Drip.class);
            if (drip != null) {
                faults.sleep(Duration.ofMillis(piece.remaining() * 1000L / drip.bytesPerSecond()));
            }
        }
        return piece;
    }

    @Override
    public boolean announced() {
        return inner.announced();
    }

    @Override
    public @Nullable String trailer(String lowerName) {
        return inner.trailer(lowerName);
    }
}
