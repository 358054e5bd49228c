package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.Sender;
import io.nightdrop.SettableClock;
import io.nightdrop.TestInboxes;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooks;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.result.Drop;
import io.nightdrop.time.CronTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/** A schedule such as 02:30 comes once a night: its look is not lost because it could not be had at that moment. */
@Import(SettableClock.InContext.class)
abstract class ScheduledLooks {

    private static final String MANIFEST =
            "namespace,externalId,email,firstName,lastName,roleName\nSIS,L-1,l@example.edu,L,M,student\n";

    @Autowired
    private Sender sender;

    @Autowired
    private TestInboxes inboxes;

    @Autowired
    InboxRunner runner;

    @Autowired
    private InboxClaims claims;

    @Autowired
    InboxLooks looks;

    @Autowired
    private LiveSteps live;

    @Autowired
    SettableClock clock;

    private final Told told = new Told();

    /** What the runner says. */
    static class Told implements RunListener {
        final List<String> ended = new ArrayList<>();
        final List<String> failed = new ArrayList<>();
        final List<Instant> late = new ArrayList<>();
        private int busy;

        @Override
        public void ended(Drop drop) {
            ended.add(drop.standing());
        }

        @Override
        public void busy(Inbox inbox, String who) {
            busy++;
        }

        @Override
        public void late(Inbox inbox, CronTimes.Moment missed) {
            late.add(missed.at());
        }

        @Override
        public void failed(Inbox inbox, String why) {
            failed.add(why);
        }
    }

    private Inbox inbox() throws IOException {
        Inbox inbox = sender.inbox("ready-when", "done-file");
        sender.put(inbox, "users-manifest.csv", MANIFEST);
        sender.put(inbox, "users-manifest.csv.done", "");
        return inbox;
    }

    @Test
    void aLookThatMeetsAnotherWorkerIsHadOnceTheInboxIsFree() throws IOException {
        Inbox inbox = inbox();
        try (InboxClaims.Claim other = claims.claim(inbox.name()).orElseThrow()) {
            runner.watch(inbox, told);
            assertThat(told.busy).as("times %s was busy", other.inbox()).isEqualTo(1);
        }
        assertThat(told.ended).isEmpty();

        runner.goOn(inbox, told);
        assertThat(told.ended).containsExactly("COMPLETED");
    }

    @Test
    void aLookThatWasHadIsOwedNoMore() throws IOException {
        Inbox inbox = inbox();
        runner.watch(inbox, told);
        assertThat(told.ended).containsExactly("COMPLETED");

        sender.put(inbox, "more-manifest.csv", MANIFEST.replace("L-1", "L-2"));
        sender.put(inbox, "more-manifest.csv.done", "");
        clock.pass(Duration.ofHours(1));
        runner.goOn(inbox, told);
        assertThat(told.ended).hasSize(1);

        runner.watch(inbox, told);
        assertThat(told.ended).containsExactly("COMPLETED", "COMPLETED");
    }

    @Test
    void aLookThatFailsIsTriedAgainAtGrowingPauses() throws IOException {
        Inbox inbox = inbox();
        Path away = inbox.directory().resolveSibling(inbox.name() + "-unmounted");
        Files.move(inbox.directory(), away);
        runner.watch(inbox, told);
        assertThat(told.failed).hasSize(1);
        for (int seconds : List.of(10, 20, 40, 60, 60)) {
            int before = told.failed.size();
            clock.pass(Duration.ofSeconds(seconds).minusMillis(1));
            runner.goOn(inbox, told);
            runner.watch(inbox, told);
            assertThat(told.failed).hasSize(before);
            clock.pass(Duration.ofMillis(1));
            runner.goOn(inbox, told);
            assertThat(told.failed).hasSize(before + 1).last().asString().contains(inbox.name());
        }
        Files.move(away, inbox.directory());
        clock.pass(Duration.ofMinutes(1));
        runner.goOn(inbox, told);
        assertThat(told.ended).containsExactly("COMPLETED");
    }

    /** It is half past two. */
    final Inbox nightly(String name) throws IOException {
        Instant night = Instant.parse("2026-09-01T02:30:00Z");
        while (night.isBefore(clock.instant())) {
            night = night.plus(Duration.ofDays(1));
        }
        clock.pass(Duration.between(clock.instant(), night));
        Inbox inbox = sender.inbox("ready-when", "done-file", "schedule", "0 30 2 * * *", "zone", "UTC");
        put(inbox, name);
        return inbox;
    }

    final void put(Inbox inbox, String name) throws IOException {
        sender.put(inbox, name + "-manifest.csv", MANIFEST.replace("L-1", name));
        sender.put(inbox, name + "-manifest.csv.done", "");
    }

    @Test
    void aLookThatWasMissedWhileNothingRanIsHadOnceAtTheStartAndMarkedLate() throws IOException {
        Inbox inbox = nightly("late-1");
        Instant begin = clock.instant();
        looks.watched(inbox);
        runner.goOn(inbox, told);
        assertThat(told.ended).as("what was due before anybody watched").isEmpty();

        clock.pass(Duration.ofDays(3).plusHours(5));
        looks.watched(inbox);
        runner.goOn(inbox, told);

        assertThat(told.ended).containsExactly("COMPLETED");
        Instant missed = begin.plus(Duration.ofDays(3));
        assertThat(told.late).containsExactly(missed);
        assertThat(looks.last(inbox)).contains(new InboxLooks.Had(clock.instant(), missed));

        put(inbox, "late-2");
        clock.pass(Duration.ofHours(1));
        runner.goOn(inbox, told);
        assertThat(told.ended).as("nothing more was missed").hasSize(1);

        clock.set(Duration.between(clock.instant(), begin.plus(Duration.ofDays(4))));
        runner.watch(inbox, told);
        assertThat(told.ended).hasSize(2);
        assertThat(told.late).hasSize(1);
        assertThat(looks.last(inbox)).contains(new InboxLooks.Had(clock.instant(), null));
    }

    @Test
    void aLookThatWasDueAMomentAgoIsShownUntilItIsHadOrMissed() throws IOException {
        Inbox inbox = nightly("due-1");
        Instant night = clock.instant().plus(Duration.ofDays(1));
        assertThat(looks.due(inbox, clock.instant())).as("what nobody watched").isEmpty();
        looks.watched(inbox);
        assertThat(looks.due(inbox, clock.instant()))
                .as("what was due before anybody watched")
                .isEmpty();

        clock.pass(Duration.ofDays(1));
        for (int seconds : List.of(0, 30, 29)) {
            clock.pass(Duration.ofSeconds(seconds));
            assertThat(looks.due(inbox, clock.instant()))
                    .map(CronTimes.Moment::at)
                    .contains(night);
            assertThat(looks.overdue(inbox)).isEmpty();
        }
        clock.pass(Duration.ofSeconds(1));
        assertThat(looks.due(inbox, clock.instant())).isEmpty();
        assertThat(looks.overdue(inbox)).map(CronTimes.Moment::at).contains(night);

        clock.pass(Duration.ofDays(1).minusSeconds(30));
        assertThat(looks.due(inbox, clock.instant())).isPresent();
        assertThat(looks.overdue(inbox)).as("and the one of the night before").isPresent();
        runner.run(inbox, 0, told);
        assertThat(looks.due(inbox, clock.instant())).isEmpty();
        assertThat(looks.overdue(inbox)).isEmpty();
    }

    @Test
    void aMissedLookThatFailsIsStillMissed() throws IOException {
        Inbox inbox = nightly("late-3");
        looks.watched(inbox);
        clock.pass(Duration.ofDays(1).plusHours(1));
        Path away = inbox.directory().resolveSibling(inbox.name() + "-unmounted");
        Files.move(inbox.directory(), away);
        runner.goOn(inbox, told);
        runner.goOn(inbox, told);
        assertThat(told.failed).as("tries at once").hasSize(1);
        assertThat(told.late).isEmpty();
        assertThat(looks.last(inbox)).isEmpty();

        Files.move(away, inbox.directory());
        clock.pass(Duration.ofMinutes(1));
        runner.goOn(inbox, told);
        assertThat(told.ended).containsExactly("COMPLETED");
        assertThat(looks.last(inbox).orElseThrow().lateFor()).isNotNull();
    }

    @Test
    void aRunByHandMakesUpForALookThatWasMissed() throws IOException {
        Inbox inbox = nightly("late-4");
        looks.watched(inbox);
        clock.pass(Duration.ofDays(1).plusHours(1));
        runner.run(inbox, 0, told);
        assertThat(told.ended).containsExactly("COMPLETED");

        put(inbox, "late-5");
        runner.goOn(inbox, told);
        assertThat(told.ended).hasSize(1);
    }

    @Test
    void theLastLookIsOnRecordAlsoWhereNobodyEverWatchedAndNothingIsMissedForThat() throws IOException {
        Inbox inbox = nightly("run-only-1");
        runner.run(inbox, 0, told);
        assertThat(told.ended).containsExactly("COMPLETED");
        Instant first = clock.instant();
        assertThat(looks.last(inbox)).contains(new InboxLooks.Had(first, null));

        clock.pass(Duration.ofDays(2).plusHours(1));
        assertThat(looks.overdue(inbox))
                .as("whoever only runs by hand misses nothing")
                .isEmpty();
        looks.watched(inbox);
        assertThat(looks.overdue(inbox)).isEmpty();
        assertThat(looks.last(inbox)).contains(new InboxLooks.Had(first, null));
        clock.pass(Duration.ofDays(1));
        assertThat(looks.overdue(inbox)).as("whoever watched does").isPresent();
    }

    @Test
    void theLastLookOfAnIntervalIsOnRecordAndForgottenWhenItLiesAhead() throws IOException {
        Inbox inbox = inbox();
        runner.watch(inbox, told);
        assertThat(looks.last(inbox)).contains(new InboxLooks.Had(clock.instant(), null));

        clock.set(Duration.ofDays(-2));
        runner.watch(inbox, told);
        assertThat(looks.last(inbox)).contains(new InboxLooks.Had(clock.instant(), null));
    }

    @Test
    void whatAnotherScheduleWouldHaveWantedWasNotMissed() throws IOException {
        Inbox before = nightly("changed-1");
        looks.watched(before);
        clock.pass(Duration.ofDays(1).plusHours(2));
        assertThat(looks.overdue(before)).as("half past two").isPresent();
        Inbox changed = inboxes.add(
                before.name(),
                before.directory(),
                Map.of("ready-when", "done-file", "schedule", "0 0 3 * * *", "zone", "UTC"));
        assertThat(looks.overdue(changed)).as("three o'clock, not watched yet").isEmpty();

        looks.watched(changed);
        runner.goOn(changed, told);
        assertThat(told.ended).isEmpty();

        clock.pass(Duration.ofDays(1));
        runner.goOn(changed, told);
        assertThat(told.ended).containsExactly("COMPLETED");
        assertThat(told.late).containsExactly(clock.instant().minus(Duration.ofMinutes(90)));
    }

    @Test
    void aRunByHandBeforeAChangedScheduleIsWatchedIsNotLate() throws IOException {
        Inbox before = nightly("changed-2");
        looks.watched(before);
        clock.pass(Duration.ofDays(1).plusHours(2));
        Inbox changed = inboxes.add(
                before.name(),
                before.directory(),
                Map.of("ready-when", "done-file", "schedule", "0 30 2 * * *", "zone", "Europe/Berlin"));
        runner.run(changed, 0, told);
        assertThat(told.ended).containsExactly("COMPLETED");
        assertThat(told.late).isEmpty();
        assertThat(looks.last(changed)).contains(new InboxLooks.Had(clock.instant(), null));
    }

    @Test
    void whatWasHadWhileTheClockWasAheadSaysNothingOnceItIsRight() throws IOException {
        Inbox inbox = nightly("ahead-1");
        Instant night = clock.instant();
        looks.watched(inbox);
        Duration ahead = Duration.ofDays(30).plusHours(1);
        clock.set(ahead);
        runner.goOn(inbox, told);
        assertThat(told.late).containsExactly(night.plus(Duration.ofDays(30)));

        clock.set(ahead.negated());
        put(inbox, "ahead-2");
        assertThat(looks.overdue(inbox)).isEmpty();
        runner.goOn(inbox, told);
        assertThat(told.ended).as("nothing is missed yet").hasSize(1);
        assertThat(looks.last(inbox)).as("a look in the future").isEmpty();

        clock.pass(Duration.ofDays(1).plusHours(1));
        runner.goOn(inbox, told);
        assertThat(told.ended).hasSize(2);
        assertThat(told.late).last().isEqualTo(night.plus(Duration.ofDays(1)));
    }

    @Test
    void aRunByHandCountsAlsoWhereTheLastLookLiesInTheFuture() throws IOException {
        Inbox inbox = nightly("ahead-3");
        looks.watched(inbox);
        clock.set(Duration.ofDays(2));
        runner.run(inbox, 0, told);
        clock.set(Duration.ofDays(-2));
        runner.run(inbox, 0, told);
        assertThat(looks.last(inbox)).contains(new InboxLooks.Had(clock.instant(), null));
    }

    @Test
    void aRunThatLeavesSomethingSettlingHasNotMadeUpForALookThatWasMissed() throws IOException {
        Inbox inbox = sender.inbox("settle", "10s", "schedule", "0 30 2 * * *", "zone", "UTC");
        looks.watched(inbox);
        clock.pass(Duration.ofDays(1).plusHours(1));
        Instant missed = looks.overdue(inbox).orElseThrow().at();
        sender.put(inbox, "settling-manifest.csv", MANIFEST);
        runner.run(inbox, 0, told);
        assertThat(told.ended).isEmpty();
        assertThat(looks.last(inbox)).isEmpty();
        assertThat(looks.overdue(inbox)).isPresent();

        clock.pass(Duration.ofSeconds(10));
        runner.run(inbox, 0, told);
        assertThat(told.ended).containsExactly("COMPLETED");
        assertThat(looks.last(inbox)).contains(new InboxLooks.Had(clock.instant(), missed));
        assertThat(looks.overdue(inbox)).isEmpty();
    }

    @Test
    void aLookThatIsStoppedInTheMiddleIsStillMissed() throws IOException {
        Inbox inbox = nightly("stopped-1");
        looks.watched(inbox);
        clock.pass(Duration.ofDays(1).plusHours(1));
        Told stopping = new Told() {
            @Override
            public void started(Drop drop) {
                live.stop();
            }
        };
        try {
            runner.goOn(inbox, stopping);
        } finally {
            live.begin();
        }
        assertThat(stopping.ended).containsExactly("STOPPED");
        assertThat(stopping.late).isEmpty();
        assertThat(looks.last(inbox)).isEmpty();

        put(inbox, "stopped-2");
        runner.goOn(inbox, told);
        assertThat(told.ended).containsExactly("COMPLETED", "COMPLETED");
        assertThat(told.late).hasSize(1);
        assertThat(looks.last(inbox).orElseThrow().lateFor()).isNotNull();
    }
}
