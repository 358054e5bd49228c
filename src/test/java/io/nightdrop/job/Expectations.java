package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.Sender;
import io.nightdrop.SettableClock;
import io.nightdrop.TestInboxes;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.inbox.MissingDrop;
import io.nightdrop.inbox.MissingDrops;
import io.nightdrop.notice.Notices;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Outcome;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/** The file that never came is told of once, and once more when it came after all. */
@Import(SettableClock.InContext.class)
abstract class Expectations {

    private static final String HEADER = "namespace,externalId,email,firstName,lastName,roleName\n";

    @Autowired
    private Sender sender;

    @Autowired
    private TestInboxes inboxes;

    @Autowired
    private ExpectedDrops expected;

    @Autowired
    private MissingDrops missing;

    @Autowired
    private Notices notices;

    @Autowired
    private SettableClock clock;

    private final Told told = new Told();
    private int drops;

    /** What is told. */
    private static final class Told implements RunListener {
        private final List<Instant> missing = new ArrayList<>();
        private final List<String> waiting = new ArrayList<>();
        private final List<String> came = new ArrayList<>();

        @Override
        public synchronized void missing(Inbox inbox, Instant due, List<Sighting> sightings) {
            missing.add(due);
            sightings.forEach(one -> waiting.add(one.path() + ": " + one.reason()));
        }

        @Override
        public synchronized void came(Inbox inbox, Instant due, Drop drop) {
            came.add(due + " " + drop.manifest());
        }
    }

    /** It is six o'clock in the evening of a day before one that the test is about. */
    private void eveningBefore(DayOfWeek day) {
        Instant evening = Instant.parse("2026-11-01T18:00:00Z");
        while (evening.isBefore(clock.instant())
                || evening.atOffset(ZoneOffset.UTC).plusDays(1).getDayOfWeek() != day) {
            evening = evening.plus(Duration.ofDays(1));
        }
        clock.pass(Duration.between(clock.instant(), evening));
    }

    private Inbox expecting(String... more) throws IOException {
        List<String> settings = new ArrayList<>(List.of("expect-by", "06:00", "zone", "UTC"));
        settings.addAll(List.of(more));
        Inbox inbox = sender.inbox(settings.toArray(String[]::new));
        expected.look(inbox, told);
        return inbox;
    }

    private Drop drop(Inbox inbox) throws IOException {
        return drop(inbox, "night" + drops++ + "-manifest.csv");
    }

    private Drop drop(Inbox inbox, String name) throws IOException {
        sender.put(inbox, name, HEADER + "SIS," + drops++ + ",l@example.edu,L,M,student\n");
        return sender.runOne(inbox);
    }

    private Instant pass(Inbox inbox, long hours) {
        clock.pass(Duration.ofHours(hours));
        expected.look(inbox, told);
        expected.look(inbox, told);
        return clock.instant();
    }

    @Test
    void aDropThatNeverCameIsToldOnceAndOnceMoreWhenItCame() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting();
        Instant due = pass(inbox, 12);
        assertThat(told.missing).containsExactly(due);
        assertThat(told.waiting).isEmpty();
        pass(inbox, 1);
        assertThat(told.missing).hasSize(1);
        assertThat(missing.newest(inbox.name(), 10))
                .containsExactly(new MissingDrop(inbox.name(), due, due, null, null));

        clock.pass(Duration.ofMinutes(14));
        Drop late = drop(inbox);
        pass(inbox, 0);
        assertThat(told.came).containsExactly(due + " " + late.manifest());
        assertThat(missing.newest(inbox.name(), 10))
                .containsExactly(new MissingDrop(inbox.name(), due, due, late.receivedAt(), late.key()));
        drop(inbox);
        pass(inbox, 1);
        assertThat(told.came).hasSize(1);
        assertThat(told.missing).hasSize(1);
    }

    @Test
    void thePeopleOfTheInboxAreToldOfBoth() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting("notify", "night@example.edu,day@example.edu", "notify-of", "failures");
        pass(inbox, 13);
        pass(inbox, 1);
        assertThat(notices.newest(inbox.name(), null, 10))
                .extracting(notice -> notice.kind() + " " + notice.address())
                .containsExactlyInAnyOrder("MISSED night@example.edu", "MISSED day@example.edu");
        drop(inbox);
        pass(inbox, 0);
        pass(inbox, 1);
        assertThat(notices.newest(inbox.name(), null, 10))
                .extracting(notice -> notice.kind() + " " + notice.address())
                .containsExactlyInAnyOrder(
                        "MISSED night@example.edu",
                        "MISSED day@example.edu",
                        "CAME night@example.edu",
                        "CAME day@example.edu");
    }

    @Test
    void aDropThatCameInTimeIsNoNews() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting();
        clock.pass(Duration.ofHours(12));
        drop(inbox);
        pass(inbox, 0);
        pass(inbox, 20);
        drop(inbox);
        pass(inbox, 20);
        assertThat(told.missing).isEmpty();
        assertThat(told.came).isEmpty();
        assertThat(missing.newest(inbox.name(), 10)).isEmpty();
    }

    @Test
    void whatWaitsIsToldWithIt() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting("wait-for-companions", "3d");
        sender.put(
                inbox,
                "docs-manifest.csv",
                "itemId,namespace,externalId,documentType,filename\n1,SIS,S-77,DIPLOMA,never.pdf\n");
        sender.look(inbox);
        pass(inbox, 12);
        assertThat(told.missing).hasSize(1);
        assertThat(told.waiting)
                .hasSize(1)
                .first()
                .asString()
                .startsWith("docs-manifest.csv: ")
                .contains("never.pdf");
    }

    @Test
    void whatPassedBeforeAnybodyAskedIsNotMissing() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        clock.pass(Duration.ofHours(13));
        Inbox inbox = expecting();
        pass(inbox, 1);
        assertThat(told.missing).isEmpty();
        pass(inbox, 22);
        assertThat(told.missing).hasSize(1);
    }

    @Test
    void onDaysOnWhichNoneIsExpectedNoneIsMissing() throws IOException {
        eveningBefore(DayOfWeek.FRIDAY);
        Inbox inbox = expecting("expect-days", "MON-WED,FRI");
        pass(inbox, 11);
        drop(inbox);
        pass(inbox, 2);
        pass(inbox, 24);
        pass(inbox, 24);
        assertThat(told.missing).isEmpty();
        Instant monday = pass(inbox, 23);
        assertThat(told.missing).containsExactly(monday);
        assertThat(monday.atOffset(ZoneOffset.UTC).getDayOfWeek()).isEqualTo(DayOfWeek.MONDAY);
    }

    @Test
    void afterAMissingOneTheSecondHalfOfTheTimeBelongsToTheNext() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting();
        Instant first = pass(inbox, 12);
        pass(inbox, 13);
        drop(inbox);
        pass(inbox, 11);
        assertThat(told.came).isEmpty();
        assertThat(told.missing).containsExactly(first);

        Instant third = pass(inbox, 24);
        assertThat(told.missing).containsExactly(first, third);
        pass(inbox, 11);
        Drop late = drop(inbox);
        pass(inbox, 13);
        assertThat(told.came).containsExactly(third + " " + late.manifest());
        assertThat(told.missing)
                .as("the late one does not count for the next day")
                .hasSize(3);
    }

    @Test
    void whatRepeatsOrCorrectsAnotherDropIsNotTheOneThatIsExpected() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting();
        pass(inbox, 11);
        sender.put(inbox, "a-manifest.csv", HEADER + "SIS,1,l@example.edu,L,M,student\nSIS,2,,L,M,student\n");
        Drop failed = sender.runOne(inbox);
        pass(inbox, 2);
        assertThat(told.missing).isEmpty();

        sender.put(
                inbox,
                failed.name() + ".corrections.csv",
                sender.report(failed, "corrections.csv").replace("2,,", "2,m@example.edu,"));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
        sender.put(inbox, "a-manifest.csv", HEADER + "SIS,1,l@example.edu,L,M,student\nSIS,2,,L,M,student\n");
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.DUPLICATE);
        pass(inbox, 23);
        assertThat(told.missing).hasSize(1);
    }

    @Test
    void ofSeveralDeadlinesThatPassedWhileNothingRanOnlyTheLastIsTold() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting();
        Instant last = clock.instant().plus(Duration.ofHours(12 + 3 * 24));
        pass(inbox, 12 + 3 * 24 + 5);
        assertThat(told.missing).containsExactly(last);
    }

    @Test
    void deadlinesThatAreChangedBeginAnew() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting();
        clock.pass(Duration.ofHours(13));
        Inbox changed = inboxes.add(
                inbox.name(), inbox.directory(), Map.of("expect-by", "05:00", "zone", "UTC", "expect-days", "MON-FRI"));
        expected.look(changed, told);
        expected.look(changed, told);
        assertThat(told.missing).isEmpty();
        pass(changed, 23);
        assertThat(told.missing).hasSize(1);
    }

    @Test
    void aClockThatWasAheadIsForgotten() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting();
        clock.set(Duration.ofDays(40));
        expected.look(inbox, told);
        int before = told.missing.size();
        clock.set(Duration.ofDays(-40));
        expected.look(inbox, told);
        pass(inbox, 13);
        assertThat(told.missing).hasSize(before + 1);
    }

    @Test
    void ofSeveralWhoAskAtOnceOneTells() throws IOException {
        eveningBefore(DayOfWeek.TUESDAY);
        Inbox inbox = expecting();
        clock.pass(Duration.ofHours(13));
        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(node -> CompletableFuture.runAsync(() -> expected.look(inbox, told)))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(told.missing).hasSize(1);
        drop(inbox);
        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(node -> CompletableFuture.runAsync(() -> expected.look(inbox, told)))
                        .toArray(CompletableFuture[]::new))
                .join();
        assertThat(told.came).hasSize(1);
    }
}
