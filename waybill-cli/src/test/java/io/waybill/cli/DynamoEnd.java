package io.waybill.cli;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** DynamoDB Local, by the SDK. */
final class DynamoEnd implements ValueEnd {
    private final DynamoTables tables = new DynamoTables();

    @Override
    public String name() {
        return "dynamodb";
    }

    @Override
    public String address() {
        return tables.server().url();
    }

    @Override
    public String format(boolean target) {
        return "";
    }

    @Override
    public String empty(String name) {
        return tables.server().newTable("id", ScalarAttributeType.N);
    }

    @Override
    public String fill(List<ValueSample> samples) {
        String table = empty("v");
        for (ValueSample sample : samples) {
            AttributeValue value = value(sample);
            if (value != null) {
                Map<String, AttributeValue> item = new LinkedHashMap<>();
                item.put("id", AttributeValue.fromN(Integer.toString(sample.id())));
                item.put(sample.kind().column(), value);
                try {
                    tables.server().client().putItem(put -> put.tableName(table).item(item));
                } catch (DynamoDbException e) {
                    if (e.statusCode() != 400) {
                        throw e;
                    }
                }
            }
        }
        return table;
    }

    /** What the service would not even listen to. */
    private static final int LARGEST_REQUEST = 4 << 20;

    private static @Nullable AttributeValue value(ValueSample sample) {
        String own = sample.own("dynamodb");
        String text = sample.text();
        boolean large = text != null && text.length() > LARGEST_REQUEST;
        if (large || sample.raw() != null || (own != null && own.isEmpty())) {
            return null;
        } else if (text == null) {
            return AttributeValue.fromNul(true);
        }
        return switch (sample.kind().family()) {
            case NUMBER -> AttributeValue.fromN(own == null ? text : own);
            case BOOLEAN -> bool(text, own);
            case BYTES ->
                AttributeValue.fromB(SdkBytes.fromByteArray(HexFormat.of().parseHex(text)));
            case DOCUMENT -> document(text);
            case SET -> set(text, String.valueOf(own));
            default -> ValueSamples.isUnicode(text) ? AttributeValue.fromS(text) : null;
        };
    }

    private static AttributeValue bool(String text, @Nullable String own) {
        if (own == null) {
            return AttributeValue.fromBool(Boolean.parseBoolean(text));
        }
        String value = own.substring(1);
        return own.startsWith("N") ? AttributeValue.fromN(value) : AttributeValue.fromS(value);
    }

    private static @Nullable AttributeValue document(String json) {
        try {
            return attribute(Json.parse(json));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static AttributeValue attribute(Value value) {
        if (value instanceof Value.ListOf list) {
            return AttributeValue.fromL(
                    list.values().stream().map(DynamoEnd::attribute).toList());
        } else if (value instanceof Value.MapOf map) {
            Map<String, AttributeValue> fields = new LinkedHashMap<>();
            map.values().forEach((name, field) -> fields.put(name, attribute(field)));
            return AttributeValue.fromM(fields);
        } else if (value instanceof Value.Dec number) {
            return AttributeValue.fromN(number.value().toString());
        } else if (value instanceof Value.Text text && !ValueSamples.isUnicode(text.value())) {
            throw new IllegalArgumentException("half a surrogate pair");
        }
        return Objects.requireNonNull(
                DynamoTables.attributes(new Value.MapOf(Map.of("v", value))).get("v"));
    }

    private static AttributeValue set(String json, String how) {
        List<String> texts = new ArrayList<>();
        boolean numbers = false;
        for (Value value : ((Value.ListOf) Json.parse(json)).values()) {
            numbers |= !(value instanceof Value.Text);
            texts.add(io.waybill.value.RowCodec.text(value));
        }
        if (how.equals("bytes")) {
            return AttributeValue.fromBs(texts.stream()
                    .map(text -> SdkBytes.fromByteArray(Base64.getDecoder().decode(text)))
                    .toList());
        }
        return numbers ? AttributeValue.fromNs(texts) : AttributeValue.fromSs(texts);
    }

    @Override
    public Map<Integer, Map<ValueKind, PlainValue>> read(String table) {
        Map<Integer, Map<ValueKind, PlainValue>> all = new TreeMap<>();
        for (Map<String, AttributeValue> item : tables.raw(table)) {
            Map<ValueKind, PlainValue> values = new EnumMap<>(ValueKind.class);
            for (ValueKind kind : ValueKind.values()) {
                AttributeValue value = item.get(kind.column());
                if (value != null) {
                    values.put(kind, value(kind, value));
                }
            }
            all.put(Integer.parseInt(Objects.requireNonNull(item.get("id")).n()), values);
        }
        return all;
    }

    private static PlainValue value(ValueKind kind, AttributeValue value) {
        boolean document = kind.family() == ValueKind.Family.DOCUMENT || kind.family() == ValueKind.Family.SET;
        return switch (value.type()) {
            case NUL -> PlainValue.NULL;
            case N -> new PlainValue(PlainValue.digits(kind, value.n()), "number");
            case BOOL -> new PlainValue(value.bool().toString(), "boolean");
            case S -> new PlainValue(document ? PlainValue.text(value.s()) : PlainValue.meant(kind, value.s()), "text");
            case B -> new PlainValue(HexFormat.of().formatHex(value.b().asByteArray()), "bytes");
            case M, L -> new PlainValue(PlainValue.document(kind, value), "document");
            default -> new PlainValue(PlainValue.document(kind, value), "set");
        };
    }
}
