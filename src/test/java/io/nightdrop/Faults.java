package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooker;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Faults that pass are tried again within the run; those that stay end it; who lost its inbox writes nothing more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Import(WatchedDatabase.Watching.class)
abstract class Faults {

    private static final int ITEMS = 110;
    private static final Duration DAY = Duration.ofDays(1);

    @Autowired
    Sender sender;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    private WatchedDatabase database;

    @Autowired
    InboxRunner runner;

    @Autowired
    Drops drops;

    @Autowired
    InboxClaims claims;

    @Autowired
    private InboxLooker looker;

    @Autowired
    @Qualifier("gracefulStop")
    private SmartLifecycle gracefulStop;

    @BeforeAll
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    @AfterEach
    void allWorksAgain() {
        database.begin(commit -> false);
    }

    final void put(Inbox inbox, String name) throws IOException {
        sender.put(inbox, "x.pdf", "%PDF-1.4\n" + inbox.name());
        sender.put(
                inbox,
                name,
                "itemId,namespace,externalId,documentType,filename\n"
                        + IntStream.range(0, ITEMS)
                                .mapToObj(i -> name + i + ",SIS,S-77,DIPLOMA,x.pdf")
                                .collect(Collectors.joining("\n")));
    }

    final int results(Drop drop) {
        Integer count = jdbc.queryForObject(
                "SELECT COUNT(*) FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ?", Integer.class, drop.key());
        return count == null ? -1 : count;
    }

    /** What another node does while this one is frozen between two batches. */
    private void takeOver(Inbox inbox, UUID other) {
        jdbc.update("UPDATE INBOX_CLAIM SET NODE_ID = ? WHERE INBOX = ?", other, inbox.name());
        for (String table : List.of("BATCH_STEP_EXECUTION", "BATCH_JOB_EXECUTION")) {
            jdbc.update("UPDATE " + table + " SET STATUS = 'FAILED', END_TIME = LOCALTIMESTAMP, VERSION = VERSION + 1"
                    + " WHERE STATUS = 'STARTED'");
        }
    }

    /** In a thread of its own, because the one that has committed still holds its connection. */
    private static void afterCommit(Runnable work) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                CompletableFuture.runAsync(work).join();
            }
        });
    }

    private List<String> statuses(Drop drop) {
        return jdbc.queryForList("""
                SELECT s.STATUS FROM BATCH_JOB_EXECUTION_PARAMS p
                JOIN (SELECT JOB_EXECUTION_ID, STATUS FROM BATCH_JOB_EXECUTION
                  UNION ALL SELECT JOB_EXECUTION_ID, STATUS FROM BATCH_STEP_EXECUTION) s
                  ON s.JOB_EXECUTION_ID = p.JOB_EXECUTION_ID
                WHERE p.PARAMETER_VALUE = ? ORDER BY s.STATUS""", String.class, Long.toString(drop.key()));
    }

    private void documentsCannotBeStored() {
        database.failStatements(sql -> sql.contains("INTO VAULT_DOCUMENT "));
    }

    @Test
    void aFaultThatPassesIsHealedWithinTheRun() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        database.failOnce("INTO VAULT_DOCUMENT ");
        Drop drop = sender.runOne(inbox);
        assertThat(drop.state()).isEqualTo(DropState.DONE);
        assertThat(drop.succeeded()).isEqualTo(ITEMS);
        assertThat(drop.restarts()).isEqualTo(1);
        assertThat(results(drop)).isEqualTo(ITEMS);
    }

    @Test
    void aFaultWhileTakingInIsHealedWithinTheRun() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        database.failOnce("DELETE FROM NIGHT_DROP_FILE");
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
    }

    @Test
    void aTakingInThatCannotBeDoneFailsItsDropAndHoldsUpNoLaterOne() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "a-docs-manifest.csv");
        sender.put(
                inbox,
                "b-users-manifest.csv",
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,F-2,f@example.edu,F,G,student\n");
        database.failStatements(sql -> sql.contains("INSERT INTO NIGHT_DROP_FILE"));
        List<Drop> ended = sender.run(inbox);
        assertThat(ended).extracting(Drop::standing).containsExactly("FAILED", "COMPLETED");
        assertThat(ended.get(0).trouble()).contains("The connection was cut before");

        database.begin(commit -> false);
        assertThat(drops.due(inbox.name(), DAY))
                .as("it has its next try like any other")
                .isEmpty();
        Drop done = sender.runOne(inbox);
        assertThat(done.standing()).isEqualTo("COMPLETED");
        assertThat(results(done)).isEqualTo(ITEMS);
    }

    @Test
    void aRunThatIsStoppedWhileItsDropIsTriedAgainIsStoppedNotFailed() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        List<CompletableFuture<Void>> stops = new ArrayList<>();
        database.failStatements(sql -> {
            boolean failing = sql.contains("INTO VAULT_DOCUMENT ");
            if (failing) {
                stops.add(CompletableFuture.runAsync(gracefulStop::stop)); // it waits for this very run
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            }
            return failing;
        });
        try {
            assertThat(sender.runOne(inbox).standing()).isEqualTo("STOPPED");
        } finally {
            stops.forEach(CompletableFuture::join);
            gracefulStop.start();
        }
        assertThat(stops).hasSize(1);
    }

    @Test
    void whoLostItsInboxCannotWriteDownWhatItSees() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        assertThatThrownBy(() -> looker.look(inbox)).isInstanceOf(LeaseLostException.class);
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");

        put(inbox, "docs-manifest.csv");
        Files.setLastModifiedTime(inbox.directory().resolve("docs-manifest.csv"), FileTime.fromMillis(0));
        assertThatThrownBy(() -> looker.look(inbox)).isInstanceOf(LeaseLostException.class);
        assertThat(sender.runOne(inbox).standing()).isEqualTo("DUPLICATE");
        assertThat(sender.run(inbox)).isEmpty();
    }

    /** As when another thread has just found out that the node is dead which had it. */
    @Test
    void anInboxThatNobodyAliveHasIsWaitedForAndNotTakenForBusy() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        InboxClaims.Claim claim = claims.claim(inbox.name()).orElseThrow();
        jdbc.update("UPDATE INBOX_CLAIM SET NODE_ID = NULL WHERE INBOX = ?", inbox.name());
        CompletableFuture<Void> given =
                CompletableFuture.runAsync(claim::close, CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS));
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
        given.join();
    }

    @Test
    void aFaultOfTheLookItselfIsHealedWithinTheRun() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        database.failOnce("INSERT INTO INBOX_MANIFEST");
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
    }

    @Test
    void aFaultThatStaysEndsTheRunAndHoldsUpNoLaterDrop() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "a-docs-manifest.csv");
        sender.put(
                inbox,
                "b-users-manifest.csv",
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,F-1,f@example.edu,F,G,student\n");
        documentsCannotBeStored();
        List<Drop> ended = sender.run(inbox);
        assertThat(ended).extracting(Drop::standing).containsExactly("FAILED", "COMPLETED");
        assertThat(ended.get(0).trouble()).contains("The connection was cut before");

        database.begin(commit -> false);
        Drop done = sender.runOne(inbox);
        assertThat(done.standing()).isEqualTo("COMPLETED");
        assertThat(results(done)).isEqualTo(ITEMS);
        assertThat(drops.nextTry(done.key())).isEmpty();
    }

    @Test
    void aServiceTriesAFailedDropAgainAtGrowingIntervals() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        documentsCannotBeStored();
        Drop failed = sender.runOne(inbox);
        for (int minutes : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
            Instant next = drops.nextTry(failed.key()).orElseThrow();
            assertThat(Duration.between(Instant.now(), next))
                    .isBetween(
                            Duration.ofMinutes(minutes).minusSeconds(30),
                            Duration.ofMinutes(minutes).plusSeconds(5));
            assertThat(drops.due(inbox.name(), DAY)).isEmpty();
            failed = sender.runOne(inbox);
        }
        jdbc.update(
                "UPDATE NIGHT_DROP SET NEXT_TRY_AT = CURRENT_TIMESTAMP - INTERVAL '1' SECOND WHERE DROP_KEY = ?",
                failed.key());
        assertThat(drops.due(inbox.name(), DAY)).hasSize(1);
        assertThat(drops.due(inbox.name(), Duration.ZERO))
                .as("retry-for is over")
                .isEmpty();
        jdbc.update(
                "UPDATE NIGHT_DROP SET NEXT_TRY_AT = CURRENT_TIMESTAMP + INTERVAL '2' HOUR WHERE DROP_KEY = ?",
                failed.key());
        assertThat(drops.due(inbox.name(), DAY)).as("the clock was set back").hasSize(1);
        jdbc.update(
                "UPDATE NIGHT_DROP SET NEXT_TRY_AT = CURRENT_TIMESTAMP + INTERVAL '1' HOUR WHERE DROP_KEY = ?",
                failed.key());
        assertThat(drops.due(inbox.name(), DAY)).isEmpty();
        drops.tryNow(failed.key());
        assertThat(drops.due(inbox.name(), DAY)).hasSize(1);

        database.begin(commit -> false);
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
    }

    @Test
    void anInboxThatAnotherNodeWorksOnIsLeftToIt() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        UUID other = otherNode("+ INTERVAL '1' HOUR");
        jdbc.update("INSERT INTO INBOX_CLAIM (INBOX, NODE_ID, EPOCH) VALUES (?, ?, 1)", inbox.name(), other);
        assertThat(claims.claim(inbox.name())).isEmpty();
        assertThat(claims.holder(inbox.name())).contains("process 4711 on elsewhere");

        jdbc.update("DELETE FROM NIGHT_NODE WHERE NODE_ID = ?", other);
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
    }

    final UUID otherNode(String expiry) {
        UUID other = UUID.randomUUID();
        jdbc.update(
                "INSERT INTO NIGHT_NODE (NODE_ID, HOST, PID, STARTED_AT, EXPIRES_AT)"
                        + " VALUES (?, 'elsewhere', 4711, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP " + expiry + ")",
                other);
        return other;
    }

    @Test
    void whoLostItsInboxCannotCommitTheNextBatch() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox, "docs-manifest.csv");
        UUID other = otherNode("+ INTERVAL '1' HOUR");
        List<String> failures = new ArrayList<>();
        runner.run(inbox, 0, new RunListener() {
            @Override
            public void written(Drop drop, long items) {
                afterCommit(() -> takeOver(inbox, other));
            }

            @Override
            public void failed(Inbox where, String why) {
                failures.add(why);
            }
        });
        Drop cut = sender.drops(inbox).get(0);
        assertThat(results(cut))
                .as("nothing after the batch in which it happened")
                .isEqualTo(25);
        assertThat(cut.state()).as("its state is the new owner's business").isEqualTo(DropState.RUNNING);
        assertThat(statuses(cut)).as("its execution has an end").containsExactly("COMPLETED", "FAILED", "FAILED");
        assertThat(failures).singleElement().asString().startsWith("LeaseLostException");

        jdbc.update("DELETE FROM NIGHT_NODE WHERE NODE_ID = ?", other);
        Drop done = sender.runOne(inbox);
        assertThat(done.standing()).isEqualTo("COMPLETED");
        assertThat(results(done)).isEqualTo(ITEMS);
    }
}
