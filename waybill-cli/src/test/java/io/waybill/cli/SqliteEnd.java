package io.waybill.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** SQLite, by JDBC; texts are read and written as their bytes. */
final class SqliteEnd implements ValueEnd {
    private final Path file;

    SqliteEnd(Path folder) {
        this.file = folder.resolve("values.sqlite");
    }

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public String address() {
        return "sqlite:" + file.getFileName();
    }

    @Override
    public String format(boolean target) {
        return "";
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    @Override
    public String empty(String name) throws Exception {
        StringJoiner columns = new StringJoiner(", ", "CREATE TABLE " + name + " (id INTEGER PRIMARY KEY, ", ")");
        for (ValueKind kind : ValueKind.values()) {
            columns.add(kind.column() + " " + kind.sqlite());
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(columns.toString());
        }
        return name;
    }

    @Override
    public String fill(List<ValueSample> samples) throws Exception {
        empty("v");
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            for (ValueSample sample : samples) {
                Object value = value(sample);
                boolean isNull = sample.text() == null && sample.raw() == null;
                if (value == null && !isNull) {
                    continue;
                }
                boolean text = value instanceof byte[] && sample.kind() != ValueKind.BYTES;
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO v (id, "
                        + sample.kind().column() + ") VALUES (?, " + (text ? "CAST(? AS TEXT)" : "?") + ")")) {
                    insert.setInt(1, sample.id());
                    insert.setObject(2, value);
                    insert.executeUpdate();
                }
            }
            connection.commit();
        }
        return "v";
    }

    /** A Long, a Double, or the bytes of a text or blob; null where it cannot be. */
    private static @Nullable Object value(ValueSample sample) {
        String own = sample.own("sqlite");
        String text = own == null ? sample.text() : own;
        if (sample.raw() != null) {
            return sample.raw();
        } else if (text == null || (own != null && own.isEmpty())) {
            return null;
        } else if (text.startsWith("#")) {
            return Long.parseLong(text.substring(1));
        }
        return switch (sample.kind()) {
            case DOUBLE, REAL -> text.equals("NaN") ? null : (Object) Double.parseDouble(text);
            case BOOLEAN -> text.equals("true") ? (Object) 1L : text.equals("false") ? 0L : utf8(text);
            case INTEGER, SMALL, DOMAIN -> text.matches("-?[0-9]{1,18}") ? (Object) Long.parseLong(text) : utf8(text);
            case BYTES -> HexFormat.of().parseHex(text);
            case JSONB, JSON, INTEGERS, TEXTS, SET -> text.matches("(?s)[\\[{].*") ? utf8(text) : null;
            default -> utf8(text);
        };
    }

    private static byte @Nullable [] utf8(String text) {
        return ValueSamples.isUnicode(text) ? text.getBytes(StandardCharsets.UTF_8) : null;
    }

    @Override
    public Map<Integer, Map<ValueKind, PlainValue>> read(String table) throws Exception {
        StringJoiner columns = new StringJoiner(", ", "SELECT id, ", " FROM " + table);
        for (ValueKind kind : ValueKind.values()) {
            String name = kind.column();
            columns.add("typeof(" + name + ")");
            columns.add("CASE typeof(" + name + ") WHEN 'text' THEN CAST(" + name + " AS BLOB) ELSE " + name + " END");
        }
        Map<Integer, Map<ValueKind, PlainValue>> all = new TreeMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(columns.toString())) {
            while (row.next()) {
                Map<ValueKind, PlainValue> values = new EnumMap<>(ValueKind.class);
                for (ValueKind kind : ValueKind.values()) {
                    int number = kind.place() * 2 + 2;
                    values.put(kind, value(kind, row.getString(number), row, number + 1));
                }
                all.put(row.getInt(1), values);
            }
        }
        return all;
    }

    private static PlainValue value(ValueKind kind, String type, ResultSet row, int number) throws SQLException {
        String form =
                switch (type) {
                    case "null" -> "null";
                    case "integer" -> integer(kind, row.getLong(number));
                    case "real" -> PlainValue.real(row.getDouble(number));
                    case "blob" -> {
                        byte[] bytes = row.getBytes(number);
                        yield HexFormat.of().formatHex(bytes == null ? new byte[0] : bytes);
                    }
                    default -> {
                        byte[] bytes = row.getBytes(number);
                        yield text(kind, PlainValue.utf8(bytes == null ? new byte[0] : bytes));
                    }
                };
        return type.equals("null") ? PlainValue.NULL : new PlainValue(form, ValueEnd.word(kind));
    }

    private static String integer(ValueKind kind, long value) {
        boolean bool = kind == ValueKind.BOOLEAN && (value == 0 || value == 1);
        return bool ? Boolean.toString(value == 1) : PlainValue.number(Long.toString(value));
    }

    private static String text(ValueKind kind, String text) {
        boolean document = kind.family() == ValueKind.Family.DOCUMENT || kind.family() == ValueKind.Family.SET;
        return document && !text.matches("(?s)[\\[{].*") ? PlainValue.text(text) : PlainValue.meant(kind, text);
    }
}
