package io.waybill.aws.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.protocols.jsoncore.JsonWriter;

/**
 * A batch request cut in two: what is carried out, and what the answer says was left unprocessed.
 *
 * @param rest the request without what is left, empty if nothing remains
 */
record UnprocessedBatch(String operation, byte[] rest, JsonNode left) {
    /** Says of a numbered item or key whether it is left; the first has number 1. */
    interface Leaving {
        boolean leaves(int number, JsonNode one);
    }

    static UnprocessedBatch split(String operation, byte[] body, Leaving leaving) {
        Map<String, JsonNode> tables =
                parse(body).field("RequestItems").orElseThrow().asObject();
        Map<String, Object> kept = new LinkedHashMap<>();
        Map<String, Object> left = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<String, JsonNode> table : tables.entrySet()) {
            boolean get = operation.equals("BatchGetItem");
            List<JsonNode> all = get
                    ? table.getValue().field("Keys").orElseThrow().asArray()
                    : table.getValue().asArray();
            List<Object> keptHere = new ArrayList<>();
            List<Object> leftHere = new ArrayList<>();
            for (JsonNode one : all) {
                (leaving.leaves(++number, one) ? leftHere : keptHere).add(one);
            }
            put(kept, table.getKey(), keptHere, get);
            put(left, table.getKey(), leftHere, get);
        }
        Map<String, Object> request = new LinkedHashMap<>(parse(body).asObject());
        request.put("RequestItems", kept);
        byte[] rest = kept.isEmpty() ? new byte[0] : bytes(request);
        return new UnprocessedBatch(operation, rest, parse(bytes(left)));
    }

    private static void put(Map<String, Object> tables, String table, List<Object> all, boolean get) {
        if (!all.isEmpty()) {
            tables.put(table, get ? Map.of("Keys", all, "ConsistentRead", true) : all);
        }
    }

    /** The service's answer to the rest, with what is left added. */
    byte[] answer(byte[] done) {
        Map<String, Object> answer = new LinkedHashMap<>();
        if (done.length > 0) {
            answer.putAll(parse(done).asObject());
        } else if (operation.equals("BatchGetItem")) {
            answer.put("Responses", Map.of());
        }
        answer.put(operation.equals("BatchGetItem") ? "UnprocessedKeys" : "UnprocessedItems", left);
        return bytes(answer);
    }

    /** Whether everything was left. */
    boolean isAll() {
        return rest.length == 0;
    }

    static JsonNode parse(byte[] json) {
        return JsonNode.parser().parse(new String(json, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Object value) {
        try (JsonWriter writer = JsonWriter.create()) {
            write(value, writer);
            return writer.getBytes();
        }
    }

    private static void write(Object value, JsonWriter writer) {
        if (value instanceof JsonNode node) {
            if (node.isObject()) {
                write(node.asObject(), writer);
            } else if (node.isArray()) {
                write(node.asArray(), writer);
            } else if (node.isString()) {
                writer.writeValue(node.asString());
            } else if (node.isNumber()) {
                writer.writeNumber(node.asNumber());
            } else if (node.isBoolean()) {
                writer.writeValue(node.asBoolean());
            } else {
                writer.writeNull();
            }
        } else if (value instanceof Map<?, ?> map) {
            writer.writeStartObject();
            map.forEach((name, field) -> {
                writer.writeFieldName(String.valueOf(name));
                write(field, writer);
            });
            writer.writeEndObject();
        } else if (value instanceof List<?> list) {
            writer.writeStartArray();
            list.forEach(element -> write(element, writer));
            writer.writeEndArray();
        } else {
            writer.writeValue((Boolean) value);
        }
    }
}
