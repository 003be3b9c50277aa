package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.value.Json;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
    private static final Set<String> KNOWN = Set.of(
            "$schema",
            "title",
            "description",
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minItems",
            "minimum",
            "enum",
            "const",
            "anyOf",
            "pattern");

    private static Value schema() {
        return Json.parse(SchemaText.json(SampleProvider.all().values()));
    }

    static List<String> plans() {
        return Samples.ALL;
    }

    @ParameterizedTest
    @MethodSource("plans")
    void acceptsEveryPlanThatIsRight(String yaml) throws Exception {
        assertThat(complaints(yaml)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exist: skip",
                "exists: overwrite",
                "moves: []",
                "limits: { batch: 0 }",
                "limits: { batch: many }",
                "limits: { memory: 12 potatoes }",
                "waybill: 2",
                "stores: { a: { type: s4 } }",
                "stores: { a: { type: s3 } }",
                "moves: [ { from: \"a:b\" } ]",
                "moves: [ { from: \"b\", to: \"a:b\" } ]",
                "collect: {}",
                "moves: [ { from: \"a:b\", to: \"a:b\", exclusive: maybe } ]",
                "vars: { a: { typ: int } }"
            })
    void refusesWhatTheCheckRefuses(String line) throws Exception {
        String key = line.substring(0, line.indexOf(':'));
        String rest = Samples.SHORT.contains("\"" + key + "\"")
                ? "waybill: 1\nname: p\nstores: { a: ./a }\nmoves: [ { from: \"a:b/\", to: \"a:c/\" } ]\n"
                        .replaceFirst("(?m)^" + key + ":.*\n", "")
                : "waybill: 1\nname: p\nstores: { a: ./a }\nmoves: [ { from: \"a:b/\", to: \"a:c/\" } ]\n";
        String yaml = rest + line + "\n";
        assertThat(complaints(yaml)).isNotEmpty();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> FilePlanTest.plan(yaml))
                .isInstanceOf(PlanException.class);
    }

    @Test
    void namesEveryKeyWithAMeaning() {
        String markdown = Reference.markdown(SampleProvider.all().values());
        for (Shape.Block block : List.of(Schema.TOP, Schema.MOVE, Schema.ROW, Schema.LIMITS, Schema.VAR)) {
            for (Shape.Key key : block.keys()) {
                assertThat(key.doc())
                        .as(key.name())
                        .endsWith(".")
                        .doesNotContain("\n")
                        .hasSizeGreaterThan(10);
                assertThat(markdown).contains("| `" + key.name() + "`");
            }
        }
        assertThat(markdown).contains("| `exists` \\* | `same_ok`, `skip`, `fail`, `replace` | same_ok |");
        assertThat(markdown).contains("### s3", "| `part_size` | integer | `16777216` | Bytes of a part. |");
    }

    @Test
    void knowsNoKeyBothNowAndLater() {
        for (Shape.Block block : List.of(Schema.TOP, Schema.MOVE, Schema.ROW, Schema.LIMITS)) {
            assertThat(block.names()).doesNotContainAnyElementsOf(Schema.LATER);
        }
    }

    private static List<String> complaints(String yaml) throws PlanException {
        List<String> complaints = new ArrayList<>();
        Value plan = StoredPlan.value(Yaml.parse("f", yaml.getBytes(StandardCharsets.UTF_8)));
        check("", plan, (Value.MapOf) schema(), complaints);
        return complaints;
    }

    /** The part of JSON Schema that ours uses. */
    private static void check(String at, Value value, Value.MapOf schema, List<String> complaints) {
        assertThat(KNOWN).containsAll(schema.values().keySet());
        Map<String, Value> rules = schema.values();
        if (rules.get("anyOf") instanceof Value.ListOf any) {
            List<String> tried = new ArrayList<>();
            boolean fits = false;
            for (Value choice : any.values()) {
                List<String> own = new ArrayList<>();
                check(at, value, (Value.MapOf) choice, own);
                fits |= own.isEmpty();
                tried.addAll(own);
            }
            if (!fits) {
                complaints.add(at + " is none of: " + tried);
            }
        }
        if (rules.get("const") != null && !rules.get("const").equals(value)) {
            complaints.add(at + " is not " + rules.get("const"));
        }
        if (rules.get("enum") instanceof Value.ListOf all && !all.values().contains(value)) {
            complaints.add(at + " is none of " + all);
        }
        if (rules.get("type") != null && !isOf(types(rules.get("type")), type(value))) {
            complaints.add(at + " is " + type(value));
            return;
        }
        if (rules.get("pattern") instanceof Value.Text pattern && value instanceof Value.Text text) {
            if (!Pattern.compile(pattern.value()).matcher(text.value()).find()) {
                complaints.add(at + " does not match " + pattern.value());
            }
        }
        if (rules.get("minimum") instanceof Value.Int least && value instanceof Value.Int number) {
            if (number.value().compareTo(least.value()) < 0) {
                complaints.add(at + " is too small");
            }
        }
        if (value instanceof Value.ListOf list) {
            if (rules.get("minItems") != null && list.values().isEmpty()) {
                complaints.add(at + " is empty");
            }
            if (rules.get("items") instanceof Value.MapOf items) {
                list.values().forEach(item -> check(at + "[]", item, items, complaints));
            }
        }
        if (value instanceof Value.MapOf map) {
            object(at, map, rules, complaints);
        }
    }

    private static void object(String at, Value.MapOf map, Map<String, Value> rules, List<String> complaints) {
        Map<String, Value> properties =
                rules.get("properties") instanceof Value.MapOf known ? known.values() : Map.of();
        if (rules.get("required") instanceof Value.ListOf required) {
            for (Value name : required.values()) {
                if (!map.values().containsKey(((Value.Text) name).value())) {
                    complaints.add(at + " has no " + name);
                }
            }
        }
        map.values().forEach((name, field) -> {
            Value own = properties.getOrDefault(name, rules.get("additionalProperties"));
            if (own instanceof Value.MapOf more) {
                check(at + "." + name, field, more, complaints);
            } else if (own instanceof Value.Bool bool && !bool.value()) {
                complaints.add(at + " knows no " + name);
            }
        });
    }

    private static boolean isOf(List<String> types, String type) {
        return types.contains(type) || (type.equals("integer") && types.contains("number"));
    }

    private static List<String> types(Value types) {
        return types instanceof Value.ListOf list
                ? list.values().stream()
                        .map(type -> ((Value.Text) type).value())
                        .toList()
                : List.of(((Value.Text) types).value());
    }

    private static String type(Value value) {
        return switch (value.kind()) {
            case "text" -> "string";
            case "decimal" -> "number";
            case "map" -> "object";
            case "list" -> "array";
            default -> value.kind();
        };
    }
}
