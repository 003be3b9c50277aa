package io.waybill.engine;

import java.util.List;

/**
 * Why a row belongs to a unit, or to none.
 *
 * @param row as people name it
 * @param path from a root row to this one; empty if it belongs to no chosen root row
 * @param reasons why it does not; empty if it does
 */
public record WhyReport(String move, String row, List<Step> path, List<String> reasons) {
    public WhyReport {
        path = List.copyOf(path);
        reasons = List.copyOf(reasons);
    }

    /** How a row came to a unit. */
    public enum How {
        ROOT,
        FOREIGN_KEY,
        FOLLOW,
        BRING
    }

    /**
     * A row of the path.
     *
     * @param reference the foreign key or condition by which the row before brought it in; empty for the root
     */
    public record Step(String table, String row, How how, String reference) {}

    public boolean belongs() {
        return !path.isEmpty();
    }
}
