package io.waybill.cli;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A value as both ends are compared by it, made from what a store gives without any of our own code. Two that are equal mean
 * the same: 1.50 is 1.5, a date is its ISO text, bytes are their Base64 text.
 *
 * @param form what it means
 * @param word what the store calls it
 */
record PlainValue(String form, String word) {
    static final PlainValue NULL = new PlainValue("null", "null");

    /** A number as its digits; minus zero stays apart. */
    static String number(String digits) {
        return switch (digits.toLowerCase(Locale.ROOT)) {
            case "nan" -> "NaN";
            case "infinity", "inf" -> "Infinity";
            case "-infinity", "-inf" -> "-Infinity";
            default -> {
                try {
                    BigDecimal number = new BigDecimal(digits);
                    yield number.signum() == 0
                            ? "0"
                            : number.stripTrailingZeros().toString();
                } catch (NumberFormatException e) {
                    yield "text " + digits;
                }
            }
        };
    }

    /** A binary floating-point number, by the shortest digits that mean it. */
    static String real(double real) {
        return real == 0 && Double.compare(real, 0.0) != 0 ? "-0" : number(Double.toString(real));
    }

    /** A number, as its column means it. */
    static String digits(ValueKind kind, String digits) {
        return kind.isFloating() ? floating(digits) : number(digits);
    }

    private static String floating(String text) {
        if (!text.matches("[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?")) {
            return number(text);
        }
        double real = Double.parseDouble(text);
        return Double.isInfinite(real) ? number(text) : real(real);
    }

    /** A text as its column means it; as it is when it is none of that. */
    static String meant(ValueKind kind, String text) {
        try {
            return switch (kind.family()) {
                case NUMBER -> kind.isFloating() ? floating(text) : number(text);
                case BOOLEAN -> bool(text);
                case TEXT -> "text " + (kind == ValueKind.FIXED ? text.stripTrailing() : text);
                case BYTES -> HexFormat.of().formatHex(Base64.getDecoder().decode(text));
                case DATE -> date(text).toString();
                case TIME -> LocalTime.parse(text).toString();
                case LOCAL -> local(text).toString();
                case INSTANT -> instant(text);
                case UUID -> java.util.UUID.fromString(text).toString();
                case DOCUMENT, SET -> PlainJson.form(kind, text);
            };
        } catch (DateTimeException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return "text " + text;
        }
    }

    private static String bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "t", "true", "1" -> "true";
            case "f", "false", "0" -> "false";
            default -> "text " + text;
        };
    }

    private static boolean isBeforeChrist(String text) {
        return text.endsWith(" BC");
    }

    private static String bare(String text) {
        return isBeforeChrist(text) ? text.substring(0, text.length() - 3) : text;
    }

    private static LocalDate date(String text) {
        String bare = bare(text);
        int month = bare.indexOf('-', 1);
        String year = bare.substring(0, Math.max(0, month));
        String rest = bare.substring(month);
        LocalDate date = LocalDate.parse("2000" + rest.replace("-02-29", "-02-28"));
        int number = Integer.parseInt(year);
        int from = isBeforeChrist(text) ? 1 - number : number;
        return rest.equals("-02-29") ? LocalDate.of(from, 2, 29) : date.withYear(from);
    }

    private static LocalDateTime local(String text) {
        String bare = bare(text);
        int space = Math.max(bare.indexOf(' '), bare.indexOf('T'));
        String day = bare.substring(0, Math.max(0, space)) + (isBeforeChrist(text) ? " BC" : "");
        return LocalDateTime.of(date(day), LocalTime.parse(bare.substring(space + 1)));
    }

    private static String instant(String text) {
        String bare = bare(text);
        int time = Math.max(bare.indexOf(' '), bare.indexOf('T'));
        int sign = Math.max(bare.indexOf('Z', time), Math.max(bare.indexOf('+', time), bare.indexOf('-', time)));
        if (sign < 0) {
            return "local " + local(text);
        }
        String zone = bare.substring(sign);
        LocalDateTime local = local(bare.substring(0, sign) + (isBeforeChrist(text) ? " BC" : ""));
        return OffsetDateTime.of(local, ZoneOffset.of(zone)).toInstant().toString();
    }

    static String document(ValueKind kind, AttributeValue value) {
        return switch (value.type()) {
            case NUL -> "null";
            case BOOL -> value.bool().toString();
            case N -> number(value.n());
            case S -> kind == ValueKind.INTEGERS || kind == ValueKind.TEXTS ? value.s() : text(value.s());
            case B -> text(Base64.getEncoder().encodeToString(value.b().asByteArray()));
            case L ->
                list(kind, value.l().stream().map(each -> document(kind, each)).toList());
            case SS -> list(kind, value.ss().stream().map(PlainValue::text).toList());
            case NS -> list(kind, value.ns().stream().map(PlainValue::number).toList());
            case BS ->
                list(
                        kind,
                        value.bs().stream()
                                .map(each -> text(Base64.getEncoder().encodeToString(each.asByteArray())))
                                .toList());
            case M -> {
                Map<String, String> fields = new TreeMap<>();
                value.m().forEach((name, each) -> fields.put(text(name), document(kind, each)));
                yield fields.toString();
            }
            case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException("not expected");
        };
    }

    static String list(ValueKind kind, List<String> values) {
        List<String> all = new ArrayList<>(values);
        if (kind.family() == ValueKind.Family.SET) {
            Collections.sort(all);
        }
        return all.toString();
    }

    /** A text in a document, so that it cannot be taken for anything else. */
    static String text(String text) {
        return "\"" + text.length() + ":" + text + "\"";
    }

    /** Bytes as text if they are UTF-8; else as what no text can be. */
    static String utf8(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)
                ? text
                : "not UTF-8: " + HexFormat.of().formatHex(bytes);
    }
}
