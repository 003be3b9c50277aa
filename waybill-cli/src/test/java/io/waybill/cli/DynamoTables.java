package io.waybill.cli;

import io.waybill.aws.testing.DynamoLocal;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Tables of DynamoDB Local, filled and read past our own code. Items are plain: maps, lists, text, numbers, booleans. */
final class DynamoTables {
    private final DynamoLocal server = DynamoLocal.shared();

    DynamoLocal server() {
        return server;
    }

    /** Puts an item given as JSON. */
    void put(String table, String json) {
        put(table, (Value.MapOf) Json.parse(json));
    }

    void put(String table, Value.MapOf item) {
        server.client().putItem(put -> put.tableName(table).item(attributes(item)));
    }

    void remove(String table, Map<String, String> key) {
        Map<String, AttributeValue> at = new LinkedHashMap<>();
        key.forEach((name, value) -> at.put(name, AttributeValue.fromS(value)));
        server.client().deleteItem(delete -> delete.tableName(table).key(at));
    }

    /** Every item, by the values of these attributes joined with a slash. */
    Map<String, Object> all(String table, String... key) {
        Map<String, Object> items = new TreeMap<>();
        for (Map<String, AttributeValue> item : raw(table)) {
            List<String> parts = new ArrayList<>();
            for (String name : key) {
                parts.add(String.valueOf(plain(item.getOrDefault(name, AttributeValue.fromNul(true)))));
            }
            items.put(String.join("/", parts), plain(AttributeValue.fromM(item)));
        }
        return items;
    }

    /** Every item as the service gives it, in no order. */
    List<Map<String, AttributeValue>> raw(String table) {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        server.client()
                .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
                .items()
                .forEach(items::add);
        return items;
    }

    static Map<String, AttributeValue> attributes(Value.MapOf item) {
        Map<String, AttributeValue> attributes = new LinkedHashMap<>();
        item.values().forEach((name, value) -> attributes.put(name, attribute(value)));
        return attributes;
    }

    private static AttributeValue attribute(Value value) {
        if (value instanceof Value.Text text) {
            return AttributeValue.fromS(text.value());
        } else if (value instanceof Value.Bool bool) {
            return AttributeValue.fromBool(bool.value());
        } else if (value instanceof Value.Int number) {
            return AttributeValue.fromN(number.value().toString());
        } else if (value instanceof Value.Dec number) {
            return AttributeValue.fromN(number.value().toPlainString());
        } else if (value instanceof Value.ListOf list) {
            return AttributeValue.fromL(
                    list.values().stream().map(DynamoTables::attribute).toList());
        } else if (value instanceof Value.MapOf map) {
            return AttributeValue.fromM(attributes(map));
        }
        return AttributeValue.fromNul(true);
    }

    /** A value of JSON in the same plain form as an item's. */
    static Object plain(Value value) {
        return plain(attribute(value));
    }

    static Object plain(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n()).stripTrailingZeros();
            case BOOL -> value.bool();
            case NUL -> "null";
            case B -> value.b();
            case M -> {
                Map<String, Object> map = new TreeMap<>();
                value.m().forEach((name, inner) -> map.put(name, plain(inner)));
                yield map;
            }
            case L -> value.l().stream().map(DynamoTables::plain).toList();
            case SS -> new TreeSet<>(value.ss());
            case NS -> new TreeSet<>(value.ns().stream().map(BigDecimal::new).toList());
            case BS -> value.bs().stream().map(SdkBytes::asUtf8String).toList();
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException("not expected: " + value);
        };
    }
}
