package io.waybill.jdbc.sqlite;

import io.waybill.store.RowItem;
import io.waybill.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statements and tables of one piece of work on a connection; each is prepared or looked up once. Not safe for several threads. */
final class SqliteStatements implements SqliteSession, AutoCloseable {
    private static final int MOST = 64;
    private static final Paging PAGING = new Paging(100, 2_000, 4 << 20);

    private final Connection connection;
    private final String store;
    private final String task;
    private final Map<String, SqliteTable> tables = new HashMap<>();
    private final Map<String, PreparedStatement> prepared = new LinkedHashMap<>();

    /** @param task begins the messages about what fails */
    SqliteStatements(Connection connection, String store, String task) {
        this.connection = connection;
        this.store = store;
        this.task = task;
    }

    Connection connection() {
        return connection;
    }

    SqliteTable table(String name) throws SQLException, StoreException {
        SqliteTable table = tables.get(name);
        if (table == null) {
            try {
                table = SqliteCatalog.table(this, name, store);
            } catch (StoreException e) {
                throw bare(e);
            }
            tables.put(name, table);
        }
        return table;
    }

    /** Runs a change; answers how many rows it changed. */
    int change(String sql, Collection<? extends @Nullable Object> values) throws SQLException {
        PreparedStatement statement = prepare(sql);
        bind(statement, values);
        return statement.executeUpdate();
    }

    /** What stands at the key of a change, or null. */
    @Nullable
    RowItem find(SqliteChange change) throws SQLException, StoreException {
        SqliteTable table = change.table();
        SqliteSelect select = SqliteSelect.of(table, store, List.of());
        Question question = new Question(
                select.columns(),
                "FROM " + table.sql() + " WHERE " + table.sameKey(),
                new ArrayList<>(change.key().values()));
        List<RowItem> found = new ArrayList<>();
        try {
            ask(List.of(question), (number, row) -> {
                found.add(select.take(row, null).item());
                return false;
            });
        } catch (StoreException e) {
            throw bare(e);
        }
        return found.isEmpty() ? null : found.get(0);
    }

    /** What the driver threw, where it was that. */
    private static StoreException bare(StoreException e) throws SQLException {
        if (e.getCause() instanceof SQLException cause) {
            throw cause;
        }
        return e;
    }

    @Override
    public void ask(List<Question> questions, Reader reader) throws StoreException {
        try {
            for (int i = 0; i < questions.size(); i++) {
                Question question = questions.get(i);
                PreparedStatement statement =
                        prepare("SELECT " + String.join(", ", question.columns()) + " " + question.rest());
                bind(statement, question.values());
                try (ResultSet rows = statement.executeQuery()) {
                    Cells cells = number -> stored(rows, number);
                    while (rows.next() && reader.take(i, cells)) {
                        // goes on as long as the reader wants to
                    }
                }
            }
        } catch (SQLException e) {
            throw SqliteErrors.of(task, e);
        }
    }

    private @Nullable Object stored(ResultSet rows, int number) throws StoreException, BadValue {
        try {
            return SqliteReading.stored(rows, number);
        } catch (SQLException e) {
            throw SqliteErrors.of(task, e);
        }
    }

    @Override
    public List<Map<String, String>> pragma(String text) throws StoreException {
        List<Map<String, String>> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA " + text)) {
            ResultSetMetaData columns = rows.getMetaData();
            while (rows.next()) {
                Map<String, String> row = new HashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    String value = rows.getString(i);
                    if (value != null) {
                        row.put(columns.getColumnLabel(i), value);
                    }
                }
                all.add(row);
            }
        } catch (SQLException e) {
            throw SqliteErrors.of(task, e);
        }
        return all;
    }

    @Override
    public boolean isUtf8() throws StoreException {
        List<Map<String, String>> rows = pragma("main.encoding");
        return !rows.isEmpty() && rows.get(0).containsValue("UTF-8");
    }

    @Override
    public Paging paging() {
        return PAGING;
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            if (prepared.size() >= MOST) {
                close();
            }
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    private static void bind(PreparedStatement statement, Collection<? extends @Nullable Object> values)
            throws SQLException {
        int number = 1;
        for (Object value : values) {
            bind(statement, number++, value);
        }
    }

    private static void bind(PreparedStatement statement, int number, @Nullable Object stored) throws SQLException {
        if (stored == null) {
            statement.setNull(number, java.sql.Types.NULL);
        } else if (stored instanceof Long integer) {
            statement.setLong(number, integer);
        } else if (stored instanceof Double real) {
            statement.setDouble(number, real);
        } else if (stored instanceof String text) {
            statement.setString(number, text);
        } else {
            statement.setBytes(number, (byte[]) stored);
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.close();
        }
        prepared.clear();
    }
}
