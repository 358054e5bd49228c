package io.nightdrop.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nightdrop.Sender;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Settlement;
import io.nightdrop.notice.Notice.Kind;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the table of notices promises, on any database. */
abstract class NoticeStore {

    private static final Instant DUE = Instant.parse("2026-11-20T11:00:00Z");
    private static final List<String> TWO = List.of("registrar@example.edu", "on-call@example.edu");

    @Autowired
    private Notices notices;

    @Autowired
    private FailingDrops failing;

    @Autowired
    private Drops drops;

    @Autowired
    private Sender sender;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    private Instant now;
    private Instant lease;

    @BeforeEach
    void nobodyWasToldYet() {
        jdbc.update("DELETE FROM NOTICE");
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'DONE' WHERE STATE = 'FAILED'");
        now = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(1);
        lease = now.plus(Duration.ofMinutes(10));
    }

    private Inbox inbox(String... more) throws IOException {
        String[] all = new String[more.length + 2];
        all[0] = "notify";
        all[1] = String.join(",", TWO);
        System.arraycopy(more, 0, all, 2, more.length);
        return sender.inbox(all);
    }

    private Drop drop(Inbox inbox, String state, @Nullable String outcome) {
        long key = Objects.requireNonNull(jdbc.queryForObject("SELECT NEXTVAL('NIGHT_DROP_SEQ')", Long.class));
        jdbc.update(
                """
                INSERT INTO NIGHT_DROP (DROP_KEY, INBOX, DROP_ID, MANIFEST, FINGERPRINT, STATE, OUTCOME, RECEIVED_AT)
                VALUES (?, ?, ?, 'docs-manifest.json', ?, ?, ?, ?)""", key, inbox.name(), "docs-manifest-" + key, "0".repeat(64), state, outcome, Timestamps.column(DUE));
        return drops.get(key);
    }

    private List<Notice> claim(Instant moment, Instant until) {
        return notices.claim(notices.due(moment, 500), moment, until);
    }

    private List<Notice> all() {
        return notices.newest(null, null, 1000);
    }

    @Test
    void eachAddressIsToldOfADropOnceHoweverOftenThatIsNoted() throws IOException {
        Inbox inbox = inbox();
        Drop drop = drop(inbox, "RUNNING", "COMPLETED");
        notices.dropEnded(inbox.settings(), drop);
        notices.dropEnded(inbox.settings(), drop);
        notices.dropEnded(inbox.settings(), drop(inbox, "RUNNING", "REJECTED"));

        assertThat(notices.of(drop.key()))
                .extracting(Notice::address, Notice::kind, Notice::state)
                .containsExactlyInAnyOrder(
                        tuple(TWO.get(0), Kind.DROP, MailState.PENDING),
                        tuple(TWO.get(1), Kind.DROP, MailState.PENDING));
        assertThat(all()).hasSize(4);
    }

    @Test
    void whatHasNoDropIsToldOncePerDeadlineToo() {
        notices.missed("sis", DUE, TWO);
        notices.missed("sis", DUE, TWO);
        notices.missed("sis", DUE, List.of(TWO.get(0), TWO.get(0)));
        assertThat(all()).hasSize(2).allSatisfy(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.MISSED);
            assertThat(notice.dueAt()).isEqualTo(DUE);
            assertThat(notice.dropKey()).isNull();
            assertThat(notice.drop()).isNull();
        });

        notices.missed("sis", DUE.plus(Duration.ofDays(1)), TWO);
        notices.missed("other", DUE, TWO);
        notices.missed("sis", DUE, List.of());
        assertThat(all()).hasSize(6);
        assertThat(notices.newest("sis", null, 100)).hasSize(4);
    }

    @Test
    void theDropThatCameAfterAllIsToldOnceForItsDeadline() throws IOException {
        Inbox inbox = inbox();
        Drop drop = drop(inbox, "RUNNING", null);
        Drop next = drop(inbox, "RUNNING", null);
        notices.missed(inbox.name(), DUE, TWO);
        notices.cameAfterAll(inbox.name(), DUE, drop.key(), TWO);
        notices.cameAfterAll(inbox.name(), DUE, next.key(), TWO);
        assertThat(notices.of(drop.key())).hasSize(2).allSatisfy(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.CAME);
            assertThat(notice.drop()).isEqualTo(drop.id());
            assertThat(notice.dueAt()).isEqualTo(DUE);
        });
        assertThat(notices.of(next.key())).isEmpty();
        assertThat(all()).hasSize(4);
    }

    @Test
    void whatIsRolledBackIsNeverTold() {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            notices.missed("sis", DUE, TWO);
            status.setRollbackOnly();
        });
        assertThat(all()).isEmpty();
    }

    @Test
    void onlyFailuresAreNotedForThoseWhoWantNoMore() throws IOException {
        Inbox inbox = inbox("notify-of", "failures");
        Drop well = drop(inbox, "RUNNING", "COMPLETED");
        Drop twice = drop(inbox, "RUNNING", "DUPLICATE");
        Drop failed = drop(inbox, "RUNNING", "COMPLETED_WITH_FAILURES");
        Drop refused = drop(inbox, "RUNNING", "REJECTED");
        List.of(well, twice, failed, refused).forEach(drop -> notices.dropEnded(inbox.settings(), drop));
        assertThat(all()).extracting(Notice::dropKey).containsOnly(failed.key(), refused.key());
    }

    @Test
    void nobodyIsToldWhereNobodyIsNamed() throws IOException {
        Inbox inbox = sender.inbox();
        notices.dropEnded(inbox.settings(), drop(inbox, "RUNNING", "REJECTED"));
        assertThat(all()).isEmpty();
    }

    @Test
    void aDropsOutcomeIsNotDueBeforeTheDropIsDone() throws IOException {
        Inbox inbox = inbox();
        Drop drop = drop(inbox, "RUNNING", "COMPLETED");
        notices.dropEnded(inbox.settings(), drop);
        assertThat(claim(now, lease)).isEmpty();
        assertThat(notices.waiting()).isZero();
        assertThat(notices.leaveInApp(now)).isZero();

        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'DONE' WHERE DROP_KEY = ?", drop.key());

        assertThat(notices.waiting()).isEqualTo(2);
        assertThat(claim(now, lease)).extracting(Notice::address).containsExactlyInAnyOrderElementsOf(TWO);
        assertThat(claim(now, lease)).as("claimed by another process").isEmpty();
        assertThat(claim(lease, lease.plusSeconds(1))).as("whose lease ended").hasSize(2);
    }

    @Test
    void ofTwoNodesEachGetsOthers() throws Exception {
        notices.missed(
                "sis",
                DUE,
                IntStream.range(0, 400).mapToObj(i -> "a" + i + "@example.edu").toList());
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<UUID> claimed = new ArrayList<>();
        try {
            Callable<List<UUID>> node = () -> {
                List<UUID> own = new ArrayList<>();
                for (int round = 0; round < 4; round++) {
                    together.await();
                    notices.claim(notices.due(now, 100), now, lease).forEach(one -> own.add(one.id()));
                }
                return own;
            };
            for (Future<List<UUID>> one : threads.invokeAll(List.of(node, node))) {
                claimed.addAll(one.get());
            }
        } finally {
            threads.shutdown();
        }
        assertThat(claimed).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(200);
    }

    @Test
    void whatBecameOfItIsListedTheNewestFirst() {
        notices.missed("sis", DUE, TWO);
        Notice sent = claim(now, lease).get(0);
        notices.record(lease, now, List.of(Settlement.sent(sent)));
        Notice refused = notices.newest("sis", MailState.PENDING, 10).get(0);
        notices.record(lease, now, List.of(Settlement.undeliverable(refused, "550 unknown")));
        notices.missed("sis", DUE.plusSeconds(60), TWO.subList(0, 1));

        assertThat(notices.newest("sis", null, 10))
                .extracting(Notice::state)
                .containsExactlyInAnyOrder(MailState.PENDING, MailState.SENT, MailState.UNDELIVERABLE);
        assertThat(notices.newest("sis", null, 1)).extracting(Notice::state).containsExactly(MailState.PENDING);
        assertThat(notices.newest("sis", MailState.PENDING, 10)).hasSize(1);
        assertThat(notices.newest("sis", MailState.UNDELIVERABLE, 10))
                .singleElement()
                .satisfies(notice -> {
                    assertThat(notice.trouble()).isEqualTo("550 unknown");
                    assertThat(notice.settledAt()).isEqualTo(now);
                });
        assertThat(notices.newest("nowhere", null, 10)).isEmpty();
    }

    @Test
    void withoutAMailServerAllThatIsReadyStaysInItsTable() {
        notices.missed("sis", DUE, TWO);
        assertThat(notices.leaveInApp(now)).isEqualTo(2);
        assertThat(all()).allSatisfy(notice -> assertThat(notice.state()).isEqualTo(MailState.IN_APP));
        assertThat(notices.waiting()).isZero();
    }

    /** Since so many minutes, on the database's clock. */
    private void failing(Drop drop, int minutes) {
        jdbc.update(
                "UPDATE NIGHT_DROP SET FAILED_SINCE = CURRENT_TIMESTAMP - CAST(? AS BIGINT) * INTERVAL '1' MINUTE WHERE DROP_KEY = ?",
                minutes,
                drop.key());
    }

    @Test
    void aDropThatKeepsFailingIsToldOnceWhenThatHasGoneOnForAnHour() throws IOException {
        Inbox inbox = inbox("notify-of", "failures");
        Drop young = drop(inbox, "FAILED", null);
        Drop old = drop(inbox, "FAILED", null);
        Drop through = drop(inbox, "DONE", "COMPLETED");
        failing(young, 58);
        failing(old, 61);
        failing(through, 100);

        failing.note();
        failing.note();

        assertThat(all()).hasSize(2).allSatisfy(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.FAILED);
            assertThat(notice.dropKey()).isEqualTo(old.key());
        });
        assertThat(claim(now, lease)).as("it is told at once").hasSize(2);
    }

    @Test
    void aDropThatNobodyTriesAgainIsToldWhenItsTriesAreOver() throws IOException {
        Inbox inbox = inbox("retry-for", "5m");
        Drop young = drop(inbox, "FAILED", null);
        Drop over = drop(inbox, "FAILED", null);
        failing(young, 4);
        failing(over, 6);
        failing.note();
        assertThat(all()).extracting(Notice::dropKey).containsOnly(over.key());
    }

    @Test
    void whatWasToldOfADropThatItsSenderWithdrewStaysOnRecord() throws IOException {
        Inbox inbox = inbox();
        Drop drop = drop(inbox, "FAILED", null);
        notices.dropFails(inbox.settings(), drop);
        jdbc.update("DELETE FROM NIGHT_DROP WHERE DROP_KEY = ?", drop.key());
        assertThat(all()).hasSize(2).allSatisfy(notice -> {
            assertThat(notice.dropKey()).isNull();
            assertThat(notice.drop()).isNull();
        });
    }
}
