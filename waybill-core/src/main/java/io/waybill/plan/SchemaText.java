package io.waybill.plan;

import io.waybill.store.StoreProvider;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plan language as a JSON Schema (draft 2020-12), for editors and for {@code waybill schema}. */
public final class SchemaText {
    private final Collection<StoreProvider> providers;

    private SchemaText(Collection<StoreProvider> providers) {
        this.providers = providers;
    }

    /** The schema for plans that use these stores; ends in a new line. */
    public static String json(Collection<StoreProvider> providers) {
        Map<String, Value> schema = new LinkedHashMap<>();
        schema.put("$schema", Value.of("https://json-schema.org/draft/2020-12/schema"));
        schema.put("title", Value.of("waybill plan, version 1"));
        schema.putAll(new SchemaText(providers).shape(Schema.TOP).values());
        return Json.pretty(new Value.MapOf(schema));
    }

    private Value.MapOf shape(Shape shape) {
        if (shape instanceof Shape.One one) {
            return one(one);
        } else if (shape instanceof Shape.Block block) {
            return block(block);
        } else if (shape instanceof Shape.Named named) {
            return map("type", Value.of("object"), "additionalProperties", shape(named.each()));
        } else if (shape instanceof Shape.Many many) {
            return map("type", Value.of("array"), "minItems", Value.of(1), "items", shape(many.each()));
        } else if (shape instanceof Shape.OneOrMany some) {
            return any(shape(some.each()), shape(new Shape.Many(some.each())));
        } else if (shape instanceof Shape.Either either) {
            return any(shape(either.one()), shape(either.map()));
        } else if (shape instanceof Shape.StoreOptions) {
            return stores();
        }
        return map();
    }

    private static Value.MapOf one(Shape.One one) {
        return switch (one.form()) {
            case VERSION -> map("const", Value.of(1));
            case BOOLEAN -> map("type", Value.of("boolean"));
            case COUNT -> map("type", Value.of("integer"), "minimum", Value.of(0));
            case POSITIVE -> map("type", Value.of("integer"), "minimum", Value.of(1));
            case CHOICE -> map("enum", list(one.values()));
            case ADDRESS -> map("type", Value.of("string"), "pattern", Value.of("^[A-Za-z_][A-Za-z0-9_-]*:"));
            case NAME -> map("type", types("string", "integer"), "pattern", Value.of("^[A-Za-z0-9_][A-Za-z0-9_.-]*$"));
            case SIZE ->
                map("type", types("string", "integer"), "pattern", Value.of("^[0-9]+(\\.[0-9]+)? ?([kKMGT]i?B|B)?$"));
            case BUDGET ->
                map(
                        "type",
                        types("integer", "string"),
                        "pattern",
                        Value.of("^([0-9]{1,9}|[0-9]{1,3}(\\.[0-9]{1,6})? ?%)$"));
            case DURATION -> map("type", Value.of("string"), "pattern", Value.of("^([0-9]+(ms|s|m|h|d))+$"));
            case TEXT, TEMPLATE, EXPRESSION -> map("type", types("string", "number", "boolean"));
        };
    }

    private Value.MapOf block(Shape.Block block) {
        Map<String, Value> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (Shape.Key key : block.keys()) {
            Map<String, Value> described = new LinkedHashMap<>();
            described.put("description", Value.of(description(key)));
            described.putAll(shape(key.shape()).values());
            properties.put(key.name(), new Value.MapOf(described));
            if (key.required()) {
                required.add(key.name());
            }
        }
        Map<String, Value> schema = new LinkedHashMap<>();
        schema.put("type", Value.of("object"));
        if (!required.isEmpty()) {
            schema.put("required", list(required));
        }
        if (!block.either().isEmpty()) {
            List<Value> either = new ArrayList<>();
            block.either().forEach(names -> either.add(map("required", list(names))));
            schema.put("anyOf", new Value.ListOf(either));
        }
        schema.put("properties", new Value.MapOf(properties));
        schema.put("additionalProperties", Value.of(false));
        return new Value.MapOf(schema);
    }

    private static String description(Shape.Key key) {
        return key.initial() == null ? key.doc() : key.doc() + " Default: " + key.initial() + ".";
    }

    /** A map with {@code type} and the options of that type, or with {@code url} and options of any type. */
    private Value.MapOf stores() {
        List<Value> kinds = new ArrayList<>();
        Map<String, Value> every = new LinkedHashMap<>();
        every.put("url", map("type", Value.of("string")));
        for (StoreProvider provider : providers) {
            Map<String, Value> properties = new LinkedHashMap<>();
            properties.put("type", map("const", Value.of(provider.type())));
            List<String> required = new ArrayList<>(List.of("type"));
            for (StoreProvider.Option option : provider.options()) {
                Value.MapOf described = option(option);
                properties.put(option.name(), described);
                every.put(option.name(), map());
                if (option.required()) {
                    required.add(option.name());
                }
            }
            kinds.add(object(properties, required));
        }
        kinds.add(object(every, List.of("url")));
        return map("anyOf", new Value.ListOf(kinds));
    }

    private static Value.MapOf object(Map<String, Value> properties, List<String> required) {
        Map<String, Value> schema = new LinkedHashMap<>();
        schema.put("type", Value.of("object"));
        schema.put("required", list(required));
        schema.put("properties", new Value.MapOf(properties));
        schema.put("additionalProperties", Value.of(false));
        return new Value.MapOf(schema);
    }

    /** Every option may be a reference instead, so text is always allowed. */
    private static Value.MapOf option(StoreProvider.Option option) {
        Value types =
                switch (option.type()) {
                    case TEXT, SECRET -> types("string", "number", "boolean");
                    case DURATION -> Value.of("string");
                    case INTEGER -> types("integer", "string");
                    case BOOLEAN -> types("boolean", "string");
                };
        return map("description", Value.of(doc(option)), "type", types);
    }

    private static String doc(StoreProvider.Option option) {
        @Nullable String initial = option.defaultValue();
        return initial == null ? option.doc() : option.doc() + " Default: " + initial + ".";
    }

    private static Value.MapOf any(Value... choices) {
        return map("anyOf", new Value.ListOf(List.of(choices)));
    }

    private static Value types(String... names) {
        return list(List.of(names));
    }

    private static Value.ListOf list(List<String> texts) {
        return new Value.ListOf(texts.stream().map(Value::of).toList());
    }

    private static Value.MapOf map(Object... namesAndValues) {
        Map<String, Value> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], (Value) namesAndValues[i + 1]);
        }
        return new Value.MapOf(map);
    }
}
