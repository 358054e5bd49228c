package io.nightdrop.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.time.CronTimes.Moment;
import io.nightdrop.time.CronTimes.Shift;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.scheduling.support.CronExpression;

class CronTimesTests {

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2037-01-01T00:00:00Z");

    private static CronTimes times(String expression, String zone) {
        return new CronTimes(CronExpression.parse(expression), ZoneId.of(zone));
    }

    private static List<Moment> between(CronTimes times, Instant from, Instant to) {
        List<Moment> moments = new ArrayList<>();
        Optional<Moment> next = times.next(from.minusNanos(1));
        while (next.isPresent() && next.get().at().isBefore(to)) {
            moments.add(next.get());
            next = times.next(next.get().at());
        }
        return moments;
    }

    /** All IANA zones, one of each set of rules: many share theirs. */
    private static Collection<ZoneId> zones() {
        return ZoneId.getAvailableZoneIds().stream()
                .map(ZoneId::of)
                .collect(Collectors.toMap(ZoneId::getRules, zone -> zone, (one, same) -> one))
                .values();
    }

    /** Counted minute by minute, from the rule and nothing else: the first minute that shows the time, else the first that shows a later one. */
    private static Instant expected(ZoneId zone, LocalDateTime meant, ZoneOffset about) {
        Optional<Instant> later = Optional.empty();
        Instant minute = meant.toInstant(about).minus(Duration.ofHours(3));
        for (int i = 0; i < 6 * 60; i++, minute = minute.plusSeconds(60)) {
            LocalDateTime shown = LocalDateTime.ofInstant(minute, zone);
            if (shown.equals(meant)) {
                return minute;
            }
            if (later.isEmpty() && shown.isAfter(meant)) {
                later = Optional.of(minute);
            }
        }
        return later.orElseThrow();
    }

    private static List<ZoneOffsetTransition> changes(ZoneRules rules) {
        List<ZoneOffsetTransition> changes = new ArrayList<>();
        ZoneOffsetTransition change = rules.nextTransition(FROM);
        while (change != null && change.getInstant().isBefore(TO)) {
            changes.add(change);
            change = rules.nextTransition(change.getInstant());
        }
        return changes;
    }

    /** The hours around each change of the clocks, in steps of ten minutes. */
    @Test
    void eachTimeCountsOnceInEveryZoneWhateverTheClocksDo() {
        int changed = 0;
        for (ZoneId zone : zones()) {
            CronTimes times = new CronTimes(CronExpression.parse("0 */10 * * * *"), zone);
            for (ZoneOffsetTransition change : changes(zone.getRules())) {
                changed++;
                LocalDateTime first = change.getDateTimeBefore().minusHours(3).withMinute(0);
                LocalDateTime last = change.getDateTimeBefore().plusHours(4).withMinute(0);
                TreeSet<Instant> expected = new TreeSet<>();
                for (LocalDateTime meant = first; !meant.isAfter(last); meant = meant.plusMinutes(10)) {
                    expected.add(expected(zone, meant, change.getOffsetBefore()));
                }

                List<Moment> moments =
                        between(times, expected.first(), expected.last().plusNanos(1));

                assertThat(moments.stream().map(Moment::at))
                        .as("%s, %s", zone, change)
                        .containsExactlyElementsOf(expected);
                assertThat(moments.stream().map(Moment::meant)).doesNotHaveDuplicates();
            }
        }
        assertThat(changed).isGreaterThan(500);
    }

    @Test
    void aNightlyTimeComesOnceForEachDayOfElevenYearsInEveryZone() {
        for (ZoneId zone : zones()) {
            for (LocalTime time : List.of(LocalTime.of(0, 0), LocalTime.of(1, 30), LocalTime.of(2, 30))) {
                CronTimes times = new CronTimes(
                        CronExpression.parse("0 " + time.getMinute() + " " + time.getHour() + " * * *"), zone);
                LocalDate day = LocalDate.of(2026, 1, 1);
                Instant before = day.atTime(time).atZone(zone).toInstant().minusSeconds(1);
                while (day.getYear() < 2037) {
                    Moment moment = times.next(before).orElseThrow();
                    LocalDateTime shown = LocalDateTime.ofInstant(moment.at(), zone);
                    assertThat(moment.meant()).as("%s", zone).isEqualTo(day.atTime(time));
                    assertThat(
                                    moment.shift() == Shift.LEFT_OUT
                                            ? shown.isAfter(moment.meant())
                                            : shown.equals(moment.meant()))
                            .as("%s, %s", zone, moment)
                            .isTrue();
                    before = moment.at();
                    day = day.plusDays(1);
                }
            }
        }
    }

    @Test
    void whatTheClocksLeaveOutComesAtTheFirstMinuteAfterIt() {
        List<Moment> moments = between(
                times("0 30 2 * * *", "America/New_York"),
                Instant.parse("2026-03-07T00:00:00Z"),
                Instant.parse("2026-03-10T00:00:00Z"));
        assertThat(moments)
                .containsExactly(
                        moment("2026-03-07T07:30:00Z", "2026-03-07T02:30", Shift.NONE),
                        moment("2026-03-08T07:00:00Z", "2026-03-08T02:30", Shift.LEFT_OUT),
                        moment("2026-03-09T06:30:00Z", "2026-03-09T02:30", Shift.NONE));
    }

    @Test
    void whatTheClocksShowTwiceComesTheFirstTime() {
        List<Moment> moments = between(
                times("0 30 1 * * *", "America/New_York"),
                Instant.parse("2026-11-01T00:00:00Z"),
                Instant.parse("2026-11-03T00:00:00Z"));
        assertThat(moments)
                .containsExactly(
                        moment("2026-11-01T05:30:00Z", "2026-11-01T01:30", Shift.SHOWN_TWICE),
                        moment("2026-11-02T06:30:00Z", "2026-11-02T01:30", Shift.NONE));
    }

    private static Moment moment(String at, String meant, Shift shift) {
        return new Moment(Instant.parse(at), LocalDateTime.parse(meant), shift);
    }

    @Test
    void allThatIsLeftOutIsOneMoment() {
        List<Moment> moments = between(
                times("0 */15 2-3 * * *", "Europe/Berlin"),
                Instant.parse("2026-03-29T00:00:00Z"),
                Instant.parse("2026-03-29T03:00:00Z"));
        assertThat(moments.stream().map(Moment::at))
                .containsExactly(
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-29T01:15:00Z"),
                        Instant.parse("2026-03-29T01:30:00Z"),
                        Instant.parse("2026-03-29T01:45:00Z"));
        assertThat(moments.get(0).shift()).isEqualTo(Shift.LEFT_OUT);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-02T06:30:00Z, 2026-11-02T06:30:00Z",
        "2026-11-02T06:29:59Z, 2026-11-01T05:30:00Z",
        "2026-11-01T06:30:00Z, 2026-11-01T05:30:00Z",
        "2026-11-20T00:00:00Z, 2026-11-19T06:30:00Z"
    })
    void theLastMomentIsTheLatestThatHasCome(Instant now, Instant last) {
        CronTimes times = times("0 30 1 * * *", "America/New_York");
        Instant since = Instant.parse("2026-10-30T00:00:00Z");
        assertThat(times.last(since, now).map(Moment::at)).contains(last);
        assertThat(times.last(last, now)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * * * *", "0 0 0 29 2 *"})
    void theLastMomentIsFoundHoweverFarItIs(String expression) {
        Instant now = Instant.parse("2027-06-01T00:00:00Z");
        Instant since = Instant.parse("2020-01-01T00:00:00Z");
        Instant last = times(expression, "UTC").last(since, now).orElseThrow().at();
        assertThat(last).isEqualTo(expression.startsWith("*") ? now : Instant.parse("2024-02-29T00:00:00Z"));
    }
}
