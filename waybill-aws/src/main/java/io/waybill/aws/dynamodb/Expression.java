package io.waybill.aws.dynamodb;

import io.waybill.value.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Builds condition and update expressions in which names and values are only ever placeholders. Not thread-safe. */
final class Expression {
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, AttributeValue> values = new LinkedHashMap<>();
    private final List<String> conditions = new ArrayList<>();
    private String update = "";

    Expression exists(String field) {
        conditions.add("attribute_exists(" + name(field) + ")");
        return this;
    }

    Expression missing(String field) {
        conditions.add("attribute_not_exists(" + name(field) + ")");
        return this;
    }

    /** Each field of the row, in natural form, has just this value. */
    Expression same(Row natural) {
        natural.fields().forEach((field, value) -> conditions.add(name(field) + " = " + value(Attributes.of(value))));
        return this;
    }

    Expression update(Row natural, List<String> drop) {
        List<String> sets = new ArrayList<>();
        natural.fields().forEach((field, value) -> sets.add(name(field) + " = " + value(Attributes.of(value))));
        List<String> removes = drop.stream().map(this::name).toList();
        update = (sets.isEmpty() ? "" : "SET " + String.join(", ", sets))
                + (removes.isEmpty() ? "" : " REMOVE " + String.join(", ", removes));
        return this;
    }

    private String name(String field) {
        String place = "#" + names.size();
        names.put(place, field);
        return place;
    }

    private String value(AttributeValue value) {
        String place = ":" + values.size();
        values.put(place, value);
        return place;
    }

    boolean isConditional() {
        return !conditions.isEmpty();
    }

    @Nullable
    String condition() {
        return conditions.isEmpty() ? null : String.join(" AND ", conditions);
    }

    @Nullable
    String update() {
        return update.isBlank() ? null : update.strip();
    }

    @Nullable
    Map<String, String> names() {
        return names.isEmpty() ? null : names;
    }

    @Nullable
    Map<String, AttributeValue> values() {
        return values.isEmpty() ? null : values;
    }
}
