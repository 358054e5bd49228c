package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.SettableClock;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooks;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.result.Drop;
import io.nightdrop.time.CronTimes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.support.SimpleTriggerContext;

/**
 * A week around each change of the clocks, minute by minute: four looks a night in the hours that are left out and shown twice, a sender who brings a drop each
 * night, forgets one, and is late with another.
 */
@NightdropIntegrationTest
@Import(SettableClock.InContext.class)
class ClockChangeWeeksIntegrationTests {

    private static final List<LocalTime> LOOKS =
            List.of(LocalTime.of(1, 15), LocalTime.of(1, 45), LocalTime.of(2, 15), LocalTime.of(2, 45));

    private static final LocalTime DEADLINE = LocalTime.of(6, 0);

    @Autowired
    private Sender sender;

    @Autowired
    private InboxRunner runner;

    @Autowired
    private InboxLooks looks;

    @Autowired
    private ExpectedDrops expected;

    @Autowired
    private SettableClock clock;

    /** What is told. */
    private static final class Told implements RunListener {
        private final List<Instant> missing = new ArrayList<>();
        private final List<Instant> came = new ArrayList<>();
        private final List<String> ended = new ArrayList<>();
        private final List<Instant> late = new ArrayList<>();
        private int looked;

        @Override
        public void missing(Inbox inbox, Instant due, List<Sighting> waiting) {
            missing.add(due);
        }

        @Override
        public void came(Inbox inbox, Instant due, Drop drop) {
            came.add(due);
        }

        @Override
        public void ended(Drop drop) {
            ended.add(drop.standing());
        }

        @Override
        public void late(Inbox inbox, CronTimes.Moment missed) {
            late.add(missed.at());
        }

        @Override
        public void looked(Inbox inbox, Look look) {
            looked++;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "America/New_York, 2026-09-01",
        "America/New_York, 2027-01-01",
        "Europe/Berlin, 2026-09-01",
        "Europe/Berlin, 2027-01-01",
        "Australia/Lord_Howe, 2026-09-01",
        "Australia/Lord_Howe, 2027-01-01"
    })
    void everyNightIsLookedAtAndEveryMissingDropIsTold(ZoneId zone, LocalDate after) throws IOException {
        ZoneOffsetTransition change =
                zone.getRules().nextTransition(after.atStartOfDay(zone).toInstant());
        LocalDate night = change.getDateTimeBefore().toLocalDate();
        LocalDate forgotten = night;
        LocalDate late = night.plusDays(2);
        ZonedDateTime begin = night.minusDays(3).atTime(12, 0).atZone(zone);
        Instant end = night.plusDays(4).atTime(12, 0).atZone(zone).toInstant();
        clock.set(Duration.between(clock.instant(), begin.toInstant()));
        Inbox inbox =
                sender.inbox("schedule", "0 15,45 1,2 * * *", "zone", zone.getId(), "expect-by", DEADLINE.toString());
        LookTrigger trigger =
                new LookTrigger(inbox.settings().schedule().times(zone).orElseThrow(), clock);
        SimpleTriggerContext context = new SimpleTriggerContext(clock);
        Told told = new Told();
        looks.watched(inbox);
        Instant next = trigger.nextExecution(context);
        List<Instant> had = new ArrayList<>();
        for (; clock.instant().isBefore(end); clock.pass(Duration.ofMinutes(1))) {
            ZonedDateTime now = clock.instant().atZone(zone);
            if (now.toLocalTime().equals(LocalTime.of(0, 30))
                    && !now.toLocalDate().equals(forgotten)
                    && !now.toLocalDate().equals(late)) {
                bring(inbox, now.toLocalDate());
            }
            if (now.toLocalTime().equals(LocalTime.of(9, 10))
                    && now.toLocalDate().equals(late)) {
                bring(inbox, late);
                runner.run(inbox, 0, told);
            }
            if (!clock.instant().isBefore(Objects.requireNonNull(next))) {
                had.add(clock.instant());
                runner.watch(inbox, told);
                context.update(next, clock.instant(), clock.instant());
                next = trigger.nextExecution(context);
            }
            if (now.getMinute() == 0) {
                runner.goOn(inbox, told);
                expected.look(inbox, told);
            }
        }
        assertThat(had).isEqualTo(wanted(zone, night));
        assertThat(told.looked).as("looks, and the one by hand").isEqualTo(had.size() + 1);
        assertThat(told.late).isEmpty();
        assertThat(told.ended).hasSize(6).containsOnly("COMPLETED");
        assertThat(told.missing).containsExactly(deadline(zone, forgotten), deadline(zone, late));
        assertThat(told.came).containsExactly(deadline(zone, late));
    }

    private void bring(Inbox inbox, LocalDate night) throws IOException {
        sender.put(
                inbox,
                night + "-manifest.csv",
                "namespace,externalId,email,firstName,lastName,roleName\nSIS," + night
                        + ",l@example.edu,L,M,student\n");
    }

    private static Instant deadline(ZoneId zone, LocalDate night) {
        return night.atTime(DEADLINE).atZone(zone).toInstant();
    }

    /** As a person would write it down: each time once, the first time that it is shown; those that are left out when the clock goes on, together. */
    private static List<Instant> wanted(ZoneId zone, LocalDate night) {
        List<Instant> wanted = new ArrayList<>();
        for (LocalDate day = night.minusDays(2); !day.isAfter(night.plusDays(4)); day = day.plusDays(1)) {
            for (LocalTime look : LOOKS) {
                boolean there =
                        !zone.getRules().getValidOffsets(day.atTime(look)).isEmpty();
                Instant at = there
                        ? day.atTime(look)
                                .atZone(zone)
                                .withEarlierOffsetAtOverlap()
                                .toInstant()
                        : zone.getRules().getTransition(day.atTime(look)).getInstant();
                if (!wanted.contains(at)) {
                    wanted.add(at);
                }
            }
        }
        return wanted;
    }
}
