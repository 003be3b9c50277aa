package io.waybill.jdbc.postgresql;

import io.waybill.jdbc.Identifiers;
import io.waybill.jdbc.RowConditions;
import io.waybill.store.Condition;
import io.waybill.store.Content;
import io.waybill.store.Effect;
import io.waybill.store.RowKey;
import io.waybill.store.StoreException;
import io.waybill.value.Canonical;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An effect that is not a new row in bulk, checked against its table.
 *
 * @param key the key as the table holds it
 * @param row of a put, the whole row; of a patch, what it sets, with null for what it drops; of a removal, empty
 */
record PostgresChange(int place, Effect effect, PostgresTable table, Row key, Row row) {

    /** A statement and the texts of its parameters; {@code certain} if it must touch a row. */
    record Step(String sql, List<@Nullable String> parameters, boolean certain) {}

    static PostgresChange of(PostgresApply call, int place) throws StoreException {
        Effect effect = call.effect(place);
        String task = call.task(place);
        if (!(effect.key() instanceof RowKey rowKey)) {
            throw PostgresRowErrors.invalid(call.store(), effect.key(), "a table has rows, not files", "Name a table.");
        }
        PostgresTable table = call.table(rowKey.table());
        Row key = PostgresHolding.key(table, rowKey, task);
        Map<String, Value> fields = new LinkedHashMap<>();
        Content content = effect.content();
        Row given = Row.EMPTY;
        if (content instanceof Content.RowContent put && effect.kind() == Effect.Kind.PUT) {
            given = put.row();
        } else if (content instanceof Content.RowPatch patch && effect.kind() == Effect.Kind.PATCH) {
            given = patch.set();
            for (String dropped : patch.drop()) {
                given = given.with(dropped, Value.NULL);
            }
        } else if (effect.kind() != Effect.Kind.REMOVE) {
            throw PostgresRowErrors.invalid(
                    call.store(), effect.key(), "what is to be written is no row", "Send a row.");
        }
        for (Map.Entry<String, Value> field : given.fields().entrySet()) {
            PostgresTable.Column column = PostgresHolding.writable(table, field.getKey(), task);
            fields.put(field.getKey(), PostgresHolding.exactly(column, field.getValue(), task));
        }
        Row row = Row.of(fields);
        if (effect.kind() == Effect.Kind.PUT) {
            PostgresHolding.checkKey(key, row, task);
        } else if (effect.kind() == Effect.Kind.PATCH) {
            PostgresHolding.checkKey(
                    key.only(key.names().stream().filter(row::has).toList()), row, task);
        }
        return new PostgresChange(place, effect, table, key, row);
    }

    /** Whether it happens whatever stands there, so that nobody needs to look. */
    boolean isUnconditional() {
        return effect.condition() instanceof Condition.Any && effect.kind() != Effect.Kind.PATCH;
    }

    boolean holds(@Nullable Row found) {
        return RowConditions.hold(effect, row, found);
    }

    /** What stands there afterwards. */
    @Nullable
    Row after(@Nullable Row found) {
        return switch (effect.kind()) {
            case PUT -> row;
            case REMOVE -> null;
            case PATCH -> {
                Row patched = found;
                for (Map.Entry<String, Value> field : row.fields().entrySet()) {
                    patched = (patched == null ? Row.EMPTY : patched).with(field.getKey(), field.getValue());
                }
                yield patched;
            }
        };
    }

    /** How it is done, given what stands there; null when nothing has to be. */
    @Nullable
    Step step(@Nullable Row found) throws BadValue {
        if (effect.kind() == Effect.Kind.REMOVE) {
            return new Step("DELETE FROM " + table.sql() + " AS t" + where(), keys(), found != null);
        } else if (found != null) {
            return update(found);
        }
        List<String> names = List.copyOf(row.names());
        String sql = "INSERT INTO " + table.sql() + " (" + Identifiers.list("", names)
                + ") OVERRIDING SYSTEM VALUE VALUES ("
                + String.join(", ", java.util.Collections.nCopies(names.size(), "?"))
                + ")";
        List<String> changes = new ArrayList<>();
        boolean any = effect.condition() instanceof Condition.Any;
        if (any) {
            for (String name : names) {
                if (!table.key().contains(name)) {
                    changes.add(Identifiers.quote(name) + " = EXCLUDED." + Identifiers.quote(name));
                }
            }
            defaults(changes);
            sql += " ON CONFLICT (" + Identifiers.list("", table.key()) + ") DO "
                    + (changes.isEmpty() ? "NOTHING" : "UPDATE SET " + String.join(", ", changes));
        }
        return new Step(sql, texts(names), !any || !changes.isEmpty());
    }

    private @Nullable Step update(Row found) throws BadValue {
        List<String> changes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String name : row.names()) {
            PostgresTable.Column column = table.find(name);
            boolean fixed = table.key().contains(name)
                    || (column != null && column.always() && digest(row, name).equals(digest(found, name)));
            if (!fixed) {
                changes.add(Identifiers.quote(name) + " = ?");
                names.add(name);
            }
        }
        if (effect.kind() == Effect.Kind.PUT) {
            defaults(changes);
        }
        if (changes.isEmpty()) {
            return null;
        }
        List<@Nullable String> parameters = texts(names);
        parameters.addAll(keys());
        String sql = "UPDATE " + table.sql() + " AS t SET " + String.join(", ", changes) + where();
        return new Step(sql, parameters, true);
    }

    private static Digest digest(Row row, String name) {
        return Canonical.digest(row.only(List.of(name)));
    }

    /** A put says what the whole row is: what it does not name becomes what a new row has there. */
    private void defaults(List<String> changes) {
        for (String name : PostgresHolding.unnamed(table, row.names())) {
            if (!table.key().contains(name)) {
                changes.add(Identifiers.quote(name) + " = DEFAULT");
            }
        }
    }

    private String where() {
        return where(table.key());
    }

    /** The condition that some columns have values that follow as parameters. */
    String where(List<String> columns) {
        return columns.stream()
                .map(name -> "t." + Identifiers.quote(name) + " = CAST(? AS "
                        + java.util.Objects.requireNonNull(table.find(name))
                                .type()
                                .sql() + ")")
                .collect(Collectors.joining(" AND ", " WHERE ", ""));
    }

    private List<@Nullable String> keys() {
        List<@Nullable String> texts = new ArrayList<>();
        for (String name : table.key()) {
            Value value = key.find(name);
            texts.add(value == null ? null : PostgresLiteral.of(value));
        }
        return texts;
    }

    private List<@Nullable String> texts(List<String> names) throws BadValue {
        List<@Nullable String> texts = new ArrayList<>();
        for (String name : names) {
            Value value = row.find(name);
            PostgresTable.Column column = table.find(name);
            if (value == null || value instanceof Value.Null || column == null) {
                texts.add(null);
            } else {
                texts.add(column.type().form().spell(value));
            }
        }
        return texts;
    }
}
