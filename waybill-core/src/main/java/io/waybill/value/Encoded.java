package io.waybill.value;

/**
 * The fields of one row as a store sent them. They are decoded when somebody asks for them; whoever makes this knows that each can
 * be. Immutable.
 */
public interface Encoded {
    /** The value at a place of the row's shape, from 0. */
    Value decode(int place);

    /** Writes the canonical form of the value at a place: just what that of {@link #decode} is. */
    void canonical(int place, Canonical.Out out);
}
