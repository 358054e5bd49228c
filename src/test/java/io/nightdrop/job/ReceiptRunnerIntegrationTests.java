package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.SettableClock;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.receipt.Delivery;
import io.nightdrop.receipt.TroubledFolders;
import io.nightdrop.result.Drop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** Receipts are handed back beside the drops: no sender waits for another one's folder, and no process for ever. */
@NightdropIntegrationTest
@Import({TroubledFolders.class, SettableClock.InContext.class})
class ReceiptRunnerIntegrationTests {

    private static final int SECONDS = 60;

    @Autowired
    private Sender sender;

    @Autowired
    private ReceiptRunner runner;

    @Autowired
    private TroubledFolders folders;

    @Autowired
    private InboxClaims claims;

    @Autowired
    private SettableClock clock;

    @Autowired
    private JdbcTemplate jdbc;

    @TempDir
    private Path replies;

    private final Told told = new Told();
    private Inbox inbox;
    private Drop drop;

    /** What the runner says. */
    private static final class Told implements RunListener {
        private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        private final List<String> failed = new ArrayList<>();

        @Override
        public void handedBack(Inbox inbox, Delivery delivery) {
            deliveries.add(delivery);
        }

        @Override
        public void failed(Inbox inbox, String why) {
            failed.add(why);
        }

        Delivery next() throws InterruptedException {
            return Objects.requireNonNull(deliveries.poll(SECONDS, TimeUnit.SECONDS), "nothing was handed back");
        }

        Delivery last() {
            return List.copyOf(deliveries).get(deliveries.size() - 1);
        }
    }

    @BeforeEach
    void aDropIsToBeAnswered() throws IOException {
        inbox = inbox("a");
        drop = due(run(inbox, "1"));
    }

    @AfterEach
    void heal() {
        folders.heal();
    }

    private Inbox inbox(String name) throws IOException {
        return sender.inbox(
                "reply-to", Files.createDirectory(replies.resolve(name)).toString());
    }

    private Drop run(Inbox one, String number) throws IOException {
        sender.put(
                one,
                "users-manifest-" + number + ".csv",
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,W-" + number
                        + ",r@example.edu,R,S,student\n");
        return sender.runOne(one);
    }

    private Drop due(Drop one) {
        jdbc.update("UPDATE RECEIPT SET STATE = 'DUE', PLACE = NULL WHERE DROP_KEY = ?", one.key());
        return one;
    }

    private TroubledFolders.Hang hang() {
        return folders.hang(drop.name() + ".received.json");
    }

    @Test
    void aFolderThatHangsHoldsUpNoOtherSender() throws Exception {
        Inbox other = inbox("b");
        due(run(other, "2"));
        TroubledFolders.Hang hang = hang();
        runner.wake(inbox, told);
        hang.awaitBegin();
        for (int i = 0; i < 5; i++) {
            runner.wake(inbox, told);
        }
        Told toldOfOther = new Told();
        runner.wake(other, toldOfOther);
        assertThat(toldOfOther.next()).isEqualTo(new Delivery(4, 0, null));
        assertThat(told.deliveries).isEmpty();
        hang.end();
        assertThat(told.next()).isEqualTo(new Delivery(4, 0, null));
    }

    @Test
    void whatComesDueWhileAnotherIsHandedBackFollowsAtOnce() throws Exception {
        Drop second = run(inbox, "3");
        due(drop);
        TroubledFolders.Hang hang = hang();
        runner.wake(inbox, told);
        hang.awaitBegin();
        due(second);
        runner.wake(inbox, told);
        hang.end();
        assertThat(told.next()).isEqualTo(new Delivery(4, 0, null));
        assertThat(told.next()).isEqualTo(new Delivery(4, 0, null));
    }

    @Test
    void aProcessThatIsToEndDoesNotWaitForAFolderThatHangs() throws Exception {
        TroubledFolders.Hang hang = hang();
        CompletableFuture<Void> patient = CompletableFuture.runAsync(() -> runner.handBackPatiently(inbox, told));
        hang.awaitBegin();
        clock.pass(ReceiptRunner.HUNG_AFTER.plusSeconds(1));
        patient.get(SECONDS, TimeUnit.SECONDS);
        assertThat(told.last().waiting()).isEqualTo(4);
        assertThat(told.next().trouble()).contains("nothing has moved for 10 min");
        hang.end();
        assertThat(told.next()).isEqualTo(new Delivery(4, 0, null));
    }

    @Test
    void aProcessThatIsToEndSaysWhatWaitsWhileAnotherOneIsAtIt() {
        try (InboxClaims.Claim other = claims.claim(":receipts:" + inbox.name()).orElseThrow()) {
            runner.handBackPatiently(inbox, told);
            assertThat(told.last().waiting()).as(other.inbox()).isEqualTo(4);
            assertThat(told.last().trouble()).contains("is handing them back");
        }
        runner.handBackPatiently(inbox, told);
        assertThat(told.last()).isEqualTo(Delivery.NOTHING);
        assertThat(told.failed).isEmpty();
    }

    @Test
    void aFaultIsToldWhenItStays() {
        jdbc.execute("ALTER TABLE RECEIPT RENAME TO RECEIPT_ELSEWHERE");
        try {
            runner.handBackPatiently(inbox, told);
        } finally {
            jdbc.execute("ALTER TABLE RECEIPT_ELSEWHERE RENAME TO RECEIPT");
        }
        assertThat(told.failed).hasSize(1);
        assertThat(told.failed.get(0)).contains("receipts: ", "RECEIPT");
    }
}
