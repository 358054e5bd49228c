package io.nightdrop.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Settlement;
import io.nightdrop.report.OutdatedPages;
import io.nightdrop.vault.Workflows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the table of notifications promises, on any database. */
abstract class NotificationStore {

    private static final Instant NOW = Asked.AT.plusSeconds(60);
    private static final Instant LEASE = NOW.plus(Duration.ofMinutes(10));

    @Autowired
    private Notifications notifications;

    @Autowired
    private OutdatedPages pages;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Workflows workflows;

    @Autowired
    private PlatformTransactionManager transactions;

    private Asked asked;

    @BeforeEach
    void nothingIsAskedYet() {
        asked = new Asked(jdbc, workflows, notifications);
        asked.clear();
    }

    private List<Notification> claim(Instant due, Instant lease, int limit) {
        return notifications.claim(notifications.due(due, limit), due, lease);
    }

    private List<Notification> list(Iterable<Notification> all) {
        return StreamSupport.stream(all.spliterator(), false).toList();
    }

    @Test
    void aWorkflowHasOneNotificationForADropHoweverOftenItIsOpened() {
        long drop = asked.drop(true);
        String one = asked.workflow("Ana", "ana@example.edu");
        String two = asked.workflow("Bo", "bo@example.edu");
        notifications.open(drop, List.of(one, one), NOW);
        UUID first = asked.of(one).id();

        notifications.open(drop, List.of(two, one), NOW.plusSeconds(1));
        notifications.open(asked.drop(true), List.of(one), NOW);
        notifications.open(drop, List.of(), NOW);

        assertThat(notifications.count(drop)).isEqualTo(new Notifications.Counts(2, 0, 0, 0));
        assertThat(list(notifications.newest(one))).hasSize(2);
        assertThat(list(notifications.newest(one)).get(1).id()).isEqualTo(first);
    }

    @Test
    void whatIsRolledBackIsNeverTold() {
        long drop = asked.drop(true);
        String workflow = asked.workflow("Ana", "ana@example.edu");
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            notifications.open(drop, List.of(workflow), NOW);
            status.setRollbackOnly();
        });
        assertThat(notifications.count(drop).total()).isZero();
    }

    @Test
    void nothingIsDueBeforeItsDropHasItsOutcome() {
        long drop = asked.drop(false);
        String workflow = asked.one(drop, "ana@example.edu");
        assertThat(claim(NOW, LEASE, 50)).isEmpty();
        assertThat(notifications.waiting()).isZero();
        assertThat(notifications.leaveInApp(NOW)).isZero();

        asked.conclude(drop);

        assertThat(notifications.waiting()).isEqualTo(1);
        assertThat(claim(NOW, LEASE, 50)).extracting(Notification::workflowId).containsExactly(workflow);
    }

    @Test
    void aClaimKeepsOthersAwayUntilItsLeaseEnds() {
        asked.one(asked.drop(true), "ana@example.edu");
        assertThat(claim(NOW, LEASE, 50)).hasSize(1);
        assertThat(claim(LEASE.minusMillis(1), LEASE, 50)).isEmpty();
        assertThat(claim(LEASE, LEASE.plusSeconds(1), 50)).hasSize(1);
    }

    @Test
    void aNextTryThatLiesFurtherAheadThanAnyPauseCountsAsCome() {
        asked.one(asked.drop(true), "ana@example.edu");
        assertThat(claim(NOW, NOW.plus(Duration.ofMinutes(70)), 50)).hasSize(1);
        assertThat(claim(NOW, LEASE, 50)).isEmpty();
        assertThat(claim(NOW.minusMillis(1), LEASE, 50))
                .as("the clock was set back")
                .hasSize(1);
    }

    @Test
    void ofThoseWhoClaimAtOnceEachGetsOthers() throws Exception {
        long drop = asked.drop(true);
        String[] documents = {"Passport"};
        List<String> all = IntStream.range(0, 400)
                .mapToObj(i -> asked.workflow("A", "a@example.edu", documents))
                .toList();
        notifications.open(drop, all, Asked.AT);
        CyclicBarrier together = new CyclicBarrier(4);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<UUID> claimed = new ArrayList<>();
        try {
            Callable<List<UUID>> claimer = () -> {
                List<UUID> own = new ArrayList<>();
                for (int round = 0; round < 4; round++) {
                    together.await();
                    claim(NOW, LEASE, 50).forEach(one -> own.add(one.id()));
                }
                return own;
            };
            for (Future<List<UUID>> one : threads.invokeAll(List.of(claimer, claimer, claimer, claimer))) {
                claimed.addAll(one.get());
            }
        } finally {
            threads.shutdown();
        }
        assertThat(claimed).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(200);
    }

    @Test
    void whatAnotherProcessHasClaimedMeanwhileIsNotTakenFromIt() {
        asked.one(asked.drop(true), "ana@example.edu");
        Notification one = claim(NOW, LEASE, 50).get(0);
        Instant others = LEASE.plusSeconds(600);
        claim(LEASE, others, 50);

        notifications.record(LEASE, NOW, List.of(Settlement.later(one, NOW, "busy")));
        assertThat(asked.of(one.workflowId()).nextTryAt()).isEqualTo(others);

        notifications.record(LEASE, NOW, List.of(Settlement.sent(one)));
        assertThat(asked.of(one.workflowId()).state()).isEqualTo(MailState.SENT);

        notifications.record(others, NOW, List.of(Settlement.undeliverable(one, "too late")));
        assertThat(asked.of(one.workflowId()).state()).isEqualTo(MailState.SENT);
    }

    @Test
    void aMessageListsEachDocumentOnceInTheOrderOfTheRequests() {
        long drop = asked.drop(true);
        String workflow = asked.workflow("Ana", "ana@example.edu", "Zeugnis", "Passport", "Bank statement");
        asked.ask(drop, workflow, 0);
        asked.ask(drop, workflow, 1);
        assertThat(asked.of(workflow).documents()).containsExactly("Zeugnis", "Passport", "Bank statement");
        assertThat(asked.of(workflow).moreDocuments()).isZero();
    }

    @Test
    void aVeryLongListIsCutAndSaysSo() {
        long drop = asked.drop(true);
        String[] names =
                IntStream.range(0, 230).mapToObj(i -> "Document " + (1000 + i)).toArray(String[]::new);
        String workflow = asked.workflow("Ana", "ana@example.edu", names);
        asked.ask(drop, workflow, 0);
        assertThat(asked.of(workflow).documents()).hasSize(200);
        assertThat(Arrays.asList(names)).containsAll(asked.of(workflow).documents());
        assertThat(asked.of(workflow).moreDocuments()).isEqualTo(30);
    }

    @Test
    void theListGoesFromTheNewestToTheOldestThroughAllPages() {
        long drop = asked.drop(true);
        List<String> all = IntStream.range(0, 1201)
                .mapToObj(i -> asked.workflow("A", "a@example.edu"))
                .toList();
        for (int i = 0; i < all.size(); i += 100) {
            notifications.open(drop, all.subList(i, Math.min(all.size(), i + 100)), Asked.AT);
        }
        List<Notification> listed = list(notifications.newest(null));
        List<String> expected = new ArrayList<>(all);
        Collections.reverse(expected);
        assertThat(listed).extracting(Notification::workflowId).containsExactlyElementsOf(expected);
        assertThat(list(notifications.undeliverable(drop))).isEmpty();
    }

    @Test
    void withoutAMailServerAllThatIsReadyEndsAtOnce() {
        long ready = asked.drop(true);
        long running = asked.drop(false);
        String one = asked.one(ready, "ana@example.edu");
        asked.one(ready, null);
        asked.one(running, "bo@example.edu");

        assertThat(notifications.leaveInApp(NOW)).isEqualTo(2);

        assertThat(notifications.count(ready)).isEqualTo(new Notifications.Counts(0, 2, 0, 0));
        assertThat(notifications.count(running)).isEqualTo(new Notifications.Counts(1, 0, 0, 0));
        assertThat(asked.of(one).settledAt()).isEqualTo(NOW);
        assertThat(pages.drops()).contains(ready).doesNotContain(running);
    }

    @Test
    void aPageThatCouldNotBeMadeIsMadeLaterAndOneThatWasMadeOnlyWhenThereIsMoreToShow() {
        long drop = asked.drop(true);
        asked.one(drop, "ana@example.edu");
        notifications.leaveInApp(NOW);

        assertThatThrownBy(() -> pages.renew(drop, () -> {
                    throw new UncheckedIOException(new IOException("disk full"));
                }))
                .hasMessageContaining("disk full");
        assertThat(pages.drops()).contains(drop);

        pages.renew(drop, () -> {
            asked.one(drop, "bo@example.edu");
            CompletableFuture.runAsync(() -> pages.renew(drop, () -> {
                        throw new AssertionError("two at a time");
                    }))
                    .join();
        });
        assertThat(pages.drops()).doesNotContain(drop);

        notifications.leaveInApp(NOW);
        assertThat(pages.drops()).contains(drop);
    }

    @Test
    void whoWasFrozenOverAPageLeavesItToBeMadeOnceMore() {
        long drop = asked.drop(true);
        asked.one(drop, "ana@example.edu");
        notifications.leaveInApp(NOW);

        pages.renew(drop, () -> {
            jdbc.update("DELETE FROM PAGE_IN_HAND"); // somebody else has made it meanwhile
            jdbc.update("UPDATE INBOX_CLAIM SET NODE_ID = NULL WHERE INBOX = ':pages'");
        });
        assertThat(pages.drops()).contains(drop);

        pages.renew(drop, () -> {});
        assertThat(pages.drops()).doesNotContain(drop);
    }

    @Test
    void whenTheServerIsDownOnlyWhatIsOldIsGivenUp() {
        long drop = asked.drop(true);
        String old = asked.one(drop, "ana@example.edu");
        String young = asked.workflow("Bo", "bo@example.edu");
        notifications.open(drop, List.of(young), NOW);

        assertThat(notifications.serverDown(NOW, Asked.AT, NOW, "x".repeat(5000)))
                .isEqualTo(1);

        assertThat(asked.of(old).state()).isEqualTo(MailState.UNDELIVERABLE);
        assertThat(asked.of(old).trouble()).startsWith("given up: xxx").hasSize(2000);
        assertThat(asked.of(young).state()).isEqualTo(MailState.PENDING);
        assertThat(asked.of(young).trouble()).startsWith("xxx").hasSize(2000);
        assertThat(notifications.waitingTrouble()).startsWith("xxx");
        Set<String> undeliverable = new HashSet<>();
        notifications.undeliverable(drop).forEach(one -> undeliverable.add(one.workflowId()));
        assertThat(undeliverable).containsExactly(old);
    }
}
