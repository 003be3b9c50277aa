package io.waybill.cli;

/** A kind of value: the column that holds it in each store. A row of the corpus has a value in one of these columns. */
enum ValueKind {
    INTEGER("bigint", "INTEGER", "integer", Family.NUMBER),
    SMALL("smallint", "INTEGER", "integer", Family.NUMBER),
    DOMAIN("positive", "INTEGER", "integer", Family.NUMBER),
    DECIMAL("numeric", "DECIMAL TEXT", "decimal", Family.NUMBER),
    AMOUNT("numeric(12,2)", "DECIMAL TEXT", "decimal", Family.NUMBER),
    DOUBLE("double precision", "REAL", "double", Family.NUMBER),
    REAL("real", "REAL", "double", Family.NUMBER),
    BOOLEAN("boolean", "BOOLEAN", "boolean", Family.BOOLEAN),
    TEXT("text", "TEXT", "text", Family.TEXT),
    SHORT("varchar(5)", "TEXT", "text", Family.TEXT),
    FIXED("char(4)", "TEXT", "text", Family.TEXT),
    ENUM("mood", "TEXT", "text", Family.TEXT),
    BYTES("bytea", "BLOB", "bytes", Family.BYTES),
    DATE("date", "DATE", "date", Family.DATE),
    TIME("time", "TIME", "time", Family.TIME),
    LOCAL("timestamp", "TIMESTAMP", "timestamp without zone", Family.LOCAL),
    INSTANT("timestamptz", "TIMESTAMP", "timestamp", Family.INSTANT),
    UUID("uuid", "UUID TEXT", "uuid", Family.UUID),
    JSONB("jsonb", "JSON", "json", Family.DOCUMENT),
    JSON("json", "JSON", "json", Family.DOCUMENT),
    INTEGERS("integer[]", "JSON", "json", Family.DOCUMENT),
    TEXTS("text[]", "JSON", "json", Family.DOCUMENT),
    SET("jsonb", "JSON", "json", Family.SET);

    /** What values are compared as. */
    enum Family {
        NUMBER,
        BOOLEAN,
        TEXT,
        BYTES,
        DATE,
        TIME,
        LOCAL,
        INSTANT,
        UUID,
        DOCUMENT,
        SET
    }

    private final String postgresql;
    private final String sqlite;
    private final String csv;
    private final Family family;

    ValueKind(String postgresql, String sqlite, String csv, Family family) {
        this.postgresql = postgresql;
        this.sqlite = sqlite;
        this.csv = csv;
        this.family = family;
    }

    /** The column, in every store. */
    String column() {
        return "c_" + name().toLowerCase(java.util.Locale.ROOT);
    }

    String postgresql() {
        return postgresql;
    }

    String sqlite() {
        return sqlite;
    }

    String csv() {
        return csv;
    }

    Family family() {
        return family;
    }

    boolean isFloating() {
        return this == DOUBLE || this == REAL;
    }

    /** Its number among the kinds, from 0. */
    int place() {
        return java.util.Arrays.asList(values()).indexOf(this);
    }
}
