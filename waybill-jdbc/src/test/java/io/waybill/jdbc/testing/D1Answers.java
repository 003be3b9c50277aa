package io.waybill.jdbc.testing;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How D1 runs a statement and what its answers look like. */
final class D1Answers {
    /** Those that D1 documents. */
    private static final Set<String> PRAGMAS = Set.of(
            "table_list",
            "table_info",
            "table_xinfo",
            "index_list",
            "index_info",
            "index_xinfo",
            "foreign_key_list",
            "foreign_key_check",
            "foreign_keys",
            "quick_check",
            "defer_foreign_keys",
            "optimize");

    private static final Pattern PRAGMA = Pattern.compile("\\s*PRAGMA\\s+(\\w+).*", Pattern.CASE_INSENSITIVE);
    private static final Pattern TRANSACTION =
            Pattern.compile("\\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\\b.*", Pattern.CASE_INSENSITIVE);

    private D1Answers() {}

    static Value run(Connection connection, D1Endpoint.Asked asked, boolean raw) throws SQLException {
        check(asked.sql());
        try (PreparedStatement statement = connection.prepareStatement(asked.sql())) {
            int wanted = statement.getParameterMetaData().getParameterCount();
            if (wanted != asked.params().size()) {
                throw new SQLException("Wrong number of parameter bindings for SQL query.", null, 1);
            }
            for (int i = 0; i < wanted; i++) {
                statement.setString(i + 1, asked.params().get(i));
            }
            List<String> columns = new ArrayList<>();
            List<List<Value>> rows = new ArrayList<>();
            int changes = 0;
            if (statement.execute()) {
                try (ResultSet result = statement.getResultSet()) {
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        columns.add(result.getMetaData().getColumnLabel(i));
                    }
                    while (result.next()) {
                        List<Value> row = new ArrayList<>();
                        for (int i = 1; i <= columns.size(); i++) {
                            row.add(script(result.getObject(i)));
                        }
                        rows.add(row);
                    }
                }
            } else {
                changes = statement.getUpdateCount();
            }
            Map<String, Value> answer = new LinkedHashMap<>();
            answer.put("results", raw ? arrays(columns, rows) : objects(columns, rows));
            answer.put("success", Value.of(true));
            answer.put(
                    "meta", new Value.MapOf(Map.of("changes", Value.of(changes), "rows_read", Value.of(rows.size()))));
            return new Value.MapOf(answer);
        }
    }

    /** What D1 lets nobody do. */
    private static void check(String sql) throws SQLException {
        Matcher pragma = PRAGMA.matcher(sql);
        boolean odd = pragma.matches() && !PRAGMAS.contains(pragma.group(1).toLowerCase(Locale.ROOT));
        if (odd || sql.toLowerCase(Locale.ROOT).contains("pragma_") || sql.contains("sqlite_version")) {
            throw new SQLException("not authorized", null, 23);
        } else if (sql.contains("_cf_")) {
            throw new SQLException("access to _cf_KV.key is prohibited", null, 23);
        } else if (TRANSACTION.matcher(sql.replace('\n', ' ')).matches()) {
            throw new SQLException("To execute a transaction, use a batch", null, 1);
        }
    }

    /** What JavaScript makes of it, and JSON of that. */
    private static Value script(@Nullable Object value) {
        if (value == null) {
            return Value.NULL;
        } else if (value instanceof byte[] bytes) {
            List<Value> all = new ArrayList<>();
            for (byte each : bytes) {
                all.add(Value.of(each & 0xff));
            }
            return new Value.ListOf(all);
        } else if (value instanceof Number number) {
            double real = number.doubleValue();
            if (!Double.isFinite(real)) {
                return Value.NULL;
            }
            BigDecimal exact = new BigDecimal(Double.toString(real)).stripTrailingZeros();
            return exact.scale() <= 0 && exact.precision() - exact.scale() < 22
                    ? new Value.Int(exact.toBigIntegerExact())
                    : Value.of(exact);
        }
        return Value.of(String.valueOf(value));
    }

    private static Value arrays(List<String> columns, List<List<Value>> rows) {
        Map<String, Value> results = new LinkedHashMap<>();
        results.put(
                "columns",
                new Value.ListOf(columns.stream().<Value>map(Value::of).toList()));
        results.put(
                "rows",
                new Value.ListOf(rows.stream().<Value>map(Value.ListOf::new).toList()));
        return new Value.MapOf(results);
    }

    private static Value objects(List<String> columns, List<List<Value>> rows) {
        List<Value> all = new ArrayList<>();
        for (List<Value> row : rows) {
            Map<String, Value> fields = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                fields.put(columns.get(i), row.get(i));
            }
            all.add(new Value.MapOf(fields));
        }
        return new Value.ListOf(all);
    }

    static String success(List<Value> results) {
        return Json.write(document(new Value.ListOf(results), true, List.of()));
    }

    static String error(int code, String message) {
        Value error = new Value.MapOf(Map.of("code", Value.of(code), "message", Value.of(message)));
        return Json.write(document(new Value.ListOf(List.of()), false, List.of(error)));
    }

    private static Value document(Value result, boolean success, List<Value> errors) {
        Map<String, Value> document = new LinkedHashMap<>();
        document.put("result", result);
        document.put("success", Value.of(success));
        document.put("errors", new Value.ListOf(errors));
        document.put("messages", new Value.ListOf(List.of()));
        return new Value.MapOf(document);
    }

    /** SQLite's words and the name of its code, as D1 says them. */
    static String words(SQLException e) {
        String text = String.valueOf(e.getMessage());
        int open = text.indexOf(" (");
        if (text.startsWith("[") && open > 0 && text.endsWith(")")) {
            text = text.substring(open + 2, text.length() - 1);
        }
        String code =
                switch (e.getErrorCode() & 0xff) {
                    case 5 -> "SQLITE_BUSY";
                    case 18 -> "SQLITE_TOOBIG";
                    case 19 -> "SQLITE_CONSTRAINT";
                    case 20 -> "SQLITE_MISMATCH";
                    case 23 -> "SQLITE_AUTH";
                    default -> "SQLITE_ERROR";
                };
        return text + ": " + code;
    }
}
