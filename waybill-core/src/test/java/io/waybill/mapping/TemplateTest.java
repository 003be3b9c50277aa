package io.waybill.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.store.FileItem;
import io.waybill.store.FileKey;
import io.waybill.store.Version;
import io.waybill.value.Digest;
import io.waybill.value.Row;
import io.waybill.value.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    private static Template parse(String text) throws MappingException {
        return Template.parse(text, ExpressionTest.SCOPE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "abc | abc",
                "a/${row.n}/b | a/7/b",
                "${row.n}${row.n} | 77",
                "$${row.n} | ${row.n}",
                "a$${b}${row.n}$c | a${b}7$c",
                "${'}'}x | }x",
                "${'{' + \"}\"}x | {}x",
                "${'it\\'s}'}x | it's}x",
                "${r'\\d'}x | \\dx",
                "${{'a': {'b': 'c'}}.a.b}x | cx",
                "${'''a'}b'''}x | a'}bx",
                "${row.dec}x | 12345678901234567890.10x",
                "${row.yes}x | truex",
                "${row.at}x | 2024-03-09T10:00:00Zx",
                "${row.day} ${row.local} | 2024-03-09 2024-03-09T10:00",
                "$ {row.n} $ | $ {row.n} $"
            })
    void fillsIn(String text, String expected) throws Exception {
        assertThat(parse(text).text(ExpressionTest.names())).isEqualTo(expected);
    }

    @Test
    void keepsTheTypeOfALoneExpression() throws Exception {
        assertThat(parse("${row.n}").value(ExpressionTest.names())).isEqualTo(Value.of(7));
        assertThat(parse("${row.tags}").value(ExpressionTest.names())).isInstanceOf(Value.ListOf.class);
        assertThat(parse("${row.none}").value(ExpressionTest.names())).isEqualTo(Value.NULL);
        assertThat(parse("${row.gone}").value(ExpressionTest.names())).isNull();
        assertThat(parse("").value(ExpressionTest.names())).isEqualTo(Value.of(""));
    }

    @Test
    void isMissingOrNullWhenAPartIs() throws Exception {
        assertThat(parse("a${row.gone}${row.none}").value(ExpressionTest.names()))
                .isNull();
        assertThat(parse("a${row.none}").value(ExpressionTest.names())).isEqualTo(Value.NULL);
        assertThatThrownBy(() -> parse("a${ row.gone }").text(ExpressionTest.names()))
                .hasMessage("row.gone is missing");
        assertThatThrownBy(() -> parse("${row.tags}/").text(ExpressionTest.names()))
                .hasMessage("a list has no text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a/${file.sise} | 4",
                "a/${row.n}/${file.sise} | 13",
                "${file.name == 1} | 12",
                "x${ | 1",
                "x${'a} | 1",
                "${} | 2",
                "${ } | 2",
            })
    void saysWhereItIsWrong(String text, int position) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        MappingException.class,
                        e -> assertThat(e.faults().get(0).position()).isEqualTo(position));
    }

    @Test
    void tellsAllThatIsWrong() {
        assertThatThrownBy(() -> parse("${file.a}/${file.b && file.c}"))
                .isInstanceOfSatisfying(
                        MappingException.class,
                        e -> assertThat(e.faults())
                                .extracting(MappingException.Fault::message)
                                .containsExactly("no \"file.a\"", "no \"file.b\"", "no \"file.c\""));
    }

    @Test
    void knowsTheNamesOfAFile() {
        FileItem item =
                new FileItem(new FileKey("a/b/x.tar.gz"), 5, Instant.EPOCH, new Version("v"), Map.of(), null, null);
        Row row = FileNames.of(item, "b/x.tar.gz", Digest.sha256("x".getBytes(StandardCharsets.UTF_8)));
        assertThat(row.find("path")).isEqualTo(Value.of("a/b/x.tar.gz"));
        assertThat(row.find("below")).isEqualTo(Value.of("b/x.tar.gz"));
        assertThat(row.find("name")).isEqualTo(Value.of("x.tar.gz"));
        assertThat(row.find("ext")).isEqualTo(Value.of("gz"));
        assertThat(row.find("size")).isEqualTo(Value.of(5));
        assertThat(row.find("modified")).isEqualTo(new Value.Timestamp(Instant.EPOCH));
        assertThat(row.find("sha256"))
                .isEqualTo(Value.of("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"));
        FileItem hidden =
                new FileItem(new FileKey(".profile"), 0, Instant.EPOCH, new Version("v"), Map.of(), null, null);
        assertThat(FileNames.of(hidden, "").find("ext")).isEqualTo(Value.of(""));
        assertThat(FileNames.of(hidden, "").has("sha256")).isFalse();
    }
}
