package io.waybill.mapping;

import io.waybill.value.Value;

/** A literal. */
record ConstantTerm(Value constant) implements Term {
    @Override
    public Value value(Evaluation at) {
        return constant;
    }
}
