package io.waybill.cli;

import io.waybill.jdbc.testing.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, by JDBC and casts to text. */
final class PostgresEnd implements ValueEnd {
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.newDatabase();

    PostgresEnd() {
        server.execute(
                database,
                "CREATE TYPE mood AS ENUM ('so so', 'good'); CREATE DOMAIN positive AS integer CHECK (VALUE > 0)");
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public String address() {
        return server.url(database);
    }

    @Override
    public String format(boolean target) {
        return "";
    }

    @Override
    public String empty(String name) {
        StringJoiner columns = new StringJoiner(", ", "CREATE TABLE " + name + " (id integer PRIMARY KEY, ", ")");
        for (ValueKind kind : ValueKind.values()) {
            columns.add(kind.column() + " " + kind.postgresql());
        }
        server.execute(database, columns.toString());
        return name;
    }

    @Override
    public String fill(List<ValueSample> samples) throws Exception {
        empty("v");
        try (Connection connection = server.connect(database)) {
            utc(connection);
            for (ValueSample sample : samples) {
                String text = literal(sample);
                boolean none = text == null ? sample.text() != null : !ValueSamples.isUnicode(text);
                if (sample.raw() != null || none) {
                    continue;
                }
                ValueKind kind = sample.kind();
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO v (id, " + kind.column()
                        + ") VALUES (?, CAST(CAST(? AS text) AS " + kind.postgresql() + "))")) {
                    insert.setInt(1, sample.id());
                    insert.setString(2, text);
                    insert.executeUpdate();
                } catch (SQLException e) {
                    assertRefused(e); // the store cannot have it
                }
            }
        }
        return "v";
    }

    private static void assertRefused(SQLException e) {
        if (e.getSQLState() == null || !e.getSQLState().matches("2[23].*|42846")) {
            throw new AssertionError(e);
        }
    }

    private static @Nullable String literal(ValueSample sample) {
        String own = sample.own("postgresql");
        String text = sample.text();
        if (own != null) {
            return own.isEmpty() ? null : own;
        } else if (text == null) {
            return null;
        }
        return switch (sample.kind()) {
            case BYTES -> "\\x" + text;
            case INTEGERS -> text.replace('[', '{').replace(']', '}').replace("null", "NULL");
            case TEXTS -> array(text);
            default -> text;
        };
    }

    /** A JSON array of texts without escapes but these as an array of PostgreSQL. */
    private static String array(String json) {
        return json.replace("\\u0000", "\\\\u0000")
                .replace("\\n", "\n")
                .replaceFirst("^\\[", "{")
                .replaceFirst("]$", "}")
                .replace(",null", ",NULL");
    }

    private static void utc(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TIME ZONE 'UTC'");
        }
    }

    @Override
    public Map<Integer, Map<ValueKind, PlainValue>> read(String table) throws Exception {
        StringJoiner columns = new StringJoiner(", ", "SELECT id, ", " FROM " + table);
        for (ValueKind kind : ValueKind.values()) {
            boolean array = kind == ValueKind.INTEGERS || kind == ValueKind.TEXTS;
            columns.add(array ? "to_jsonb(" + kind.column() + ")::text" : kind.column() + "::text");
        }
        Map<Integer, Map<ValueKind, PlainValue>> all = new TreeMap<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            utc(connection);
            try (ResultSet row = statement.executeQuery(columns.toString())) {
                while (row.next()) {
                    Map<ValueKind, PlainValue> values = new EnumMap<>(ValueKind.class);
                    for (ValueKind kind : ValueKind.values()) {
                        values.put(kind, value(kind, row.getString(kind.place() + 2)));
                    }
                    all.put(row.getInt(1), values);
                }
            }
        }
        return all;
    }

    private static PlainValue value(ValueKind kind, @Nullable String text) {
        if (text == null) {
            return PlainValue.NULL;
        }
        if (text.equals("null") && kind.family() == ValueKind.Family.DOCUMENT) {
            return new PlainValue("null", "document");
        }
        String form = kind == ValueKind.BYTES ? text.substring(2) : PlainValue.meant(kind, text);
        return new PlainValue(form, ValueEnd.word(kind));
    }
}
