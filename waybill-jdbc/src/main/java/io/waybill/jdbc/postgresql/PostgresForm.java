package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;

/** How a type holds values, and how it is told them. Never given null. */
interface PostgresForm {
    /**
     * The value as a column of this type gives it back. The very same object where that has the same canonical form.
     *
     * @throws BadValue if the type cannot hold it without loss; the message completes "...: "
     */
    Value hold(Value value) throws BadValue;

    /** The text that the server reads as this value; only for what {@link #hold} answered. */
    default String spell(Value held) throws BadValue {
        String text = PostgresLiteral.of(held);
        if (text == null) {
            throw new BadValue("it has no form in this type");
        }
        return text;
    }
}
