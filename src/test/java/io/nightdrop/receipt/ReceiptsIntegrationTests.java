package io.nightdrop.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.disk.Disk;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.receipt.Receipt.State;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** Receipts reach a folder of this machine whole and once, whatever happens to the folder. */
@NightdropIntegrationTest
@Import(TroubledFolders.class)
class ReceiptsIntegrationTests {

    @Autowired
    private Sender sender;

    @Autowired
    private ReceiptDelivery delivery;

    @Autowired
    private Receipts receipts;

    @Autowired
    private DueReceipts due;

    @Autowired
    private TroubledFolders folders;

    @Autowired
    private InboxClaims claims;

    @Autowired
    private JdbcTemplate jdbc;

    @TempDir
    private Path replies;

    private Inbox inbox;
    private Drop drop;

    @BeforeEach
    void aDropIsAnswered() throws IOException {
        folders.heal();
        inbox = sender.inbox("reply-to", replies.toString());
        drop = run("1");
    }

    private Drop run(String number) throws IOException {
        sender.put(
                inbox,
                "users-manifest-" + number + ".csv",
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,R-" + number
                        + ",r@example.edu,R,S,student\n");
        return sender.runOne(inbox);
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> all = Files.list(replies)) {
            return all.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
        }
    }

    private Set<String> expected(Drop one) {
        return Stream.of("received.json", "response.json", "results.csv", "summary.json")
                .map(file -> one.name() + "." + file)
                .collect(Collectors.toSet());
    }

    private void forget(String state, @Nullable String place) {
        forget(drop, state, place);
    }

    private void forget(Drop one, String state, @Nullable String place) {
        jdbc.update(
                "UPDATE RECEIPT SET STATE = ?, PLACE = ?, TROUBLE = NULL, HANDED_BACK_AT = NULL WHERE DROP_KEY = ?",
                state,
                place,
                one.key());
    }

    private String place() throws IOException {
        return new LocalReceiptFolder(replies).name();
    }

    private Delivery deliver() {
        return delivery.deliver(inbox, () -> false, () -> {});
    }

    @Test
    void theSummaryComesLast() {
        assertThat(receipts.of(drop.key()).stream().map(Receipt::file))
                .containsExactly("received.json", "response.json", "results.csv", "summary.json");
        assertThat(receipts.of(drop.key()))
                .allSatisfy(receipt -> assertThat(receipt.state()).isEqualTo(State.HANDED_BACK));
    }

    @Test
    void aFolderThatIsGoneHoldsUpNoDropAndIsAnsweredToWhenItIsBack() throws IOException {
        Disk.deleteTree(replies);
        Drop second = run("2");
        Drop third = run("3");
        assertThat(List.of(second.state(), third.state())).containsOnly(DropState.DONE);
        assertThat(receipts.of(second.key()).get(0).trouble())
                .contains("there is no such folder; make it, or mount it");

        Files.createDirectory(replies);
        assertThat(deliver()).isEqualTo(new Delivery(8, 0, null));
        assertThat(files())
                .isEqualTo(Stream.concat(expected(second).stream(), expected(third).stream())
                        .collect(Collectors.toSet()));
        assertThat(deliver()).isEqualTo(Delivery.NOTHING);
    }

    @Test
    void whatItsSenderHasTakenAwayIsNotHandedBackTwice() throws IOException {
        for (String file : files()) {
            Files.delete(replies.resolve(file));
        }
        forget("PREPARED", place()); // killed between the file's appearance and the note of it
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
        assertThat(files()).isEmpty();
    }

    @Test
    void whatWasPreparedAppears() throws IOException {
        for (String file : files()) {
            Files.move(replies.resolve(file), replies.resolve("." + file + ".part"));
        }
        forget("PREPARED", place()); // killed before it could appear
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
        assertThat(files()).isEqualTo(expected(drop));
    }

    @Test
    void whatIsThereAlreadyWithTheSameContentIsHandedBack() throws IOException {
        Files.writeString(replies.resolve("." + drop.name() + ".results.csv.part"), "what a kill has left");
        forget("DUE", null);
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
        assertThat(files()).isEqualTo(expected(drop));
    }

    @Test
    void anotherFileIsNeverOverwritten() throws IOException {
        Path results = replies.resolve(drop.name() + ".results.csv");
        Files.writeString(results, "somebody else's");
        forget("DUE", null);
        Delivery tried = deliver();
        assertThat(tried.waiting()).isEqualTo(4);
        assertThat(tried.trouble()).contains("another file is there");
        assertThat(results).hasContent("somebody else's");

        Files.delete(results);
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
        assertThat(files()).isEqualTo(expected(drop));
    }

    @Test
    void whatWasPreparedOnADiskThatIsNotMountedAnyMoreIsPreparedAnew() throws IOException {
        for (String file : files()) {
            Files.delete(replies.resolve(file));
        }
        forget("PREPARED", replies + " ino=2");
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
        assertThat(files()).isEqualTo(expected(drop));
    }

    @Test
    void aReportThatWasRemovedIsNamed() throws IOException {
        Files.delete(sender.reportFolder(drop).resolve("results.csv"));
        Files.delete(replies.resolve(drop.name() + ".results.csv"));
        forget("DUE", null);
        assertThat(deliver().trouble()).contains("'nightdrop report " + drop.name() + "' makes it again");
    }

    private void breakOff(Drop one, String file) {
        folders.trouble(one.name() + "." + file, () -> {
            throw new IOException("cut in the middle of " + file);
        });
    }

    private List<String> troubles(Drop one) {
        return receipts.of(one.key()).stream()
                .map(receipt -> String.valueOf(receipt.trouble()))
                .toList();
    }

    @Test
    void aDropThatBreaksOffHoldsUpNoOtherAndGoesOnWhereItWas() throws IOException {
        Drop second = run("2");
        forget("DUE", null);
        forget(second, "DUE", null);
        breakOff(drop, "results.csv");
        assertThat(deliver()).isEqualTo(new Delivery(4, 4, "IOException: cut in the middle of results.csv"));

        folders.heal();
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
        assertThat(folders.prepared()).containsExactly(drop.name() + ".results.csv", drop.name() + ".summary.json");
    }

    @Test
    void whereTwoDropsInARowBreakOffTheOthersWait() throws IOException {
        List<Drop> all = List.of(drop, run("2"), run("3"), run("4"), run("5"));
        all.forEach(one -> forget(one, "DUE", null));
        breakOff(all.get(0), "results.csv");
        breakOff(all.get(2), "received.json");
        breakOff(all.get(3), "received.json");
        Delivery tried = deliver();
        assertThat(List.of(tried.handedBack(), tried.waiting())).containsExactly(4, 16);
        assertThat(troubles(all.get(4))).containsOnly("null");
    }

    @Test
    void whatNobodyHasThoughtOfIsOneDropsTrouble() throws IOException {
        Drop second = run("2");
        forget("DUE", null);
        forget(second, "DUE", null);
        folders.trouble(drop.name() + ".received.json", () -> {
            throw new InvalidPathException("received\0", "Nul character not allowed");
        });
        Delivery tried = deliver();
        assertThat(List.of(tried.handedBack(), tried.waiting())).containsExactly(4, 4);
        assertThat(tried.trouble()).contains("InvalidPathException");
    }

    @Test
    void whatWasCleanedUpBesideAConflictIsNotTakenForHandedBack() throws IOException {
        Path results = replies.resolve(drop.name() + ".results.csv");
        Files.writeString(results, "somebody else's");
        forget("PREPARED", place()); // killed before it could appear
        Path beside = replies.resolve("." + drop.name() + ".results.csv.part");
        Files.writeString(beside, "the results");
        assertThat(deliver().trouble()).contains("another file is there");

        Files.delete(beside);
        Files.delete(results);
        assertThat(deliver().trouble()).contains("somebody has removed it before it could appear");
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
        assertThat(results).hasContent(sender.report(drop, "results.csv").stripTrailing());
    }

    @Test
    void allThatWasCleanedUpBesideAConflictIsHandedBackInTheEnd() throws IOException {
        Path response = replies.resolve(drop.name() + ".response.json");
        for (String file : files()) {
            Files.delete(replies.resolve(file));
        }
        Files.writeString(response, "somebody else's");
        forget("DUE", null);
        assertThat(deliver().trouble()).contains("another file is there");

        for (String file : files()) {
            if (file.endsWith(".part")) {
                Files.delete(replies.resolve(file));
            }
        }
        Files.delete(response);
        assertThat(deliver().waiting()).isEqualTo(4);
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
        assertThat(files()).isEqualTo(expected(drop));
    }

    @Test
    void whoeverComesWhileAnotherIsAtItIsToldWhatWaits() {
        forget("DUE", null);
        try (InboxClaims.Claim other = claims.claim(":receipts:" + inbox.name()).orElseThrow()) {
            Delivery elsewhere = deliver();
            assertThat(elsewhere.end()).as(other.inbox()).isEqualTo(Delivery.End.ELSEWHERE);
            assertThat(elsewhere.waiting()).isEqualTo(4);
        }
        assertThat(deliver()).isEqualTo(new Delivery(4, 0, null));
    }

    @Test
    void aSenderThatWasToldOfADropIsToldOfItsEndOnceReplyToIsBack() throws IOException {
        jdbc.update("DELETE FROM RECEIPT WHERE DROP_KEY = ? AND FILE_NAME <> 'received.json'", drop.key());
        due.results(sender.mended(inbox), drop); // the same inbox without reply-to
        assertThat(deliver()).isEqualTo(new Delivery(3, 0, null));
        assertThat(receipts.of(drop.key())).hasSize(4);
    }

    @Test
    void nothingIsOwedToASenderThatIsAnsweredNowhere() throws IOException {
        jdbc.update("DELETE FROM RECEIPT WHERE DROP_KEY = ?", drop.key());
        due.results(sender.mended(inbox), drop);
        assertThat(receipts.of(drop.key())).isEmpty();
    }

    @Test
    void theFewThatAreOpenAreFoundByAnIndex() {
        jdbc.update(
                "INSERT INTO RECEIPT (DROP_KEY, FILE_NAME, STATE)"
                        + " SELECT CAST(? AS BIGINT), 'old' || X, 'HANDED_BACK' FROM SYSTEM_RANGE(1, 5000)",
                drop.key());
        jdbc.execute("ANALYZE");
        String plan = jdbc.queryForObject("EXPLAIN " + Receipts.OPEN, String.class, inbox.name());
        jdbc.update("DELETE FROM RECEIPT WHERE FILE_NAME LIKE 'old%'");
        assertThat(plan).contains("RECEIPT_STATE_IX");
    }
}
