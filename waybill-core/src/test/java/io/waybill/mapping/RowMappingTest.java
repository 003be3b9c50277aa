package io.waybill.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.mapping.RowMapping.Field;
import io.waybill.mapping.RowMapping.Shape;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowMappingTest {
    private static final Scope SCOPE = Scope.EMPTY.withRow(null);

    private static Names names() {
        Map<String, Value> row = new LinkedHashMap<>();
        row.put("id", Value.of(7));
        row.put("name", Value.of("Ada"));
        row.put("none", Value.NULL);
        row.put("place", new Value.MapOf(Map.of("City", Value.of("Oslo"), "Zip", Value.of("0150"))));
        return Names.of("n").with("row", Row.of(row));
    }

    private static Shape of(String template) throws MappingException {
        return new Shape.Filled(Template.parse(template, SCOPE));
    }

    private static Field field(String name, String template) throws MappingException {
        boolean optional = name.endsWith("?");
        return new Field(optional ? name.substring(0, name.length() - 1) : name, optional, of(template));
    }

    private static Row set(Field... fields) throws MappingException {
        return RowMapping.of(List.of(fields), List.of()).apply(names());
    }

    @Test
    void setsFieldsAndKeepsTheRest() throws Exception {
        Row row = set(field("name", "${row.name}!"), field("key", "u/${row.id}"));
        assertThat(row.names()).containsExactly("id", "name", "none", "place", "key");
        assertThat(row.find("name")).isEqualTo(Value.of("Ada!"));
        assertThat(row.find("key")).isEqualTo(Value.of("u/7"));
    }

    @Test
    void seesTheRowAsItWasRead() throws Exception {
        Row row = set(field("id", "${row.name}"), field("name", "${row.id}"));
        assertThat(row.find("id")).isEqualTo(Value.of("Ada"));
        assertThat(row.find("name")).isEqualTo(Value.of(7));
    }

    @Test
    void makesNothingButTheNamedFields() throws Exception {
        Row row = RowMapping.only(List.of(field("b", "${row.id}"), field("a", "x")))
                .apply(names());
        assertThat(row.names()).containsExactly("b", "a");
    }

    @Test
    void dropsFieldsAlsoInside() throws Exception {
        Row row = RowMapping.of(List.of(), List.of("id", "gone", "/place/Zip", "/name/x"))
                .apply(names());
        assertThat(row.names()).containsExactly("name", "none", "place");
        assertThat(row.find("place")).isEqualTo(new Value.MapOf(Map.of("City", Value.of("Oslo"))));
    }

    @Test
    void setsOneFieldInsideOthers() throws Exception {
        Row row = set(field("/place/City", "${row.name}"), field("/new/a~1b/c", "x"), field("/none/d", "y"));
        assertThat(row.find("place"))
                .isEqualTo(new Value.MapOf(Map.of("City", Value.of("Ada"), "Zip", Value.of("0150"))));
        assertThat(row.find("new"))
                .isEqualTo(new Value.MapOf(Map.of("a/b", new Value.MapOf(Map.of("c", Value.of("x"))))));
        assertThat(row.find("none")).isEqualTo(new Value.MapOf(Map.of("d", Value.of("y"))));
        assertThatThrownBy(() -> set(field("/name/x", "y"))).hasMessage("field /name/x: name is text, not a map");
    }

    @Test
    void leavesOutWhatIsOptionalAndMissingOrNull() throws Exception {
        Row row = set(
                field("a?", "${row.gone}"),
                field("b?", "${row.none}"),
                field("name?", "${row.gone}"),
                field("c?", "${row.id}"));
        assertThat(row.names()).containsExactly("id", "name", "none", "place", "c");
        assertThat(row.find("name")).isEqualTo(Value.of("Ada"));
        assertThat(RowMapping.only(List.of(field("name?", "${row.none}"))).apply(names()))
                .isEqualTo(Row.EMPTY);
    }

    @Test
    void writesNullAndRefusesMissing() throws Exception {
        assertThat(set(field("a", "${row.none}")).find("a")).isEqualTo(Value.NULL);
        assertThatThrownBy(() -> set(field("a", "${row.gone}")))
                .hasMessage("field a has no value: ${row.gone} is missing -> write a?: to leave it out");
        assertThatThrownBy(() -> set(field("a", "${row.name + row.id}")))
                .hasMessage(
                        "field a: text + integer does not exist -> convert with text(...), int(...) or decimal(...)");
    }

    @Test
    void buildsNestedValues() throws Exception {
        Map<Template, Shape> entries = new LinkedHashMap<>();
        entries.put(Template.parse("k${row.id}", SCOPE), of("${row.name}"));
        entries.put(Template.constant("gone"), of("${row.gone}"));
        entries.put(
                Template.constant("list"),
                new Shape.Listed(List.of(of("${row.gone}"), new Shape.Constant(Value.of(1)))));
        Row row = RowMapping.only(List.of(new Field("a", false, new Shape.Mapped(entries))))
                .apply(names());
        assertThat(row.find("a"))
                .isEqualTo(new Value.MapOf(
                        Map.of("k7", Value.of("Ada"), "list", new Value.ListOf(List.of(Value.NULL, Value.of(1))))));
    }
}
