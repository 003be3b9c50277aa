package io.waybill.aws.dynamodb;

import io.waybill.value.Row;
import io.waybill.value.Shape;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Turns natural values into the SDK's and back. */
final class Attributes {
    private Attributes() {}

    /** All fields of a row in natural form. */
    static Map<String, AttributeValue> of(Row natural) {
        Map<String, AttributeValue> attributes = new LinkedHashMap<>();
        natural.fields().forEach((name, value) -> attributes.put(name, of(value)));
        return attributes;
    }

    static AttributeValue of(Value natural) {
        AttributeValue.Builder builder = AttributeValue.builder();
        if (natural instanceof Value.Null) {
            builder.nul(true);
        } else if (natural instanceof Value.Bool bool) {
            builder.bool(bool.value());
        } else if (natural instanceof Value.Text text) {
            builder.s(text.value());
        } else if (natural instanceof Value.Dec decimal) {
            builder.n(decimal.value().toString());
        } else if (natural instanceof Value.Bytes bytes) {
            builder.b(SdkBytes.fromByteArray(bytes.value()));
        } else if (natural instanceof Value.ListOf list) {
            builder.l(list.values().stream().map(Attributes::of).toList());
        } else if (natural instanceof Value.MapOf map) {
            Map<String, AttributeValue> all = new LinkedHashMap<>();
            map.values().forEach((name, value) -> all.put(name, of(value)));
            builder.m(all);
        } else if (natural instanceof Value.SetOf set) {
            set(set.values(), builder);
        } else {
            throw new IllegalArgumentException(natural.kind() + " is not in natural form");
        }
        return builder.build();
    }

    private static void set(Set<Value> values, AttributeValue.Builder builder) {
        List<String> texts = new ArrayList<>();
        List<String> numbers = new ArrayList<>();
        List<SdkBytes> blocks = new ArrayList<>();
        for (Value value : values) {
            if (value instanceof Value.Text text) {
                texts.add(text.value());
            } else if (value instanceof Value.Dec decimal) {
                numbers.add(decimal.value().toString());
            } else if (value instanceof Value.Bytes bytes) {
                blocks.add(SdkBytes.fromByteArray(bytes.value()));
            } else {
                throw new IllegalArgumentException("a set of " + value.kind() + " is not in natural form");
            }
        }
        if (!texts.isEmpty()) {
            builder.ss(texts);
        } else if (!numbers.isEmpty()) {
            builder.ns(numbers);
        } else {
            builder.bs(blocks);
        }
    }

    /** An item as a row: the fields of the key first, the others by name. */
    static Row row(Map<String, AttributeValue> item, Collection<String> key) {
        List<String> names = new ArrayList<>(item.size());
        for (String name : key) {
            if (item.containsKey(name)) {
                names.add(name);
            }
        }
        int keys = names.size();
        for (String name : item.keySet()) {
            if (!key.contains(name)) {
                names.add(name);
            }
        }
        names.subList(keys, names.size()).sort(null);
        Value[] values = new Value[names.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(Objects.requireNonNull(item.get(names.get(i))));
        }
        return Row.of(Shape.of(names), values);
    }

    static Value value(AttributeValue attribute) {
        return switch (attribute.type()) {
            case S -> Value.of(attribute.s());
            case N -> NaturalForm.read(attribute.n());
            case B -> new Value.Bytes(attribute.b().asByteArray());
            case BOOL -> Value.of(attribute.bool());
            case NUL -> Value.NULL;
            case L ->
                new Value.ListOf(attribute.l().stream().map(Attributes::value).toList());
            case M -> {
                Map<String, Value> all = new LinkedHashMap<>();
                new TreeMap<>(attribute.m()).forEach((name, value) -> all.put(name, value(value)));
                yield new Value.MapOf(all);
            }
            case SS -> {
                Set<Value> all = new LinkedHashSet<>();
                attribute.ss().forEach(text -> all.add(Value.of(text)));
                yield new Value.SetOf(all);
            }
            case NS -> {
                Set<Value> all = new LinkedHashSet<>();
                attribute.ns().forEach(number -> all.add(NaturalForm.read(number)));
                yield new Value.SetOf(all);
            }
            case BS -> {
                Set<Value> all = new LinkedHashSet<>();
                attribute.bs().forEach(bytes -> all.add(new Value.Bytes(bytes.asByteArray())));
                yield new Value.SetOf(all);
            }
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException("an attribute of an unknown type");
        };
    }
}
