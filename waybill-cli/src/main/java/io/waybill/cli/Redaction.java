package io.waybill.cli;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The secrets this process came across, so that no output shows one even if some library puts it into a message. The first
 * line of defence is that secrets are not put there. Safe for use by many threads.
 */
final class Redaction {
    /** Shorter values would blot out ordinary words. */
    private static final int SHORTEST = 6;

    private final Map<String, Boolean> secrets = new ConcurrentHashMap<>();

    /** Remembers a secret. */
    void add(@Nullable String secret) {
        if (secret != null && secret.length() >= SHORTEST) {
            secrets.put(secret, true);
        }
    }

    /** The environment, remembering the secrets that are asked for. */
    UnaryOperator<@Nullable String> watching(UnaryOperator<@Nullable String> environment) {
        return name -> {
            String value = environment.apply(name);
            if (isSecretName(name)) {
                add(value);
            }
            return value;
        };
    }

    static boolean isSecretName(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.contains("SECRET")
                || upper.contains("PASSWORD")
                || upper.contains("PASSWD")
                || upper.contains("TOKEN")
                || upper.contains("PRIVATE")
                || upper.contains("CREDENTIAL");
    }

    /** The text with every secret replaced by stars. */
    String apply(String text) {
        if (secrets.isEmpty()) {
            return text;
        }
        String clean = text;
        // longest first, since one secret may be part of another
        for (String secret : secrets.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            clean = clean.replace(secret, "***");
        }
        return clean;
    }
}
