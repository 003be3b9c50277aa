package io.waybill.value;

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
import java.util.Random;
import java.util.UUID;

/** Values of every kind under a seed, with those that are often wrong among them. */
final class RandomValues {
    private static final String[] TEXTS = {
        "", "a", "\u00e9", "e\u0301", "\ud83d\ude80", "\u0000", "null", "1", "{", "a\nb"
    };
    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1.5,
        1e300,
        -1e-300,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.1,
        Double.MIN_VALUE
    };

    private final Random random;

    RandomValues(long seed) {
        this.random = new Random(seed);
    }

    Row row() {
        return Row.of(fields(2));
    }

    private Map<String, Value> fields(int depth) {
        Map<String, Value> fields = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.put(text(), value(depth));
        }
        return fields;
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    Value value(int depth) {
        return switch (random.nextInt(depth == 0 ? 12 : 15)) {
            case 0 -> Value.NULL;
            case 1 -> Value.of(random.nextBoolean());
            case 2 -> new Value.Int(new BigInteger(random.nextInt(200), random).subtract(BigInteger.TEN));
            case 3 ->
                new Value.Dec(new BigDecimal(new BigInteger(random.nextInt(150), random), random.nextInt(60) - 30));
            case 4 -> new Value.Dbl(random.nextBoolean() ? DOUBLES[random.nextInt(10)] : random.nextGaussian());
            case 5 -> Value.of(text());
            case 6 -> new Value.Bytes(text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case 7 -> new Value.Date(LocalDate.ofEpochDay(random.nextInt(6_000_000) - 3_000_000));
            case 8 ->
                new Value.Time(LocalTime.ofNanoOfDay(random.nextInt(86_400) * 1_000_000_000L + random.nextInt(999)));
            case 9 ->
                new Value.LocalTimestamp(LocalDateTime.of(
                        LocalDate.ofEpochDay(random.nextInt(20_000)), LocalTime.ofSecondOfDay(random.nextInt(86_400))));
            case 10 -> new Value.Timestamp(Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)));
            case 11 -> new Value.Uuid(new UUID(random.nextLong(), random.nextLong()));
            case 12 -> new Value.ListOf(values(depth - 1));
            case 13 -> new Value.SetOf(new LinkedHashSet<>(values(depth - 1)));
            default -> new Value.MapOf(fields(depth - 1));
        };
    }

    private List<Value> values(int depth) {
        List<Value> values = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.add(value(depth));
        }
        return values;
    }
}
