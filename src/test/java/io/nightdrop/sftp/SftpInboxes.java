package io.nightdrop.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.inbox.FileStory;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Look;
import io.nightdrop.job.ReceiptRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.receipt.Delivery;
import io.nightdrop.receipt.Receipt;
import io.nightdrop.receipt.ReceiptDelivery;
import io.nightdrop.receipt.Receipts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** Drops on a real SFTP server, from the listing to what is left there. */
@NightdropIntegrationTest
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SftpInboxes {

    private static final String USERS = "namespace,externalId,email,firstName,lastName,roleName\n";
    private static final String HEADER = "itemId,namespace,externalId,documentType,filename\n";

    @Autowired
    private Sender sender;

    @Autowired
    private FileStory story;

    @Autowired
    private Receipts receipts;

    @Autowired
    private ReceiptDelivery delivery;

    @Autowired
    private ReceiptRunner runner;

    @Autowired
    private JdbcTemplate jdbc;

    private Path temporary;

    private TestServer server;
    private FaultProxy line;
    private int number;

    abstract TestServer server(Path home) throws Exception;

    @BeforeAll
    void startServer(@TempDir Path home) throws Exception {
        temporary = home;
        server = server(temporary);
        server.start();
        sender.roster();
    }

    @AfterAll
    void stopServer() throws Exception {
        server.stop();
    }

    @BeforeEach
    void openLine() throws IOException {
        line = new FaultProxy(server.port());
        number++;
    }

    @AfterEach
    void emptyTheServer() throws IOException {
        line.close();
        try (Stream<Path> all = Files.walk(server.folder())) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(server.folder())) {
                    Files.delete(path);
                }
            }
        }
    }

    private Inbox inbox(String... keysAndValues) throws IOException {
        return inbox(server.hostKey(), keysAndValues);
    }

    private Inbox inbox(Path hostKey, String... keysAndValues) throws IOException {
        Path knownHosts = temporary.resolve("known_hosts" + number);
        Files.writeString(
                knownHosts, "[127.0.0.1]:" + line.port() + " " + Files.readString(TestKeys.publicHalf(hostKey)));
        Map<String, String> settings = new HashMap<>(Map.of(
                "sftp.host", "127.0.0.1",
                "sftp.port", Integer.toString(line.port()),
                "sftp.user", server.user(),
                "sftp.directory", server.directory(),
                "sftp.private-key", server.userKey().toString(),
                "sftp.known-hosts", knownHosts.toString()));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return sender.remoteInbox(settings);
    }

    private Path put(String name, byte[] content) throws IOException {
        Path file = server.folder().resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.write(file, content);
    }

    private Path put(String name, String content) throws IOException {
        return put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private static String row(String id, String file) {
        return id + ",SIS,S-77,DIPLOMA," + file + "\n";
    }

    /** A PDF of some size; each number another one. */
    private static byte[] pdf(int number, int size) {
        byte[] bytes = new byte[size];
        new Random(number).nextBytes(bytes);
        System.arraycopy("%PDF-1.4 ".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 9);
        return bytes;
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.walk(server.folder())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> server.folder().relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aDropIsFetchedAndItsFilesAreArchivedOnTheServer() throws IOException {
        put("night/a.pdf", pdf(1, 50_000));
        put("night/deep/b.pdf", pdf(2, 10));
        put("night/docs-manifest.csv", HEADER + row("1", "a.pdf") + row("2", "deep/b.pdf") + row("3", "none.pdf"));
        put("night/stray.pdf", pdf(3, 10));

        Drop drop = sender.runOne(inbox());

        assertThat(drop.standing()).isEqualTo("COMPLETED_WITH_FAILURES");
        assertThat(drop.succeeded()).isEqualTo(2);
        String archive = "archive/" + drop.name() + "/night/";
        assertThat(left())
                .containsExactly(
                        archive + "a.pdf", archive + "deep/b.pdf", archive + "docs-manifest.csv", "night/stray.pdf");
        assertThat(Files.readAllBytes(server.folder().resolve(archive + "a.pdf")))
                .isEqualTo(pdf(1, 50_000));
    }

    @Test
    void whatIsArchivedOnTheServerIsNeverLookedAtAgain() throws IOException {
        Inbox inbox = inbox();
        put("a.pdf", pdf(4, 10));
        put("docs-manifest.csv", HEADER + row("1", "a.pdf"));
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
        assertThat(sender.run(inbox)).isEmpty();
    }

    @Test
    void deletedIsDeleted() throws IOException {
        put("a.pdf", pdf(5, 10));
        put("docs-manifest.csv", HEADER + row("1", "a.pdf"));
        put("docs-manifest.csv.done", "");
        assertThat(sender.runOne(inbox("after", "delete", "ready-when", "done-file"))
                        .standing())
                .isEqualTo("COMPLETED");
        assertThat(left()).isEmpty();
    }

    @Test
    void keptIsKeptAndTakenOnce() throws IOException {
        Inbox inbox = inbox("after", "keep");
        put("a.pdf", pdf(6, 10));
        put("docs-manifest.csv", HEADER + row("1", "a.pdf"));
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
        assertThat(left()).containsExactly("a.pdf", "docs-manifest.csv");
        assertThat(sender.run(inbox)).isEmpty();
    }

    @Test
    void aManifestWaitsForItsCompanionsAndSaysSo() throws IOException {
        Inbox inbox = inbox("wait-for-companions", "12h");
        put("night/docs-manifest.csv", HEADER + row("1", "a.pdf") + row("2", "b.pdf"));
        put("night/b.pdf", pdf(7, 10));
        Look look = sender.look(inbox);
        assertThat(look.ready()).isEmpty();
        assertThat(look.waiting()).hasSize(1);
        assertThat(look.waiting().get(0).reason()).contains("not there: a.pdf");
        assertThat(story.tell(inbox, "night/docs-manifest.csv").get(0)).contains("not there: a.pdf");
        assertThat(story.tell(inbox, "night/b.pdf").get(0)).contains("A companion of night/docs-manifest.csv");

        put("night/a.pdf", pdf(8, 10));
        assertThat(sender.runOne(inbox).succeeded()).isEqualTo(2);
    }

    @Test
    void aManifestThatIsReplacedWhileItWaitsIsReadAnew() throws IOException {
        Inbox inbox = inbox("wait-for-companions", "12h");
        Path manifest = put("docs-manifest.csv", HEADER + row("1", "old.pdf"));
        Files.setLastModifiedTime(manifest, FileTime.fromMillis(0)); // older than anything
        assertThat(sender.look(inbox).waiting().get(0).reason()).contains("old.pdf");
        put("docs-manifest.csv", HEADER + row("1", "new.pdf"));
        Files.setLastModifiedTime(manifest, FileTime.fromMillis(5_000));
        assertThat(sender.look(inbox).waiting().get(0).reason())
                .contains("new.pdf")
                .doesNotContain("old.pdf");
    }

    @Test
    void temporaryNamesAreNobodysBusiness() throws IOException {
        put("docs-manifest.csv.filepart", HEADER);
        put(".docs-manifest.csv", HEADER);
        put(".hidden/docs-manifest.csv", HEADER);
        Inbox inbox = inbox();
        assertThat(sender.look(inbox)).isEqualTo(Look.NOTHING);
    }

    @Test
    void aConnectionCutInTheMiddleOfAFileIsHealedWithinTheRun() throws IOException {
        byte[] content = pdf(9, 2_000_000);
        put("a.pdf", content);
        put("docs-manifest.csv", HEADER + row("1", "a.pdf"));
        Inbox inbox = inbox("after", "delete");
        line.cutOnceDownAfter(900_000);
        Drop drop = sender.runOne(inbox);
        assertThat(drop.standing()).isEqualTo("COMPLETED");
        assertThat(line.connections()).isGreaterThan(1);
        assertThat(left()).isEmpty();
    }

    @Test
    void aServerThatIsRestartedBetweenTwoLooksIsFoundAgain() throws Exception {
        Inbox inbox = inbox();
        assertThat(sender.run(inbox)).isEmpty();
        server.stop();
        server.start();
        put("users-manifest.csv", USERS + "SIS,F-1,f@example.edu,F,G,student\n");
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
    }

    @Test
    void aServerWithAnotherKeyIsNotTalkedTo() throws Exception {
        put("users-manifest.csv", USERS + "SIS,F-2,f@example.edu,F,G,student\n");
        Inbox inbox = inbox(TestKeys.ed25519(temporary.resolve("other" + number)));
        assertThatThrownBy(() -> sender.run(inbox))
                .hasMessageContaining("shows the host key")
                .hasMessageContaining("SHA256:");
        assertThat(left()).containsExactly("users-manifest.csv");
        assertThat(sender.drops(inbox)).isEmpty();
        assertThat(line.connections())
                .as("what does not pass is not tried again")
                .isEqualTo(1);
    }

    @Test
    void aLoginThatIsRefusedIsToldInALineThatNamesIt() throws Exception {
        Path stranger = TestKeys.ed25519(temporary.resolve("stranger" + number));
        Inbox inbox = inbox("sftp.private-key", stranger.toString());
        assertThatThrownBy(() -> sender.run(inbox))
                .hasMessageContaining(": " + server.user() + "@127.0.0.1:" + line.port()
                        + " is refused: the server does not accept the private key");
    }

    private List<Receipt.State> receipts(Drop drop) {
        return receipts.of(drop.key()).stream().map(Receipt::state).toList();
    }

    @Test
    void theSenderFindsItsAnswersInADirectoryOfTheServer() throws IOException {
        Files.createDirectories(server.folder().resolve("replies"));
        put("a.pdf", pdf(11, 10));
        put("docs-manifest.csv", HEADER + row("1", "a.pdf") + row("2", "none.pdf"));
        Inbox inbox = inbox("after", "delete", "reply-to", "sftp:" + server.directory() + "/replies");
        Drop drop = sender.runOne(inbox);
        String start = "replies/" + drop.name() + ".";
        assertThat(left())
                .containsExactly(
                        start + "corrections.csv",
                        start + "received.json",
                        start + "response.json",
                        start + "results.csv",
                        start + "summary.json");
        assertThat(server.folder().resolve(start + "results.csv"))
                .hasContent(sender.report(drop, "results.csv").stripTrailing());
        assertThat(sender.run(inbox)).as("answers are no drops").isEmpty();
    }

    @Test
    void answersWaitUntilTheServerTakesThemAndHoldUpNoDrop() throws Exception {
        put("users-manifest.csv", USERS + "SIS,F-3,f@example.edu,F,G,student\n");
        Inbox inbox = inbox("reply-to", "sftp:" + server.directory() + "/replies");
        Drop first = sender.runOne(inbox);
        assertThat(first.standing()).isEqualTo("COMPLETED");
        assertThat(receipts(first)).containsOnly(Receipt.State.DUE);

        server.stop();
        Delivery away = delivery.deliver(inbox, () -> false, () -> {});
        assertThat(away.waiting()).isEqualTo(4);
        assertThat(away.trouble()).contains(" " + server.user() + "@127.0.0.1:" + line.port());

        server.start();
        Files.createDirectories(server.folder().resolve("replies"));
        assertThat(delivery.deliver(inbox, () -> false, () -> {})).isEqualTo(new Delivery(4, 0, null));
        assertThat(receipts(first)).containsOnly(Receipt.State.HANDED_BACK);
        assertThat(delivery.deliver(inbox, () -> false, () -> {})).isEqualTo(Delivery.NOTHING);
    }

    /** Runs two drops whose receipts all have to be handed back once more. */
    private List<Drop> twoDropsAreToBeAnswered(Inbox inbox) throws IOException {
        Files.createDirectories(server.folder().resolve("replies"));
        put("users-manifest-1.csv", USERS + "SIS,F-4,f@example.edu,F,G,student\n");
        put("users-manifest-2.csv", USERS + "SIS,F-5,f@example.edu,F,G,student\n");
        List<Drop> both = sender.run(inbox);
        assertThat(both).hasSize(2);
        both.forEach(drop -> jdbc.update(
                "UPDATE RECEIPT SET STATE = 'DUE', PLACE = NULL, TROUBLE = NULL WHERE DROP_KEY = ?", drop.key()));
        return both;
    }

    private List<String> troubles(Drop drop) {
        return receipts.of(drop.key()).stream()
                .map(receipt -> String.valueOf(receipt.trouble()))
                .toList();
    }

    @Test
    void aLineThatBreaksInOneDropsReceiptsHoldsUpNoOther() throws IOException {
        Inbox inbox = inbox("reply-to", "sftp:" + server.directory() + "/replies");
        List<Drop> both = twoDropsAreToBeAnswered(inbox);
        Drop first = both.get(0);
        Files.write(sender.reportFolder(first).resolve("results.csv"), pdf(13, 2_000_000));
        Files.delete(server.folder().resolve("replies/" + first.name() + ".results.csv"));
        line.cutOnceUpAfter(1_000_000);

        Delivery cut = delivery.deliver(inbox, () -> false, () -> {});
        assertThat(List.of(cut.handedBack(), cut.waiting())).containsExactly(4, 4);
        assertThat(receipts(both.get(1))).containsOnly(Receipt.State.HANDED_BACK);
        assertThat(receipts.of(first.key()).stream().map(receipt -> receipt.place() != null))
                .as("what is there is not sent again")
                .containsExactly(true, true, false, false);
        assertThat(delivery.deliver(inbox, () -> false, () -> {})).isEqualTo(new Delivery(4, 0, null));
        assertThat(server.folder().resolve("replies/" + first.name() + ".results.csv"))
                .hasBinaryContent(pdf(13, 2_000_000));
    }

    @Test
    void aServerThatIsAwayIsNotAskedForEveryDrop() throws Exception {
        Inbox inbox = inbox("reply-to", "sftp:" + server.directory() + "/replies");
        List<Drop> both = twoDropsAreToBeAnswered(inbox);
        server.stop();
        delivery.deliver(inbox, () -> false, () -> {}); // finds that the connection is gone
        jdbc.update("UPDATE RECEIPT SET TROUBLE = NULL");
        Delivery away = delivery.deliver(inbox, () -> false, () -> {});
        server.start();
        assertThat(away.waiting()).isEqualTo(8);
        assertThat(troubles(both.get(0))).allSatisfy(why -> assertThat(why).contains("Cannot connect"));
        assertThat(troubles(both.get(1))).containsOnly("null");
    }

    @Test
    void aServerWithAnotherKeyIsAskedOnceForReceipts() throws Exception {
        Inbox inbox = inbox("reply-to", "sftp:" + server.directory() + "/replies");
        twoDropsAreToBeAnswered(inbox);
        server.stop();
        server.start();
        Files.writeString(
                temporary.resolve("known_hosts" + number),
                "[127.0.0.1]:" + line.port() + " "
                        + Files.readString(TestKeys.publicHalf(TestKeys.ed25519(temporary.resolve("wrong" + number)))));
        int before = line.connections();
        List<Delivery> told = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void handedBack(Inbox answered, Delivery delivered) {
                told.add(delivered);
            }
        };
        runner.handBackPatiently(inbox, listener);
        runner.handBackPatiently(inbox, listener);
        Delivery last = told.get(told.size() - 1);
        assertThat(last.waiting()).isEqualTo(8);
        assertThat(last.trouble()).contains("shows the host key");
        assertThat(line.connections() - before)
                .as("more tries would lock accounts")
                .isEqualTo(1);
    }

    @Test
    void correctionsArePutBackWhereTheDropCameFrom() throws IOException {
        Files.createDirectories(server.folder().resolve("replies"));
        put("a.pdf", pdf(12, 10));
        put("docs-manifest.csv", HEADER + "1,SIS,nobody,DIPLOMA,a.pdf\n");
        Inbox inbox = inbox("reply-to", "sftp:" + server.directory() + "/replies");
        Drop first = sender.runOne(inbox);
        String corrections = first.name() + ".corrections.csv";
        put("a.pdf", pdf(12, 10));
        put(
                corrections,
                Files.readString(server.folder().resolve("replies").resolve(corrections))
                        .replace("nobody", "S-77"));
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");
    }

    @Test
    void correctionsAreHeardUnderTheNameOfTheirReceiptWhateverTheGlobs() throws IOException {
        Files.createDirectories(server.folder().resolve("replies"));
        put("a.pdf", pdf(13, 10));
        put("list.csv", HEADER + "1,SIS,nobody,DIPLOMA,a.pdf\n");
        Inbox inbox = inbox("manifests", "list.csv", "reply-to", "sftp:" + server.directory() + "/replies");
        String corrections = sender.runOne(inbox).name() + ".corrections.csv";
        put("a.pdf", pdf(13, 10));
        put(
                corrections,
                Files.readString(server.folder().resolve("replies").resolve(corrections))
                        .replace("nobody", "S-77"));
        assertThat(story.tell(inbox, corrections)).singleElement().asString().contains("A manifest");
        Drop second = sender.runOne(inbox);
        assertThat(second.manifest()).isEqualTo(corrections);
        assertThat(second.standing()).isEqualTo("COMPLETED");
    }

    @Test
    void namesAreLoggedWithoutWhatATerminalObeys(CapturedOutput output) throws IOException {
        Files.createSymbolicLink(
                server.folder().resolve("link\u001B[2J\u0007"), server.folder().resolve("nowhere"));
        Inbox inbox = inbox();
        sender.look(inbox);
        assertThat(output.getAll()).contains("link?[2J? is never taken").doesNotContain("\u001B[2J");
    }

    @Test
    void aCompanionWhoseNameIsLongerThanAnyFilesIsAnItemsFailure() throws IOException {
        put("docs-manifest.csv", HEADER + row("1", "x".repeat(300) + ".pdf"));
        Drop drop = sender.runOne(inbox("wait-for-companions", "0s"));
        assertThat(drop.state()).isEqualTo(DropState.DONE);
        assertThat(drop.failed()).isEqualTo(1);
    }

    @Test
    void aCompanionThatVanishesAfterTheLookIsAnItemsFailure() throws IOException {
        Path companion = put("a.pdf", pdf(10, 10));
        put("docs-manifest.csv", HEADER + row("1", "a.pdf"));
        Inbox inbox = inbox();
        assertThat(sender.look(inbox).ready()).containsExactly("docs-manifest.csv");
        Files.delete(companion);
        Drop drop = sender.runOne(inbox);
        assertThat(drop.state()).isEqualTo(DropState.DONE);
        assertThat(drop.failed()).isEqualTo(1);
    }

    @Test
    void whatItsSenderReplacesBeforeItIsFetchedSettlesAnew() throws IOException {
        put("a.pdf", pdf(21, 900_000));
        put("a-manifest.csv", HEADER + row("1", "a.pdf"));
        Path later = put("b.pdf", pdf(22, 1_000));
        put("b-manifest.csv", HEADER + row("1", "b.pdf"));
        Inbox inbox = inbox("after", "delete");
        line.atDown(
                400_000,
                () -> sender.clearly(
                        () -> Files.write(later, "%PDF-1.4 the first half of".getBytes(StandardCharsets.US_ASCII))));
        Drop first = sender.runOne(inbox);
        assertThat(first.manifest()).isEqualTo("a-manifest.csv");
        assertThat(left()).containsExactly("b-manifest.csv", "b.pdf");

        Files.write(later, pdf(23, 1_000));
        Drop second = sender.runOne(inbox);
        assertThat(second.standing()).isEqualTo("COMPLETED");
        assertThat(left()).isEmpty();
    }

    @Test
    void nothingBehindALinkIsFetchedOrTakenAway() throws IOException {
        Path others = Files.createDirectories(temporary.resolve("others" + number));
        Path theirs = Files.write(others.resolve("theirs.pdf"), pdf(24, 100));
        Files.createSymbolicLink(server.folder().resolve("x"), others);
        put("archive/old.pdf", pdf(25, 100));
        put("docs-manifest.csv", HEADER + row("1", "x/theirs.pdf") + row("2", "archive/old.pdf"));
        Inbox inbox = inbox("after", "delete", "wait-for-companions", "0s");
        assertThat(story.tell(inbox, "x/theirs.pdf").toString()).doesNotContain("COMPLETED");
        Drop drop = sender.runOne(inbox);
        assertThat(drop.failed()).isEqualTo(2);
        assertThat(theirs).exists();
        assertThat(left()).containsExactly("archive/old.pdf");
    }

    @Test
    void aConnectionThatIsCutWhileAManifestIsReadIsHealedWithinTheRun() throws IOException {
        StringBuilder users = new StringBuilder(HEADER);
        for (int i = 0; i < 20_000; i++) {
            users.append(row("item-" + i, "none.pdf"));
        }
        put("docs-manifest.csv", users.toString());
        Inbox inbox = inbox("after", "delete", "wait-for-companions", "0s");
        line.cutOnceDownAfter(100_000);
        assertThat(sender.runOne(inbox).failed()).isEqualTo(20_000);
        assertThat(line.connections()).isGreaterThan(1);
    }
}
