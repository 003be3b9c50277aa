package io.waybill.plan;

import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Providers with the options of real ones, for plans that are read and never run. */
record SampleProvider(String type, List<String> schemes, List<Option> options, boolean holdsTables)
        implements StoreProvider {
    static Map<String, StoreProvider> all() {
        Map<String, StoreProvider> all = new LinkedHashMap<>();
        add(all, new SampleProvider("files", List.of("file"), List.of(text("root", true)), false));
        add(
                all,
                new SampleProvider(
                        "s3",
                        List.of("s3"),
                        List.of(
                                text("bucket", true),
                                text("region", false),
                                text("endpoint", false),
                                text("keys", false),
                                new Option("secret_access_key", Type.SECRET, null, false, "The secret key."),
                                new Option(
                                        "path_style", Type.BOOLEAN, "false", false, "The bucket stands in the path."),
                                new Option("part_size", Type.INTEGER, "16777216", false, "Bytes of a part."),
                                new Option("timeout", Type.DURATION, "30s", false, "How long a request may take.")),
                        false));
        add(
                all,
                new SampleProvider(
                        "postgresql",
                        List.of("postgresql", "postgres"),
                        List.of(
                                text("host", true),
                                text("database", true),
                                text("user", false),
                                new Option("password", Type.SECRET, null, false, "The password.")),
                        true));
        add(all, new SampleProvider("sqlite", List.of("sqlite"), List.of(text("file", true)), true));
        add(
                all,
                new SampleProvider(
                        "dynamodb", List.of("dynamodb"), List.of(text("region", false), text("profile", false)), true));
        add(all, new SampleProvider("demo-s3", List.of("demo-s3"), List.of(text("folder", true)), false));
        return all;
    }

    private static void add(Map<String, StoreProvider> all, StoreProvider provider) {
        all.put(provider.type(), provider);
    }

    private static Option text(String name, boolean required) {
        return new Option(name, Type.TEXT, null, required, "The " + name + ".");
    }

    @Override
    public Map<String, String> parse(String url) {
        Map<String, String> found = new LinkedHashMap<>();
        String rest = url;
        int query = url.indexOf('?');
        if (query >= 0) {
            for (String pair : url.substring(query + 1).split("&")) {
                if (pair.indexOf('=') < 0) {
                    throw new IllegalArgumentException("the URL has \"" + pair + "\" where NAME=VALUE belongs");
                }
                found.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
            rest = url.substring(0, query);
        }
        String body =
                rest.contains("://") ? rest.substring(rest.indexOf("://") + 3) : rest.substring(rest.indexOf(':') + 1);
        switch (type) {
            case "postgresql" -> postgresql(body, found);
            case "dynamodb" -> found.put("region", body);
            default -> {
                if (body.isEmpty()) {
                    throw new IllegalArgumentException("the URL names nothing; write " + schemes.get(0) + "://NAME");
                }
                found.put(options.get(0).name(), body);
            }
        }
        return found;
    }

    private static void postgresql(String body, Map<String, String> found) {
        String[] userAndHost = body.contains("@") ? body.split("@", 2) : new String[] {"", body};
        String[] userAndPassword = userAndHost[0].split(":", 2);
        String[] hostAndDatabase = userAndHost[1].split("/", 2);
        if (hostAndDatabase.length < 2) {
            throw new IllegalArgumentException("the URL has no database; write postgresql://USER@HOST/DATABASE");
        }
        found.put("host", hostAndDatabase[0]);
        found.put("database", hostAndDatabase[1]);
        found.put("user", userAndPassword[0]);
        if (userAndPassword.length > 1) {
            found.put("password", userAndPassword[1]);
        }
    }

    @Override
    public Store open(Settings settings) throws StoreException {
        throw new StoreException(StoreException.Kind.UNAVAILABLE, "a sample opens nothing");
    }
}
