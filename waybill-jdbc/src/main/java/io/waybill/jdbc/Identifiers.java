package io.waybill.jdbc;

import java.util.List;
import java.util.stream.Collectors;

/** Names of tables and columns as SQL writes them. Whoever quotes a name has found it in the catalog first. */
public final class Identifiers {
    private Identifiers() {}

    /** The name in double quotes, whatever it holds. */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The names quoted, with a prefix before each, separated by commas. */
    public static String list(String prefix, List<String> names) {
        return names.stream().map(name -> prefix + quote(name)).collect(Collectors.joining(", "));
    }
}
