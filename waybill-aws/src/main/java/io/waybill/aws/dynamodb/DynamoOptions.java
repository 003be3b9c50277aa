package io.waybill.aws.dynamodb;

import io.waybill.aws.AwsOptions;
import io.waybill.store.StoreProvider;
import io.waybill.store.StoreProvider.Option;
import io.waybill.store.StoreProvider.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a DynamoDB store is opened with.
 *
 * @param endpoint null for AWS's own
 * @param parallel requests that one store has under way at once, at most
 * @param timeout longest wait for a connection or for an answer
 * @param reads read capacity units a second that it may use, {@code writes} the same of writes; 0 for no limit
 */
record DynamoOptions(AwsOptions access, @Nullable URI endpoint, int parallel, Duration timeout, int reads, int writes) {
    static final List<Option> ALL = all();

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private static List<Option> all() {
        List<Option> all = new ArrayList<>(AwsOptions.OPTIONS);
        all.add(new Option(
                "endpoint", StoreProvider.Type.TEXT, null, false, "Address of a service that is not AWS's own."));
        all.add(new Option(
                "parallel", StoreProvider.Type.INTEGER, "16", false, "Requests under way at once, 1 to 256."));
        all.add(new Option(
                "timeout", StoreProvider.Type.DURATION, "30s", false, "Longest wait for a connection or an answer."));
        all.add(new Option(
                "read_capacity",
                StoreProvider.Type.INTEGER,
                null,
                false,
                "Read capacity units a second that it may use, over all tables."));
        all.add(new Option(
                "write_capacity",
                StoreProvider.Type.INTEGER,
                null,
                false,
                "Write capacity units a second that it may use, over all tables."));
        return List.copyOf(all);
    }

    /** @throws IllegalArgumentException with a message for people */
    static DynamoOptions of(Settings settings) {
        String endpoint = settings.find("endpoint");
        return new DynamoOptions(
                AwsOptions.of(settings),
                endpoint == null ? null : endpoint(endpoint),
                parallel(settings.option("parallel")),
                duration(settings.option("timeout")),
                capacity(settings, "read_capacity"),
                capacity(settings, "write_capacity"));
    }

    /** Option texts with the defaults of {@link #ALL} filled in. */
    static Map<String, String> withDefaults(Map<String, String> given) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Option option : ALL) {
            if (option.defaultValue() != null) {
                all.put(option.name(), option.defaultValue());
            }
        }
        all.putAll(given);
        return all;
    }

    private static URI endpoint(String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below, without a text that may hold a secret
        }
        throw new IllegalArgumentException(
                "Option endpoint is no address without user and password. Give for example http://localhost:8000.");
    }

    private static int parallel(String text) {
        try {
            int parallel = Integer.parseInt(text);
            if (parallel >= 1 && parallel <= 256) {
                return parallel;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("Option parallel is " + text + ". Give a number from 1 to 256.");
    }

    private static int capacity(Settings settings, String name) {
        String text = settings.find(name);
        if (text == null) {
            return 0;
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(
                    "Option " + name + " is " + text + ". Give a number of capacity units a second, for example 200.");
        }
        return Integer.parseInt(text);
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches() || matcher.group(1).matches("0+")) {
            throw new IllegalArgumentException("Option timeout is " + text + ". Give for example 500ms, 30s or 5m.");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }
}
