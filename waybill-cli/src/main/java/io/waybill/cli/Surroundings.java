package io.waybill.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything outside that a command may see: streams, environment, working folder, terminal, clock.
 *
 * @param environment answers null for a variable that is not set
 * @param folder the working folder, absolute
 * @param halt ends the process at once with a code
 * @param signals where signals are heard
 */
record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        UnaryOperator<@Nullable String> environment,
        Path folder,
        Terminal terminal,
        InstantSource clock,
        IntConsumer halt,
        Signals signals) {
    /** The variable's value, or null when it is not set or empty. */
    @Nullable
    String env(String name) {
        String value = environment.apply(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** The same with other variables. */
    Surroundings withEnvironment(UnaryOperator<@Nullable String> other) {
        return new Surroundings(in, out, err, other, folder, terminal, clock, halt, signals);
    }

    /** The same in another folder. */
    Surroundings in(Path other) {
        return new Surroundings(in, out, err, environment, other, terminal, clock, halt, signals);
    }

    /** The same with signals from elsewhere. */
    Surroundings hearing(Signals other) {
        return new Surroundings(in, out, err, environment, folder, terminal, clock, halt, other);
    }
}
