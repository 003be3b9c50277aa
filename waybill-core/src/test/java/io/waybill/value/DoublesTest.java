package io.waybill.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoublesTest {
    /** What Java 19 and later print; Java 17 prints other digits of most of these. */
    @ParameterizedTest
    @CsvSource({
        "1e23, 1.0E23",
        "-1e23, -1.0E23",
        "2e23, 2.0E23",
        "8.41E21, 8.41E21",
        "2.0E-3, 0.002",
        "5.684341886080802E-14, 5.684341886080802E-14",
        "2.2250738585072014E-308, 2.2250738585072014E-308",
        "4.9E-324, 4.9E-324",
        "1.0E-323, 9.9E-324",
        "0.1, 0.1",
        "0.30000000000000004, 0.30000000000000004",
        "123456789012345680, 1.2345678901234568E17",
        "1234567.25, 1234567.25",
        "1.7976931348623157E308, 1.7976931348623157E308"
    })
    void saysTheShortestDecimal(double value, String expected) {
        assertThat(Doubles.text(value)).isEqualTo(expected);
        assertThat(Doubles.shortened(value, Double.toString(value))).isEqualTo(expected);
    }

    @Test
    void whatItSaysMeansTheSameDoubleAndIsNoLonger() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = Doubles.shortened(value, Double.toString(value));
                assertThat(Double.parseDouble(text)).isEqualTo(value);
                assertThat(text.length())
                        .isLessThanOrEqualTo(Double.toString(value).length());
                assertThat(text).isEqualTo(Doubles.text(value));
            }
        }
    }
}
