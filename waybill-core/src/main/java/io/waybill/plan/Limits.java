package io.waybill.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How hard a move may work. What is null is left to the stores and the machine.
 *
 * @param parallel transfers at a time
 * @param bytesPerSecond over all transfers
 * @param requestsPerSecond to each store
 * @param retries of one item after its first attempt
 * @param memory bytes for buffers
 * @param batch items in one batch
 * @param batchBytes of the files in one batch, so that a new one begins before there are more; null for no bound
 * @param timeout of one request
 */
public record Limits(
        @Nullable Integer parallel,
        @Nullable Long bytesPerSecond,
        @Nullable Integer requestsPerSecond,
        int retries,
        @Nullable Long memory,
        @Nullable Integer batch,
        @Nullable Long batchBytes,
        Duration timeout) {
    /** How often an item is tried again unless the plan says otherwise. */
    public static final int RETRIES = 5;

    /** How long one request may take unless the plan says otherwise. */
    public static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** How many files that rows name make a batch unless the plan says otherwise. */
    public static final int BATCH_OF_NAMED = 50;

    public static final Limits DEFAULT = new Limits(null, null, null, RETRIES, null, null, null, TIMEOUT);
}
