package io.waybill.mapping;

import io.waybill.value.Value;
import org.jspecify.annotations.Nullable;

/** The order of values that comparisons in a plan have. */
public final class ValueOrder {
    private ValueOrder() {}

    /**
     * Negative, zero or positive; null when one is NaN, which has no order.
     *
     * @throws MappingException when values of these kinds have none
     */
    public static @Nullable Integer compare(Value a, Value b) throws MappingException {
        return Comparison.order(a, b, 0);
    }
}
