package io.waybill.jdbc.sqlite;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the declared type of a column says: what SQLite does to values on their way in, and how they are meant.
 *
 * @param declared as in the table's definition; may be empty
 */
public record SqliteType(String declared, Affinity affinity, Meaning meaning) {
    /** SQLite's own rules for what it turns values into. */
    public enum Affinity {
        INTEGER,
        REAL,
        NUMERIC,
        TEXT,
        NONE
    }

    /** What values of a fitting storage class and spelling are read as; others are read as they are stored. */
    public enum Meaning {
        PLAIN,
        BOOLEAN,
        DECIMAL,
        DATE,
        TIME,
        TIMESTAMP,
        UUID,
        JSON
    }

    private static final Pattern ARGUMENTS = Pattern.compile("\\(.*\\)");

    static SqliteType of(String declared, boolean strict) {
        String name = ARGUMENTS.matcher(declared).replaceAll(" ").strip().toUpperCase(Locale.ROOT);
        Affinity affinity = strict && name.equals("ANY") ? Affinity.NONE : affinity(name);
        return new SqliteType(declared, affinity, meaning(name));
    }

    /** In the order of SQLite's documentation. */
    private static Affinity affinity(String name) {
        if (name.contains("INT")) {
            return Affinity.INTEGER;
        } else if (name.contains("CHAR") || name.contains("CLOB") || name.contains("TEXT")) {
            return Affinity.TEXT;
        } else if (name.contains("BLOB") || name.isEmpty()) {
            return Affinity.NONE;
        } else if (name.contains("REAL") || name.contains("FLOA") || name.contains("DOUB")) {
            return Affinity.REAL;
        }
        return Affinity.NUMERIC;
    }

    private static Meaning meaning(String name) {
        for (String word : name.split("[^A-Z0-9]+")) {
            switch (word) {
                case "BOOLEAN", "BOOL" -> {
                    return Meaning.BOOLEAN;
                }
                case "DECIMAL", "NUMERIC" -> {
                    return Meaning.DECIMAL;
                }
                case "DATE" -> {
                    return Meaning.DATE;
                }
                case "TIME" -> {
                    return Meaning.TIME;
                }
                case "DATETIME", "TIMESTAMP", "TIMESTAMPTZ" -> {
                    return Meaning.TIMESTAMP;
                }
                case "UUID", "GUID" -> {
                    return Meaning.UUID;
                }
                case "JSON" -> {
                    return Meaning.JSON;
                }
                default -> {}
            }
        }
        return Meaning.PLAIN;
    }

    /** The declared type in which values of a kind come back as they were. */
    public static String natural(String kind) {
        return switch (kind) {
            case "boolean" -> "BOOLEAN";
            case "integer" -> "INTEGER";
            case "decimal" -> "DECIMAL TEXT";
            case "double" -> "REAL";
            case "bytes" -> "BLOB";
            case "date" -> "DATE";
            case "time" -> "TIME";
            case "timestamp", "timestamp without zone" -> "TIMESTAMP";
            case "uuid" -> "UUID TEXT";
            case "list", "map", "set" -> "JSON";
            default -> "TEXT";
        };
    }

    /** The kind that most values have; any column may hold others. */
    String kind() {
        return switch (meaning) {
            case BOOLEAN -> "boolean";
            case DECIMAL -> "decimal";
            case DATE -> "date";
            case TIME -> "time";
            case UUID -> "uuid";
            case TIMESTAMP, JSON -> "any";
            case PLAIN ->
                switch (affinity) {
                    case INTEGER -> "integer";
                    case REAL -> "double";
                    case TEXT -> "text";
                    case NUMERIC -> "decimal";
                    case NONE -> declared.isEmpty() ? "any" : "bytes";
                };
        };
    }
}
