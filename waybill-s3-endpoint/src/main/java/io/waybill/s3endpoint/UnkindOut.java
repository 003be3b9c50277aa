package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Sends the body of an answer as faults say: cut short, slowly, or with a bit turned over. */
final class UnkindOut implements Out {
    private static final Duration LINGER = Duration.ofMillis(50);

    private final SocketOut out;
    private final Reply.Sending faults;
    private boolean flip;
    private long left;

    UnkindOut(SocketOut out, Reply.Sending faults) {
        this.out = out;
        this.faults = faults;
        this.flip = faults.flip();
        Fault.Cut cut = faults.cut();
        this.left = cut == null ? Long.MAX_VALUE : cut.bytes();
    }

    /** Ends an answer that is cut, even one whose body is shorter than the cut. */
    void finish(long length) throws IOException {
        Fault.Cut cut = faults.cut();
        if (cut != null && cut.end() != Fault.End.SHORT_LENGTH && length > cut.bytes()) {
            out.flush();
            faults.afflictions().sleep(LINGER);
            throw new ResetOnPurpose(cut.end() == Fault.End.RESET);
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        ByteBuffer all = bytes.duplicate();
        if (flip && all.hasRemaining()) {
            ByteBuffer other = ByteBuffer.allocate(all.remaining()).put(all).flip();
            all = other.put(0, (byte) (other.get(0) ^ 1));
            flip = false;
        }
        bytes.position(bytes.limit());
        all.limit((int) Math.min(all.limit(), all.position() + left));
        left -= all.remaining();
        Fault.Drip drip = faults.drip();
        if (drip == null) {
            out.write(all);
        } else {
            drip(all, drip.bytesPerSecond());
        }
    }

    private void drip(ByteBuffer bytes, long bytesPerSecond) throws IOException {
        int step = (int) Math.max(1, Math.min(bytesPerSecond / 20, 64 * 1024));
        while (bytes.hasRemaining()) {
            int now = Math.min(step, bytes.remaining());
            faults.afflictions().sleep(Duration.ofMillis(now * 1000L / bytesPerSecond));
            out.write(bytes.slice(bytes.position(), now));
            out.flush();
            bytes.position(bytes.position() + now);
        }
    }
}
