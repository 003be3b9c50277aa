package io.waybill.mapping;

import static io.waybill.mapping.ValueType.BOOLEAN;
import static io.waybill.mapping.ValueType.BYTES;
import static io.waybill.mapping.ValueType.DATE;
import static io.waybill.mapping.ValueType.DECIMAL;
import static io.waybill.mapping.ValueType.DOUBLE;
import static io.waybill.mapping.ValueType.INTEGER;
import static io.waybill.mapping.ValueType.LIST;
import static io.waybill.mapping.ValueType.LOCAL_TIMESTAMP;
import static io.waybill.mapping.ValueType.MAP;
import static io.waybill.mapping.ValueType.SET;
import static io.waybill.mapping.ValueType.TEXT;
import static io.waybill.mapping.ValueType.TIME;
import static io.waybill.mapping.ValueType.TIMESTAMP;
import static io.waybill.mapping.ValueType.UUID;

import io.waybill.value.Digest;
import io.waybill.value.Doubles;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The functions of the plan language, but for those about time and patterns. */
final class Functions {
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?([0-9]{1,1000}(\\.[0-9]{0,1000})?|\\.[0-9]{1,1000})([eE][-+]?[0-9]{1,3})?");

    static final Set<ValueType> SCALAR =
            EnumSet.of(TEXT, INTEGER, DECIMAL, DOUBLE, BOOLEAN, UUID, DATE, TIME, LOCAL_TIMESTAMP, TIMESTAMP, BYTES);

    private static final Map<String, Function> ALL = new TreeMap<>();

    static {
        texts();
        numbers();
        add(Function.named("size", "The number of characters of a text, bytes, or elements of a list or map.")
                .form(INTEGER, Functions::size, EnumSet.of(TEXT, BYTES, LIST, MAP, SET)));
        add(Function.named("sha256", "The SHA-256 of a text (as UTF-8) or of bytes, in lower-case hexadecimal.")
                .form(TEXT, call -> Value.of(Digest.sha256(raw(call)).hex()), EnumSet.of(TEXT, BYTES)));
        add(Function.named("bytes", "A text as UTF-8 bytes.")
                .form(BYTES, call -> new Value.Bytes(raw(call)), EnumSet.of(TEXT, BYTES)));
        add(Function.open("id", "A UUID that is always the same for the same namespace, kind and inputs.")
                .formOfMore(UUID, Ids::of, TEXT, SCALAR));
        Patterns.functions().forEach(Functions::add);
        Pieces.functions().forEach(Functions::add);
        Times.functions().forEach(Functions::add);
    }

    private Functions() {}

    static @Nullable Function find(String name) {
        return ALL.get(name);
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    private static void add(Function function) {
        ALL.put(function.name(), function);
    }

    private static void texts() {
        add(Function.named("lower", "In lower case.")
                .form(TEXT, call -> call.made(call.text(0).toLowerCase(Locale.ROOT)), TEXT));
        add(Function.named("upper", "In upper case.")
                .form(TEXT, call -> call.made(call.text(0).toUpperCase(Locale.ROOT)), TEXT));
        add(Function.named("trim", "Without white space at both ends.")
                .form(TEXT, call -> Value.of(call.text(0).strip()), TEXT));
        add(Function.named("contains", "Whether the second text stands in the first.")
                .form(BOOLEAN, call -> Value.of(call.text(0).contains(call.text(1))), TEXT, TEXT));
        add(Function.named("startsWith", "Whether the first text begins with the second.")
                .form(BOOLEAN, call -> Value.of(call.text(0).startsWith(call.text(1))), TEXT, TEXT));
        add(Function.named("endsWith", "Whether the first text ends with the second.")
                .form(BOOLEAN, call -> Value.of(call.text(0).endsWith(call.text(1))), TEXT, TEXT));
        add(Function.named("split", "The parts of a text between separators.")
                .form(LIST, Functions::split, TEXT, TEXT));
        add(Function.named("join", "The elements of a list as one text, with a separator between them.")
                .form(TEXT, Functions::join, LIST, TEXT));
        add(Function.named("replace", "The first text with every second one replaced by the third.")
                .form(TEXT, Functions::replace, TEXT, TEXT, TEXT));
        add(Function.named(
                        "pad",
                        "Filled up on the left to a width: numbers with 0, texts with spaces or the character given.")
                .form(TEXT, Functions::pad, EnumSet.of(TEXT, INTEGER), INTEGER)
                .form(TEXT, Functions::pad, EnumSet.of(TEXT, INTEGER), INTEGER, TEXT));
        add(Function.named(
                        "translate",
                        "What a map has for the value; for one that it does not have, the third, or else the row fails.")
                .form(ValueType.ANY, Functions::translate, SCALAR, MAP)
                .form(ValueType.ANY, Functions::translate, SCALAR, MAP, SCALAR));
        add(Function.named("string", "The same as text(value).").form(TEXT, Functions::text, SCALAR));
    }

    private static void numbers() {
        add(Function.named("int", "As a whole number; fractions of numbers are cut off.")
                .form(INTEGER, Functions::integer, EnumSet.of(TEXT, INTEGER, DECIMAL, DOUBLE)));
        add(Function.named("decimal", "As an exact decimal number.")
                .form(DECIMAL, Functions::decimal, EnumSet.of(TEXT, INTEGER, DECIMAL, DOUBLE)));
        add(Function.named("double", "As a binary floating-point number.")
                .form(DOUBLE, Functions::real, EnumSet.of(TEXT, INTEGER, DECIMAL, DOUBLE)));
        add(Function.named("bool", "A text such as true, f or 0 as true or false.")
                .form(BOOLEAN, Functions::bool, EnumSet.of(TEXT, BOOLEAN)));
        add(size("kb", 1_000L));
        add(size("mb", 1_000_000L));
        add(size("gb", 1_000_000_000L));
    }

    private static Function size(String name, long unit) {
        return Function.named(
                        name,
                        "That many " + (unit == 1_000 ? "thousand" : unit == 1_000_000 ? "million" : "thousand million")
                                + " bytes.")
                .form(
                        INTEGER,
                        call -> Numbers.Operation.TIMES.apply(call.values().get(0), Value.of(unit), call.position()),
                        INTEGER);
    }

    static Value text(Function.Call call) throws MappingException {
        return call.made(Texts.of(call.values().get(0), call.position()));
    }

    private static Value translate(Function.Call call) throws MappingException {
        String word = Texts.of(call.values().get(0), call.position());
        Map<String, Value> words = ((Value.MapOf) call.values().get(1)).values();
        Value found = words.get(word);
        if (found != null) {
            return found;
        } else if (call.values().size() > 2) {
            return call.values().get(2);
        }
        throw new MappingException(
                call.position(),
                "no translation for \"" + word + "\"; there are " + String.join(", ", words.keySet()),
                null);
    }

    private static byte[] raw(Function.Call call) throws MappingException {
        Value value = call.values().get(0);
        byte[] raw = value instanceof Value.Bytes bytes
                ? bytes.value()
                : call.text(0).getBytes(StandardCharsets.UTF_8);
        call.at().spend(call.position(), raw.length / 64);
        return raw;
    }

    private static Value size(Function.Call call) {
        Value value = call.values().get(0);
        if (value instanceof Value.Text text) {
            return Value.of(text.value().codePointCount(0, text.value().length()));
        } else if (value instanceof Value.Bytes bytes) {
            return Value.of(bytes.value().length);
        } else if (value instanceof Value.MapOf map) {
            return Value.of(map.values().size());
        } else if (value instanceof Value.SetOf set) {
            return Value.of(set.values().size());
        }
        return Value.of(((Value.ListOf) value).values().size());
    }

    private static Value split(Function.Call call) throws MappingException {
        String text = call.text(0);
        String separator = call.text(1);
        if (separator.isEmpty()) {
            throw call.fault("split needs a separator that is not empty");
        }
        List<Value> parts = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
            parts.add(Value.of(text.substring(start, end)));
            start = end + separator.length();
            call.at().spend(call.position(), 1);
        }
        parts.add(Value.of(text.substring(start)));
        return new Value.ListOf(parts);
    }

    private static Value join(Function.Call call) throws MappingException {
        StringBuilder all = new StringBuilder();
        boolean first = true;
        for (Value part : ((Value.ListOf) call.values().get(0)).values()) {
            if (!first) {
                all.append(call.text(1));
            }
            first = false;
            all.append(Texts.of(part, call.position()));
            if (all.length() > Evaluation.LARGEST) {
                break;
            }
        }
        return call.made(all.toString());
    }

    private static Value replace(Function.Call call) throws MappingException {
        String text = call.text(0);
        String old = call.text(1);
        if (old.isEmpty()) {
            throw call.fault("replace needs a text to replace that is not empty");
        }
        long found = 0;
        for (int at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length())) {
            found++;
        }
        long length = text.length() + found * (call.text(2).length() - old.length());
        if (length > Evaluation.LARGEST) {
            throw call.fault("makes a text of more than " + Evaluation.LARGEST + " characters");
        }
        return call.made(text.replace(old, call.text(2)));
    }

    private static Value pad(Function.Call call) throws MappingException {
        String text = Texts.of(call.values().get(0), call.position());
        String fill = call.values().size() > 2 ? call.text(2) : call.values().get(0) instanceof Value.Int ? "0" : " ";
        BigInteger width = ((Value.Int) call.values().get(1)).value();
        if (fill.codePointCount(0, fill.length()) != 1) {
            throw call.fault("pad fills with one character, not with \"" + fill + "\"");
        }
        if (width.bitLength() > 20) {
            throw call.fault("pad makes at most " + (1 << 20) + " characters, not " + width);
        }
        boolean negative = call.values().get(0) instanceof Value.Int && text.startsWith("-") && fill.equals("0");
        String body = negative ? text.substring(1) : text;
        int missing = width.intValue() - text.codePointCount(0, text.length());
        return call.made((negative ? "-" : "") + fill.repeat(Math.max(0, missing)) + body);
    }

    private static BigDecimal number(Function.Call call) throws MappingException {
        Value value = call.values().get(0);
        if (value instanceof Value.Text text) {
            if (!isDigits(text.value()) && !NUMBER.matcher(text.value()).matches()) {
                String shown = text.value().length() > 40 ? text.value().substring(0, 40) + "..." : text.value();
                throw call.fault("\"" + shown + "\" is not a number");
            }
            return new BigDecimal(text.value());
        } else if (value instanceof Value.Dbl dbl) {
            if (!Double.isFinite(dbl.value())) {
                throw call.fault(dbl.value() + " is not a number that can be counted with");
            }
            return new BigDecimal(Doubles.text(dbl.value()));
        }
        return Numbers.decimal(value, call.position());
    }

    /** Whether it is what most numbers are: a few digits, perhaps a point among them. */
    private static boolean isDigits(String text) {
        int points = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && i > 0 && points == 0) {
                points++;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() < 40;
    }

    private static Value integer(Function.Call call) throws MappingException {
        Value value = call.values().get(0);
        BigDecimal number = number(call);
        boolean exact = number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
        if (value instanceof Value.Text && !exact) {
            throw call.fault("\"" + call.text(0) + "\" is not a whole number");
        }
        return new Value.Int(number.toBigInteger());
    }

    private static Value decimal(Function.Call call) throws MappingException {
        return new Value.Dec(number(call));
    }

    private static Value real(Function.Call call) throws MappingException {
        return call.values().get(0) instanceof Value.Dbl dbl
                ? dbl
                : new Value.Dbl(number(call).doubleValue());
    }

    private static Value bool(Function.Call call) throws MappingException {
        if (call.values().get(0) instanceof Value.Bool bool) {
            return bool;
        }
        return switch (call.text(0)) {
            case "true", "True", "TRUE", "t", "1" -> Value.Bool.TRUE;
            case "false", "False", "FALSE", "f", "0" -> Value.Bool.FALSE;
            default -> throw call.fault("\"" + call.text(0) + "\" is neither true nor false");
        };
    }
}
