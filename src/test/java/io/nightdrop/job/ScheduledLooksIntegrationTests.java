package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.SettableClock;
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
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/** A schedule such as 02:30 comes once a night: its look is not lost because it could not be had at that moment. */
@NightdropIntegrationTest
@Import(SettableClock.InContext.class)
class ScheduledLooksIntegrationTests {

    private static final String MANIFEST =
            "namespace,externalId,email,firstName,lastName,roleName\nSIS,L-1,l@example.edu,L,M,student\n";

    @Autowired
    private Sender sender;

    @Autowired
    private InboxRunner runner;

    @Autowired
    private InboxClaims claims;

    @Autowired
    private InboxLooks looks;

    @Autowired
    private SettableClock clock;

    private final Told told = new Told();

    /** What the runner says. */
    private static final class Told implements RunListener {
        private final List<String> ended = new ArrayList<>();
        private final List<String> failed = new ArrayList<>();
        private final List<Instant> late = new ArrayList<>();
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
    private Inbox nightly(String name) throws IOException {
        Instant night = Instant.parse("2026-09-01T02:30:00Z");
        while (night.isBefore(clock.instant())) {
            night = night.plus(Duration.ofDays(1));
        }
        clock.pass(Duration.between(clock.instant(), night));
        Inbox inbox = sender.inbox("ready-when", "done-file", "schedule", "0 30 2 * * *", "zone", "UTC");
        put(inbox, name);
        return inbox;
    }

    private void put(Inbox inbox, String name) throws IOException {
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
}
