package io.waybill.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void bytesHaveAtMostThreeFiguresAndAUnit() {
        assertThat(Figures.bytes(0)).isEqualTo("0 B");
        assertThat(Figures.bytes(999)).isEqualTo("999 B");
        assertThat(Figures.bytes(1000)).isEqualTo("1.0 kB");
        assertThat(Figures.bytes(12_100_000)).isEqualTo("12.1 MB");
        assertThat(Figures.bytes(999_950_000)).isEqualTo("1.0 GB");
        assertThat(Figures.bytes(750_000_000_000L)).isEqualTo("750 GB");
        assertThat(Figures.bytes(Long.MAX_VALUE)).isEqualTo("9.2 EB");
    }

    @Test
    void durationsHaveTheTwoUnitsThatMatter() {
        assertThat(Figures.duration(0)).isEqualTo("0 ms");
        assertThat(Figures.duration(999)).isEqualTo("999 ms");
        assertThat(Figures.duration(3_400)).isEqualTo("3 s");
        assertThat(Figures.duration(59_700)).isEqualTo("1 min");
        assertThat(Figures.duration(125_000)).isEqualTo("2 min 5 s");
        assertThat(Figures.duration(4_800_000)).isEqualTo("1 h 20 min");
        assertThat(Figures.duration(183_600_000)).isEqualTo("2 d 3 h");
    }

    @Test
    void largeCountsHaveCommas() {
        assertThat(Figures.count(9999)).isEqualTo("9999");
        assertThat(Figures.count(1_234_567)).isEqualTo("1,234,567");
        assertThat(Figures.count(1, "file")).isEqualTo("1 file");
        assertThat(Figures.count(0, "file")).isEqualTo("0 files");
    }

    @Test
    void percentIsHundredOnlyWhenItIsWhole() {
        assertThat(Figures.percent(0, 1000)).isZero();
        assertThat(Figures.percent(1, 1000)).isEqualTo(1);
        assertThat(Figures.percent(999, 1000)).isEqualTo(99);
        assertThat(Figures.percent(1000, 1000)).isEqualTo(100);
        assertThat(Figures.percent(0, 0)).isEqualTo(100);
    }

    @Test
    void agoIsRoundedDown() {
        assertThat(Figures.ago(2_000)).isEqualTo("just now");
        assertThat(Figures.ago(61_000)).isEqualTo("1 minute ago");
        assertThat(Figures.ago(7_300_000)).isEqualTo("2 hours ago");
        assertThat(Figures.ago(86_400_000L * 9)).isEqualTo("9 days ago");
    }
}
