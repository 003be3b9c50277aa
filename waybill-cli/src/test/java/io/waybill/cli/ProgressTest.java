package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.Live;
import io.waybill.report.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private static Live.Now now(long items, long bytes) {
        return new Live.Now(
                "r1",
                "running",
                List.of(
                        new Live.GroupNow("notes", items, 79, bytes, 8_000_000, 0),
                        new Live.GroupNow("photos", 0, 118, 0, 4_100_000, 0),
                        new Live.GroupNow("listed", 500, 0, 12_100_000, 0, 0)),
                List.of(),
                3);
    }

    @Test
    void drawsABarForEachGroupAndOneLineForAll() {
        BarText bars = new BarText();
        Speed speed = new Speed();
        bars.lines(Picture.of(now(0, 0), speed, 0), 80, 24, 0);

        List<String> lines = bars.lines(Picture.of(now(64, 6_480_000), speed, 2 * SECOND), 80, 24, 2 * SECOND);

        assertThat(lines)
                .containsExactly(
                        "notes  [################....]  81%  64/79   3.2 MB/s",
                        "photos [....................]   0%  0/118",
                        "total 64/197 · 6.5 of 12.1 MB · 3 retries · 0 failed · 4 s left");
    }

    @Test
    void noLineIsWiderThanTheTerminalNorAreThereTooMany() {
        List<Live.GroupNow> groups = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            groups.add(new Live.GroupNow("\u4e16\u754c a rather long name of a group, number " + i, i, 99, i, 99, 0));
        }
        Live.Now now = new Live.Now("r1", "running", groups, List.of(), 0);
        for (int columns = 30; columns < 200; columns += 7) {
            List<String> lines = new BarText().lines(Picture.of(now, new Speed(), 0), columns, 24, 0);
            int most = columns;
            assertThat(lines).hasSizeLessThan(24).allMatch(line -> Texts.width(line) < most);
        }
    }

    @Test
    void whatIsBeingListedIsCounted() {
        Live.Now now = new Live.Now(
                "", "listing ./data", List.of(new Live.GroupNow("listed", 12_345, 0, 5_000_000, 0, 0)), List.of(), 0);

        assertThat(BarText.total(Picture.of(now, new Speed(), 0))).isEqualTo("listing ./data · 12,345 listed, 5.0 MB");
    }

    @Test
    void theTimeLeftIsSaidOnlyWhenItMeansSomething() {
        Speed speed = new Speed();
        speed.add(0, 0, 0);
        assertThat(speed.left(100, 1_000)).isEmpty();
        speed.add(SECOND / 2, 10, 100);
        assertThat(speed.left(90, 900)).as("half a second is too little").isEmpty();
        speed.add(2 * SECOND, 40, 400);
        assertThat(speed.left(60, 600)).isEqualTo(OptionalLong.of(3_000));
        assertThat(speed.left(60, 600_000)).as("what comes is unlike what came").isEmpty();
        for (int i = 3; i < 20; i++) {
            speed.add(i * SECOND, 40, 400);
        }
        assertThat(speed.left(60, 600)).as("nothing moves").isEmpty();
    }

    @Test
    void aLargeFileUnderWayCounts() {
        Live.Now now = new Live.Now(
                "r1",
                "running",
                List.of(new Live.GroupNow("g", 1, 2, 100, 1_100, 0)),
                List.of(new Live.ItemNow("large", 500, 1_000)),
                0);

        Picture picture = Picture.of(now, new Speed(), 0);

        assertThat(picture.bytes()).isEqualTo(600);
        assertThat(picture.groups().get(0).bytes()).isEqualTo(600);
    }
}
