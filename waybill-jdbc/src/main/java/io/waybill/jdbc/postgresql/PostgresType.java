package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a column's type is read and written.
 *
 * @param kind the kind of {@link Value} that comes out, or {@code any}
 * @param sql the type's name in SQL, as a cast needs it; a domain's is that of its base type
 * @param shown the type's name for people, as declared
 * @param reader null if the type has no mapping
 * @param form how it holds values
 * @param wire how the binary format of COPY holds them, or null where that is not read
 * @param isFaithful whether a column of the very same type holds every value that is read from another, just as it was sent
 * @param isCommon whether its declared name means the same in every database
 * @param edges values at the edges of what it holds
 */
record PostgresType(
        String kind,
        String sql,
        String shown,
        @Nullable Reader reader,
        PostgresForm form,
        @Nullable PostgresWire wire,
        boolean isFaithful,
        boolean isCommon,
        Supplier<List<Value>> edges) {
    private PostgresType(String kind, String sql, String shown, @Nullable Reader reader, PostgresForm form) {
        this(kind, sql, shown, reader, form, null, false, false, List::of);
    }

    private static final Set<String> FAITHFUL = Set.of(
            "int2",
            "int4",
            "int8",
            "numeric",
            "float8",
            "bool",
            "text",
            "varchar",
            "bytea",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "uuid");

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

    /** The same type under its declared name. */
    PostgresType shownAs(String name) {
        return new PostgresType(kind, sql, name, reader, form, wire, isFaithful, isCommon, edges);
    }

    /** The same type for a domain, which may mean something else in another database. */
    PostgresType ofDomain() {
        return new PostgresType(kind, sql, shown, reader, form, wire, false, false, edges);
    }

    static PostgresType arrayOf(PostgresType element, String sql) {
        if (element.reader == null) {
            return unmapped(sql);
        }
        return new PostgresType(
                "list",
                sql,
                sql,
                text -> PostgresArray.parse(text, element),
                new PostgresArrayForm(element.form),
                null,
                false,
                element.isCommon,
                () -> lists(element.edges.get()));
    }

    private static List<Value> lists(List<Value> elements) {
        List<Value> lists = new ArrayList<>(List.of(new Value.ListOf(List.of())));
        elements.forEach(element -> lists.add(new Value.ListOf(List.of(element))));
        return lists;
    }

    /** A type whose values are these texts. */
    static PostgresType enumerated(String sql, List<String> labels) {
        return new PostgresType(
                "text",
                sql,
                sql,
                Value::of,
                PostgresForms.oneOf(labels),
                PostgresWire.TEXT,
                false,
                false,
                () -> labels.stream().map(Value::of).toList());
    }

    /**
     * A type of the catalog's own schema, or the extension type citext.
     *
     * @param modifier its length, scale or precision as the catalog keeps them; negative for none
     */
    static PostgresType scalar(String name, boolean builtIn, String sql, int modifier) {
        if (!builtIn && name.equals("citext")) {
            Supplier<List<Value>> edges = () -> PostgresEdges.of("text", -1);
            return new PostgresType(
                    "text", sql, sql, Value::of, PostgresForms.text(), PostgresWire.TEXT, false, true, edges);
        }
        if (!builtIn) {
            return unmapped(sql);
        }
        PostgresType type = scalar(name, sql, PostgresForms.of(name, modifier));
        return new PostgresType(
                type.kind,
                sql,
                sql,
                type.reader,
                type.form,
                wire(name),
                FAITHFUL.contains(name),
                true,
                () -> PostgresEdges.of(name, modifier));
    }

    private static @Nullable PostgresWire wire(String name) {
        return switch (name) {
            case "int2" -> PostgresWire.SHORT;
            case "int4" -> PostgresWire.INT;
            case "int8" -> PostgresWire.LONG;
            case "numeric" -> PostgresWire.NUMERIC;
            case "float8" -> PostgresWire.DOUBLE;
            case "bool" -> PostgresWire.BOOLEAN;
            case "text", "varchar", "bpchar", "name" -> PostgresWire.TEXT;
            case "bytea" -> PostgresWire.BYTES;
            case "date" -> PostgresWire.DATE;
            case "time" -> PostgresWire.TIME;
            case "timestamp" -> PostgresWire.LOCAL_TIMESTAMP;
            case "timestamptz" -> PostgresWire.TIMESTAMP;
            case "uuid" -> PostgresWire.UUID_BYTES;
            case "json" -> PostgresWire.JSON;
            case "jsonb" -> PostgresWire.JSONB;
            default -> null;
        };
    }

    private static PostgresType scalar(String name, String sql, PostgresForm form) {
        return switch (name) {
            case "int2", "int4", "int8" -> new PostgresType("integer", sql, sql, PostgresText::integer, form);
            case "numeric" -> new PostgresType("decimal", sql, sql, PostgresText::decimal, form);
            case "float4", "float8" -> new PostgresType("double", sql, sql, PostgresText::real, form);
            case "bool" -> new PostgresType("boolean", sql, sql, PostgresText::bool, form);
            case "text", "varchar", "bpchar", "name", "char" -> new PostgresType("text", sql, sql, Value::of, form);
            case "bytea" -> new PostgresType("bytes", sql, sql, PostgresText::bytes, form);
            case "date" -> new PostgresType("date", sql, sql, PostgresText::date, form);
            case "time" -> new PostgresType("time", sql, sql, PostgresText::time, form);
            case "timestamp" ->
                new PostgresType("timestamp without zone", sql, sql, PostgresText::localTimestamp, form);
            case "timestamptz" -> new PostgresType("timestamp", sql, sql, PostgresText::timestamp, form);
            case "uuid" -> new PostgresType("uuid", sql, sql, PostgresText::uuid, form);
            case "json", "jsonb" -> new PostgresType("any", sql, sql, PostgresText::json, form);
            default -> unmapped(sql);
        };
    }

    /** The type in which values of a kind come back as they were. */
    static String natural(String kind) {
        return switch (kind) {
            case "boolean" -> "boolean";
            case "integer" -> "bigint";
            case "decimal" -> "numeric";
            case "double" -> "double precision";
            case "bytes" -> "bytea";
            case "date" -> "date";
            case "time" -> "time";
            case "timestamp" -> "timestamptz";
            case "timestamp without zone" -> "timestamp";
            case "uuid" -> "uuid";
            case "list", "map", "set" -> "jsonb";
            default -> "text";
        };
    }

    static PostgresType unmapped(String sql) {
        return new PostgresType("any", sql, sql, null, PostgresForms.NONE);
    }
}
