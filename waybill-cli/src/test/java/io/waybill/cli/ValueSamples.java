package io.waybill.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values that stores and programs have damaged: edges, extremes, look-alikes, and what only one store can hold. */
final class ValueSamples {
    private final List<ValueSample> all = new ArrayList<>();

    private ValueSamples() {}

    static List<ValueSample> all() {
        ValueSamples samples = new ValueSamples();
        for (ValueKind kind : ValueKind.values()) {
            samples.add(kind, "null", null, null, Map.of());
        }
        samples.numbers();
        samples.texts();
        samples.times();
        samples.documents();
        return List.copyOf(samples.all);
    }

    private void add(
            ValueKind kind, String label, @Nullable String text, byte @Nullable [] raw, Map<String, String> own) {
        all.add(new ValueSample(all.size() + 1, kind, label, text, raw, own));
    }

    private void each(ValueKind kind, String... texts) {
        for (String text : texts) {
            add(kind, text, text, null, Map.of());
        }
    }

    private void numbers() {
        each(
                ValueKind.INTEGER,
                "0",
                "1",
                "-1",
                "255",
                "2147483647",
                "2147483648",
                "-2147483649",
                "9007199254740991",
                "9007199254740992",
                "9007199254740993",
                "-9007199254740993",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "18446744073709551615",
                "100000000000000000000");
        add(ValueKind.INTEGER, "leading zeros: 007", "7", null, Map.of("csv", "007"));
        add(ValueKind.INTEGER, "a sign: +5", "5", null, Map.of("csv", "+5"));
        add(ValueKind.INTEGER, "a decimal point: 5.0", "5.0", null, Map.of("postgresql", "", "sqlite", ""));
        add(ValueKind.INTEGER, "an exponent: 1e3", "1e3", null, Map.of("postgresql", "", "sqlite", ""));
        add(
                ValueKind.INTEGER,
                "a group: 1,000",
                "1,000",
                null,
                Map.of("csv", "\"1,000\"", "json", "\"1,000\"", "sqlite", "1,000"));
        each(ValueKind.SMALL, "32767", "-32768", "32768", "-32769", "0");
        each(ValueKind.DOMAIN, "1", "0", "-1");
        for (String number : List.of(
                "0",
                "0.0",
                "0.000",
                "1.5",
                "1.50",
                "-1.50",
                "100",
                "1000000",
                "0.1",
                "0.10",
                "-0.1",
                "123456789.987654321",
                "9007199254740993.5",
                "0.30000000000000004",
                "1e10",
                "1E+10",
                "1e-10",
                "1E-130",
                "1E-131",
                "9.9E+125",
                "1E+126",
                "1E+308",
                "1E+309",
                "1E-400",
                "1e1000",
                "12345678901234567890.123456789012345678")) {
            add(ValueKind.DECIMAL, number, number, null, Map.of());
        }
        String nines = "9".repeat(38);
        add(ValueKind.DECIMAL, "38 digits", nines, null, Map.of());
        add(ValueKind.DECIMAL, "-38 digits", "-" + nines, null, Map.of());
        add(ValueKind.DECIMAL, "38 digits after the point", "0." + nines, null, Map.of());
        add(ValueKind.DECIMAL, "39 digits", nines + "9", null, Map.of());
        add(ValueKind.DECIMAL, "38 digits and five zeros", nines + "00000", null, Map.of());
        add(ValueKind.DECIMAL, "19 digits, a point, 20 digits", "1".repeat(19) + "." + "2".repeat(20), null, Map.of());
        add(ValueKind.DECIMAL, "1,000 digits", "7".repeat(1_000), null, Map.of());
        add(
                ValueKind.DECIMAL,
                "500 digits, a point, 500 digits",
                "3".repeat(500) + "." + "4".repeat(500),
                null,
                Map.of());
        add(ValueKind.DECIMAL, "9,990 digits", "8".repeat(9_990), null, Map.of());
        add(ValueKind.DECIMAL, "40,000 digits", "5".repeat(40_000), null, Map.of());
        each(ValueKind.DECIMAL, "NaN", "Infinity", "-Infinity");
        add(
                ValueKind.DECIMAL,
                "minus zero: -0.0",
                "0",
                null,
                Map.of("json", "-0.0", "csv", "-0.0", "dynamodb", "-0.0"));
        add(ValueKind.DECIMAL, "a comma: 1,5", "1,5", null, Map.of("csv", "\"1,5\"", "json", "\"1,5\""));
        add(ValueKind.DECIMAL, "hexadecimal: 0x1F", "0x1F", null, Map.of("json", "\"0x1F\""));
        add(ValueKind.DECIMAL, "blanks around: ' 1 '", " 1 ", null, Map.of("json", "\" 1 \"", "dynamodb", ""));
        each(ValueKind.AMOUNT, "0.01", "0.001", "9999999999.99", "10000000000.00", "-0.005", "1", "1.1");
        each(
                ValueKind.DOUBLE,
                "0.0",
                "0.1",
                "0.3",
                "0.30000000000000004",
                "1.0",
                "-1.5",
                "1e22",
                "1e23",
                "123456789012345680",
                "9007199254740993",
                "4.9e-324",
                "2.2250738585072014e-308",
                "1.7976931348623157e308",
                "-1.7976931348623157e308",
                "3.141592653589793",
                "2.5e-7",
                "NaN",
                "Infinity",
                "-Infinity");
        add(ValueKind.DOUBLE, "minus zero: -0.0", "-0.0", null, Map.of("dynamodb", "", "json", ""));
        add(ValueKind.DOUBLE, "1e309, more than a double", "1e309", null, Map.of("sqlite", ""));
        add(
                ValueKind.DOUBLE,
                "38 digits, more than a double",
                "1." + "2".repeat(37),
                null,
                Map.of("postgresql", "", "sqlite", ""));
        each(ValueKind.REAL, "0.1", "16777217", "3.4028235e38", "1e39", "1.1754944e-38", "NaN");
        each(ValueKind.BOOLEAN, "true", "false");
        for (String odd : List.of("t", "f", "1", "0", "yes", "TRUE", "")) {
            add(
                    ValueKind.BOOLEAN,
                    "the text '" + odd + "'",
                    odd,
                    null,
                    Map.of(
                            "postgresql",
                            "",
                            "json",
                            "\"" + odd + "\"",
                            "dynamodb",
                            "S" + odd,
                            "csv",
                            "\"" + odd + "\""));
        }
        add(
                ValueKind.BOOLEAN,
                "the number 2",
                "2",
                null,
                Map.of("postgresql", "", "json", "2", "dynamodb", "N2", "sqlite", "#2"));
    }

    private void texts() {
        String[][] texts = {
            {"empty", ""},
            {"a blank", " "},
            {"blanks around", "  x  "},
            {"a tab", "\t"},
            {"a newline", "\n"},
            {"CR LF", "a\r\nb"},
            {"CR alone", "a\rb"},
            {"a vertical tab", "a\u000bb"},
            {"a form feed", "a\fb"},
            {"the word null", "null"},
            {"the word NULL", "NULL"},
            {"\\N", "\\N"},
            {"the null of our CSV", "~null~"},
            {"the word undefined", "undefined"},
            {"the word None", "None"},
            {"the word true", "true"},
            {"the word NaN", "NaN"},
            {"digits", "12345"},
            {"leading zeros", "00123"},
            {"a decimal", "1.50"},
            {"an exponent", "1e5"},
            {"a long number", "12345678901234567890"},
            {"a date", "2024-02-29"},
            {"a time stamp", "2024-02-29T12:00:00Z"},
            {"a UUID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
            {"a JSON object", "{\"a\":1}"},
            {"a JSON array", "[1,2]"},
            {"a JSON text", "\"x\""},
            {"a tag of lossless JSON", "{\"$decimal\":\"1\"}"},
            {"a quote", "\""},
            {"two quotes", "\"\""},
            {"an apostrophe", "it's"},
            {"a backslash", "a\\b"},
            {"a backslash at the end", "a\\"},
            {"\\. alone", "\\."},
            {"octal", "\\101"},
            {"a comma", "a,b"},
            {"a semicolon", "a;b"},
            {"a delimiter and a quote", "\",\""},
            {"a formula", "=1+1"},
            {"a formula with a command", "=cmd|' /C calc'!A0"},
            {"a plus", "+1"},
            {"a minus", "-1"},
            {"an at sign", "@SUM(1)"},
            {"SQL", "'; DROP TABLE v; --"},
            {"a dollar", "$1 ${row.id} $$"},
            {"a question mark", "?"},
            {"percent", "%s %n %00"},
            {"markup", "<script>&amp;</script>"},
            {"escape codes", "\u001b[31mred\u001b[0m"},
            {"U+0001", "\u0001"},
            {"U+001F", "\u001f"},
            {"U+007F", "\u007f"},
            {"U+0080", "\u0080"},
            {"U+0085, next line", "a\u0085b"},
            {"NUL alone", "\0"},
            {"NUL inside", "a\0b"},
            {"umlauts", "Äöü ß"},
            {"composed", "\u00e9"},
            {"combining", "e\u0301"},
            {"a ligature", "\ufb01"},
            {"eight combining marks", "z\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308"},
            {"Turkish i", "\u0130\u0131"},
            {"Greek", "\u03a3\u03c3\u03c2"},
            {"Cyrillic", "\u043f\u0440\u0438\u0432\u0435\u0442"},
            {"Arabic", "\u0645\u0631\u062d\u0628\u0627"},
            {"Hebrew and Latin", "\u05e9\u05dc\u05d5\u05dd abc"},
            {"Chinese", "\u6f22\u5b57"},
            {"beyond the first plane", "\ud842\udfb7"},
            {"an emoji", "\ud83d\ude00"},
            {"a family", "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67"},
            {"a flag", "\ud83c\udde9\ud83c\uddea"},
            {"a skin tone", "\ud83d\udc4d\ud83c\udffd"},
            {"right-to-left marks", "\u200f\u202eabc\u202c"},
            {"a zero-width space", "a\u200bb"},
            {"a no-break space", "a\u00a0b"},
            {"U+2028 and U+2029", "a\u2028\u2029b"},
            {"a byte order mark", "\ufeff"},
            {"a byte order mark before text", "\ufeffx"},
            {"a byte order mark inside", "a\ufeffb"},
            {"the replacement character", "\ufffd"},
            {"U+FFFE", "\ufffe"},
            {"U+FFFF", "\uffff"},
            {"U+10FFFF", "\udbff\udfff"},
            {"private use", "\ue000"},
            {"high surrogate alone", "\ud800"},
            {"low surrogate alone", "x\udc00y"},
            {"surrogates in the wrong order", "\ude00\ud83d"}
        };
        for (String[] text : texts) {
            add(ValueKind.TEXT, text[0], text[1], null, Map.of());
        }
        add(ValueKind.TEXT, "64 KiB", "x".repeat(65_536), null, Map.of());
        add(ValueKind.TEXT, "399 KB", "x".repeat(399_000), null, Map.of());
        add(ValueKind.TEXT, "400 KiB with its names", "x".repeat(409_600 - 14), null, Map.of());
        add(ValueKind.TEXT, "more than 400 KiB", "x".repeat(409_601), null, Map.of());
        add(ValueKind.TEXT, "1 MB of emoji", "\ud83d\ude00".repeat(250_000), null, Map.of());
        for (String hex : List.of("ff", "fe80", "c0af", "eda080", "f4908080", "c3", "61ff62", "4de4")) {
            add(
                    ValueKind.TEXT,
                    "bytes " + hex + ", no UTF-8",
                    null,
                    HexFormat.of().parseHex(hex),
                    Map.of());
        }
        each(
                ValueKind.SHORT,
                "abcde",
                "abcdef",
                "",
                "\u6f22\u5b57\u6f22\u5b57\u6f22",
                "\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00");
        each(ValueKind.FIXED, "abcd", "abcde");
        add(ValueKind.FIXED, "two letters and two blanks", "ab  ", null, Map.of());
        each(ValueKind.ENUM, "so so", "good", "bad", "");
        each(ValueKind.BYTES, "", "00", "ff", "00ff7f80", "5c", "0a0d", "efbbbf", "deadbeef");
        add(ValueKind.BYTES, "all 256", HexFormat.of().formatHex(allBytes()), null, Map.of());
        add(ValueKind.BYTES, "64 KiB", "ab".repeat(65_536), null, Map.of());
        add(ValueKind.BYTES, "more than 400 KiB", "cd".repeat(410_000), null, Map.of());
        for (String uuid : List.of(
                "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
                "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
                "018f2c1e-7b3a-7c4d-8e5f-0123456789ab")) {
            add(ValueKind.UUID, uuid, uuid, null, Map.of());
        }
        for (String odd : List.of(
                "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
                "6ba7b8109dad11d180b400c04fd430c8",
                "1-1-1-1-1",
                "no uuid",
                "")) {
            add(
                    ValueKind.UUID,
                    "the text '" + odd + "'",
                    odd,
                    null,
                    Map.of("postgresql", "", "csv", "\"" + odd + "\""));
        }
    }

    private static byte[] allBytes() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private void times() {
        each(
                ValueKind.DATE,
                "1970-01-01",
                "2024-02-29",
                "1900-02-28",
                "1582-10-04",
                "1582-10-10",
                "0001-01-01",
                "9999-12-31",
                "0000-12-31",
                "2023-02-29",
                "2024-13-01",
                "2024-1-5",
                "01.02.2024",
                "20240229",
                "infinity",
                "-infinity");
        pg(ValueKind.DATE, "44 BC", "-0043-03-15", "0044-03-15 BC");
        pg(ValueKind.DATE, "the year 10000", "+10000-01-01", "10000-01-01");
        pg(ValueKind.DATE, "the last date of PostgreSQL", "+5874897-12-31", "5874897-12-31");
        pg(ValueKind.DATE, "the first date of PostgreSQL", "-4713-11-24", "4714-11-24 BC");
        each(
                ValueKind.TIME,
                "00:00:00",
                "12:30:00",
                "23:59:59",
                "23:59:59.999999",
                "00:00:00.000001",
                "12:30",
                "24:00:00",
                "23:59:60",
                "25:00:00",
                "12:00:00.123456789");
        each(
                ValueKind.LOCAL,
                "1970-01-01T00:00:00",
                "2024-02-29T23:59:59.999999",
                "2024-03-31T02:30:00",
                "0001-01-01T00:00:00",
                "9999-12-31T23:59:59.999999",
                "2024-01-01T00:00:00.000000001",
                "2024-06-30T24:00:00",
                "2016-12-31T23:59:60",
                "infinity",
                "2024-02-30T00:00:00");
        pg(ValueKind.LOCAL, "a blank for the T", "2024-01-02 03:04:05", "2024-01-02 03:04:05");
        pg(ValueKind.LOCAL, "the year 294276", "+294276-12-31T23:59:59.999999", "294276-12-31 23:59:59.999999");
        pg(ValueKind.LOCAL, "4713 BC", "-4712-01-01T00:00:00", "4713-01-01 00:00:00 BC");
        each(
                ValueKind.INSTANT,
                "1970-01-01T00:00:00Z",
                "2024-03-31T01:30:00Z",
                "2024-02-29T12:00:00.123456Z",
                "2024-01-01T00:00:00+05:45",
                "2024-01-01T00:00:00-12:00",
                "2024-01-01T00:00:00+14:00",
                "1937-01-01T12:00:27.87+00:19:32",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999Z",
                "2024-01-01T00:00:00.000000001Z",
                "2016-12-31T23:59:60Z",
                "2024-06-30T24:00:00Z",
                "2024-01-01T00:00:00",
                "1970-01-01T00:00:00-00:00",
                "infinity",
                "-infinity");
        pg(ValueKind.INSTANT, "the year 294276", "+294276-12-31T23:59:59Z", "294276-12-31 23:59:59+00");
        pg(ValueKind.INSTANT, "44 BC", "-0043-03-15T12:00:00.000001Z", "0044-03-15 12:00:00.000001+00 BC");
        add(
                ValueKind.INSTANT,
                "seconds since 1970: 1700000000",
                "1700000000",
                null,
                Map.of("postgresql", "", "json", "1700000000"));
    }

    private void pg(ValueKind kind, String label, String text, String postgresql) {
        add(kind, label, text, null, Map.of("postgresql", postgresql));
    }

    private void documents() {
        for (ValueKind kind : List.of(ValueKind.JSONB, ValueKind.JSON)) {
            each(
                    kind,
                    "{}",
                    "[]",
                    "{\"a\":null}",
                    "[null]",
                    "{\"a\":1,\"b\":[true,false,\"x\"]}",
                    "{\"b\":1,\"a\":2}",
                    "{\"n\":12345678901234567890.12345678901234567890}",
                    "{\"n\":1.0,\"m\":1.10}",
                    "{\"n\":1e400}",
                    "{\"n\":" + "1".repeat(60) + "}",
                    "{\"\":1}",
                    "{\"$decimal\":\"1.5\"}",
                    "{\"a\":\"\\u0000\"}",
                    "{\"a\":\"\\ud800\"}",
                    "{\"a\":\"\\ud83d\\ude00\"}",
                    "{\"a b\":{\"c.d\":{\"e/f~g\":1}}}",
                    "\"text\"",
                    "\"[1]\"",
                    "\"\"",
                    "12.50",
                    "true",
                    "null");
            add(
                    kind,
                    "an object with a name twice",
                    "{\"a\":1,\"a\":2}",
                    null,
                    Map.of("json", "", "sqlite", "{\"a\":1,\"a\":2}", "csv", "\"{\"\"a\"\":1,\"\"a\"\":2}\""));
            for (int depth : new int[] {30, 31, 32, 33, 100, 199, 250}) {
                add(kind, "nested " + depth + " deep", "[".repeat(depth) + "1" + "]".repeat(depth), null, Map.of());
            }
        }
        each(
                ValueKind.INTEGERS,
                "[]",
                "[1,2,3]",
                "[1,null]",
                "[2147483648]",
                "[[1,2],[3,4]]",
                "[[1],[2,3]]",
                "[\"1\"]");
        each(
                ValueKind.TEXTS,
                "[]",
                "[\"\"]",
                "[\"NULL\",null]",
                "[\"a,b\",\"{}\",\"\\\"\",\"\\\\\"]",
                "[\" x \",\"\\n\"]",
                "[\"\\u0000\"]",
                "[1]");
        for (String set : List.of(
                "[\"a\"]", "[\"b\",\"a\"]", "[\"\",\"x\"]", "[\"1\",\"1.0\"]", "[1]", "[2,1.5,-1]", "[1,10,9]")) {
            add(ValueKind.SET, set, set, null, Map.of("dynamodb", "set"));
        }
        add(ValueKind.SET, "bytes", "[\"AQ==\",\"/w==\"]", null, Map.of("dynamodb", "bytes"));
        add(ValueKind.SET, "no element", "[]", null, Map.of("dynamodb", "set"));
        add(ValueKind.SET, "1,000 texts", thousand(), null, Map.of("dynamodb", "set"));
    }

    private static String thousand() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < 1_000; i++) {
            text.append(i == 0 ? "" : ",").append("\"t").append(i).append('"');
        }
        return text.append(']').toString();
    }

    /** How a text stands in JSON that is ASCII but for what needs no escape. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || (Character.isSurrogate(c) && !pair)) {
                json.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
                if (pair) {
                    json.append(text.charAt(++i));
                }
            }
        }
        return json.append('"').toString();
    }

    /** Whether the text can be written as UTF-8. */
    static boolean isUnicode(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
    }
}
