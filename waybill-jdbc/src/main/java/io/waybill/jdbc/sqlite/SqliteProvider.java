package io.waybill.jdbc.sqlite;

import io.waybill.store.Store;
import io.waybill.store.StoreException;
import io.waybill.store.StoreProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds and opens SQLite files. */
public final class SqliteProvider implements StoreProvider {
    private static final String EXAMPLE = "Write for example sqlite:app.db or sqlite:/srv/app.db?read_only=true.";

    @Override
    public String type() {
        return "sqlite";
    }

    @Override
    public List<String> schemes() {
        return List.of("sqlite");
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
        return SqliteOptions.ALL;
    }

    /** Everything up to a question mark is the path, as it is; {@code sqlite://} before an absolute path is taken too. */
    @Override
    public Map<String, String> parse(String url) {
        if (!url.toLowerCase(Locale.ROOT).startsWith("sqlite:")) {
            throw new IllegalArgumentException("This is no SQLite URL. " + EXAMPLE);
        }
        String rest = url.substring("sqlite:".length());
        int question = rest.indexOf('?');
        String path = question < 0 ? rest : rest.substring(0, question);
        if (path.startsWith("//")) {
            path = path.substring(2);
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("A SQLite URL has a path and no host. " + EXAMPLE);
            }
        }
        if (path.isEmpty()) {
            throw new IllegalArgumentException("This SQLite URL names no file. " + EXAMPLE);
        }
        Map<String, String> options = new LinkedHashMap<>();
        options.put("path", path);
        for (String pair : (question < 0 ? "" : rest.substring(question + 1)).split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (name.equals("read_only") || name.equals("timeout")) {
                options.put(name, pair.substring(equals + 1));
            } else if (!pair.isEmpty()) {
                throw new IllegalArgumentException(
                        "Unknown option " + name + " in a SQLite URL. Known: read_only, timeout. " + EXAMPLE);
            }
        }
        return options;
    }

    @Override
    public Store open(Settings settings) throws StoreException {
        try {
            return new SqliteStore(SqliteOptions.of(settings));
        } catch (IllegalArgumentException e) {
            throw new StoreException(StoreException.Kind.INVALID, String.valueOf(e.getMessage()), e);
        }
    }
}
