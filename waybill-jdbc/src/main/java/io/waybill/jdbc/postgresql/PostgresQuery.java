package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.jdbc.Statements;
import io.waybill.store.Querying;
import io.waybill.store.StoreException;
import io.waybill.store.StoreException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A statement that is read in place of a table. It always stands in parentheses, where only something that gives rows may
 * stand, and was prepared by itself before, so that it cannot close them; and it runs in transactions that only read.
 */
final class PostgresQuery {
    private static final String BEGIN = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    private final Querying.Query asked;
    private final String statement;
    private final String task;

    private PostgresQuery(Querying.Query asked, String statement, String task) {
        this.asked = asked;
        this.statement = statement;
        this.task = task;
    }

    static PostgresQuery of(Querying.Query asked, String store) throws StoreException {
        String task = "Cannot read query " + asked.name() + " in " + store;
        String statement = Statements.one(asked.statement(), Statements.Dialect.POSTGRESQL)
                .orElseThrow(
                        () -> new StoreException(
                                Kind.INVALID,
                                task
                                        + ": it is not one statement without parameters. Write one that gives rows, such as a SELECT."));
        return new PostgresQuery(asked, statement, task);
    }

    /** What its sessions begin with: names without a schema mean what they mean to the store's tables. */
    static String session(String schema) {
        return "SET search_path = " + Identifiers.quote(schema) + ", public; SET standard_conforming_strings = on";
    }

    /** Begins a transaction that only reads; giving the connection back ends it. */
    void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement begin = connection.createStatement()) {
            begin.execute(BEGIN);
        }
    }

    /** Its columns, from what the server says of it; nothing is read. */
    PostgresTable table(Connection connection, PostgresCatalog catalog) throws SQLException, StoreException {
        List<String> names = names(connection);
        List<PostgresType> types = catalog.types(numbers(connection, names));
        Map<String, PostgresTable.Column> columns = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            boolean nullable = !asked.key().contains(name);
            if (columns.put(name, new PostgresTable.Column(name, types.get(i), nullable, false, false)) != null) {
                throw invalid("two of its columns are called " + name + ". Give one another name with AS.");
            }
        }
        for (String name : asked.key()) {
            if (!columns.containsKey(name)) {
                throw invalid("its key is " + String.join(", ", asked.key()) + ", and it gives no column " + name
                        + ". Its columns are: " + names.stream().limit(30).collect(Collectors.joining(", ")) + ".");
            }
        }
        return new PostgresTable(asked.name(), "", asked.name(), columns, asked.key(), -1, statement);
    }

    private List<String> names(Connection connection) throws SQLException, StoreException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement prepared = connection.prepareStatement(Statements.prepared(statement))) {
            ResultSetMetaData said = prepared.getMetaData();
            if (said == null || said.getColumnCount() == 0) {
                throw invalid("it gives no rows. Write a SELECT.");
            }
            for (int i = 1; i <= said.getColumnCount(); i++) {
                names.add(said.getColumnLabel(i));
            }
        }
        return names;
    }

    /** The numbers of the types, asked for in a way that runs nothing of the statement. */
    private List<Long> numbers(Connection connection, List<String> names) throws SQLException {
        List<String> aliases = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            aliases.add("c" + i);
        }
        String types = aliases.stream()
                .map(alias -> "pg_catalog.pg_typeof(t." + alias + ")::pg_catalog.oid::bigint")
                .collect(Collectors.joining(", "));
        String sql = "SELECT " + types + " FROM (SELECT) AS nothing LEFT JOIN (" + Statements.prepared(statement)
                + "\n) AS t(" + String.join(", ", aliases) + ") ON FALSE";
        List<Long> numbers = new ArrayList<>();
        try (PreparedStatement ask = connection.prepareStatement(sql);
                ResultSet answer = ask.executeQuery()) {
            answer.next();
            for (int i = 1; i <= names.size(); i++) {
                numbers.add(answer.getLong(i));
            }
        }
        return numbers;
    }

    private StoreException invalid(String why) {
        return new StoreException(Kind.INVALID, task + ": " + why);
    }
}
