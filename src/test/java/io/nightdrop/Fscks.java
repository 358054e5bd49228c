package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.disk.Disk;
import io.nightdrop.fsck.Finding;
import io.nightdrop.fsck.Finding.Kind;
import io.nightdrop.fsck.Finding.Severity;
import io.nightdrop.fsck.Fsck;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.job.TakeAgain;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** A home is broken by hand in every way that is known, found to be, explained, and mended; then nothing is found any more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Import(SettableClock.InContext.class)
@TestPropertySource(properties = "test-context=fscks") // a home of its own, as it finds whatever others leave
abstract class Fscks {

    @Autowired
    private Sender sender;

    @Autowired
    private Fsck fsck;

    @Autowired
    private Reports reports;

    @Autowired
    private TakeAgain takeAgain;

    @Autowired
    private InboxRunner runner;

    @Autowired
    private Drops drops;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private SettableClock clock;

    private Inbox inbox;
    private Drop documents;
    private Drop requests;

    /** Documents of which one failed with its content, requests, a refused drop and a repeated one. */
    @BeforeAll
    void aHomeThatHasSeenEveryKindOfDrop() throws IOException {
        sender.roster();
        inbox = sender.inbox();
        String docs = """
                {"items":[
                {"itemId":"1","externalReference":{"namespace":"SIS","externalId":"S-77"},"documentType":"DIPLOMA","filename":"x.pdf"},
                {"itemId":"2","externalReference":{"namespace":"SIS","externalId":"nobody"},"documentType":"DIPLOMA","filename":"y.pdf"},
                {"itemId":"3","externalReference":{"namespace":"SIS","externalId":"nobody"},"documentType":"DIPLOMA","file":"a2VwdA=="}]}
                """;
        sender.put(inbox, "docs-manifest.json", docs);
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        sender.put(inbox, "y.pdf", "%PDF-1.4 y");
        documents = sender.runOne(inbox);
        sender.put(inbox, "docs-manifest.json", docs);
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        sender.put(inbox, "y.pdf", "%PDF-1.4 y");
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.DUPLICATE);
        sender.put(inbox, "refused-manifest.json", "{\"items\":[]}");
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.REJECTED);
        sender.put(inbox, "requests-manifest.json", """
                [{"workflow_id":"w_created","required_documents":[{"required_document_id":"rd_created1"},
                  {"required_document_id":"rd_created2"},{"required_document_id":"rd_created1"}]},
                 {"workflow_id":"w_ended","required_documents":[{"required_document_id":"rd_ended"}]}]
                """);
        requests = sender.runOne(inbox);
        assertThat(requests.succeeded()).isEqualTo(3);
        clock.pass(Duration.between(clock.instant(), Instant.now().plus(Duration.ofHours(2))));
    }

    @AfterEach
    void theHomeIsHealthyAgain() throws IOException {
        assertThat(found()).isEmpty();
    }

    private List<Finding> found() throws IOException {
        List<Finding> findings = new ArrayList<>();
        fsck.check(findings::add);
        return findings;
    }

    private Finding theOne() throws IOException {
        List<Finding> findings = found();
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private Path inVault(String text) throws IOException {
        Path scratch = Files.writeString(sender.home().resolveSibling("scratch"), text);
        String fingerprint = ContentFacts.of(scratch).fingerprint();
        return sender.home()
                .resolve("vault")
                .resolve(fingerprint.substring(0, 2))
                .resolve(fingerprint);
    }

    @Test
    void aHealthyHomeGivesNoFinding() throws IOException {
        List<Finding> findings = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        Fsck.Extent extent = fsck.check(new Fsck.Watcher() {
            @Override
            public void found(Finding finding) {
                findings.add(finding);
            }

            @Override
            public void read(long files, long total) {
                totals.add(total);
            }
        });
        assertThat(findings).isEmpty();
        assertThat(extent).isEqualTo(new Fsck.Extent(2, "%PDF-1.4 x".length() + "kept".length()));
        assertThat(totals).containsExactly(2L, 2L);
    }

    @Test
    void aDocumentWithoutItsBytesIsDamageAndNamed() throws IOException {
        Path file = inVault("%PDF-1.4 x");
        Path elsewhere = Files.move(file, sender.home().resolveSibling("elsewhere"));

        Finding finding = theOne();

        assertThat(finding.kind()).isEqualTo(Kind.MISSING_BYTES);
        assertThat(finding.kind().severity()).isEqualTo(Severity.DAMAGE);
        assertThat(finding.thing()).isEqualTo(sender.home().relativize(file).toString());
        String id = jdbc.queryForObject(
                "SELECT CAST(DOCUMENT_ID AS VARCHAR) FROM VAULT_DOCUMENT WHERE DROP_KEY = ?",
                String.class,
                documents.key());
        assertThat(finding.problem()).contains(id, "('x.pdf')", "item 1 of " + inbox.name() + "/" + documents.name());
        assertThat(finding.advice()).contains("restore " + finding.thing() + " from a backup");
        Files.move(elsewhere, file);
    }

    /** A power cut may have taken its bytes back to the drop's own folder. */
    @Test
    void aDocumentWithoutItsBytesOfADropThatIsNotDoneWaitsForItFirst() throws IOException {
        Path file = inVault("%PDF-1.4 x");
        Path elsewhere = Files.move(file, sender.home().resolveSibling("elsewhere"));
        change(documents, "STATE = 'FAILED', OUTCOME = NULL");

        assertThat(found())
                .filteredOn(finding -> finding.kind() == Kind.MISSING_BYTES)
                .singleElement()
                .satisfies(finding -> assertThat(finding.advice())
                        .startsWith("let the drop go on first, with `nightdrop run`")
                        .contains("restore " + finding.thing() + " from a backup"));

        change(documents, "STATE = 'DONE', OUTCOME = 'COMPLETED_WITH_FAILURES'");
        Files.move(elsewhere, file);
    }

    @Test
    void otherBytesThanTheNameSaysAreDamage() throws IOException {
        Path file = inVault("%PDF-1.4 x");
        Files.writeString(file, "%PDF-1.4 z");
        Finding finding = theOne();
        assertThat(finding.kind()).isEqualTo(Kind.DAMAGED_BYTES);
        assertThat(finding.problem()).contains("other bytes", "'x.pdf'");
        assertThat(finding.advice()).contains("restore vault/");
        Files.writeString(file, "%PDF-1.4 x");
    }

    @Test
    void whatIsKeptForCorrectionsIsNoOrphanAndIsMissedWhenItIsGone() throws IOException {
        Path file = inVault("kept");
        Files.delete(file);
        Finding finding = theOne();
        assertThat(finding.kind()).isEqualTo(Kind.MISSING_BYTES);
        assertThat(finding.problem()).contains("corrections of item 3 of " + inbox.name() + "/" + documents.name());
        Files.writeString(file, "kept");
    }

    @Test
    void bytesWithoutRowsAreHarmlessAndRemovedOnRequestWhenTheyAreOldEnough() throws IOException {
        Path orphan = inVault("left by a batch that was rolled back");
        Files.createDirectories(orphan.getParent());
        Files.writeString(orphan, "left by a batch that was rolled back");
        Path companion = inVault("%PDF-1.4 y"); // of a failed item: no document, but a row of the drop's files
        Files.createDirectories(companion.getParent());
        Files.writeString(companion, "%PDF-1.4 y");

        Finding finding = theOne();
        assertThat(finding.kind()).isEqualTo(Kind.ORPHAN_BYTES);
        assertThat(finding.kind().severity()).isEqualTo(Severity.HARMLESS);
        assertThat(finding.thing()).isEqualTo(sender.home().relativize(orphan).toString());
        assertThat(finding.advice()).contains("nightdrop fsck --remove-orphans");

        clock.pass(Duration.ofHours(-2));
        fsck.checkAndRemoveOrphans(young -> {
            throw new AssertionError(young);
        });
        assertThat(orphan).exists();
        clock.pass(Duration.ofHours(2));
        List<Finding> removed = new ArrayList<>();
        fsck.checkAndRemoveOrphans(removed::add);
        assertThat(removed).extracting(Finding::kind).containsExactly(Kind.REMOVED_BYTES);
        assertThat(orphan).doesNotExist();
        Files.delete(companion);
    }

    @Test
    void orphansStayWhileADropIsNotDoneBecauseABatchMayHaveLeftItsBytesBeforeItsRows() throws IOException {
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'FAILED' WHERE DROP_KEY = ?", documents.key());
        assertThat(fsck.standsAgainstRemoval())
                .hasValueSatisfying(drop -> assertThat(drop.key()).isEqualTo(documents.key()));
        assertThatThrownBy(() -> fsck.checkAndRemoveOrphans(finding -> {})).isInstanceOf(IllegalStateException.class);
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'DONE' WHERE DROP_KEY = ?", documents.key());
    }

    @Test
    void aDropAndAnExecutionWithoutAnEndAreFoundWithWhatGoesOn() throws IOException {
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'RUNNING' WHERE DROP_KEY = ?", documents.key());
        for (String status : List.of("STARTING", "STARTED", "STOPPING", "UNKNOWN")) {
            jdbc.update(
                    "UPDATE BATCH_JOB_EXECUTION SET STATUS = ? WHERE JOB_EXECUTION_ID = ?",
                    status,
                    documents.jobExecutionId());
            List<Finding> findings = found();
            assertThat(findings)
                    .extracting(Finding::kind)
                    .containsExactly(Kind.UNFINISHED_DROP, Kind.UNFINISHED_EXECUTION);
            assertThat(findings).allSatisfy(finding -> {
                assertThat(finding.kind().severity()).isEqualTo(Severity.UNFINISHED);
                assertThat(finding.thing()).contains(inbox.name() + "/" + documents.name());
                assertThat(finding.problem()).contains("nobody works on it");
                assertThat(finding.advice()).contains("`nightdrop run`");
            });
            assertThat(findings.get(0).problem()).contains("RUNNING since 20", "3 of 3 items have their result");
            assertThat(findings.get(1).problem()).contains(status + " since 20");
        }
        jdbc.update(
                "UPDATE BATCH_JOB_EXECUTION SET STATUS = 'COMPLETED' WHERE JOB_EXECUTION_ID = ?",
                documents.jobExecutionId());
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'DONE' WHERE DROP_KEY = ?", documents.key());
    }

    @Test
    void aFailedDropIsToldWithItsTroubleAndHowToRestartIt() throws IOException {
        jdbc.update(
                "UPDATE NIGHT_DROP SET STATE = 'FAILED', TROUBLE = 'No space left' WHERE DROP_KEY = ?",
                documents.key());
        Finding finding = theOne();
        assertThat(finding.problem()).contains("FAILED since 20", "because of No space left");
        assertThat(finding.advice()).contains("`nightdrop restart " + inbox.name() + "/" + documents.name() + "`");
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'DONE', TROUBLE = NULL WHERE DROP_KEY = ?", documents.key());
    }

    @Test
    void aDropOfAnInboxThatIsGoneIsToldHowToFinishIt() throws IOException {
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'STOPPED', INBOX = 'gone' WHERE DROP_KEY = ?", documents.key());
        Finding finding = theOne();
        assertThat(finding.advice()).contains("put the inbox 'gone' back into the settings");
        jdbc.update(
                "UPDATE NIGHT_DROP SET STATE = 'DONE', INBOX = ? WHERE DROP_KEY = ?", inbox.name(), documents.key());
    }

    @ParameterizedTest(name = "{1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            docs | NIGHT_DROP            | ITEM_COUNT = 4         | ITEM_COUNT = 3         | says that of 4 items 1 succeeded and 2 failed, but has 3 results
            docs | NIGHT_DROP            | SUCCEEDED_COUNT = 2    | SUCCEEDED_COUNT = 1    | 2 succeeded and 2 failed, but has 3 results: 1 succeeded
            docs | NIGHT_DROP            | FAILED_COUNT = NULL    | FAILED_COUNT = 2       | 1 succeeded and 0 failed, but has 3 results
            docs | NIGHT_DROP            | OUTCOME = NULL         | OUTCOME = 'COMPLETED_WITH_FAILURES' | is DONE and has no outcome
            docs | BATCH_ITEM_RESULT     | ITEM_INDEX = ITEM_INDEX + 10 | ITEM_INDEX = ITEM_INDEX - 10 | 3 results, but the last one is that of item 13;1 succeeded item(s) without their document;1 document(s) without an item
            docs | VAULT_DOCUMENT        | ITEM_INDEX = 1         | ITEM_INDEX = 0         | 1 succeeded item(s) without their document;1 document(s) without an item that succeeded
            docs | VAULT_DOCUMENT        | DROP_KEY = DROP_KEY + 100000 | DROP_KEY = DROP_KEY - 100000 | 1 succeeded item(s) without their document;1 document(s) without an item that succeeded
            docs | VAULT_DOCUMENT        | USER_ID = DOCUMENT_ID  | USER_ID = (SELECT USER_ID FROM VAULT_USER_REFERENCE WHERE NAMESPACE = 'SIS' AND EXTERNAL_ID = 'S-77') | 1 document(s) of a user who is not there
            reqs | VAULT_DOCUMENT_EVENT  | ITEM_INDEX = 3         | ITEM_INDEX = CASE WHEN REQUIRED_DOCUMENT_ID = 'rd_created1' THEN 0 ELSE 1 END | 2 event(s) of required documents without an item
            reqs | VAULT_DOCUMENT_EVENT  | REQUEST_INDEX = 1      | REQUEST_INDEX = 0      | 2 request(s) with other events than items
            reqs | VAULT_DOCUMENT_EVENT  | WORKFLOW_ID = 'w_ended' | WORKFLOW_ID = 'w_created' | 1 workflow(s) with events and without a notification;1 notification(s) without an event
            """)
    void figuresThatDoNotAddUpAreDamage(String which, String table, String breaking, String mending, String problems)
            throws IOException {
        Drop drop = which.equals("docs") ? documents : requests;
        assertThat(jdbc.update("UPDATE " + table + " SET " + breaking + " WHERE DROP_KEY = ?", drop.key()))
                .isPositive();
        List<Finding> findings = found();
        jdbc.update(
                "UPDATE " + table + " SET " + mending + " WHERE DROP_KEY = ?",
                breaking.startsWith("DROP_KEY") ? drop.key() + 100_000 : drop.key());

        String[] expected = problems.split(";", -1);
        assertThat(findings).hasSize(expected.length).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.WRONG_FIGURES);
            assertThat(finding.kind().severity()).isEqualTo(Severity.DAMAGE);
            assertThat(finding.advice()).contains("restore the database and the vault");
        });
        for (String problem : expected) {
            assertThat(findings)
                    .anySatisfy(finding -> assertThat(finding.problem()).contains(problem.strip()));
        }
    }

    private String advice() throws IOException {
        List<Finding> wrong = found().stream()
                .filter(finding -> finding.kind() == Kind.WRONG_FIGURES)
                .toList();
        assertThat(wrong).isNotEmpty();
        assertThat(wrong).extracting(Finding::advice).containsOnly(wrong.get(0).advice());
        return wrong.get(0).advice();
    }

    private Drop roster(Inbox into) throws IOException {
        sender.put(
                into,
                "users-manifest.csv",
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,F-1,f@example.edu,F,S,student\n");
        return sender.runOne(into);
    }

    private void change(Drop drop, String assignment) {
        assertThat(jdbc.update("UPDATE NIGHT_DROP SET " + assignment + " WHERE DROP_KEY = ?", drop.key()))
                .isEqualTo(1);
    }

    @Test
    void aDropThatIsDoneCanBeTakenAgainAsItsAdviceSays() throws IOException {
        Inbox own = sender.inbox();
        Drop drop = roster(own);
        change(drop, "SUCCEEDED_COUNT = 2");
        assertThat(advice())
                .endsWith("; without one have it done once more, with all its effects, with `nightdrop again "
                        + own.name() + "/" + drop.name() + " --reason TEXT`, which does not end this finding");

        assertThat(takeAgain.objection(drop)).isEmpty();
        Drop again = takeAgain.begin(drop, "its figures were wrong", false);
        runner.run(own, again, RunListener.NONE);
        assertThat(sender.drops(own).get(0).outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(advice()).contains("it was taken again as " + own.name() + "/" + again.name());
        change(drop, "SUCCEEDED_COUNT = 1");
    }

    @Test
    void aDropWithoutAnArchiveIsForItsSenderToDropAgain() throws IOException {
        Drop drop = roster(sender.inbox("after", "keep"));
        change(drop, "SUCCEEDED_COUNT = 2");
        assertThat(takeAgain.objection(drop)).isPresent();
        assertThat(advice())
                .endsWith(
                        "; without one have its sender drop it again, changed in any way, as there is no archive of it");
        change(drop, "SUCCEEDED_COUNT = 1");
    }

    @Test
    void aDropOfAnInboxThatIsGoneNeedsItsInboxToBeTakenAgain() throws IOException {
        Drop drop = roster(sender.inbox());
        change(drop, "SUCCEEDED_COUNT = 2, INBOX = 'gone'");
        Path archive =
                Files.createDirectories(sender.home().resolve("archive/gone").resolve(drop.name()));
        assertThat(advice()).contains("; without one put the inbox 'gone' back into the settings and have it done");
        Files.delete(archive);
        change(drop, "SUCCEEDED_COUNT = 1, INBOX = '" + drop.inbox() + "'");
    }

    @Test
    void aDuplicateHasNothingThatCouldBeTakenAgain() throws IOException {
        Drop duplicate = sender.drops(inbox).stream()
                .filter(drop -> drop.outcome() == Outcome.DUPLICATE)
                .findFirst()
                .orElseThrow();
        change(duplicate, "ITEM_COUNT = 1");
        assertThat(takeAgain.objection(duplicate)).isPresent();
        assertThat(advice()).endsWith("from a backup; it is a DUPLICATE and did nothing itself");
        change(duplicate, "ITEM_COUNT = NULL");
    }

    @Test
    void whatHasLeftForAPartnerIsNotSentOnceMoreOnAGuess() throws IOException {
        change(documents, "WRITER = 'pearsana-prod'");
        assertThat(theOne().problem()).contains("without the record that they were handed to a partner");
        assertThat(advice())
                .contains("leaves for the partner 'pearsana-prod' once more: ask there first")
                .doesNotContain("nightdrop again");
        change(documents, "WRITER = 'vault'");
    }

    @ParameterizedTest
    @CsvSource({"FAILED, restart %s", "STOPPED, restart %s", "RUNNING, run"})
    void aDropThatIsNotDoneIsLetGoOnFirst(String state, String command) throws IOException {
        Drop drop = roster(sender.inbox());
        jdbc.update("UPDATE BATCH_ITEM_RESULT SET ITEM_INDEX = 25 WHERE DROP_KEY = ?", drop.key());
        change(drop, "STATE = '" + state + "', ITEM_COUNT = 26");
        assertThat(advice())
                .contains("let it go on with `nightdrop " + command.formatted(drop.inbox() + "/" + drop.name()) + "`.")
                .doesNotContain("nightdrop again");
        assertThat(takeAgain.objection(drops.get(drop.key()))).isPresent();
        change(drop, "STATE = 'DONE', ITEM_COUNT = 1");
        jdbc.update("UPDATE BATCH_ITEM_RESULT SET ITEM_INDEX = 0 WHERE DROP_KEY = ?", drop.key());
    }

    /** Its report could not be written, so it is not done; then one of its two results is lost. */
    @Test
    void aBatchInPartKeepsADropFromItsEndAndOnlyItsSenderCanHelp() throws IOException {
        Inbox own = sender.inbox();
        Path inTheWay = Files.writeString(sender.home().resolve("reports").resolve(own.name()), "");
        String manifest = """
                itemId,namespace,externalId,documentType,filename
                1,SIS,nobody,DIPLOMA,n.pdf
                2,SIS,nobody,DIPLOMA,n.pdf
                """;
        sender.put(own, "n.pdf", "%PDF-1.4 n");
        sender.put(own, "docs-manifest.csv", manifest);
        runner.run(own, 0, RunListener.NONE);
        Files.delete(inTheWay);
        Drop drop = sender.drops(own).get(0);
        assertThat(drop.state()).isEqualTo(DropState.FAILED);
        String move = "UPDATE BATCH_ITEM_RESULT SET DROP_KEY = ? WHERE DROP_KEY = ? AND ITEM_INDEX = 0";
        assertThat(jdbc.update(move, drop.key() + 100_000, drop.key())).isEqualTo(1);

        assertThat(found())
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(Kind.UNFINISHED_DROP, Kind.WRONG_FIGURES);
        assertThat(advice())
                .endsWith("; without one it cannot come to its end, because a batch is never written in part: have its"
                        + " sender drop it again, changed in any way");
        assertThat(takeAgain.objection(drop)).isPresent();
        runner.run(own, drop, RunListener.NONE);
        assertThat(sender.drops(own).get(0).trouble()).contains("1 results for 2 items");

        sender.put(own, "n.pdf", "%PDF-1.4 n");
        sender.put(own, "docs-manifest.csv", manifest);
        runner.run(own, 0, RunListener.NONE);
        assertThat(sender.drops(own).get(0).outcome())
                .as("of the same once more")
                .isEqualTo(Outcome.DUPLICATE);
        sender.put(own, "n.pdf", "%PDF-1.4 n");
        sender.put(own, "docs-manifest.csv", manifest.replace("DIPLOMA", "TRANSCRIPT"));
        runner.run(own, 0, RunListener.NONE);
        assertThat(sender.drops(own))
                .extracting(Drop::standing)
                .containsExactly("COMPLETED_WITH_FAILURES", "DUPLICATE", "FAILED");

        jdbc.update(move, drop.key(), drop.key() + 100_000);
        runner.run(own, drop, RunListener.NONE);
    }

    @Test
    void aRequiredDocumentThatCountsWrongIsDamage() throws IOException {
        String change = "UPDATE VAULT_REQUIRED_DOCUMENT SET REQUEST_COUNT = REQUEST_COUNT %s 1"
                + " WHERE REQUIRED_DOCUMENT_ID = 'rd_created1'";
        jdbc.update(change.formatted("+"));
        Finding finding = theOne();
        assertThat(finding.thing()).isEqualTo("required document rd_created1");
        assertThat(finding.problem()).contains("requested 2 times, its events say 1");
        jdbc.update(change.formatted("-"));
    }

    @Test
    void aReportThatIsGoneIsMadeAgain() throws IOException {
        Disk.deleteTree(sender.reportFolder(documents));
        Finding finding = theOne();
        assertThat(finding.kind()).isEqualTo(Kind.MISSING_REPORT);
        assertThat(finding.advice()).contains("`nightdrop report " + inbox.name() + "/" + documents.name() + "`");
        reports.write(documents);
    }

    @Test
    void whatWritesThatWereCutHaveLeftIsHarmless() throws IOException {
        Path home = sender.home();
        Path inVault = Files.writeString(home.resolve("vault/stray.part"), "");
        Path inReports = Files.createDirectory(home.resolve("reports/" + inbox.name() + "/.x.part"));
        Path inArchive = Files.writeString(
                home.resolve("archive/" + inbox.name() + "/" + documents.name() + "/.contents.txt.part"), "");
        List<Finding> findings = found();
        assertThat(findings)
                .extracting(Finding::thing)
                .containsExactlyInAnyOrder(
                        home.relativize(inVault).toString(),
                        home.relativize(inReports).toString(),
                        home.relativize(inArchive).toString());
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.TEMPORARY_FILE);
            assertThat(finding.advice()).startsWith("harmless");
        });
        for (Path file : List.of(inVault, inReports, inArchive)) {
            Files.delete(file);
        }
    }

    @Test
    void workOfNoDropOrOfOneThatIsDoneIsHarmless() throws IOException {
        Path done = Files.createDirectory(sender.home().resolve("work").resolve(Long.toString(documents.key())));
        Path unknown = Files.createDirectory(sender.home().resolve("work").resolve("987654321"));
        List<Finding> findings = found();
        assertThat(findings).extracting(Finding::kind).containsExactly(Kind.STRAY_WORK, Kind.STRAY_WORK);
        assertThat(findings)
                .extracting(Finding::problem)
                .containsExactlyInAnyOrder(
                        "left of " + inbox.name() + "/" + documents.name() + ", which is DONE",
                        "belongs to no drop that the database knows");
        Files.delete(done);
        Files.delete(unknown);
    }
}
