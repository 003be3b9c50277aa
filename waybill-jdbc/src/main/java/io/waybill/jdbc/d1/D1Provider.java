package io.waybill.jdbc.d1;

import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds and opens D1 databases. */
public final class D1Provider implements StoreProvider {
    private static final String EXAMPLE =
            "Write for example d1://ACCOUNT_ID/DATABASE_ID, or d1:.wrangler/state/v3/d1 for a local file.";

    @Override
    public String type() {
        return "d1";
    }

    @Override
    public List<String> schemes() {
        return List.of("d1");
    }

    @Override
    public boolean holdsTables() {
        return true;
    }

    @Override
    public List<Option> options() {
        return D1Options.ALL;
    }

    /** {@code d1://ACCOUNT/DATABASE}, or {@code d1:PATH} of a local file. A token never stands in a URL. */
    @Override
    public Map<String, String> parse(String url) {
        if (!url.toLowerCase(Locale.ROOT).startsWith("d1:")) {
            throw new IllegalArgumentException("This is no D1 URL. " + EXAMPLE);
        }
        String rest = url.substring("d1:".length());
        Map<String, String> options = new LinkedHashMap<>();
        if (!rest.startsWith("//")) {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException("This D1 URL names no database. " + EXAMPLE);
            }
            options.put("path", rest);
            return options;
        }
        int question = rest.indexOf('?');
        String[] ids =
                rest.substring(2, question < 0 ? rest.length() : question).split("/", -1);
        if (ids.length != 2 || ids[0].isEmpty() || ids[1].isEmpty()) {
            throw new IllegalArgumentException("A D1 URL has an account and a database. " + EXAMPLE);
        }
        options.put("account", ids[0]);
        options.put("database", ids[1]);
        for (String pair : (question < 0 ? "" : rest.substring(question + 1)).split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            switch (name) {
                case "endpoint", "read_only", "timeout" -> options.put(name, decode(pair.substring(equals + 1)));
                case "" -> {}
                default ->
                    throw new IllegalArgumentException(
                            "Unknown option " + name + " in a D1 URL. Known: endpoint, read_only, timeout. " + EXAMPLE);
            }
        }
        return options;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "A D1 URL has a % that begins no %XX; write %25 for the sign itself. " + EXAMPLE, e);
        }
    }

    @Override
    public Store open(Settings settings) throws StoreException {
        try {
            D1Options options = D1Options.of(settings);
            String path = options.path();
            return path == null ? new D1Store(options) : D1File.open(options.folder(), path);
        } catch (IllegalArgumentException e) {
            throw new StoreException(StoreException.Kind.INVALID, String.valueOf(e.getMessage()), e);
        }
    }
}
