package io.waybill.jdbc.postgresql;

import io.waybill.store.Described.Attribute;
import io.waybill.store.Described.Definition;
import io.waybill.store.Described.Rule;
import io.waybill.store.Described.Trigger;
import io.waybill.store.Described.Unnamed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the catalog promises of tables, beyond what it takes to write to them. */
final class PostgresDefinitions {
    private static final String COLUMNS = "SELECT a.attname, a.attgenerated <> '', a.attidentity <> '',"
            + " COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid), t.typdefault),"
            + " a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)"
            + " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
            + " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
            + " WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

    /** Checks of the table and of the domains of its columns, exclusions, and unique indexes that are no plain keys. */
    private static final String RULES = "SELECT k.conname, pg_catalog.pg_get_constraintdef(k.oid)"
            + " FROM pg_catalog.pg_constraint k WHERE (k.conrelid = ?::regclass AND k.contype IN ('c', 'x'))"
            + " OR (k.contype = 'c' AND k.contypid IN (SELECT a.atttypid FROM pg_catalog.pg_attribute a"
            + " WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped))"
            + " UNION ALL SELECT c.relname, 'UNIQUE ' || pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid),"
            + " '^.*? USING ', '') FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
            + " WHERE i.indrelid = ?::regclass AND i.indisunique AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)"
            + " ORDER BY 1";

    private static final String TRIGGERS = "SELECT t.tgname, (t.tgtype::int & 4) <> 0,"
            + " (t.tgtype::int & 3) = 3, l.lanname IN ('plpgsql', 'sql'), p.prosrc"
            + " FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid"
            + " JOIN pg_catalog.pg_language l ON l.oid = p.prolang WHERE t.tgrelid = ?::regclass"
            + " AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND (t.tgtype::int & 20) <> 0 ORDER BY 1";

    private static final Pattern COMMENT = Pattern.compile("--[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern NO_DEFAULT = Pattern.compile("(?i)NULL(::.*)?");
    private static final String NAME = "((?:\"[^\"]+\"|\\w+)(?:\\.(?:\"[^\"]+\"|\\w+))?)";
    private static final Pattern WRITES = Pattern.compile(
            "\\b(?:insert\\s+into|delete\\s+from(?:\\s+only)?|update(?:\\s+only)?(?=\\s+\\S+\\s+(?:\\S+\\s+){0,2}set\\b))\\s+"
                    + NAME,
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SETS = Pattern.compile(
            "\\bnew\\.(\"[^\"]+\"|\\w+)\\s*:=|(?:;|\\bthen|\\belse|\\bbegin|\\bloop)\\s+new\\.(\"[^\"]+\"|\\w+)\\s*=",
            Pattern.CASE_INSENSITIVE);

    private PostgresDefinitions() {}

    static Definition of(Connection connection, PostgresTable table) throws SQLException {
        return new Definition(columns(connection, table), rules(connection, table), triggers(connection, table));
    }

    private static List<Attribute> columns(Connection connection, PostgresTable table) throws SQLException {
        List<Attribute> columns = new ArrayList<>();
        try (PreparedStatement find = connection.prepareStatement(COLUMNS)) {
            find.setString(1, table.sql());
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    PostgresTable.Column column = table.find(found.getString(1));
                    if (column == null) {
                        continue; // added since the table was looked up
                    }
                    String fill = found.getString(4);
                    boolean fills = fill != null && !NO_DEFAULT.matcher(fill).matches();
                    boolean refuses = found.getBoolean(5);
                    columns.add(new Attribute(
                            column.name(),
                            column.type().shown(),
                            !refuses,
                            column.type().isCommon(),
                            column.type().reader() != null,
                            found.getBoolean(2)
                                    ? Unnamed.COMPUTED
                                    : found.getBoolean(3)
                                            ? Unnamed.NUMBERED
                                            : fills ? Unnamed.DEFAULT : refuses ? Unnamed.REFUSED : Unnamed.NULL,
                            fills ? fill : ""));
                }
            }
        }
        return columns;
    }

    private static List<Rule> rules(Connection connection, PostgresTable table) throws SQLException {
        List<Rule> rules = new ArrayList<>();
        try (PreparedStatement find = connection.prepareStatement(RULES)) {
            find.setString(1, table.sql());
            find.setString(2, table.sql());
            find.setString(3, table.sql());
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    rules.add(new Rule(found.getString(1), String.valueOf(found.getString(2))));
                }
            }
        }
        return rules;
    }

    private static List<Trigger> triggers(Connection connection, PostgresTable table) throws SQLException {
        List<Trigger> triggers = new ArrayList<>();
        try (PreparedStatement find = connection.prepareStatement(TRIGGERS)) {
            find.setString(1, table.sql());
            try (ResultSet found = find.executeQuery()) {
                while (found.next()) {
                    boolean before = found.getBoolean(3);
                    boolean readable = found.getBoolean(4);
                    String text = readable ? found.getString(5).strip() : "";
                    String bare = COMMENT.matcher(text).replaceAll(" ");
                    triggers.add(new Trigger(
                            found.getString(1),
                            found.getBoolean(2),
                            text,
                            names(WRITES.matcher(bare)),
                            before ? (readable ? names(SETS.matcher(bare)) : Set.of("*")) : Set.of()));
                }
            }
        }
        return triggers;
    }

    /** The names that a pattern finds, without their schema. */
    private static Set<String> names(Matcher matcher) {
        Set<String> names = new LinkedHashSet<>();
        while (matcher.find()) {
            String found = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            String last = found.replaceFirst("^(?:\"[^\"]+\"|\\w+)\\.", "");
            names.add(last.startsWith("\"") ? last.substring(1, last.length() - 1) : last.toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
