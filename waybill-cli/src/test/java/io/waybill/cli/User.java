package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Somebody who types commands in a folder, with or without a terminal. */
final class User {
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private Terminal terminal = Terminal.NONE;
    private String typed = "";
    private InstantSource clock = InstantSource.system();

    User(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    User env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** What was given for an environment variable. */
    String environment(String name) {
        return environment.getOrDefault(name, "");
    }

    /** From now on at a terminal of this size, answering questions with these lines. */
    User atTerminal(int columns, String... answers) {
        terminal = Terminal.of(columns, 24);
        typed = answers.length == 0 ? "" : String.join("\n", answers) + "\n";
        return this;
    }

    /** With this on standard input, which is no terminal. */
    User piped(String input) {
        terminal = Terminal.NONE;
        typed = input;
        return this;
    }

    /** From now on by this clock. */
    User at(InstantSource other) {
        clock = other;
        return this;
    }

    Path folder() {
        return folder;
    }

    /** What a command did. */
    record Ran(List<String> command, int exit, String out, String err) {
        Ran exits(Exit expected) {
            assertThat(exit).as("waybill %s%n%s%n%s", command, out, err).isEqualTo(expected.code());
            return this;
        }

        /** Standard output as one JSON document. */
        Value.MapOf json() {
            return (Value.MapOf) Json.parse(out);
        }

        /** Standard output as lines of JSON. */
        List<Value.MapOf> lines() {
            return out.lines().map(line -> (Value.MapOf) Json.parse(line)).toList();
        }

        /** A field of the document. */
        Value value(String name) {
            return User.field(json(), name);
        }

        /** The field at a path such as {@code error.code}, as text. */
        String field(String path) {
            Value at = json();
            for (String name : path.split("\\.")) {
                at = User.field(at, name);
            }
            return io.waybill.value.RowCodec.text(at);
        }

        String all() {
            return out + err;
        }
    }

    /** A field of an object, which must have it. */
    static Value field(Value object, String name) {
        Value value = ((Value.MapOf) object).values().get(name);
        if (value == null) {
            throw new AssertionError("no " + name + " in " + object);
        }
        return value;
    }

    /** Carries out a command; words are given one by one. */
    Ran run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.run(
                Arrays.asList(words),
                new Surroundings(
                        new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        environment::get,
                        folder,
                        terminal,
                        clock,
                        code -> {
                            throw new AssertionError("halt " + code);
                        },
                        Signals.NONE));
        return new Ran(
                Arrays.asList(words), exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The same, from one line of words without quotes. */
    Ran type(String line) {
        return run(line.split(" "));
    }
}
