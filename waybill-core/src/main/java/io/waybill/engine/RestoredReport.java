package io.waybill.engine;

import java.util.List;

/**
 * How the targets of a run that was rolled back stand, compared with what stood there before it.
 *
 * @param compared how many targets were looked at
 * @param different how many are not as they were
 * @param samples some of these, with the reason
 */
public record RestoredReport(long compared, long different, List<String> samples) {
    public RestoredReport {
        samples = List.copyOf(samples);
    }
}
