package io.waybill.engine;

import io.waybill.ledger.State;
import io.waybill.value.Row;
import org.jspecify.annotations.Nullable;

/**
 * A source row with what became of it.
 *
 * @param item the batch that it is in, for example {@code r1.3/17}
 * @param reason why it needs somebody, or null
 * @param key at the source
 * @param row as the source has it now, or null when it is gone
 */
public record ItemReport(
        String run,
        String move,
        String item,
        State state,
        @Nullable String reason,
        Row key,
        @Nullable Row row) {
    /** Takes one row after the other. */
    public interface Each {
        void row(ItemReport row) throws java.io.IOException;
    }
}
