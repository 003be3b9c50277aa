package io.waybill.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where each setting comes from: flag, then {@code WAYBILL_*} in the environment, then the plan file, then the user's
 * configuration, then the default.
 */
final class Settings {
    /** The limits of a plan that the environment may give, as {@code WAYBILL_LIMITS_PARALLEL}. */
    static final List<String> LIMITS =
            List.of("parallel", "bytes_per_second", "requests_per_second", "retries", "memory", "batch", "timeout");

    /** What the user's configuration may hold. */
    static final List<String> CONFIGURABLE = List.of(
            "plan-file",
            "ledger",
            "env-file",
            "progress",
            "log-level",
            "log-file",
            "log-format",
            "no-color",
            "no-input");

    private final Surroundings surroundings;
    private @Nullable Map<String, String> configuration;

    Settings(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** A setting's value and where it came from, for people. */
    record Found(@Nullable String value, String origin) {
        String value(String initial) {
            return value == null ? initial : value;
        }

        boolean isTrue() {
            return value != null && !value.equals("false") && !value.equals("0");
        }
    }

    /** The setting of this name; {@code flag} and {@code plan} are what those say, or null. */
    Found find(String name, @Nullable String flag, @Nullable String plan, @Nullable String initial) {
        if (flag != null) {
            return new Found(flag, "flag --" + name);
        }
        String variable = variable(name);
        String value = surroundings.env(variable);
        if (value != null) {
            return new Found(value, "environment " + variable);
        }
        if (plan != null) {
            return new Found(plan, "plan file");
        }
        String configured = configuration().get(name);
        if (configured != null) {
            return new Found(configured, "configuration " + file());
        }
        return new Found(initial, "default");
    }

    static String variable(String name) {
        return "WAYBILL_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** What the environment changes in the plan, as {@code --set} takes it. */
    List<String> limits() {
        List<String> overrides = new ArrayList<>();
        for (String limit : LIMITS) {
            String value = surroundings.env(variable("limits-" + limit));
            if (value != null) {
                overrides.add("limits." + limit + "=" + value);
            }
        }
        return overrides;
    }

    /** The user's configuration file, whether it is there or not. */
    Path file() {
        String xdg = surroundings.env("XDG_CONFIG_HOME");
        String home = surroundings.env("HOME");
        Path base = xdg != null ? Path.of(xdg) : Path.of(home == null ? "." : home, ".config");
        return surroundings.folder().resolve(base).resolve("waybill").resolve("config");
    }

    private Map<String, String> configuration() {
        Map<String, String> known = configuration;
        if (known == null) {
            known = Files.isRegularFile(file()) ? EnvFile.read(file()) : Map.of();
            for (String name : known.keySet()) {
                if (!CONFIGURABLE.contains(name)) {
                    throw new CliException(
                            Code.USAGE,
                            "Cannot use " + file() + ": unknown setting " + name + ". It takes: "
                                    + String.join(", ", CONFIGURABLE) + ".");
                }
            }
            configuration = known;
        }
        return known;
    }
}
