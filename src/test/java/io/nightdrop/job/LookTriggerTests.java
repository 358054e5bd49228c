package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.SettableClock;
import io.nightdrop.time.CronTimes;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.scheduling.support.CronExpression;
import org.springframework.scheduling.support.SimpleTriggerContext;

class LookTriggerTests {

    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    private final SettableClock clock = new SettableClock();

    /** What a scheduler knows of the last look. */
    private final SimpleTriggerContext context = new SimpleTriggerContext();

    private LookTrigger trigger(String expression, String zone) {
        return new LookTrigger(new CronTimes(CronExpression.parse(expression), ZoneId.of(zone)), clock);
    }

    private void itIs(String time) {
        clock.set(Duration.between(clock.instant(), Instant.parse(time)));
    }

    /** When the look comes that follows one for {@code moment}, which began and ended by what the clock said then; now the clock says {@code now}. */
    private @Nullable Instant next(LookTrigger trigger, String moment, String began, String ended, String now) {
        context.update(Instant.parse(moment), Instant.parse(began), Instant.parse(ended));
        itIs(now);
        return trigger.nextExecution(context);
    }

    @Test
    void theFirstLookIsAtTheNextMoment() {
        itIs("2026-05-04T02:30:00Z");
        assertThat(trigger("0 30 2 * * *", "UTC").nextExecution(context)).isEqualTo("2026-05-05T02:30:00Z");
        itIs("2026-05-04T02:29:59.999Z");
        assertThat(trigger("0 30 2 * * *", "UTC").nextExecution(context)).isEqualTo("2026-05-04T02:30:00Z");
    }

    @Test
    void aScheduleThatNeverComesHasNoLook() {
        assertThat(trigger("0 0 0 31 2 *", "UTC").nextExecution(context)).isNull();
    }

    @Test
    void aTimeThatTheClocksLeaveOutComesAtTheFirstMinuteAfterIt() {
        LookTrigger trigger = trigger("0 30 2 * * *", NEW_YORK.getId());
        assertThat(next(
                        trigger,
                        "2026-03-07T07:30:00Z",
                        "2026-03-07T07:30:00.002Z",
                        "2026-03-07T07:31:00Z",
                        "2026-03-07T07:31:00Z"))
                .isEqualTo("2026-03-08T07:00:00Z");
        assertThat(next(
                        trigger,
                        "2026-03-08T07:00:00Z",
                        "2026-03-08T07:00:00.002Z",
                        "2026-03-08T07:01:00Z",
                        "2026-03-08T07:01:00Z"))
                .as("half past two is over, also where it did not come")
                .isEqualTo("2026-03-09T06:30:00Z");
    }

    /** Also where the first look lasts until the time is shown a second time, or past it. */
    @ParameterizedTest
    @ValueSource(strings = {"2026-11-01T05:30:01Z", "2026-11-01T06:30:00Z", "2026-11-01T06:45:00Z"})
    void aTimeThatTheClocksShowTwiceComesOnce(String end) {
        assertThat(next(
                        trigger("0 30 1 * * *", NEW_YORK.getId()),
                        "2026-11-01T05:30:00Z",
                        "2026-11-01T05:30:00.002Z",
                        end,
                        end))
                .isEqualTo("2026-11-02T06:30:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 30 1 * * *", "0 30 2 * * *", "0 0 0 * * *"})
    void everyNightOfAYearHasOneLook(String expression) {
        LookTrigger trigger = trigger(expression, NEW_YORK.getId());
        itIs("2026-01-01T12:00:00Z");
        List<LocalDate> nights = new ArrayList<>();
        for (int night = 0; night < 365; night++) {
            Instant moment = trigger.nextExecution(context);
            itIs(String.valueOf(moment));
            Instant began = clock.instant().plusMillis(3);
            clock.pass(Duration.ofMinutes(90));
            context.update(moment, began, clock.instant());
            nights.add(LocalDate.ofInstant(began, NEW_YORK));
        }
        assertThat(nights)
                .containsExactlyElementsOf(LocalDate.of(2026, 1, 2)
                        .datesUntil(LocalDate.of(2027, 1, 2))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"2026-05-04T02:29:59.990Z, 2026-05-04T02:29:59.995Z", "2026-05-04T02:29:55Z, 2026-05-04T02:29:56Z"})
    void aTimerThatComesALittleEarlyDoesNotComeAgain(String began, String ended) {
        assertThat(next(trigger("0 30 2 * * *", "UTC"), "2026-05-04T02:30:00Z", began, ended, ended))
                .isEqualTo("2026-05-05T02:30:00Z");
    }

    /** Timers count what passes: one that was to come in an hour does so also when the clock is set back meanwhile. */
    @ParameterizedTest
    @CsvSource({"2026-05-04T02:29:54Z, 2026-05-04T02:29:55Z", "2026-05-04T01:30:00Z, 2026-05-04T01:31:00Z"})
    void aTimerThatComesEarlyBecauseTheClockWasSetBackComesAgainInTime(String began, String ended) {
        assertThat(next(trigger("0 30 2 * * *", "UTC"), "2026-05-04T02:30:00Z", began, ended, ended))
                .isEqualTo("2026-05-04T02:30:00Z");
    }

    @Test
    void aTimeThatComesTwiceAsTheClockIsSetBackALittleComesOnce() {
        assertThat(next(
                        trigger("0 30 2 * * *", "UTC"),
                        "2026-05-04T02:30:00Z",
                        "2026-05-04T02:30:00.002Z",
                        "2026-05-04T02:29:20Z",
                        "2026-05-04T02:29:20Z"))
                .isEqualTo("2026-05-05T02:30:00Z");
    }

    /** The look at what was taken for half past two was an hour early: the drops of that night come later. */
    @Test
    void aTimeThatWasWrongComesAgainOnceTheClockIsSetBack() {
        assertThat(next(
                        trigger("0 30 2 * * *", "UTC"),
                        "2026-05-04T02:30:00Z",
                        "2026-05-04T02:30:00.002Z",
                        "2026-05-04T02:31:00Z",
                        "2026-05-04T01:31:00Z"))
                .isEqualTo("2026-05-04T02:30:00Z");
    }

    @Test
    void whatTheClockSkipsAsItIsSetAheadIsNotTheTimersButMissed() {
        assertThat(next(
                        trigger("0 30 2 * * *", "UTC"),
                        "2026-05-04T02:30:00Z",
                        "2026-05-04T02:30:00.002Z",
                        "2026-05-04T02:31:00Z",
                        "2026-05-07T05:00:00Z"))
                .isEqualTo("2026-05-08T02:30:00Z");
    }
}
