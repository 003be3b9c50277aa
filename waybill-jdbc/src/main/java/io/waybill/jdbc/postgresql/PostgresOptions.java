package io.waybill.jdbc.postgresql;

import io.waybill.store.Secret;
import io.waybill.store.StoreProvider;
import io.waybill.store.StoreProvider.Option;
import io.waybill.store.StoreProvider.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a PostgreSQL store is opened with.
 *
 * @param tls true: encrypt and check the server's certificate and name; false: never encrypt; null: encrypt if the server
 *     offers it, without checking who it is
 * @param tlsCa PEM file of the authorities to trust instead of the platform's, or null
 * @param timeout longest wait for a connection or for the next part of an answer
 * @param schema where tables without a schema in their name are looked for
 * @param advancesSequences whether the sequences of a table follow what was written
 */
record PostgresOptions(
        String host,
        int port,
        String database,
        @Nullable String user,
        @Nullable Secret password,
        @Nullable Boolean tls,
        @Nullable String tlsCa,
        boolean readOnly,
        Duration timeout,
        String schema,
        String applicationName,
        boolean advancesSequences) {

    static final List<Option> ALL = List.of(
            new Option("host", StoreProvider.Type.TEXT, "localhost", false, "Name or address of the server."),
            new Option("port", StoreProvider.Type.INTEGER, "5432", false, "TCP port of the server."),
            new Option("database", StoreProvider.Type.TEXT, null, true, "Name of the database."),
            new Option(
                    "user",
                    StoreProvider.Type.TEXT,
                    null,
                    false,
                    "Role to connect as; the operating system's user if not given."),
            new Option("password", StoreProvider.Type.SECRET, null, false, "Password of the role."),
            new Option(
                    "tls",
                    StoreProvider.Type.BOOLEAN,
                    null,
                    false,
                    "true: encrypt and check the certificate; false: never encrypt; not given: encrypt if offered."),
            new Option(
                    "tls_ca",
                    StoreProvider.Type.TEXT,
                    null,
                    false,
                    "PEM file of the authorities to trust; needs tls: true."),
            new Option("read_only", StoreProvider.Type.BOOLEAN, "false", false, "Refuse every write on this store."),
            new Option("timeout", StoreProvider.Type.DURATION, "60s", false, "Longest wait for the server."),
            new Option("schema", StoreProvider.Type.TEXT, "public", false, "Schema of tables named without one."),
            new Option(
                    "application_name",
                    StoreProvider.Type.TEXT,
                    "waybill",
                    false,
                    "How the server lists our sessions."),
            new Option(
                    "advance_sequences",
                    StoreProvider.Type.BOOLEAN,
                    "true",
                    false,
                    "After a move, advance sequences past the numbers that the table has."));

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    /** @throws IllegalArgumentException with a message for people */
    static PostgresOptions of(Settings settings) {
        String password = settings.find("password");
        String tls = settings.find("tls");
        String tlsCa = settings.find("tls_ca");
        Boolean encrypted = tls == null ? null : Boolean.valueOf(bool("tls", tls));
        if (tlsCa != null && !Boolean.TRUE.equals(encrypted)) {
            throw new IllegalArgumentException("Option tls_ca of store " + settings.name() + " needs tls: true.");
        }
        return new PostgresOptions(
                settings.option("host"),
                port(settings.option("port")),
                settings.option("database"),
                settings.find("user"),
                password == null ? null : new Secret(password),
                encrypted,
                tlsCa == null ? null : settings.folder().resolve(tlsCa).toString(),
                bool("read_only", settings.option("read_only")),
                duration("timeout", settings.option("timeout")),
                settings.option("schema"),
                settings.option("application_name"),
                bool("advance_sequences", settings.option("advance_sequences")));
    }

    /** Option texts with the defaults of {@link #ALL} filled in. */
    static Map<String, String> withDefaults(Map<String, String> given) {
        Map<String, String> all = new java.util.LinkedHashMap<>();
        for (Option option : ALL) {
            if (option.defaultValue() != null) {
                all.put(option.name(), option.defaultValue());
            }
        }
        all.putAll(given);
        return all;
    }

    /** The driver's words for these options. */
    java.util.Properties properties() {
        java.util.Properties properties = new java.util.Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password.reveal());
        }
        if (tls == null) {
            properties.setProperty("sslmode", "prefer");
        } else if (!tls) {
            properties.setProperty("sslmode", "disable");
        } else {
            properties.setProperty("sslmode", "verify-full");
            if (tlsCa == null) {
                properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
            } else {
                properties.setProperty("sslrootcert", tlsCa);
            }
        }
        String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("logServerErrorDetail", "false");
        // Values come and go as text, in the server's own spelling: nothing passes through a driver's conversion.
        properties.setProperty("binaryTransfer", "false");
        properties.setProperty("stringtype", "unspecified");
        return properties;
    }

    /** Host, port unless it is the usual one, and database, as locations name it. */
    String address() {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (port == 5432 ? bracketed : bracketed + ":" + port) + "/" + database;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("Option port is " + text + ". Give a number from 1 to 65535.");
    }

    private static boolean bool(String name, String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("Option " + name + " is " + text + ". Give true or false.");
        };
    }

    private static Duration duration(String name, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || matcher.group(1).matches("0+")) {
            throw new IllegalArgumentException(
                    "Option " + name + " is " + text + ". Give for example 500ms, 30s or 5m.");
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
