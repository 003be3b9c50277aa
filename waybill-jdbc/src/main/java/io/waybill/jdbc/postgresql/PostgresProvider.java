package io.waybill.jdbc.postgresql;

import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds and opens PostgreSQL stores. A password in a URL becomes the option {@code password} and is never printed. */
public final class PostgresProvider implements StoreProvider {
    private static final String EXAMPLE = "Write for example postgresql://user@host:5432/database?schema=public.";

    @Override
    public String type() {
        return "postgresql";
    }

    @Override
    public List<String> schemes() {
        return List.of("postgresql", "postgres");
    }

    @Override
    public boolean holdsTables() {
        return true;
    }

    @Override
    public boolean takesQueries() {
        return true;
    }

    @Override
    public List<Option> options() {
        return PostgresOptions.ALL;
    }

    @Override
    public Map<String, String> parse(String url) {
        int colon = url.indexOf("://");
        if (colon < 0 || !schemes().contains(url.substring(0, colon).toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("This is no PostgreSQL URL. " + EXAMPLE);
        }
        Map<String, String> options = new LinkedHashMap<>();
        String rest = url.substring(colon + 3);
        if (rest.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "A PostgreSQL URL has no part after #; in a name or password write %23. " + EXAMPLE);
        }
        int question = rest.indexOf('?');
        String query = question < 0 ? "" : rest.substring(question + 1);
        rest = question < 0 ? rest : rest.substring(0, question);
        int slash = rest.indexOf('/');
        String database = slash < 0 ? "" : decode(rest.substring(slash + 1));
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            user(authority.substring(0, at), options);
        }
        host(authority.substring(at + 1), options);
        if (database.isEmpty() || database.indexOf('/') >= 0) {
            throw new IllegalArgumentException("This PostgreSQL URL names no database after the host. " + EXAMPLE);
        }
        options.put("database", database);
        query(query, options);
        return options;
    }

    @Override
    public Store open(Settings settings) throws StoreException {
        try {
            return new PostgresStore(PostgresOptions.of(settings));
        } catch (IllegalArgumentException e) {
            throw new StoreException(StoreException.Kind.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    private static void user(String text, Map<String, String> options) {
        int colon = text.indexOf(':');
        String user = decode(colon < 0 ? text : text.substring(0, colon));
        if (!user.isEmpty()) {
            options.put("user", user);
        }
        if (colon >= 0) {
            options.put("password", decode(text.substring(colon + 1)));
        }
    }

    private static void host(String text, Map<String, String> options) {
        if (text.indexOf(',') >= 0) {
            throw new IllegalArgumentException("A PostgreSQL URL names one server. " + EXAMPLE);
        }
        int portColon = text.startsWith("[") ? text.indexOf("]:") + 1 : text.lastIndexOf(':');
        String host = portColon > 0 ? text.substring(0, portColon) : text;
        if (portColon > 0) {
            options.put("port", text.substring(portColon + 1));
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!host.isEmpty()) {
            options.put("host", decode(host));
        }
    }

    private static void query(String query, Map<String, String> options) {
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (name.equals("sslmode")) {
                sslMode(value, options);
            } else if (name.equals("password")
                    || PostgresOptions.ALL.stream().noneMatch(o -> o.name().equals(name))) {
                throw new IllegalArgumentException(
                        "Unknown option " + name + " in a PostgreSQL URL. Known: port, user, tls, tls_ca, read_only,"
                                + " timeout, schema, application_name, advance_sequences.");
            } else {
                options.put(name, value);
            }
        }
    }

    /** libpq's word; {@code require} becomes the stricter check that also looks at the certificate. */
    private static void sslMode(String value, Map<String, String> options) {
        switch (value) {
            case "disable" -> options.put("tls", "false");
            case "require", "verify-ca", "verify-full" -> options.put("tls", "true");
            case "allow", "prefer" -> {}
            default ->
                throw new IllegalArgumentException(
                        "Unknown sslmode " + value + " in a PostgreSQL URL. Write tls=true or tls=false.");
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "A PostgreSQL URL has a % that begins no %XX; write %25 for the sign itself. " + EXAMPLE);
        }
    }
}
