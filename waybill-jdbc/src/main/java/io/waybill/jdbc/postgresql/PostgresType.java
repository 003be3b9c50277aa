package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * How a column's type is read.
 *
 * @param kind the kind of {@link Value} that comes out, or {@code any}
 * @param sql the type's name in SQL, as a cast needs it; a domain's is that of its base type
 * @param shown the type's name for people, as declared
 * @param reader null if the type has no mapping
 */
record PostgresType(
        String kind, String sql, String shown, @Nullable Reader reader) {
    /** Turns the server's text into a value. */
    @FunctionalInterface
    interface Reader {
        Value read(String text) throws BadValue;
    }

    Value parse(String text) throws BadValue {
        if (reader == null) {
            throw new BadValue("has type " + shown + ", which has no mapping");
        }
        return reader.read(text);
    }

    /** The same type under a domain's or an array's declared name. */
    PostgresType shownAs(String name) {
        return new PostgresType(kind, sql, name, reader);
    }

    static PostgresType arrayOf(PostgresType element, String sql) {
        Reader reader = element.reader == null ? null : text -> PostgresArray.parse(text, element);
        return new PostgresType("list", sql, sql, reader);
    }

    /** A type of the catalog's own schema, an enum, or the extension type citext. */
    static PostgresType scalar(String name, boolean builtIn, boolean isEnum, String sql) {
        if (isEnum || (!builtIn && name.equals("citext"))) {
            return new PostgresType("text", sql, sql, Value::of);
        }
        if (!builtIn) {
            return unmapped(sql);
        }
        return switch (name) {
            case "int2", "int4", "int8" -> new PostgresType("integer", sql, sql, PostgresText::integer);
            case "numeric" -> new PostgresType("decimal", sql, sql, PostgresText::decimal);
            case "float4", "float8" -> new PostgresType("double", sql, sql, PostgresText::real);
            case "bool" -> new PostgresType("boolean", sql, sql, PostgresText::bool);
            case "text", "varchar", "bpchar", "name", "char" -> new PostgresType("text", sql, sql, Value::of);
            case "bytea" -> new PostgresType("bytes", sql, sql, PostgresText::bytes);
            case "date" -> new PostgresType("date", sql, sql, PostgresText::date);
            case "time" -> new PostgresType("time", sql, sql, PostgresText::time);
            case "timestamp" -> new PostgresType("timestamp without zone", sql, sql, PostgresText::localTimestamp);
            case "timestamptz" -> new PostgresType("timestamp", sql, sql, PostgresText::timestamp);
            case "uuid" -> new PostgresType("uuid", sql, sql, PostgresText::uuid);
            case "json", "jsonb" -> new PostgresType("any", sql, sql, PostgresText::json);
            default -> unmapped(sql);
        };
    }

    private static PostgresType unmapped(String sql) {
        return new PostgresType("any", sql, sql, null);
    }
}
