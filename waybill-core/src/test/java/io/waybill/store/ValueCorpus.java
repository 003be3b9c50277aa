package io.waybill.store;

import io.waybill.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Values of every kind that stores have damaged elsewhere: edges, extremes, look-alikes. */
public final class ValueCorpus {
    private ValueCorpus() {}

    /** All of them, each kind together. */
    public static List<Value> all() {
        List<Value> all = new ArrayList<>(List.of(Value.NULL, Value.Bool.TRUE, Value.Bool.FALSE));
        all.addAll(numbers());
        all.addAll(texts());
        all.addAll(times());
        all.addAll(collections());
        return all;
    }

    private static List<Value> numbers() {
        List<Value> values = new ArrayList<>();
        for (long integer : new long[] {
            0, 1, -1, 100, 9007199254740993L, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
        }) {
            values.add(Value.of(integer));
        }
        values.add(new Value.Int(new BigInteger("9".repeat(38))));
        values.add(new Value.Int(new BigInteger("9".repeat(39))));
        values.add(new Value.Int(BigInteger.TEN.pow(125)));
        values.add(new Value.Int(BigInteger.TEN.pow(126)));
        for (String decimal : List.of(
                "0",
                "0.00",
                "1.50",
                "-0.1",
                "12345678901234567890.123456789012345678",
                "0.12345678901234567890123456789012345678",
                "0.123456789012345678901234567890123456789",
                "1E-130",
                "1E-131",
                "9.9999999999999999999999999999999999999E+125",
                "1E+126",
                "-9.9999999999999999999999999999999999999E+125",
                "1000000")) {
            values.add(Value.of(new BigDecimal(decimal)));
        }
        for (double real : new double[] {
            0.0,
            -0.0,
            0.1,
            1.0 / 3,
            -2.5e-7,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY
        }) {
            values.add(new Value.Dbl(real));
        }
        return values;
    }

    private static List<Value> texts() {
        List<Value> values = new ArrayList<>();
        for (String text : List.of(
                "",
                " ",
                "x",
                "null",
                "1.50",
                "Straße",
                "e\u0301",
                "é",
                "漢字",
                "😀",
                "\u0000",
                "a\u0000b",
                "\ud800",
                "\r\n",
                "\u200e\u202e",
                "'; DROP TABLE x; --",
                "\\x41",
                "x".repeat(300_000),
                "y".repeat(500_000))) {
            values.add(Value.of(text));
        }
        values.add(new Value.Bytes(new byte[0]));
        values.add(new Value.Bytes(new byte[] {0, 1, -1, 127, -128}));
        values.add(new Value.Bytes(new byte[200_000]));
        values.add(new Value.Uuid(new UUID(0, 0)));
        values.add(new Value.Uuid(new UUID(-1, -1)));
        values.add(new Value.Uuid(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8")));
        return values;
    }

    private static List<Value> times() {
        List<Value> values = new ArrayList<>();
        for (String date :
                List.of("1970-01-01", "2024-02-29", "0001-01-01", "0000-12-31", "-4712-01-01", "+12024-01-01")) {
            values.add(new Value.Date(LocalDate.parse(date)));
            values.add(new Value.LocalTimestamp(LocalDate.parse(date).atTime(23, 59, 59, 999_999_000)));
            values.add(new Value.Timestamp(Instant.parse(date + "T12:30:00.000001Z")));
        }
        for (String time : List.of("00:00:00", "12:30:00", "23:59:59.999999", "00:00:00.000000001")) {
            values.add(new Value.Time(LocalTime.parse(time)));
        }
        values.add(new Value.LocalTimestamp(LocalDateTime.parse("2024-03-31T02:30:00")));
        values.add(new Value.Timestamp(Instant.parse("2024-03-31T01:30:00Z")));
        values.add(new Value.Timestamp(Instant.parse("2024-03-31T01:30:00.123456789Z")));
        return values;
    }

    private static List<Value> collections() {
        List<Value> values = new ArrayList<>();
        Map<String, Value> map = new LinkedHashMap<>();
        values.add(new Value.MapOf(map));
        map.put("b", Value.of(new BigDecimal("1.50")));
        map.put("a", Value.NULL);
        map.put("ü $", new Value.ListOf(List.of(Value.of(1), Value.of("x"), Value.Bool.TRUE)));
        map.put("", Value.of("name without a letter"));
        values.add(new Value.MapOf(map));
        map.remove("");
        values.add(new Value.MapOf(map));
        map.put("when", new Value.Timestamp(Instant.EPOCH));
        map.put("raw", new Value.Bytes(new byte[] {1}));
        values.add(new Value.MapOf(map));
        values.add(new Value.ListOf(List.of()));
        values.add(new Value.ListOf(List.of(Value.of(1), Value.of(1), Value.NULL)));
        values.add(nested(29));
        values.add(nested(31));
        values.add(nested(32));
        values.add(nested(33));
        values.add(new Value.SetOf(new LinkedHashSet<>()));
        values.add(new Value.SetOf(new LinkedHashSet<>(List.of(Value.of("b"), Value.of("a")))));
        values.add(new Value.SetOf(new LinkedHashSet<>(List.of(Value.of(2), Value.of(new BigDecimal("1.5"))))));
        values.add(new Value.SetOf(new LinkedHashSet<>(List.of(Value.of(1), Value.of(new BigDecimal("1.0"))))));
        values.add(new Value.SetOf(new LinkedHashSet<>(List.of(Value.of(1), Value.of("1")))));
        values.add(new Value.SetOf(new LinkedHashSet<>(List.of(new Value.Bytes(new byte[] {1})))));
        values.add(new Value.SetOf(new LinkedHashSet<>(List.of(Value.of(""), Value.of("x")))));
        return values;
    }

    private static Value nested(int depth) {
        Value value = Value.of("core");
        for (int i = 0; i < depth; i++) {
            value = i % 2 == 0 ? new Value.ListOf(List.of(value)) : new Value.MapOf(Map.of("n", value));
        }
        return value;
    }
}
