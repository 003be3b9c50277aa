package io.waybill.jdbc.postgresql;

import io.waybill.value.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Values at the edges of what scalar types hold. Of texts there are some that other types take, too, since those that do are
 * looked at one by one.
 */
final class PostgresEdges {
    /** No type with a length holds more. */
    private static final int LONGEST = 10_485_761;

    private static final int HEADER = 4;
    private static final List<String> TEXTS = List.of(
            "",
            "1",
            "true",
            "2000-01-31",
            "12:30:00",
            "2000-01-31T12:30:00",
            "2000-01-31T12:30:00Z",
            "00000000-0000-4000-8000-000000000000");

    private PostgresEdges() {}

    static List<Value> of(String name, int modifier) {
        return switch (name) {
            case "int2" -> List.of(Value.of(0), Value.of(Short.MIN_VALUE), Value.of(Short.MAX_VALUE));
            case "int4" -> List.of(Value.of(0), Value.of(Integer.MIN_VALUE), Value.of(Integer.MAX_VALUE));
            case "int8" -> List.of(Value.of(0), Value.of(Long.MIN_VALUE), Value.of(Long.MAX_VALUE));
            case "numeric" -> numbers(modifier - HEADER);
            case "float4" -> reals(Double.parseDouble(Float.toString(Float.MAX_VALUE)), 0.5);
            case "float8" -> reals(Double.MAX_VALUE, Double.MIN_VALUE);
            case "bool" -> List.of(Value.of(true), Value.of(false));
            case "varchar", "bpchar" -> texts(modifier < 0 ? LONGEST : modifier - HEADER);
            case "text" -> texts(LONGEST);
            case "name" -> texts(63);
            case "char" -> texts(1);
            case "bytea" -> List.of(new Value.Bytes(new byte[0]), new Value.Bytes(new byte[] {0, -1}));
            case "uuid" -> List.of(new Value.Uuid(new UUID(0, 0)), new Value.Uuid(new UUID(-1, -1)));
            case "date" ->
                List.of(
                        new Value.Date(LocalDate.of(2000, 1, 31)),
                        new Value.Date(LocalDate.of(-4713, 11, 24)),
                        new Value.Date(LocalDate.of(5_874_897, 12, 31)));
            case "time" ->
                List.of(new Value.Time(LocalTime.NOON), new Value.Time(LocalTime.of(23, 59, 59, finest(modifier))));
            case "timestamp" ->
                List.of(
                        new Value.LocalTimestamp(LocalDateTime.of(2000, 1, 31, 12, 30)),
                        new Value.LocalTimestamp(LocalDateTime.of(2000, 1, 31, 12, 30, 59, finest(modifier))));
            case "timestamptz" ->
                List.of(
                        new Value.Timestamp(Instant.EPOCH),
                        new Value.Timestamp(Instant.ofEpochSecond(1, finest(modifier))));
            case "json" -> documents("\u0000");
            case "jsonb" -> documents("text");
            default -> List.of();
        };
    }

    private static int finest(int digits) {
        int unit = 1_000_000_000;
        for (int i = 0; i < (digits < 0 ? 6 : digits); i++) {
            unit /= 10;
        }
        return unit == 1_000_000_000 ? 0 : unit;
    }

    private static List<Value> numbers(int modifier) {
        if (modifier < 0) {
            return List.of(
                    Value.of(BigDecimal.ZERO),
                    Value.of(BigDecimal.ONE.scaleByPowerOfTen(131_071)),
                    Value.of(BigDecimal.ONE.scaleByPowerOfTen(-16_383)));
        }
        int precision = modifier >> 16 & 0xffff;
        int scale = ((modifier & 0x7ff) ^ 1024) - 1024;
        BigDecimal most = BigDecimal.TEN.pow(precision).subtract(BigDecimal.ONE).scaleByPowerOfTen(-scale);
        return List.of(Value.of(BigDecimal.ZERO), Value.of(most), Value.of(most.negate()));
    }

    private static List<Value> reals(double most, double least) {
        return List.of(
                new Value.Dbl(0),
                new Value.Dbl(0.1),
                new Value.Dbl(most),
                new Value.Dbl(least),
                new Value.Dbl(Double.NaN));
    }

    private static List<Value> texts(int longest) {
        List<Value> texts = new ArrayList<>();
        for (String text : TEXTS) {
            if (text.length() <= longest) {
                texts.add(Value.of(text));
            }
        }
        texts.add(Value.of("x".repeat(longest)));
        return texts;
    }

    private static List<Value> documents(String text) {
        return List.of(
                new Value.MapOf(Map.of("name", Value.of(text))),
                new Value.ListOf(List.of(Value.of(1))),
                Value.of(text),
                Value.of(new BigDecimal("0.1")),
                Value.of(true));
    }
}
