package io.waybill.jdbc.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What somebody should know of a table before rows are written to it. */
final class PostgresRemarks {
    private static final String TRIGGERS = "SELECT t.tgname FROM pg_catalog.pg_trigger t WHERE t.tgrelid = ?::regclass"
            + " AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND (t.tgtype::int & 28) <> 0 ORDER BY 1";

    private PostgresRemarks() {}

    static List<String> of(Connection connection, PostgresTable table, boolean advances) throws SQLException {
        List<String> remarks = new ArrayList<>();
        List<String> triggers = triggers(connection, table);
        if (!triggers.isEmpty()) {
            remarks.add("what is written fires its "
                    + (triggers.size() == 1 ? "trigger " : "triggers ")
                    + String.join(" and ", triggers));
        }
        String computed = names(table.columns().values().stream()
                .filter(PostgresTable.Column::computed)
                .toList());
        if (!computed.isEmpty()) {
            remarks.add("the server computes " + computed + " by itself");
        }
        String always = names(table.columns().values().stream()
                .filter(PostgresTable.Column::always)
                .toList());
        if (!always.isEmpty()) {
            remarks.add(always + " GENERATED ALWAYS takes the numbers of the rows all the same");
        }
        for (PostgresSequences.Sequence sequence : PostgresSequences.of(connection, table)) {
            remarks.add("sequence " + sequence.shown(table) + " behind " + sequence.column()
                    + (advances ? " is advanced past them at the end" : " stays where it is"));
        }
        return remarks;
    }

    private static String names(List<PostgresTable.Column> columns) {
        return columns.stream().map(PostgresTable.Column::name).collect(Collectors.joining(" and "));
    }

    private static List<String> triggers(Connection connection, PostgresTable table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement find = connection.prepareStatement(TRIGGERS)) {
            find.setString(1, table.sql());
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    names.add(found.getString(1));
                }
            }
        }
        return names;
    }
}
