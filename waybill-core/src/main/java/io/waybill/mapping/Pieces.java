package io.waybill.mapping;

import static io.waybill.mapping.ValueType.BOOLEAN;
import static io.waybill.mapping.ValueType.DECIMAL;
import static io.waybill.mapping.ValueType.DOUBLE;
import static io.waybill.mapping.ValueType.INTEGER;
import static io.waybill.mapping.ValueType.LIST;
import static io.waybill.mapping.ValueType.MAP;
import static io.waybill.mapping.ValueType.SET;
import static io.waybill.mapping.ValueType.TEXT;

import io.waybill.value.Canonical;
import io.waybill.value.Doubles;
import io.waybill.value.Json;
import io.waybill.value.Value;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Functions about parts of a text, elements of a list, and what a value is made of. */
final class Pieces {
    private static final Set<ValueType> NESTED = EnumSet.of(LIST, MAP, SET, TEXT, BOOLEAN, INTEGER, DECIMAL, DOUBLE);

    private Pieces() {}

    static List<Function> functions() {
        Set<ValueType> all = EnumSet.copyOf(Functions.SCALAR);
        all.addAll(NESTED);
        return List.of(
                Function.named("indexOf", "At which character the second text begins in the first, from 0; -1 if not.")
                        .form(INTEGER, call -> place(call, false), TEXT, TEXT),
                Function.named("lastIndexOf", "The same for the last of several.")
                        .form(INTEGER, call -> place(call, true), TEXT, TEXT),
                Function.named("substring", "The characters of a text from one place on, up to but not with another.")
                        .form(TEXT, Pieces::substring, TEXT, INTEGER)
                        .form(TEXT, Pieces::substring, TEXT, INTEGER, INTEGER),
                Function.named("distinct", "The elements of a list, each once, in their order.")
                        .form(LIST, Pieces::distinct, EnumSet.of(LIST, SET)),
                Function.named("kind", "What a value is: text, integer, decimal, double, boolean, list, map, set, ...")
                        .form(TEXT, call -> Value.of(call.values().get(0).kind()), all),
                Function.named("json", "A value as JSON text, names sorted; dates and times as their text.")
                        .form(
                                TEXT,
                                call -> call.made(
                                        Json.canonical(plain(call.values().get(0), call))),
                                all));
    }

    private static Value place(Function.Call call, boolean last) throws MappingException {
        String text = call.text(0);
        call.at().spend(call.position(), text.length() / 16);
        int at = last ? text.lastIndexOf(call.text(1)) : text.indexOf(call.text(1));
        return Value.of(at < 0 ? -1 : text.codePointCount(0, at));
    }

    private static Value substring(Function.Call call) throws MappingException {
        String text = call.text(0);
        int length = text.codePointCount(0, text.length());
        int from = place(call, 1, length);
        int to = call.values().size() > 2 ? place(call, 2, length) : length;
        if (from > to) {
            throw call.fault("substring from " + from + " to " + to + " goes backwards");
        }
        int start = text.offsetByCodePoints(0, from);
        return call.made(text.substring(start, text.offsetByCodePoints(start, to - from)));
    }

    private static int place(Function.Call call, int index, int length) throws MappingException {
        var place = ((Value.Int) call.values().get(index)).value();
        if (place.signum() < 0 || place.bitLength() > 31 || place.intValue() > length) {
            throw call.fault("substring has no place " + place + " in a text of " + length + " characters");
        }
        return place.intValue();
    }

    private static Value distinct(Function.Call call) throws MappingException {
        Collection<Value> all = call.values().get(0) instanceof Value.SetOf set
                ? set.values()
                : ((Value.ListOf) call.values().get(0)).values();
        Set<ByteBuffer> seen = new HashSet<>();
        List<Value> kept = new ArrayList<>();
        for (Value value : all) {
            byte[] form = Canonical.bytes(value);
            call.at().spend(call.position(), 1 + form.length / 16);
            if (seen.add(ByteBuffer.wrap(form))) {
                kept.add(value);
            }
        }
        return new Value.ListOf(kept);
    }

    /** A value of kinds that JSON has. */
    private static Value plain(Value value, Function.Call call) throws MappingException {
        call.at().spend(call.position(), 1);
        if (value instanceof Value.ListOf list) {
            return new Value.ListOf(plain(list.values(), call));
        } else if (value instanceof Value.SetOf set) {
            return new Value.ListOf(plain(set.values(), call));
        } else if (value instanceof Value.MapOf map) {
            Map<String, Value> fields = new LinkedHashMap<>();
            for (Map.Entry<String, Value> field : map.values().entrySet()) {
                fields.put(field.getKey(), plain(field.getValue(), call));
            }
            return new Value.MapOf(fields);
        } else if (value instanceof Value.Dbl dbl) {
            if (!Double.isFinite(dbl.value())) {
                throw call.fault("JSON has no number " + dbl.value());
            }
            return Value.of(new BigDecimal(Doubles.text(dbl.value())));
        } else if (value instanceof Value.Bytes) {
            throw call.fault("JSON has no bytes; name their text with text(...)");
        }
        boolean known = value instanceof Value.Text
                || value instanceof Value.Null
                || value instanceof Value.Bool
                || value instanceof Value.Int
                || value instanceof Value.Dec;
        return known ? value : Value.of(Texts.of(value, call.position()));
    }

    private static List<Value> plain(Collection<Value> values, Function.Call call) throws MappingException {
        List<Value> all = new ArrayList<>(values.size());
        for (Value value : values) {
            all.add(plain(value, call));
        }
        return all;
    }
}
