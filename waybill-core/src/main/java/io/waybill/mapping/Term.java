package io.waybill.mapping;

import io.waybill.value.Value;
import org.jspecify.annotations.Nullable;

/** A compiled part of an expression. Immutable and safe for use by many threads. */
interface Term {
    /** The value, or Java null when it is missing. */
    @Nullable
    Value value(Evaluation at) throws MappingException;
}
