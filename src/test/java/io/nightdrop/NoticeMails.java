package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.MailRunner;
import io.nightdrop.job.Mailed;
import io.nightdrop.job.RunListener;
import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Pass;
import io.nightdrop.notice.Notice;
import io.nightdrop.notice.Notices;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import jakarta.mail.BodyPart;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What the people of an inbox find in their mailboxes, after real drops and over a real mail server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Import(WatchedDatabase.Watching.class)
abstract class NoticeMails {

    private static final String REGISTRAR = "registrar@example.edu";
    private static final String ON_CALL = "on-call@example.edu";
    private static final String HEADER = "itemId,namespace,externalId,documentType,filename\n";

    private static final GreenMail MAIL = mailServer();

    @Autowired
    private Sender sender;

    @Autowired
    private InboxRunner runner;

    @Autowired
    private MailRunner mail;

    @Autowired
    private Notices notices;

    @Autowired
    private Drops drops;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private WatchedDatabase database;

    private static GreenMail mailServer() {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        return server;
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry properties) {
        properties.add("nightdrop.notify.from", () -> "Nightdrop <night@example.edu>");
        properties.add("nightdrop.notify.smtp.host", () -> "127.0.0.1");
        properties.add("nightdrop.notify.smtp.port", () -> MAIL.getSmtp().getPort());
    }

    @BeforeAll
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    @BeforeEach
    void nobodyWasToldYet() throws Exception {
        mail.send();
        jdbc.update("DELETE FROM NOTICE");
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'DONE' WHERE STATE = 'FAILED'");
        MAIL.purgeEmailFromAllMailboxes();
    }

    @AfterEach
    void databaseWorksAgain() {
        database.begin(commit -> false);
    }

    private Inbox inbox(String... more) throws IOException {
        String[] all = Arrays.copyOf(new String[] {"notify", REGISTRAR + "," + ON_CALL}, more.length + 2);
        System.arraycopy(more, 0, all, 2, more.length);
        return sender.inbox(all);
    }

    /** Items of that many users who are known, and of that many who are not. */
    private void put(Inbox inbox, String manifest, int good, int bad) throws IOException {
        StringBuilder rows = new StringBuilder(HEADER);
        for (int i = 0; i < good + bad; i++) {
            rows.append("Ana-Costa-")
                    .append(i)
                    .append(i < good ? ",SIS,S-77" : ",SIS,Bo-Diaz")
                    .append(",DIPLOMA,a.pdf\n");
        }
        sender.put(inbox, "a.pdf", "%PDF-1.4\n" + inbox.name() + manifest);
        sender.put(inbox, manifest, rows.toString());
    }

    private static List<MimeMessage> received() {
        return List.of(MAIL.getReceivedMessages());
    }

    private MimeMessage tell(Inbox inbox) throws MessagingException {
        assertThat(mail.send().people().sent()).isEqualTo(2);
        List<MimeMessage> received = received();
        assertThat(received).hasSize(2);
        assertThat(received.get(0).getSubject())
                .startsWith("Nightdrop: " + inbox.name() + ": ")
                .isEqualTo(received.get(1).getSubject());
        return received.get(0);
    }

    private static String text(MimeMessage message) throws MessagingException, IOException {
        Object content = message.getContent() instanceof MimeMultipart parts
                ? parts.getBodyPart(0).getContent()
                : message.getContent();
        return ((String) content).replace("\r\n", "\n");
    }

    private static byte[] attachment(MimeMessage message) throws MessagingException, IOException {
        MimeMultipart parts = (MimeMultipart) message.getContent();
        assertThat(parts.getCount()).isEqualTo(2);
        BodyPart file = parts.getBodyPart(1);
        assertThat(file.getFileName()).isEqualTo("report.html");
        assertThat(file.getDisposition()).isEqualTo(Part.ATTACHMENT);
        assertThat(file.getContentType()).startsWithIgnoringCase("text/html; charset=UTF-8");
        return file.getInputStream().readAllBytes();
    }

    private static String digits(Drop drop) {
        return String.valueOf(drop.fingerprint()).substring(0, 8);
    }

    @Test
    void eachAddressGetsTheOutcomeWithTheReportPage() throws Exception {
        Inbox inbox = inbox("zone", "America/New_York");
        put(inbox, "docs-manifest.csv", 3, 0);
        Drop drop = sender.runOne(inbox);

        MimeMessage message = tell(inbox);

        assertThat(message.getSubject())
                .isEqualTo("Nightdrop: " + inbox.name() + ": all 3 items succeeded (" + digits(drop) + ")");
        assertThat(message.getFrom()[0]).hasToString("Nightdrop <night@example.edu>");
        assertThat(received())
                .extracting(one -> one.getRecipients(RecipientType.TO)[0].toString())
                .containsExactlyInAnyOrder(REGISTRAR, ON_CALL);
        assertThat(received())
                .allSatisfy(one -> assertThat(one.getAllRecipients()).hasSize(1));
        assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(message.getHeader("X-Auto-Response-Suppress")).containsExactly("OOF, AutoReply");
        assertThat(message.getContentType()).startsWith("multipart/mixed");
        assertThat(received())
                .extracting(MimeMessage::getMessageID)
                .containsExactlyInAnyOrderElementsOf(notices.of(drop.key()).stream()
                        .map(notice -> "<" + notice.id() + "@example.edu>")
                        .toList());
        assertThat(attachment(message))
                .isEqualTo(Files.readAllBytes(sender.reportFolder(drop).resolve("report.html")));
        assertThat(text(message))
                .startsWith("All 3 items succeeded.\n\nInbox:       " + inbox.name() + "\n")
                .contains("\nDrop:        " + drop.id() + "\nOutcome:     COMPLETED\n")
                .contains("\nItems:       3, of which 3 succeeded and 0 failed\n")
                .containsPattern(
                        "\nTaken in:    \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d -0[45]:00 \\(America/New_York\\)\n")
                .contains("The report page is attached. The whole report lies in\n  " + sender.reportFolder(drop))
                .contains("\n  nightdrop show " + inbox.name() + "/" + drop.id() + "\n")
                .doesNotContain("Why:", "Restarts", "--failed", "In doubt", "Repeats");
        assertThat(notices.of(drop.key())).allSatisfy(notice -> {
            assertThat(notice.state()).isEqualTo(MailState.SENT);
            assertThat(notice.settledAt()).isNotNull();
        });
        assertThat(mail.send()).isEqualTo(new Mailed(Pass.NOTHING, Pass.NOTHING));
        assertThat(received()).hasSize(2);
    }

    @Test
    void failuresAreToldWithTheirCodesAndWhatToDoAndWithoutNames() throws Exception {
        Inbox inbox = inbox();
        put(inbox, "docs-manifest.csv", 2, 3);
        Drop drop = sender.runOne(inbox);

        MimeMessage message = tell(inbox);

        assertThat(message.getSubject())
                .isEqualTo("Nightdrop: " + inbox.name() + ": 3 of 5 items failed (" + digits(drop) + ")");
        assertThat(text(message))
                .contains("Outcome:     COMPLETED_WITH_FAILURES")
                .contains("Items:       5, of which 2 succeeded and 3 failed")
                .containsPattern("\nWhy:\n  NOT_FOUND: 3 items\n    \\S")
                .contains("nightdrop show " + inbox.name() + "/" + drop.id() + " --failed\n")
                .doesNotContain("Ana", "Costa", "Bo-Diaz", "S-77");
        assertThat(new String(attachment(message), StandardCharsets.UTF_8)).contains("Ana-Costa-4");
    }

    @Test
    void aDropThatIsRefusedAndOneThatIsARepetitionAreToldToo() throws Exception {
        Inbox inbox = inbox();
        sender.put(
                inbox,
                "a-manifest.csv",
                HEADER + "Ana Costa,SIS,S-77,DIPLOMA,a.pdf\nAna Costa,SIS,S-77,DIPLOMA,a.pdf\n");
        Drop refused = sender.runOne(inbox);
        assertThat(refused.outcome()).isEqualTo(Outcome.REJECTED);
        MimeMessage first = tell(inbox);
        assertThat(first.getSubject())
                .isEqualTo("Nightdrop: " + inbox.name() + ": the drop was refused; nothing was processed ("
                        + digits(refused) + ")");
        assertThat(text(first))
                .containsPattern("\nWhy:\n  VALIDATION_ERROR\n    \\S")
                .doesNotContain("Ana", "Costa", "Items:");
        assertThat(attachment(first)).isNotEmpty();

        nobodyWasToldYet();
        put(inbox, "b-manifest.csv", 1, 0);
        Drop original = sender.runOne(inbox);
        tell(inbox);
        nobodyWasToldYet();
        put(inbox, "b-manifest.csv", 1, 0);
        Drop again = sender.runOne(inbox);
        assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
        MimeMessage second = tell(inbox);
        assertThat(second.getSubject())
                .isEqualTo("Nightdrop: " + inbox.name() + ": this drop was already done; nothing was run ("
                        + digits(again) + ")");
        assertThat(text(second)).contains("Repeats:     " + original.id());
        assertThat(attachment(second))
                .isEqualTo(Files.readAllBytes(sender.reportFolder(again).resolve("report.html")));
    }

    @Test
    void whoWantsOnlyFailuresGetsNoMore() throws Exception {
        Inbox inbox = inbox("notify-of", "failures");
        put(inbox, "a-manifest.csv", 1, 0);
        sender.runOne(inbox);
        put(inbox, "a-manifest.csv", 1, 0);
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(mail.send().people()).isEqualTo(Pass.NOTHING);
        put(inbox, "b-manifest.csv", 1, 1);
        sender.runOne(inbox);
        assertThat(tell(inbox).getSubject()).contains("1 of 2 items failed");
    }

    @ParameterizedTest
    @CsvSource({
        "Ana Costa Bcc: all@example.edu <b>, COMPLETED_WITH_FAILURES",
        "Ana Costa\\r\\nBcc: all@example.edu\\u0000, REJECTED",
    })
    void theSubjectIsFreeOfWhatCameWithTheDrop(String itemId, Outcome outcome) throws Exception {
        Inbox inbox = inbox();
        String evil = "Ana Costa\\r\\nBcc: all@example.edu\\u202e<b>";
        String name = "Ana Costa; $(reboot) 'x'\nBcc: all@example.edu manifest.json";
        sender.put(inbox, name, """
                {"items":[{"itemId":"%s","externalReference":{"namespace":"SIS","externalId":"%s"},
                  "documentType":"%s","filename":"%s","verificationIntent":"store_only"}]}""".formatted(itemId, evil, evil, evil));
        Drop drop = sender.runOne(inbox);
        assertThat(drop.manifest()).isEqualTo(name);
        assertThat(drop.outcome()).isEqualTo(outcome);

        MimeMessage message = tell(inbox);

        assertThat(message.getSubject())
                .matches("Nightdrop: " + inbox.name() + ": [a-z0-9 ;]+ \\(" + digits(drop) + "\\)")
                .doesNotContainIgnoringCase("ana", "costa", "bcc", "reboot", "manifest");
        assertThat(message.getHeader("Bcc")).isNull();
        assertThat(message.getAllRecipients()).hasSize(1);
        assertThat(text(message))
                .contains("\n  nightdrop show '" + inbox.name() + "/" + drop.id() + "'")
                .doesNotContain("<b>", "\u202e", "\nBcc", "$(");
    }

    @Test
    void aPageThatIsNotThereOrTooLargeLeavesTheMailAlone() throws Exception {
        Inbox inbox = inbox();
        put(inbox, "a-manifest.csv", 1, 0);
        Drop gone = sender.runOne(inbox);
        Files.delete(sender.reportFolder(gone).resolve("report.html"));
        String text = text(tell(inbox));
        assertThat(received())
                .allSatisfy(one -> assertThat(one.getContentType()).startsWith("text/plain"));
        assertThat(text)
                .contains(
                        "The report page is not attached, because it is not there any more. It lay in\n  "
                                + sender.reportFolder(gone).resolve("report.html"),
                        "\n  nightdrop report " + inbox.name() + "/" + gone.id() + "\n");

        nobodyWasToldYet();
        put(inbox, "b-manifest.csv", 1, 0);
        Drop large = sender.runOne(inbox);
        Path page = sender.reportFolder(large).resolve("report.html");
        Files.write(page, new byte[5_000_001]);
        assertThat(text(tell(inbox)))
                .contains("The report page is too large for a mail. It lies in\n  " + page)
                .doesNotContain("nightdrop report");

        nobodyWasToldYet();
        put(inbox, "c-manifest.csv", 1, 0);
        Drop fits = sender.runOne(inbox);
        Files.write(sender.reportFolder(fits).resolve("report.html"), new byte[5_000_000]);
        assertThat(attachment(tell(inbox))).hasSize(5_000_000);
    }

    @Test
    void whoDiesBeforeTheDropIsDoneTellsItOnceAndOnlyThen() throws Exception {
        Inbox inbox = inbox();
        put(inbox, "docs-manifest.csv", 2, 1);
        database.failStatements(sql -> sql.contains("STATE = 'DONE'") && sql.startsWith("UPDATE NIGHT_DROP"));
        runner.run(inbox, 0, RunListener.NONE);
        database.begin(commit -> false);
        Drop cut = sender.drops(inbox).get(0);
        assertThat(cut.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertThat(cut.state()).isNotEqualTo(DropState.DONE);
        assertThat(notices.of(cut.key())).extracting(Notice::address).containsExactlyInAnyOrder(REGISTRAR, ON_CALL);
        assertThat(mail.send().people()).isEqualTo(Pass.NOTHING);
        assertThat(received()).isEmpty();

        runner.run(inbox, 0, RunListener.NONE);

        assertThat(sender.drops(inbox).get(0).state()).isEqualTo(DropState.DONE);
        assertThat(notices.of(cut.key())).hasSize(2);
        assertThat(tell(inbox).getSubject()).contains("1 of 3 items failed");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
    void aCommitThatFailsOnceTellsEachAddressOnce(int failing) throws Exception {
        Inbox inbox = inbox();
        put(inbox, "docs-manifest.csv", 2, 1);
        database.begin(commit -> commit == failing);
        for (int i = 0; i < 5 && !isDone(inbox); i++) {
            runner.run(inbox, 0, RunListener.NONE);
        }
        database.begin(commit -> false);
        assertThat(isDone(inbox)).isTrue();
        assertThat(jdbc.queryForList(
                        "SELECT RECIPIENT FROM NOTICE WHERE KIND = 'DROP' AND INBOX = ?", String.class, inbox.name()))
                .containsExactlyInAnyOrder(REGISTRAR, ON_CALL);
        tell(inbox);
    }

    private boolean isDone(Inbox inbox) {
        List<Drop> all = sender.drops(inbox);
        return !all.isEmpty() && all.stream().allMatch(drop -> drop.state() == DropState.DONE);
    }

    @Test
    void aDropThatKeepsFailingIsToldOnceAndItsEndWhenItComes() throws Exception {
        Inbox inbox = inbox();
        put(inbox, "docs-manifest.csv", 1, 0);
        database.failStatements(sql -> sql.contains("INSERT INTO BATCH_ITEM_RESULT"));
        runner.run(inbox, 0, RunListener.NONE);
        database.begin(commit -> false);
        Drop drop = sender.drops(inbox).get(0);
        assertThat(drop.state()).isEqualTo(DropState.FAILED);
        assertThat(mail.send().people())
                .as("a failed run is tried again in a minute")
                .isEqualTo(Pass.NOTHING);

        jdbc.update(
                "UPDATE NIGHT_DROP SET FAILED_SINCE = CURRENT_TIMESTAMP - INTERVAL '61' MINUTE WHERE DROP_KEY = ?",
                drop.key());
        MimeMessage message = tell(inbox);
        assertThat(message.getSubject())
                .isEqualTo("Nightdrop: " + inbox.name() + ": a drop keeps failing (" + digits(drop) + ")");
        assertThat(message.getContentType()).startsWith("text/plain");
        assertThat(text(message))
                .contains("Drop:        " + drop.id(), "Fails since: ", "Next try:    2")
                .contains("nightdrop restart " + inbox.name() + "/" + drop.id())
                .doesNotContain("INSERT", "Now:");
        assertThat(mail.send().people()).isEqualTo(Pass.NOTHING);

        nobodyWasToldYet();
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'FAILED' WHERE DROP_KEY = ?", drop.key());
        runner.run(inbox, 0, RunListener.NONE);
        assertThat(tell(inbox).getSubject()).contains("the one item succeeded");
        assertThat(text(received().get(0))).containsPattern("\nRestarts:    [1-9]\n");
    }

    @Test
    void aDropThatDidNotComeIsToldAndThatItCameAfterAll() throws Exception {
        Inbox inbox = inbox("zone", "America/New_York");
        Instant due = Instant.parse("2026-11-20T11:00:00Z");
        notices.missed(inbox.name(), due, inbox.settings().people());
        MimeMessage missed = tell(inbox);
        assertThat(missed.getSubject())
                .isEqualTo("Nightdrop: " + inbox.name() + ": no drop by 06:00 America/New_York on 2026-11-20");
        assertThat(text(missed))
                .contains("Expected by: 2026-11-20 06:00:00 -05:00 (America/New_York)")
                .contains("nightdrop drops --inbox " + inbox.name() + " --waiting", "nightdrop why PATH");

        nobodyWasToldYet();
        put(inbox, "docs-manifest.csv", 1, 0);
        Drop drop = sender.runOne(inbox);
        jdbc.update("DELETE FROM NOTICE");
        jdbc.update(
                "UPDATE NIGHT_DROP SET RECEIVED_AT = TIMESTAMP WITH TIME ZONE '2026-11-20 12:12:30+00' WHERE DROP_KEY = ?",
                drop.key());
        notices.cameAfterAll(inbox.name(), due, drop.key(), inbox.settings().people());
        MimeMessage came = tell(inbox);
        assertThat(came.getSubject())
                .isEqualTo("Nightdrop: " + inbox.name()
                        + ": the drop expected by 06:00 America/New_York on 2026-11-20 came at 07:12");
        assertThat(text(came))
                .contains(
                        "Taken in:    2026-11-20 07:12:30 -05:00", "nightdrop show " + inbox.name() + "/" + drop.id());
    }

    @Test
    void theAttachedPageTellsWhatTheApplicantsWereTold() throws Exception {
        Inbox inbox = inbox();
        sender.put(inbox, "requests-manifest.json", """
                {"workflow_id":"w_LKQpQvG7r6BWXBzrvFvI5","required_documents":[{"required_document_id":"rd_2bJyTnZKcvL3j9h7TYXtSF"}]}""");
        sender.runOne(inbox);

        Mailed mailed = mail.send();

        assertThat(mailed.applicants().sent()).isEqualTo(1);
        assertThat(mailed.people().sent()).isEqualTo(2);
        MimeMessage message = received().stream()
                .filter(one -> subject(one).startsWith("Nightdrop: "))
                .findFirst()
                .orElseThrow();
        assertThat(new String(attachment(message), StandardCharsets.UTF_8))
                .contains("<dt>Sent</dt><dd>1</dd>")
                .doesNotContain("<dt>Pending</dt>");
        assertThat(text(message)).doesNotContain("Noor", "noor@", "Haddad");
    }

    private static String subject(MimeMessage message) {
        try {
            return message.getSubject();
        } catch (MessagingException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Test
    void aPageThatIsMadeAgainIsNoNews() throws Exception {
        Inbox inbox = inbox();
        put(inbox, "docs-manifest.csv", 1, 0);
        Drop drop = sender.runOne(inbox);
        tell(inbox);
        jdbc.update("INSERT INTO PAGE_IN_HAND (DROP_KEY) VALUES (?)", drop.key());
        assertThat(mail.send().people()).isEqualTo(Pass.NOTHING);
        assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM PAGE_IN_HAND", Integer.class))
                .isZero();
        assertThat(drops.get(drop.key()).state()).isEqualTo(DropState.DONE);
        assertThat(received()).hasSize(2);
    }
}
