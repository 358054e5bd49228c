package io.nightdrop.notice;

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
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Notices on their way to a mail server that is real, or really unwilling; how mail is sent at all is {@code Sending}'s. */
abstract class Announcing {

    private static final Instant DUE = Instant.parse("2026-11-20T11:00:00Z");

    @Autowired
    private Notices notices;

    @Autowired
    private NoticeLetters letters;

    @Autowired
    private Durability durability;

    @Autowired
    private JdbcTemplate jdbc;

    private final SettableClock clock = new SettableClock();

    @BeforeEach
    void nobodyWasToldYet() {
        jdbc.update("DELETE FROM NOTICE");
        clock.set(Duration.between(
                clock.instant(), Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(1)));
    }

    private Announcer announcer(int port) {
        Duration second = Duration.ofSeconds(1);
        Smtp smtp = new Smtp("127.0.0.1", port, null, null, Security.AUTO, second, second);
        return announcer(new NotifySettings("Night <night@example.edu>", smtp, null, Duration.ofDays(3)));
    }

    private Announcer announcer(NotifySettings settings) {
        return new Announcer(notices, letters, durability, clock, settings, Duration.ofMillis(20));
    }

    private Notice of(String address) {
        return notices.newest(null, null, 100).stream()
                .filter(notice -> notice.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAddressThatIsRefusedHoldsUpNobodyElse() throws IOException {
        List<String> people = List.of("a@example.edu", "nobody@example.edu", "busy@example.edu", "z@example.edu");
        notices.missed("sis", DUE, people);
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answer("nobody@", "550 5.1.1 User unknown").answer("busy@", "450 4.2.0 greylisted");

            Pass pass = announcer(server.port()).send(() -> false);

            assertThat(pass).isEqualTo(new Pass(2, 0, 1, 1, "450 4.2.0 greylisted", false));
            assertThat(server.delivered()).containsExactlyInAnyOrder("a@example.edu", "z@example.edu");
            assertThat(of("nobody@example.edu").state()).isEqualTo(MailState.UNDELIVERABLE);
            assertThat(of("nobody@example.edu").trouble()).contains("550 5.1.1 User unknown");

            server.mend();
            clock.pass(Duration.ofSeconds(67));
            assertThat(announcer(server.port()).send(() -> false).sent()).isEqualTo(1);
            assertThat(server.delivered()).hasSize(3).doesNotHaveDuplicates().contains("busy@example.edu");
        }
    }

    @Test
    void whatIsCutIsSentAgain() throws IOException {
        notices.missed("sis", DUE, List.of("a@example.edu"));
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answerOnce("DATA", ScriptedMailServer.HANG_UP);
            Pass pass = announcer(server.port()).sendPatiently(() -> false);
            assertThat(pass.waiting())
                    .as("the clock stands still between the tries")
                    .isEqualTo(1);
            clock.pass(Duration.ofMinutes(2));
            assertThat(announcer(server.port()).send(() -> false).sent()).isEqualTo(1);
            assertThat(server.delivered()).containsExactly("a@example.edu");
        }
    }

    @Test
    void whatWasSentAndNotRecordedIsSentAgainUnderTheSameMessageId() throws Exception {
        notices.missed("sis", DUE, List.of("a@example.edu"));
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        try {
            Announcer announcer = announcer(mail.getSmtp().getPort());
            assertThat(announcer.send(() -> false).sent()).isEqualTo(1);
            // the process died before it could record, having claimed until ten minutes later
            jdbc.update(
                    "UPDATE NOTICE SET STATE = 'PENDING', SETTLED_AT = NULL, ATTEMPTS = 0, NEXT_TRY_AT = ?",
                    Timestamps.column(clock.instant().plus(Duration.ofMinutes(10))));
            assertThat(announcer.send(() -> false).sent()).isZero();
            clock.pass(Duration.ofMinutes(10));
            assertThat(announcer.send(() -> false).sent()).isEqualTo(1);

            MimeMessage[] received = mail.getReceivedMessages();
            assertThat(received).hasSize(2);
            assertThat(received[0].getMessageID())
                    .isEqualTo("<" + of("a@example.edu").id() + "@example.edu>")
                    .isEqualTo(received[1].getMessageID());
        } finally {
            mail.stop();
        }
    }

    @Test
    void whatIsPostponedIsDueAtOnceWithTheReasonOnRecord() throws IOException {
        notices.missed("sis", DUE, List.of("a@example.edu"));
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            Pass pass = announcer(server.port()).postpone("535 wrong password");
            assertThat(pass).isEqualTo(new Pass(0, 0, 0, 1, "535 wrong password", true));
            assertThat(server.connections()).isZero();
            assertThat(of("a@example.edu").trouble()).isEqualTo("535 wrong password");
            assertThat(of("a@example.edu").attempts()).isZero();
            assertThat(announcer(server.port()).send(() -> false).sent()).isEqualTo(1);
        }
    }

    @Test
    void withoutAMailServerNothingWaits() {
        notices.missed("sis", DUE, List.of("a@example.edu", "b@example.edu"));
        Announcer announcer = announcer(NotifySettings.NONE);
        assertThat(announcer.send(() -> false)).isEqualTo(new Pass(0, 2, 0, 0, null, false));
        assertThat(of("a@example.edu").state()).isEqualTo(MailState.IN_APP);
        assertThat(announcer.sendPatiently(() -> false)).isEqualTo(Pass.NOTHING);
    }
}
