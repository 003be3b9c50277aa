package io.waybill.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.value.Row;
import io.waybill.value.RowCodec;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
    static final Scope SCOPE = Scope.EMPTY
            .withListedFile()
            .withRow(null)
            .withVars(Map.of("bucket", ValueType.TEXT, "owner", ValueType.INTEGER))
            .withRun();

    static Names names() {
        Map<String, Value> row = new LinkedHashMap<>();
        row.put("name", Value.of(" Ada "));
        row.put("code", Value.of("a,b,,c"));
        row.put("n", Value.of(7));
        row.put("big", new Value.Int(new java.math.BigInteger("12345678901234567890")));
        row.put("dec", Value.of(new BigDecimal("12345678901234567890.10")));
        row.put("dbl", new Value.Dbl(0.1));
        row.put("yes", Value.of(true));
        row.put("none", Value.NULL);
        row.put("day", new Value.Date(LocalDate.parse("2024-03-09")));
        row.put("local", new Value.LocalTimestamp(LocalDateTime.parse("2024-03-09T10:00:00")));
        row.put("at", new Value.Timestamp(Instant.parse("2024-03-09T10:00:00Z")));
        row.put("uid", new Value.Uuid(java.util.UUID.fromString("00000000-0000-0000-0000-00000000000a")));
        row.put("tags", new Value.ListOf(List.of(Value.of("x"), Value.of("y"), Value.NULL)));
        row.put("place", new Value.MapOf(Map.of("city", Value.of("Oslo"), "zip", Value.NULL)));
        row.put("Site ID", Value.of("s1"));
        return Names.of("shop")
                .with("row", Row.of(row))
                .with("vars", Row.of(Map.of("bucket", Value.of("b1"), "owner", Value.of(3))))
                .with("file", Row.of(Map.of("path", Value.of("a/b.txt"), "size", Value.of(11_000_000L))));
    }

    static @Nullable Value eval(String text) throws MappingException {
        return Expression.compile(text, SCOPE).evaluate(names());
    }

    static String shown(@Nullable Value value) {
        return value == null ? "missing" : RowCodec.text(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "lower(trim(row.name)) | ada",
                "row.name.trim().upper() | ADA",
                "row.n + 1 | 8",
                "row.big * row.big | 152415787532388367501905199875019052100",
                "row.dec * decimal('3') + decimal('0.01') | 37037036703703703670.31",
                "row.dec + row.n | 12345678901234567897.10",
                "7 / 2 | 3",
                "-7 % 3 | -1",
                "-row.n | -7",
                "'a' + 'b' | ab",
                "size(row.tags) | 3",
                "size('größe') | 5",
                "row.tags[0] | x",
                "row.tags[9] | missing",
                "row.place['city'] | Oslo",
                "row.place.city | Oslo",
                "row.place.nothing.deeper | missing",
                "row.nothing.at.all | missing",
                "row.`Site ID` | s1",
                "row['Site ID'] | s1",
                "has(row['Site ID']) && !has(row['a:b']) | true",
                "row['place'].city | Oslo",
                "row.n > 5 && row.yes | true",
                "file.size > mb(10) | true",
                "file.size > mb(11) | false",
                "file.path.matches('^a/.*[.]txt$') | true",
                "file.path.matches('^b') | false",
                "matches('aab', 'a+b') | true",
                "file.path.startsWith('a/') | true",
                "row.n in [1, 7] | true",
                "'x' in row.tags | true",
                "'city' in row.place | true",
                "row.tags.exists(t, t == 'y') | true",
                "row.tags.all(t, t != 'q') | false",
                "size(row.tags.filter(t, t != null)) | 2",
                "join(row.tags.filter(t, t != null).map(t, upper(t)), '+') | X+Y",
                "[1, 2, 3].map(i, i > 1, i * 10)[1] | 30",
                "[1, 2, 3].exists_one(i, i > 2) | true",
                "split(row.code, ',')[3] | c",
                "size(split(row.code, ',')) | 4",
                "replace(row.code, ',', ';') | a;b;;c",
                "pad(row.n, 3) | 007",
                "pad(-7, 4) | -007",
                "pad('x', 3, '.') | ..x",
                "text(row.dec) | 12345678901234567890.10",
                "string(row.n) | 7",
                "text(row.dbl) | 0.1",
                "text(row.at, 'yyyy/MM') | 2024/03",
                "text(row.at, 'yyyy-MM-dd HH:mm', 'America/New_York') | 2024-03-09 05:00",
                "int('42') | 42",
                "int(decimal('4.9')) | 4",
                "decimal('1.50') | 1.50",
                "indexOf('größe:ß', 'ß') | 3",
                "lastIndexOf('größe:ß', 'ß') | 6",
                "indexOf('abc', 'x') | -1",
                "substring('😀größe', 2) | röße",
                "'😀größe'.substring(0, 2) | 😀g",
                "substring('abc', 3) | ``",
                "size(distinct(['b', 'a', 'b', 1, decimal('1.0')])) | 3",
                "join(['b', 'a', 'b'].distinct(), '') | ba",
                "kind(row.dec) + kind(row.tags) + kind(row.at) | decimallisttimestamp",
                "kind(row.none) | null",
                "json({'b': [1, decimal('1.50'), true, null], 'a': row.day}) | {\"a\":\"2024-03-09\",\"b\":[1,1.50,true,null]}",
                "json('a\"b') | \"a\\\"b\"",
                "json(row.dbl) | 0.1",
                "sha256('abc') | ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "date('2024-03-09') == row.day | true",
                "row.at > date('2024-03-08') | true",
                "row.local == row.at | true",
                "timestamp('2024-01-01T00:00:00+01:00') | 2023-12-31T23:00:00Z",
                "timestamp(row.day, 'Europe/Oslo') | 2024-03-08T23:00:00Z",
                "timestamp('09.03.2024 10:00', 'dd.MM.yyyy HH:mm', 'UTC') | 2024-03-09T10:00:00Z",
                "date('09.03.2024', 'dd.MM.yyyy') | 2024-03-09",
                "row.uid == '00000000-0000-0000-0000-00000000000A' | true",
                "coalesce(row.none, row.nothing, 'z') | z",
                "coalesce(row.nothing, row.none) | null",
                "coalesce(row.nothing, row.gone) | missing",
                "when(has(row.n), 'there') | there",
                "when(has(row.q), 'there') | missing",
                "when(row.n > 9, 'a', 'b') | b",
                "row.n > 9 ? 'a' : 'b' | b",
                "vars.bucket + '/' + text(vars.owner) | b1/3",
                "row.dbl == decimal('0.1') | true",
                "1 == 1.0 | true",
                "{'a': 1}.a | 1",
                "kb(2) | 2000",
                "gb(1) | 1000000000",
                "b'ab' == bytes('ab') | true",
                "0x1F | 31",
                "'it\\'s' | it's",
                "r'\\d' | \\d",
                "[1, 2] == [1, 2] | true",
                "{'a': [1]} == {'a': [1.0]} | true",
                "'Z' < 'a' | true",
                "'😀' > '\uFFFD' | true",
                "true && !false && !(true == false) | true"
            })
    void computes(String text, String expected) throws Exception {
        assertThat(shown(eval(text))).isEqualTo(expected);
    }

    @Test
    void makesTheSameIdFromTheSameNumberInAnyKind() throws Exception {
        Value id = eval("id('buyer', 7)");
        assertThat(eval("id('buyer', row.n)")).isEqualTo(id);
        assertThat(eval("id('buyer', decimal('7.0'))")).isEqualTo(id);
        assertThat(eval("id('buyer', '7')")).isEqualTo(id);
        assertThat(eval("id('seller', 7)")).isNotEqualTo(id);
        assertThat(eval("id('buyer', '1', '23')")).isNotEqualTo(eval("id('buyer', '12', '3')"));
        assertThat(shown(id)).isEqualTo("df741bcb-3576-55c1-b35e-95fd1f301dfc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "file.sise > 5 | 0 | no \"file.sise\" -> did you mean \"file.size\"?",
                "file.size > 5 && file.nme == 'x' | 17 | no \"file.nme\" -> did you mean \"file.name\"?",
                "file.sha256 == 'x' | 0 | file.sha256 is only known once the file has been read",
                "fiel.size > 5 | 0 | no \"fiel\" here; known are file, row, vars, run, batch -> did you mean \"file\"?",
                "file['sise'] | 0 | no \"file.sise\" -> did you mean \"file.size\"?",
                "vars.buket | 0 | no \"vars.buket\" -> did you mean \"vars.bucket\"?",
                "lowr(row.name) | 0 | no function \"lowr\" -> did you mean \"lower\"?",
                "1 + lower(file.size) | 4 | lower(integer) does not exist -> there is lower(text)",
                "file.size == 'x' | 10 | cannot compare integer with text -> convert the text with int(...)",
                "file.size + 'x' | 10 | integer + text does not exist -> convert with text(...), int(...) or decimal(...)",
                "decimal('1') * 1.5 | 13 | decimal * double does not exist -> write decimals as decimal('1.5')",
                "file.size ? 1 : 2 | 10 | a condition must be true or false, but this gives integer",
                "file.size && true | 10 | a condition must be true or false, but this gives integer",
                "file.path.size | 0 | file.path is text, which has no field \"size\"",
                "row.a = 1 | 6 | \"=\" cannot stand here -> equality is ==",
                "row.a == 1 and row.b == 2 | 11 | \"and\" cannot stand here -> and is &&",
                "row.a == | 8 | the expression ends too soon",
                "matches(row.a, '(') | 0 | \"(\" is not a pattern: missing closing )",
                "timestamp('2024-13-01T00:00:00Z') | 0 | Text '2024-13-01T00:00:00Z' could not be parsed: Invalid value for MonthOfYear (valid values 1 - 12): 13",
                "date('30.02.2024', 'dd.MM.yyyy') | 0 | Text '30.02.2024' could not be parsed: Invalid date 'FEBRUARY 30'",
                "1 / 0 | 2 | a division by zero",
                "decimal('1,5') | 0 | \"1,5\" is not a number",
                "has(row) | 3 | has takes a field, for example has(row.name)",
                "env.HOME | 0 | no \"env\" here; known are file, row, vars, run, batch -> ${env.NAME} stands in stores, vars and ledger only",
                "Foo{a: 1} | 3 | this kind of expression is not part of the plan language"
            })
    void saysWhatIsWrongAndWhere(String text, int position, String expected) {
        assertThatThrownBy(() -> eval(text)).isInstanceOfSatisfying(MappingException.class, e -> {
            assertThat(e.faults().get(0).toString()).isEqualTo(expected);
            assertThat(e.faults().get(0).position()).isEqualTo(position);
        });
    }
}
