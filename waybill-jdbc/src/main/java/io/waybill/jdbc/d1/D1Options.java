package io.waybill.jdbc.d1;

import io.waybill.store.Secret;
import io.waybill.store.StoreProvider;
import io.waybill.store.StoreProvider.Option;
import io.waybill.store.StoreProvider.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a D1 store is opened with: an account, a database and a token, or the path of a local file.
 *
 * @param path of a local file, its folder or a pattern, or null
 * @param folder that the path is relative to
 */
record D1Options(
        String account,
        String database,
        URI endpoint,
        @Nullable Secret token,
        @Nullable String path,
        Path folder,
        boolean readOnly,
        Duration timeout) {

    static final String ENDPOINT = "https://api.cloudflare.com/client/v4";
    static final String TOKEN_VARIABLE = "CLOUDFLARE_API_TOKEN";

    static final List<Option> ALL = List.of(
            new Option("account", StoreProvider.Type.TEXT, null, false, "The account's id."),
            new Option("database", StoreProvider.Type.TEXT, null, false, "The database's id, not its name."),
            new Option(
                    "token",
                    StoreProvider.Type.SECRET,
                    null,
                    false,
                    "API token with the right D1 Edit, or D1 Read for a source; " + TOKEN_VARIABLE + " if not given."),
            new Option("endpoint", StoreProvider.Type.TEXT, ENDPOINT, false, "Where the API is."),
            new Option(
                    "path",
                    StoreProvider.Type.TEXT,
                    null,
                    false,
                    "A local D1 file in place of account and database: the file, its folder, or a pattern with *."
                            + " It is only read."),
            new Option("read_only", StoreProvider.Type.BOOLEAN, "false", false, "Refuse every write on this store."),
            new Option("timeout", StoreProvider.Type.DURATION, "60s", false, "Longest wait for an answer."));

    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** @throws IllegalArgumentException with a message for people */
    static D1Options of(Settings settings) {
        String store = settings.name();
        String path = settings.find("path");
        String account = settings.find("account");
        String database = settings.find("database");
        String readOnly = settings.option("read_only");
        if (!readOnly.equals("true") && !readOnly.equals("false")) {
            throw new IllegalArgumentException("Option read_only is " + readOnly + ". Give true or false.");
        }
        String token = settings.find("token");
        if (path != null) {
            if (account != null || database != null || token != null) {
                throw new IllegalArgumentException("Store " + store
                        + " has a path and an account, database or token. A local file needs the path alone.");
            }
            checkPath(path, store);
        } else {
            checkId("account", account, store);
            checkId("database", database, store);
            if (token == null) {
                token = settings.environment().apply(TOKEN_VARIABLE);
            }
            if (token == null || token.isBlank()) {
                throw new IllegalArgumentException("Store " + store + " has no token. Write token: ${env."
                        + TOKEN_VARIABLE + "} and set that variable.");
            } else if (!token.chars().allMatch(c -> c > ' ' && c <= '~')) {
                throw new IllegalArgumentException(
                        "The token of store " + store + " has a character that no token has. Set it anew.");
            }
        }
        return new D1Options(
                account == null ? "" : account,
                database == null ? "" : database,
                endpoint(settings.option("endpoint")),
                token == null || path != null ? null : new Secret(token),
                path,
                settings.folder(),
                readOnly.equals("true"),
                duration(settings.option("timeout")));
    }

    private static void checkPath(String path, String store) {
        try {
            if (!Path.of(path).toString().isEmpty()) {
                return;
            }
        } catch (InvalidPathException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "Option path of store " + store + " is no path. Write one such as .wrangler/state/v3/d1.");
    }

    private static void checkId(String option, @Nullable String id, String store) {
        if (id == null) {
            throw new IllegalArgumentException("Store " + store + " has no " + option
                    + ". Give account, database and token, or the path of a local file.");
        } else if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("Option " + option + " of store " + store
                    + " is no id of letters, digits and dashes. Copy it from the dashboard or `wrangler d1 list`.");
        }
    }

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getQuery() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "Option endpoint is no address of an API. Write one such as " + ENDPOINT + ".");
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || matcher.group(1).matches("0+")) {
            throw new IllegalArgumentException("Option timeout is " + text + ". Give for example 500ms, 30s or 5m.");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
        };
    }

    /** Account and database, with the server where it is not Cloudflare's own. */
    String address() {
        String ids = account + "/" + database;
        return endpoint.toString().equals(ENDPOINT) ? ids : endpoint.getRawAuthority() + "/" + ids;
    }

    @Override
    public String toString() {
        return "D1Options[" + (path == null ? address() : path) + "]";
    }
}
