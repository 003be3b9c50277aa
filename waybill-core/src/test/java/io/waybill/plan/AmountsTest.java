package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "5, 5",
        "5B, 5",
        "5 kB, 5000",
        "5KB, 5000",
        "5KiB, 5120",
        "1.5 MB, 1500000",
        "64MiB, 67108864",
        "2GB, 2000000000",
        "1TiB, 1099511627776"
    })
    void readsSizes(String text, long bytes) {
        assertThat(Amounts.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5B", "5 mb", "5M", "MB", "1e3", "9999999999999TB", "5  MB", " 5"})
    void refusesOtherTextsAsSizes(String text) {
        assertThat(Amounts.size(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "30s, 30000", "1h30m, 5400000", "2d, 172800000", "0s, 0"})
    void readsDurations(String text, long millis) {
        assertThat(Amounts.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "1.5s", "-1s", "1h 30m", "5 s", "5y", "9999999999s"})
    void refusesOtherTextsAsDurations(String text) {
        assertThat(Amounts.duration(text)).isNull();
    }
}
