package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.ManifestChecker;
import io.nightdrop.job.RunListener;
import io.nightdrop.job.TakeAgain;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Refusal;
import io.nightdrop.vault.ExternalReference;
import io.nightdrop.vault.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;

/** A roster that lists everybody unlinks whom it leaves out, but never a mass of people without being told to. */
@Import(WatchedDatabase.Watching.class)
abstract class BulkRosters {

    private static final String HEADER = "namespace,externalId,email,firstName,lastName,roleName";

    @Autowired
    private Sender sender;

    @Autowired
    private Users users;

    @Autowired
    private Drops drops;

    @Autowired
    private InboxRunner runner;

    @Autowired
    private TakeAgain takeAgain;

    @Autowired
    private ManifestChecker checker;

    @Autowired
    private WatchedDatabase database;

    private int rosters;

    @AfterEach
    void commitsWorkAgain() {
        database.begin(commit -> false);
    }

    private Inbox bulk() throws IOException {
        return sender.inbox("roster", "bulk", "settle", "0s");
    }

    private static String row(Inbox inbox, int number) {
        return inbox.name() + "," + number + "," + number + "@example.edu,First,Last,student";
    }

    private static String roster(Inbox inbox, int from, int to) {
        return HEADER + "\n"
                + IntStream.range(from, to)
                        .mapToObj(number -> row(inbox, number))
                        .collect(Collectors.joining("\n"));
    }

    private Drop drop(Inbox inbox, String text) throws IOException {
        sender.put(inbox, rosters++ + "-roster-manifest.csv", text);
        return sender.runOne(inbox);
    }

    private static Refusal refusal(Drop drop) {
        return Optional.ofNullable(drop.refusal()).orElseThrow();
    }

    private List<Integer> linked(Inbox inbox, int to) {
        return IntStream.range(0, to)
                .filter(number -> users.find(List.of(reference(inbox, number))).size() == 1)
                .boxed()
                .toList();
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static ExternalReference reference(Inbox inbox, int number) {
        return new ExternalReference(inbox.name(), String.valueOf(number));
    }

    @Test
    void whoIsLeftOutIsUnlinkedAndListed() throws IOException {
        Inbox inbox = bulk();
        Drop first = drop(inbox, roster(inbox, 0, 60));
        assertThat(first.removed()).isZero();

        Drop second = drop(inbox, roster(inbox, 3, 70));
        assertThat(second.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(second.removed()).isEqualTo(3);
        assertThat(linked(inbox, 80)).isEqualTo(numbers(3, 70));
        assertThat(sender.report(second, "removed.csv"))
                .isEqualTo("namespace,externalId\n" + inbox.name() + ",0\n" + inbox.name() + ",1\n" + inbox.name()
                        + ",2\n");
        assertThat(sender.report(second, "summary.json")).contains("\"removed\" : 3");
        assertThat(sender.report(second, "report.html")).contains("removed.csv", "not listed any more");
        assertThat(sender.report(first, "summary.json")).contains("\"removed\" : 0");
        assertThat(Files.exists(sender.reportFolder(first).resolve("removed.csv")))
                .isFalse();
    }

    @Test
    void whoComesBackIsTheOneWhoLeft() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 20));
        Optional<UUID> before = users.known(reference(inbox, 0));
        drop(inbox, roster(inbox, 1, 20));
        assertThat(linked(inbox, 20)).isEqualTo(numbers(1, 20));
        assertThat(users.known(reference(inbox, 0))).isEqualTo(before).isPresent();

        drop(inbox, roster(inbox, 0, 20) + "\n");
        assertThat(linked(inbox, 20)).isEqualTo(numbers(0, 20));
        assertThat(users.known(reference(inbox, 0))).isEqualTo(before);
    }

    @Test
    void aDocumentOfSomebodyUnlinkedFindsNobody() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 10));
        drop(inbox, roster(inbox, 1, 10));
        Inbox documents = sender.inbox();
        sender.put(documents, "x.pdf", "%PDF-1.4 x");
        sender.put(
                documents,
                "docs-manifest.csv",
                "itemId,namespace,externalId,documentType,filename\n1," + inbox.name() + ",0,DIPLOMA,x.pdf\n2,"
                        + inbox.name() + ",1,DIPLOMA,x.pdf\n");
        Drop drop = sender.runOne(documents);
        assertThat(drop.succeeded()).isEqualTo(1);
        assertThat(sender.report(drop, "results.csv"))
                .contains("NOT_FOUND,User not found for external reference " + inbox.name() + "/0");
    }

    @Test
    void aRosterThatLeavesOutMoreThanTheLimitIsRejectedWithTheNumbers() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 50));
        Drop refused = drop(inbox, roster(inbox, 6, 60));

        assertThat(refused.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(refused.httpStatus()).isEqualTo(400);
        assertThat(refusal(refused).code()).isEqualTo("REMOVAL_LIMIT_EXCEEDED");
        assertThat(refusal(refused).message())
                .isEqualTo(
                        "the roster leaves out 6 of the 50 that this inbox has listed before (12.0 %), and removal-limit is 10%;"
                                + " nobody was removed");
        assertThat(sender.report(refused, "response.json"))
                .contains("\"listedBefore\":50", "\"leftOut\":6", "\"removalLimit\":\"10%\"");
        assertThat(sender.report(refused, "report.html")).contains("again DROP --reason TEXT --accept-removals");
        assertThat(linked(inbox, 70)).as("nothing was processed").isEqualTo(numbers(0, 50));

        Drop exactly = drop(inbox, roster(inbox, 5, 50));
        assertThat(exactly.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(exactly.removed()).isEqualTo(5);
    }

    @Test
    void whatWasRejectedIsLetThroughOnPurpose() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 50));
        Drop refused = drop(inbox, roster(inbox, 40, 60));
        assertThat(refused.outcome()).isEqualTo(Outcome.REJECTED);

        assertThat(takeAgain.objection(refused)).isEmpty();
        Drop again = takeAgain.begin(refused, "a faculty has closed", true);
        sender.run(inbox);
        Drop done = drops.get(again.key());
        assertThat(done.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(done.removed()).isEqualTo(40);
        assertThat(linked(inbox, 70)).isEqualTo(numbers(40, 60));
    }

    @Test
    void againWithoutAcceptingIsRejectedAgain() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 50));
        Drop refused = drop(inbox, roster(inbox, 40, 60));
        Drop again = takeAgain.begin(refused, "another try", false);
        sender.run(inbox);
        assertThat(drops.get(again.key()).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(linked(inbox, 70)).isEqualTo(numbers(0, 50));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", HEADER, HEADER + "\n", HEADER + "\n\n\n"})
    void anEmptyRosterRemovesNobodyWhateverTheLimit(String text) throws IOException {
        Inbox inbox = sender.inbox("roster", "bulk", "removal-limit", "100%");
        drop(inbox, roster(inbox, 0, 5));
        assertThat(drop(inbox, text).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(linked(inbox, 5)).isEqualTo(numbers(0, 5));
    }

    @Test
    void whoFailsIsListedAllTheSame() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 60));
        String withoutAddress = inbox.name() + ",0,,First,Last,student";
        Drop drop = drop(inbox, roster(inbox, 1, 60) + "\n" + withoutAddress + "\n");
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertThat(drop.removed()).isZero();
        assertThat(linked(inbox, 60)).isEqualTo(numbers(0, 60));
    }

    @Test
    void whoStandsThereTwiceCountsOnce() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 20));
        String twice = roster(inbox, 3, 20) + "\n" + row(inbox, 3) + "\n" + row(inbox, 4) + "\n" + row(inbox, 5);
        assertThat(refusal(drop(inbox, twice)).message()).contains("leaves out 3 of the 20 ");
    }

    @Test
    void correctionsAreNotTheWholeRoster() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 30));
        Drop failed = drop(inbox, roster(inbox, 0, 30) + "\n" + inbox.name() + ",77,,First,Last,student\n");
        String corrections = sender.report(failed, "corrections.csv").replace(",77,,", ",77,77@example.edu,");
        sender.put(inbox, failed.name() + ".corrections.csv", corrections);
        Drop corrected = sender.runOne(inbox);
        assertThat(corrected.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(corrected.removed()).isNull();

        sender.put(inbox, "corrected-manifest.csv", corrections.replace("77@", "seventy-seven@"));
        assertThat(sender.runOne(inbox).outcome()).as("under another name").isEqualTo(Outcome.COMPLETED);
        assertThat(linked(inbox, 78)).hasSize(31);
    }

    @Test
    void aDeltaUnlinksWhomItSaysAndNobodyElse() throws IOException {
        Inbox inbox = sender.inbox();
        drop(inbox, roster(inbox, 0, 10));
        String delta =
                HEADER + ",status\n" + row(inbox, 3) + ",tobedeleted\n" + row(inbox, 4) + ",active\n" + inbox.name()
                        + ",5,,,,,tobedeleted\n" + inbox.name() + ",99,,,,,tobedeleted\n" + row(inbox, 6) + ",gone\n";
        Drop drop = drop(inbox, delta);
        assertThat(drop.removed()).isNull();
        assertThat(linked(inbox, 10)).containsExactly(0, 1, 2, 4, 6, 7, 8, 9);
        assertThat(sender.report(drop, "results.csv").lines().skip(1).map(line -> line.split(",", -1)[2]))
                .containsExactly("unlinked", "updated", "unlinked", "unlinked", "failed");
        assertThat(sender.report(drop, "results.csv")).contains("status must be one of active, tobedeleted");
    }

    @Test
    void ofASequenceInOneBatchTheLastWordCounts() throws IOException {
        Inbox inbox = sender.inbox();
        String header = HEADER + ",status\n";
        drop(
                inbox,
                header + row(inbox, 1) + ",active\n" + row(inbox, 1) + ",tobedeleted\n" + row(inbox, 2)
                        + ",tobedeleted\n" + row(inbox, 2) + ",active\n");
        assertThat(linked(inbox, 3)).containsExactly(2);
    }

    @Test
    void anInboxRemovesOnlyWhomItHasListedItself() throws IOException {
        Inbox inbox = sender.inbox("roster", "bulk", "removal-limit", "100%");
        Inbox other = sender.inbox();
        drop(inbox, roster(inbox, 0, 10));
        sender.put(other, "others-manifest.csv", roster(other, 0, 10) + "\n" + row(inbox, 0));
        sender.runOne(other);
        Drop drop = drop(inbox, roster(inbox, 9, 12));
        assertThat(drop.removed()).isEqualTo(8);
        assertThat(linked(inbox, 12)).as("the other inbox lists 0").containsExactly(0, 9, 10, 11);
        assertThat(linked(other, 10)).isEqualTo(numbers(0, 10));
    }

    @Test
    void whoIsNamedToBeDeletedIsLeftOut() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 20));
        String all = HEADER + ",status\n"
                + IntStream.range(0, 20)
                        .mapToObj(number -> row(inbox, number) + (number < 3 ? ",tobedeleted" : ",active"))
                        .collect(Collectors.joining("\n"));
        assertThat(refusal(drop(inbox, all)).message()).contains("leaves out 3 of the 20 ");
    }

    @Test
    void aForecastTellsWhomItWouldRemoveAndChangesNothing() throws IOException {
        Inbox inbox = bulk();
        drop(inbox, roster(inbox, 0, 40));
        Path few = sender.put(sender.inbox(), "few-manifest.csv", roster(inbox, 2, 40));
        ManifestChecker.Forecast forecast = checker.check(inbox, few, failure -> {});
        assertThat(forecast.refusal()).isNull();
        assertThat(forecast.removed()).isEqualTo(2);
        Path many = sender.put(sender.inbox(), "many-manifest.csv", roster(inbox, 20, 40));
        assertThat(checker.check(inbox, many, failure -> {}).refusal())
                .extracting(Refusal::code)
                .isEqualTo("REMOVAL_LIMIT_EXCEEDED");
        assertThat(linked(inbox, 40)).isEqualTo(numbers(0, 40));
    }

    /** Each commit of the run is lost once; the next run goes on. */
    @Test
    void aRunThatIsCutAnywhereRemovesEachOnce() throws IOException {
        for (int cut = 1; cut <= 25; cut++) {
            Inbox inbox = bulk();
            drop(inbox, roster(inbox, 0, 40));
            sender.put(inbox, "next-roster-manifest.csv", roster(inbox, 4, 50));
            int lost = cut;
            database.begin(commit -> commit == lost);
            runner.run(inbox, 0, RunListener.NONE);
            assertThat(database.log())
                    .filteredOn(WatchedDatabase.COMMIT::equals)
                    .hasSizeGreaterThan(12);
            database.begin(commit -> false);
            runner.run(inbox, 0, RunListener.NONE);
            Drop drop = sender.drops(inbox).get(0);
            assertThat(drop.state()).as("cut %d", cut).isEqualTo(DropState.DONE);
            assertThat(drop.removed()).as("cut %d", cut).isEqualTo(4);
            assertThat(linked(inbox, 60)).as("cut %d", cut).isEqualTo(numbers(4, 50));
            assertThat(sender.report(drop, "removed.csv").lines())
                    .as("cut %d", cut)
                    .hasSize(5);
        }
    }
}
