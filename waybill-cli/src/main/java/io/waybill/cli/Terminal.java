package io.waybill.cli;

import java.util.function.IntSupplier;

/**
 * What the three streams are connected to.
 *
 * @param in whether standard input is a terminal, so that people can be asked; {@code out} and {@code err} likewise
 * @param columns how wide the terminal is now
 * @param rows how high it is now
 */
record Terminal(boolean in, boolean out, boolean err, IntSupplier columns, IntSupplier rows) {
    /** No terminal anywhere: pipes and files. */
    static final Terminal NONE = new Terminal(false, false, false, () -> 80, () -> 24);

    /** A terminal of a fixed size on all three. */
    static Terminal of(int columns, int rows) {
        return new Terminal(true, true, true, () -> columns, () -> rows);
    }
}
