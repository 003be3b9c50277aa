package io.waybill.s3endpoint;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The faults that one request meets.
 *
 * @param closing falls to zero when the endpoint closes
 */
record Afflictions(List<Fault> faults, CountDownLatch closing) {
    static final Afflictions NONE = new Afflictions(List.of(), new CountDownLatch(0));

    boolean none() {
        return faults.isEmpty();
    }

    <T extends Fault> @Nullable T find(Class<T> kind) {
        for (Fault fault : faults) {
            if (kind.isInstance(fault)) {
                return kind.cast(fault);
            }
        }
        return null;
    }

    boolean has(Class<? extends Fault> kind) {
        return find(kind) != null;
    }

    boolean resets(Fault.Moment moment) {
        for (Fault fault : faults) {
            if (fault instanceof Fault.Reset reset && reset.moment() == moment) {
                return true;
            }
        }
        return false;
    }

    /** Waits as long as the faults for this moment say. */
    void delay(boolean applied) throws ResetOnPurpose {
        for (Fault fault : faults) {
            if (fault instanceof Fault.Delay delay && (delay.moment() == Fault.Moment.AFTER_APPLYING) == applied) {
                sleep(delay.time());
            }
        }
    }

    Duration skew() {
        Fault.ClockSkew skew = find(Fault.ClockSkew.class);
        return skew == null ? Duration.ZERO : skew.ahead();
    }

    /** Sleeps, unless the endpoint closes. */
    void sleep(Duration time) throws ResetOnPurpose {
        try {
            if (closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ResetOnPurpose(true);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResetOnPurpose(true);
        }
    }
}
