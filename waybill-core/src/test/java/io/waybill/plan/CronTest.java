package io.waybill.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.mapping.MappingException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times by the clock on the wall, compared with a clock that is looked at every minute. */
class CronTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> times(String cron, ZoneId zone, String after, int count) throws Exception {
        Cron parsed = Cron.parse(cron);
        List<String> times = new ArrayList<>();
        Instant at = Instant.parse(after);
        for (int i = 0; i < count; i++) {
            at = Objects.requireNonNull(parsed.next(at, zone));
            times.add(at.toString());
        }
        return times;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 2 * * *        | 2026-03-01T02:00:00Z | 2026-03-02T02:00:00Z",
                "0 2 * * *        | 2026-03-01T01:59:59Z | 2026-03-01T02:00:00Z",
                "*/15 * * * *     | 2026-03-01T01:59:59.5Z | 2026-03-01T02:00:00Z",
                "10-40/15 3 * * * | 2026-03-01T03:10:00Z | 2026-03-01T03:25:00Z",
                "0 9 * * MON-FRI  | 2026-11-20T09:00:00Z | 2026-11-23T09:00:00Z",
                "0 9 * * fri-sun  | 2026-11-21T09:00:00Z | 2026-11-22T09:00:00Z",
                "0 0 * * 7        | 2026-11-21T00:00:00Z | 2026-11-22T00:00:00Z",
                "0 0 * * 0        | 2026-11-21T00:00:00Z | 2026-11-22T00:00:00Z",
                "0 0 31 * *       | 2026-01-31T00:00:00Z | 2026-03-31T00:00:00Z",
                "0 0 1 JAN,jul *  | 2026-01-01T00:00:00Z | 2026-07-01T00:00:00Z",
                "0 0 29 2 *       | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z",
                "@daily           | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z",
                "@midnight        | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z",
                "@hourly          | 2026-03-01T00:00:00Z | 2026-03-01T01:00:00Z",
                "@weekly          | 2026-11-21T00:00:00Z | 2026-11-22T00:00:00Z",
                "@monthly         | 2026-11-21T00:00:00Z | 2026-12-01T00:00:00Z",
                "@yearly          | 2026-11-21T00:00:00Z | 2027-01-01T00:00:00Z",
                "@Annually        | 2026-11-21T00:00:00Z | 2027-01-01T00:00:00Z",
            })
    void saysTheNextTime(String cron, String after, String expected) throws Exception {
        assertThat(times(cron, ZoneOffset.UTC, after, 1)).containsExactly(expected);
    }

    @Test
    void eitherDayIsEnoughWhenBothAreRestrictedAndBothAreNeededWhenOneBeginsWithAStar() throws Exception {
        // the 13th is a Friday in November 2026
        assertThat(times("0 0 13 * FRI", ZoneOffset.UTC, "2026-11-01T00:00:00Z", 5))
                .extracting(time -> time.substring(5, 10))
                .containsExactly("11-06", "11-13", "11-20", "11-27", "12-04");
        assertThat(times("0 0 */2 * FRI", ZoneOffset.UTC, "2026-11-01T00:00:00Z", 2))
                .extracting(time -> time.substring(5, 10))
                .containsExactly("11-13", "11-27");
    }

    @Test
    void aTimeThatTheClockPassesOverComesOnceWhenItGoesOn() throws Exception {
        // from 02:00 to 03:00 on 29 March 2026
        assertThat(times("30 2 * * *", BERLIN, "2026-03-28T00:00:00Z", 3))
                .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        assertThat(times("*/20 2,3 * * *", BERLIN, "2026-03-29T00:00:00Z", 3))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z", "2026-03-29T01:40:00Z");
    }

    @Test
    void aTimeThatTheClockShowsTwiceComesOnce() throws Exception {
        // from 03:00 back to 02:00 on 25 October 2026
        assertThat(times("30 2 * * *", BERLIN, "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(times("30 2 * * *", BERLIN, "2026-10-25T01:10:00Z", 1)).containsExactly("2026-10-26T01:30:00Z");
    }

    @Test
    void aDayThatAZoneLeavesOutComesWithTheNext() throws Exception {
        // Samoa had no 30 December 2011
        assertThat(times("0 12 30 12 *", ZoneId.of("Pacific/Apia"), "2011-12-01T00:00:00Z", 1))
                .containsExactly("2011-12-30T10:00:00Z");
    }

    /** What is due by a clock that is read at every minute, with the rules for changes of the clock said in another way. */
    private static List<Instant> due(Line line, ZoneId zone, Instant from, Instant to) {
        TreeSet<Instant> due = new TreeSet<>();
        TreeSet<LocalDateTime> shown = new TreeSet<>();
        LocalDateTime last = from.minusSeconds(60).atZone(zone).toLocalDateTime();
        // two days before, so that a time which is shown for the second time is known
        for (Instant at = from.minus(2, ChronoUnit.DAYS); at.isBefore(to); at = at.plusSeconds(60)) {
            LocalDateTime now = at.atZone(zone).toLocalDateTime();
            boolean jumped = now.isAfter(last.plusMinutes(1));
            for (LocalDateTime passed = jumped ? last.plusMinutes(1) : now;
                    !passed.isAfter(now);
                    passed = passed.plusMinutes(1)) {
                if (shown.add(passed) && line.matches(passed) && !at.isBefore(from)) {
                    due.add(at);
                }
            }
            last = now;
        }
        return List.copyOf(due);
    }

    /** A line of lists of numbers, from which the text is made. */
    private record Line(List<List<Integer>> fields) {
        static Line random(Random random) {
            int[][] ranges = {{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}};
            List<List<Integer>> fields = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                boolean star = random.nextInt(10) < (i == 0 ? 1 : i == 1 ? 5 : 7);
                TreeSet<Integer> numbers = new TreeSet<>();
                for (int n = 0; n <= random.nextInt(4); n++) {
                    numbers.add(ranges[i][0] + random.nextInt(ranges[i][1] - ranges[i][0] + 1));
                }
                fields.add(star ? List.of() : List.copyOf(numbers));
            }
            return new Line(List.copyOf(fields));
        }

        String text() {
            List<String> words = new ArrayList<>();
            for (List<Integer> field : fields) {
                words.add(
                        field.isEmpty()
                                ? "*"
                                : String.join(
                                        ",", field.stream().map(String::valueOf).toList()));
            }
            return String.join(" ", words);
        }

        private boolean has(int field, int value) {
            return fields.get(field).isEmpty() || fields.get(field).contains(value);
        }

        boolean matches(LocalDateTime time) {
            boolean day = has(2, time.getDayOfMonth());
            boolean weekday = has(4, time.getDayOfWeek().getValue() % 7);
            boolean either = !fields.get(2).isEmpty() && !fields.get(4).isEmpty();
            return has(0, time.getMinute())
                    && has(1, time.getHour())
                    && has(3, time.getMonthValue())
                    && (either ? day || weekday : day && weekday);
        }
    }

    @Test
    void isDueJustWhenAClockThatIsReadEveryMinuteSaysSo() throws Exception {
        Random random = new Random(20261121);
        List<String> zones = List.of(
                "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata");
        // days with changes of the clock among them
        List<String> starts =
                List.of("2026-03-07", "2026-03-27", "2026-04-03", "2026-09-04", "2026-10-23", "2026-10-30");
        int seen = 0;
        for (int i = 0; i < 150; i++) {
            Line line = Line.random(random);
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            Instant from = Instant.parse(starts.get(random.nextInt(starts.size())) + "T00:00:00Z");
            Instant to = from.plus(4, ChronoUnit.DAYS);
            Cron cron;
            try {
                cron = Cron.parse(line.text());
            } catch (MappingException e) {
                assertThat(e).hasMessageContaining("never comes");
                continue;
            }
            List<Instant> found = new ArrayList<>();
            for (Instant at = cron.next(from.minusSeconds(1), zone);
                    at != null && at.isBefore(to);
                    at = cron.next(at, zone)) {
                found.add(at);
            }
            List<Instant> expected = due(line, zone, from, to);
            assertThat(found).as(line.text() + " in " + zone + " from " + from).isEqualTo(expected);
            seen += expected.size();
        }
        assertThat(seen).isGreaterThan(1_000);
    }

    @Test
    void stepsRangesAndNamesAreTheNumbersThatTheyStandFor() throws Exception {
        for (String[] pair : new String[][] {
            {"*/20 */6 * * *", "0,20,40 0,6,12,18 * * *"},
            {"5-59/15 1-3 * * *", "5,20,35,50 1,2,3 * * *"},
            {"0 0 1-10/3 feb-Apr *", "0 0 1,4,7,10 2,3,4 *"},
            {"0 0 * * mon,WED-fri", "0 0 * * 1,3,4,5"},
            {"0 0 * * 5-7", "0 0 * * 0,5,6"},
            {"  0   0 * * *  ", "0 0 * * *"}
        }) {
            assertThat(times(pair[0], BERLIN, "2026-01-01T00:00:00Z", 50))
                    .as(pair[0])
                    .isEqualTo(times(pair[1], BERLIN, "2026-01-01T00:00:00Z", 50));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 2 * *            | 0 | it has five fields, minute, hour, day of the month, month and day of the week, not 4",
                "0 0 2 * * *        | 0 | not 6 -> there are no seconds and no years",
                "60 2 * * *         | 0 | \"60\" is not a minute -> 0 to 59",
                "0 2,24 * * *       | 4 | \"24\" is not an hour -> 0 to 23",
                "0 2 0 * *          | 4 | \"0\" is not a day of the month -> 1 to 31",
                "0 2 * JANUARY *    | 6 | \"JANUARY\" is not a month -> 1 to 12 or JAN to DEC",
                "0 2 * * MO         | 8 | \"MO\" is not a day of the week -> 0 to 7 or SUN to SAT",
                "0 2 * * 1-8        | 10 | \"8\" is not a day of the week",
                "0 2 * * 6-2        | 8 | \"6-2\" ends before it begins -> write two ranges, with a comma",
                "0 2 L * *          | 4 | \"L\" is not a day of the month",
                "0 2 ? * *          | 4 | \"?\" is not a day of the month",
                "0 2, * * *         | 4 | \"\" is not an hour",
                "5/15 * * * *       | 0 | \"5/15\" has steps and no range -> did you mean \"5-59/15\"?",
                "*/0 * * * *        | 2 | \"0\" is no step",
                "*/x * * * *        | 2 | \"x\" is no step",
                "0 0 30 2 *         | 0 | it never comes",
                "@dayly             | 0 | no \"@dayly\" -> did you mean \"@daily\"?",
                "@reboot            | 0 | no \"@reboot\" -> @hourly",
            })
    void saysWhatIsWrongAndWhere(String cron, int position, String message) {
        assertThatThrownBy(() -> Cron.parse(cron))
                .isInstanceOfSatisfying(
                        MappingException.class,
                        e -> assertThat(e.faults().get(0).position()).isEqualTo(position))
                .hasMessageContaining(message);
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> Cron.parse("60 24 * * XYZ"))
                .isInstanceOfSatisfying(
                        MappingException.class, e -> assertThat(e.faults()).hasSize(3));
    }

    @Test
    void aYearOfMinutesIsCountedInAMoment() throws Exception {
        Cron cron = Cron.parse("* * * * *");
        Instant end = Instant.parse("2027-01-01T00:00:00Z");
        int count = 0;
        for (Instant at = cron.next(Instant.parse("2026-01-01T00:00:00Z"), BERLIN);
                at != null && at.isBefore(end);
                at = cron.next(at, BERLIN)) {
            count++;
        }
        // the hour that is shown twice comes once
        assertThat(count).isEqualTo(365 * 1440 - 60 - 1);
    }
}
