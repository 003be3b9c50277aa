package io.waybill.file;

import java.math.BigDecimal;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** The attribute {@code mtime}: seconds since 1970 with nanoseconds as decimals. */
final class ModifiedTime {
    static final String NAME = "mtime";

    private ModifiedTime() {}

    static String format(Instant time) {
        return BigDecimal.valueOf(time.getEpochSecond())
                .add(BigDecimal.valueOf(time.getNano(), 9))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Reads the attribute; throws NumberFormatException or ArithmeticException if it is none. */
    static FileTime parse(String text) {
        BigDecimal time = new BigDecimal(text);
        if (time.precision() - time.scale() > 18 || time.scale() > 100) {
            throw new ArithmeticException("out of range");
        }
        BigDecimal seconds = time.setScale(0, java.math.RoundingMode.FLOOR);
        long nanos = time.subtract(seconds).movePointRight(9).longValue();
        return FileTime.from(Instant.ofEpochSecond(seconds.longValueExact(), nanos));
    }
}
