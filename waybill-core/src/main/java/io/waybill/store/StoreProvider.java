package io.waybill.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a connector is found ({@link java.util.ServiceLoader}) and opened. Loading a provider must not load its SDK.
 */
public interface StoreProvider {
    /** The value of {@code type} in a plan, for example {@code s3}. */
    String type();

    /** The URL schemes that mean this type, for example {@code s3}; empty for none. */
    List<String> schemes();

    /** Whether it holds tables rather than files, so that a move from or to it moves rows. */
    default boolean holdsTables() {
        return false;
    }

    /** Whether its stores are {@link Querying}, so that a move may read what a statement gives. */
    default boolean takesQueries() {
        return false;
    }

    /** The options a plan may give, with their defaults. */
    List<Option> options();

    /**
     * Turns a URL of one of the schemes into options, without {@code type}.
     *
     * @throws IllegalArgumentException with a message for people: what is wrong and what a right one looks like
     */
    Map<String, String> parse(String url);

    /** Opens the store; touches the network no more than it must. */
    Store open(Settings settings) throws StoreException;

    /**
     * An option.
     *
     * @param defaultValue as text, or null when there is none
     * @param doc one sentence for people
     */
    record Option(String name, Type type, @Nullable String defaultValue, boolean required, String doc) {}

    /** The type of an option. */
    enum Type {
        TEXT,
        SECRET,
        INTEGER,
        BOOLEAN,
        DURATION
    }

    /**
     * What a store is opened with.
     *
     * @param name the store's name in the plan
     * @param options values by option name, defaults filled in; secrets in the clear
     * @param folder relative paths are relative to it
     * @param environment environment variables; answers null for one that is not set
     */
    record Settings(
            String name, Map<String, String> options, Path folder, UnaryOperator<@Nullable String> environment) {
        public Settings {
            options = Map.copyOf(options);
        }

        public @Nullable String find(String option) {
            return options.get(option);
        }

        /** The value of an option that is required or has a default. */
        public String option(String option) {
            String value = options.get(option);
            if (value == null) {
                throw new IllegalArgumentException("option " + option + " has no value");
            }
            return value;
        }

        /** Prints no option values: some are secret. */
        @Override
        public String toString() {
            return "Settings[" + name + "]";
        }
    }
}
