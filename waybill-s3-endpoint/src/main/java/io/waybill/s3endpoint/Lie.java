package io.waybill.s3endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Keeps other bytes than it is given, for {@link Fault.StoreOther}. */
final class Lie implements Blob {
    private final Blob honest;
    private final Fault.Damage damage;
    private long kept;
    private int held = -1;
    private boolean flipped;

    Lie(Blob honest, Fault.Damage damage) {
        this.honest = honest;
        this.damage = damage;
    }

    @Override
    public long content() {
        return honest.content();
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        if (!bytes.hasRemaining() || damage == Fault.Damage.EMPTIED) {
            return;
        }
        ByteBuffer other = ByteBuffer.allocate(bytes.remaining() + 1);
        if (damage == Fault.Damage.FLIPPED) {
            other.put(bytes);
            if (!flipped) {
                flipped = true;
                other.put(0, (byte) (other.get(0) ^ 1));
            }
        } else {
            if (held >= 0) {
                other.put((byte) held);
            }
            other.put(bytes);
            other.position(other.position() - 1);
            held = other.get(other.position()) & 0xff;
        }
        other.flip();
        kept += other.remaining();
        honest.write(other);
    }

    /** How many bytes were kept. */
    long kept() {
        return kept;
    }

    @Override
    public void seal() throws IOException {
        honest.seal();
    }

    @Override
    public void discard() throws IOException {
        honest.discard();
    }
}
