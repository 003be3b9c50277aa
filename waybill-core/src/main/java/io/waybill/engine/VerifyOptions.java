package io.waybill.engine;

import io.waybill.ledger.Selector;

/**
 * What is verified, and how.
 *
 * @param read read every target back, also where the store's own checksum would count
 * @param samplePercent verify this share of the items, chosen by their keys; 100 for all
 * @param part verify part {@code part} of {@code parts}, chosen by key; 1 of 1 for all
 * @param bothWays also look for items at the target that no entry knows
 */
public record VerifyOptions(
        Selector selector, boolean read, double samplePercent, int part, int parts, boolean bothWays) {
    public static final VerifyOptions ALL = new VerifyOptions(Selector.ALL, false, 100, 1, 1, false);
}
