package io.nightdrop.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.nightdrop.SettableClock;
import io.nightdrop.database.Durability;
import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Pass;
import io.nightdrop.mail.ScriptedMailServer;
import io.nightdrop.settings.NotifySettings;
import io.nightdrop.settings.NotifySettings.Security;
import io.nightdrop.settings.NotifySettings.Smtp;
import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Workflows;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Messages on their way to a mail server that is real, or really unwilling. */
abstract class Sending {

    @Autowired
    private Notifications notifications;

    @Autowired
    private MessageTemplates templates;

    @Autowired
    private Durability durability;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Workflows workflows;

    private final SettableClock clock = new SettableClock();
    private Asked asked;

    @BeforeEach
    void nothingIsAskedYet() {
        asked = new Asked(jdbc, workflows, notifications);
        asked.clear();
    }

    private Notifier notifier(int port) {
        return notifier(port, null, null, clock);
    }

    private Notifier notifier(int port, @Nullable String username, @Nullable String password, Clock time) {
        Duration second = Duration.ofSeconds(1);
        Smtp smtp = new Smtp("127.0.0.1", port, username, password, Security.AUTO, second, second);
        NotifySettings settings =
                new NotifySettings("Documents Office <docs@example.edu>", smtp, null, Duration.ofDays(3));
        return new Notifier(notifications, templates, durability, time, settings, Duration.ofMillis(20));
    }

    private static GreenMail greenMail(int port) {
        GreenMail mail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        return mail;
    }

    private static boolean never() {
        return false;
    }

    private MailState state(String workflow) {
        return asked.of(workflow).state();
    }

    @Test
    void anApplicantGetsOneMailThatListsWhatIsAskedFor() throws Exception {
        long drop = asked.drop(true);
        String workflow = asked.workflow("Bjørn \"Ø\" <Næss>", "bjorn@example.edu", "Zeugnis für Ärzte", "Passport");
        asked.ask(drop, workflow, 0);
        asked.ask(drop, workflow, 1);
        GreenMail mail = greenMail(0);
        try {
            Pass pass = notifier(mail.getSmtp().getPort()).send(Sending::never);

            assertThat(pass).isEqualTo(new Pass(1, 0, 0, 0, null, false));
            MimeMessage[] received = mail.getReceivedMessages();
            assertThat(received).hasSize(1);
            MimeMessage message = received[0];
            assertThat(message.getSubject()).isEqualTo("2 documents are needed from you");
            assertThat(message.getFrom()[0]).hasToString("Documents Office <docs@example.edu>");
            assertThat(message.getRecipients(RecipientType.TO)).hasSize(1);
            assertThat(message.getAllRecipients()[0]).hasToString("bjorn@example.edu");
            assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
            assertThat(message.getMessageID())
                    .isEqualTo("<" + asked.of(workflow).id() + "@example.edu>");
            assertThat(message.getSentDate().toInstant()).isEqualTo(clock.instant());
            assertThat(message.getContentType()).startsWith("multipart/alternative");
            MimeMultipart parts = (MimeMultipart) message.getContent();
            assertThat(parts.getCount()).isEqualTo(2);
            assertThat(parts.getBodyPart(0).getContentType()).isEqualToIgnoringCase("text/plain; charset=UTF-8");
            assertThat((String) parts.getBodyPart(0).getContent())
                    .contains("Dear Bjørn \"Ø\" <Næss>,", "* Zeugnis für Ärzte", "* Passport")
                    .containsOnlyOnce("Passport");
            assertThat(parts.getBodyPart(1).getContentType()).isEqualToIgnoringCase("text/html; charset=UTF-8");
            assertThat((String) parts.getBodyPart(1).getContent())
                    .contains("&lt;Næss&gt;", "Zeugnis für Ärzte")
                    .containsOnlyOnce("Passport");
            assertThat(asked.of(workflow).settledAt()).isEqualTo(clock.instant());
            assertThat(asked.of(workflow).address()).isEqualTo("bjorn@example.edu");
            assertThat(notifier(mail.getSmtp().getPort()).send(Sending::never).settled())
                    .isZero();
            assertThat(mail.getReceivedMessages()).hasSize(1);
        } finally {
            mail.stop();
        }
    }

    @Test
    void aNameCannotAddAHeaderOrARecipient() throws Exception {
        String evil = "Ana\r\nBcc: all@example.edu\r\n\r\nbody";
        long drop = asked.drop(true);
        String workflow = asked.workflow(evil, "ana@example.edu", "Passport\r\nBcc: all@example.edu");
        asked.ask(drop, workflow, 0);
        GreenMail mail = greenMail(0);
        try {
            notifier(mail.getSmtp().getPort()).send(Sending::never);
            MimeMessage[] received = mail.getReceivedMessages();
            assertThat(received).hasSize(1);
            assertThat(received[0].getHeader("Bcc")).isNull();
            assertThat(received[0].getAllRecipients()).hasSize(1);
            assertThat(received[0].getSubject()).isEqualTo("A document is needed from you");
        } finally {
            mail.stop();
        }
    }

    @Test
    void whatWasSentAndNotRecordedIsSentAgainUnderTheSameMessageId() throws Exception {
        String workflow = asked.one(asked.drop(true), "ana@example.edu");
        GreenMail mail = greenMail(0);
        try {
            Notifier notifier = notifier(mail.getSmtp().getPort());
            notifier.send(Sending::never);
            // the process died before it could record, having claimed until ten minutes later
            jdbc.update(
                    "UPDATE NOTIFICATION SET STATE = 'PENDING', SETTLED_AT = NULL, ATTEMPTS = 0, NEXT_TRY_AT = ?",
                    Timestamps.column(clock.instant().plus(Duration.ofMinutes(10))));
            assertThat(notifier.send(Sending::never).waiting()).isEqualTo(1);
            assertThat(mail.getReceivedMessages()).hasSize(1);

            clock.pass(Duration.ofMinutes(10));
            assertThat(notifier.send(Sending::never).sent()).isEqualTo(1);

            MimeMessage[] received = mail.getReceivedMessages();
            assertThat(received).hasSize(2);
            assertThat(received[1].getMessageID()).isEqualTo(received[0].getMessageID());
            assertThat(state(workflow)).isEqualTo(MailState.SENT);
        } finally {
            mail.stop();
        }
    }

    @Test
    void ofABatchEachIsTakenOnceOrRefusedForItself() throws IOException {
        long drop = asked.drop(true);
        List<String> good = IntStream.range(0, 120)
                .mapToObj(i -> asked.one(drop, "good" + i + "@example.edu"))
                .toList();
        String refused = asked.one(drop, "nobody@example.edu");
        String nowhere = asked.one(drop, null);
        String nonsense = asked.one(drop, "not an address");
        String several = asked.one(drop, "a@example.edu, b@example.edu");
        String beyondAscii = asked.one(drop, "\u0142@example.edu");
        String tooLarge = asked.one(drop, "large@example.edu");
        String full = asked.one(drop, "full@example.edu");
        String busy = asked.one(drop, "busy@example.edu");
        String relay = asked.one(drop, "relay@example.edu");
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answer("nobody@", "550 5.1.1 <nobody@example.edu>: User unknown")
                    .answer("full@", "552 5.2.2 mailbox full")
                    .answer("busy@", "450 4.2.0 greylisted")
                    .answer("relay@", "554 5.7.1 relay access denied");
            server.answer(".large@", "554 5.6.0 cannot be delivered");

            Pass pass = notifier(server.port()).send(Sending::never);

            assertThat(server.delivered()).hasSize(120).doesNotHaveDuplicates().allMatch(to -> to.startsWith("good"));
            assertThat(server.connections()).isEqualTo(1);
            assertThat(pass.sent()).isEqualTo(120);
            assertThat(pass.undeliverable()).isEqualTo(6);
            assertThat(pass.waiting()).isEqualTo(3);
            assertThat(pass.serverDown()).isFalse();
            assertThat(good).allMatch(workflow -> state(workflow) == MailState.SENT);
            assertUndeliverable(refused, "550 5.1.1 <nobody@example.edu>: User unknown");
            assertUndeliverable(nowhere, "the workflow has no e-mail address");
            assertUndeliverable(nonsense, "not an e-mail address");
            assertUndeliverable(several, "not an e-mail address");
            assertUndeliverable(beyondAscii, "beyond ASCII");
            assertUndeliverable(tooLarge, "554 5.6.0 cannot be delivered");
            assertWaiting(full, "552 5.2.2 mailbox full");
            assertWaiting(busy, "450 4.2.0 greylisted");
            assertWaiting(relay, "554 5.7.1 relay access denied");

            server.mend();
            clock.pass(Duration.ofSeconds(67));
            assertThat(notifier(server.port()).send(Sending::never).sent()).isEqualTo(3);
            assertThat(server.delivered()).hasSize(123).doesNotHaveDuplicates();
            assertThat(asked.of(busy).trouble()).isNull();
        }
    }

    private void assertUndeliverable(String workflow, String trouble) {
        assertThat(state(workflow)).isEqualTo(MailState.UNDELIVERABLE);
        assertThat(asked.of(workflow).trouble()).contains(trouble).doesNotContain("\n");
    }

    private void assertWaiting(String workflow, String trouble) {
        Notification one = asked.of(workflow);
        assertThat(one.state()).isEqualTo(MailState.PENDING);
        assertThat(one.trouble()).isEqualTo(trouble);
        assertThat(one.attempts()).isEqualTo(1);
        assertThat(one.nextTryAt())
                .isBetween(clock.instant().plusSeconds(60), clock.instant().plusSeconds(66));
    }

    @Test
    void aMessageThatIsNeverTakenIsGivenUpInTheEnd() throws IOException {
        String busy = asked.one(asked.drop(true), "busy@example.edu");
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answer("busy@", "451 4.3.0 later");
            Notifier notifier = notifier(server.port());
            int passes = 0;
            while (state(busy) == MailState.PENDING && passes < 1000) {
                notifier.send(Sending::never);
                clock.pass(Duration.ofMinutes(10));
                passes++;
            }
            assertUndeliverable(busy, "given up: 451 4.3.0 later");
            assertThat(asked.of(busy).settledAt())
                    .isBetween(Asked.AT.plus(Duration.ofDays(3)), Asked.AT.plus(Duration.ofHours(74)));
            assertThat(asked.of(busy).attempts()).isBetween(60, 80);
        }
    }

    @Test
    void aServerThatIsAwayIsAskedOnceAndCostsNobodyATry() throws Exception {
        long drop = asked.drop(true);
        List<String> all = IntStream.range(0, 60)
                .mapToObj(i -> asked.one(drop, "a" + i + "@example.edu"))
                .toList();
        GreenMail mail = greenMail(0);
        int port = mail.getSmtp().getPort();
        mail.stop();

        Pass down = notifier(port).send(Sending::never);

        assertThat(down.serverDown()).isTrue();
        assertThat(down.settled()).isZero();
        assertThat(down.waiting()).isEqualTo(60);
        assertThat(down.trouble()).contains("Connection refused");
        assertThat(all).allSatisfy(workflow -> {
            assertThat(asked.of(workflow).attempts()).isZero();
            assertThat(asked.of(workflow).nextTryAt()).isNull();
            assertThat(asked.of(workflow).trouble()).contains("Connection refused");
        });

        GreenMail back = greenMail(port);
        try {
            assertThat(notifier(port).send(Sending::never)).isEqualTo(new Pass(60, 0, 0, 0, null, false));
            assertThat(back.getReceivedMessages()).hasSize(60);
        } finally {
            back.stop();
        }
    }

    @Test
    void aServerThatGoesInTheMiddleGetsNobodysMailTwice() throws IOException {
        long drop = asked.drop(true);
        IntStream.range(0, 30).forEach(i -> asked.one(drop, "a" + i + "@example.edu"));
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answer("RCPT TO:<a17@", ScriptedMailServer.HANG_UP);
            Pass pass = notifier(server.port()).send(Sending::never);
            assertThat(pass.sent()).isEqualTo(29);
            assertThat(pass.waiting()).isEqualTo(1);
            assertThat(server.connections()).isEqualTo(2);

            server.mend();
            clock.pass(Duration.ofMinutes(2));
            assertThat(notifier(server.port()).send(Sending::never).sent()).isEqualTo(1);
            assertThat(server.delivered()).hasSize(30).doesNotHaveDuplicates();
        }
    }

    @Test
    void aServerThatCutsEveryMessageIsLeftAloneAfterThree() throws IOException {
        long drop = asked.drop(true);
        IntStream.range(0, 30).forEach(i -> asked.one(drop, "a" + i + "@example.edu"));
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answer("DATA", ScriptedMailServer.HANG_UP);
            Pass pass = notifier(server.port()).send(Sending::never);
            assertThat(pass.serverDown()).isTrue();
            assertThat(pass.waiting()).isEqualTo(30);
            assertThat(server.connections()).isEqualTo(3);
            assertThat(server.delivered()).isEmpty();
        }
    }

    @Test
    void aSenderThatTheServerRefusesIsNobodyElsesFault() throws IOException {
        String workflow = asked.one(asked.drop(true), "ana@example.edu");
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answer("MAIL FROM", "550 5.1.8 sender domain unknown");
            Pass pass = notifier(server.port()).send(Sending::never);
            assertThat(pass.serverDown()).isTrue();
            assertThat(pass.trouble()).contains("550 5.1.8 sender domain unknown");
            assertThat(state(workflow)).isEqualTo(MailState.PENDING);
        }
    }

    @Test
    void aWrongPasswordStopsThePassAndIsNotPrinted() throws Exception {
        String workflow = asked.one(asked.drop(true), "ana@example.edu");
        GreenMail mail = greenMail(0);
        try {
            mail.setUser("docs@example.edu", "nightdrop", "right-password");
            mail.getUserManager().setAuthRequired(true);
            int port = mail.getSmtp().getPort();

            Pass wrong = notifier(port, "nightdrop", "wrong-password", clock).sendPatiently(Sending::never);
            assertThat(wrong.serverDown()).isTrue();
            assertThat(wrong.trouble()).contains("535").doesNotContain("wrong-password");
            assertThat(asked.of(workflow).attempts()).isZero();

            Pass right = notifier(port, "nightdrop", "right-password", clock).send(Sending::never);
            assertThat(right.sent()).isEqualTo(1);
            assertThat(mail.getReceivedMessages()).hasSize(1);
        } finally {
            mail.stop();
        }
    }

    @Test
    void aRunTriesTwiceMoreAndLeavesTheRestForLater() throws IOException {
        long drop = asked.drop(true);
        String busy = asked.one(drop, "busy@example.edu");
        String late = asked.one(drop, "late@example.edu");
        Instant now = Instant.now();
        jdbc.update("UPDATE NOTIFICATION SET CREATED_AT = ?", Timestamps.column(now));
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answer("busy@", "451 4.3.0 never").answerOnce("late@", "451 4.3.0 once");

            Pass pass = notifier(server.port(), null, null, Clock.systemUTC()).sendPatiently(Sending::never);

            assertThat(server.delivered()).containsExactly("late@example.edu");
            assertThat(pass).isEqualTo(new Pass(1, 0, 0, 1, "451 4.3.0 never", false));
            assertThat(state(late)).isEqualTo(MailState.SENT);
            assertThat(asked.of(busy).attempts()).isEqualTo(3);
            assertThat(asked.of(busy).nextTryAt()).isAfter(now.plus(Duration.ofMinutes(4)));
        }
    }

    @Test
    void aRunWaitsForAServerThatIsAwayForAMoment() throws IOException {
        asked.one(asked.drop(true), "ana@example.edu");
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answerOnce("EHLO", ScriptedMailServer.HANG_UP);
            assertThat(notifier(server.port()).sendPatiently(Sending::never).sent())
                    .isEqualTo(1);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aStopEndsThePassBetweenTwoMessages() throws IOException {
        long drop = asked.drop(true);
        IntStream.range(0, 10).forEach(i -> asked.one(drop, "a" + i + "@example.edu"));
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            AtomicInteger asks = new AtomicInteger();
            Pass pass = notifier(server.port()).send(() -> asks.incrementAndGet() > 5);
            assertThat(pass.sent()).isEqualTo(4);
            assertThat(server.delivered()).hasSize(4);
            assertThat(pass.waiting()).isEqualTo(6);
            assertThat(notifier(server.port()).send(Sending::never).sent()).isEqualTo(6);
            assertThat(server.delivered()).hasSize(10).doesNotHaveDuplicates();
        }
    }

    @Test
    void withoutAMailServerEverythingIsInApp() {
        long drop = asked.drop(true);
        asked.one(drop, "ana@example.edu");
        asked.one(drop, null);
        Notifier notifier =
                new Notifier(notifications, templates, durability, clock, NotifySettings.NONE, Duration.ZERO);
        assertThat(notifier.send(Sending::never)).isEqualTo(new Pass(0, 2, 0, 0, null, false));
        assertThat(notifier.sendPatiently(Sending::never)).isEqualTo(Pass.NOTHING);
    }
}
