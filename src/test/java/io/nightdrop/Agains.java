package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.disk.Disk;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.job.TakeAgain;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** A finished drop is taken in again from the archive: all of it, as a drop of its own, also when that is cut. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Import(WatchedDatabase.Watching.class)
abstract class Agains {

    /** One that is stored, one that fails, one that is not there, and one whose content stands in the manifest. */
    private static final String DOCUMENTS = """
            {"items":[
            {"itemId":"1","externalReference":{"namespace":"SIS","externalId":"S-77"},"documentType":"DIPLOMA","filename":"x.pdf"},
            {"itemId":"2","externalReference":{"namespace":"SIS","externalId":"nobody"},"documentType":"DIPLOMA","filename":"sub/y.pdf"},
            {"itemId":"3","externalReference":{"namespace":"SIS","externalId":"S-77"},"documentType":"DIPLOMA","filename":"z.pdf"},
            {"itemId":"4","externalReference":{"namespace":"SIS","externalId":"S-77"},"documentType":"DIPLOMA","file":"aW5saW5l"}]}
            """;

    @Autowired
    private Sender sender;

    @Autowired
    private TakeAgain takeAgain;

    @Autowired
    private InboxRunner runner;

    @Autowired
    private Drops drops;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private WatchedDatabase database;

    @BeforeAll
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    private Drop dropDocuments(Inbox inbox) throws IOException {
        sender.put(inbox, "night/docs-manifest.json", DOCUMENTS);
        sender.put(inbox, "night/x.pdf", "%PDF-1.4 x " + inbox.name());
        sender.put(inbox, "night/sub/y.pdf", "%PDF-1.4 y " + inbox.name());
        return sender.runOne(inbox);
    }

    private Drop begin(Drop drop) throws IOException {
        assertThat(takeAgain.objection(drop)).isEmpty();
        return takeAgain.begin(drop, "the vault was restored", false);
    }

    private Drop again(Inbox inbox, Drop drop) throws IOException {
        runner.run(inbox, begin(drop), RunListener.NONE);
        return sender.drops(inbox).get(0);
    }

    private String objection(Drop drop, boolean lost) throws IOException {
        TakeAgain.Objection objection = takeAgain.objection(drop).orElseThrow();
        assertThat(objection.lost()).isEqualTo(lost);
        return objection.why();
    }

    private Path archive(Drop drop) {
        return sender.home().resolve("archive").resolve(drop.inbox()).resolve(drop.name());
    }

    private Path vault(String fingerprint) {
        return sender.home()
                .resolve("vault")
                .resolve(fingerprint.substring(0, 2))
                .resolve(fingerprint);
    }

    private String fingerprint(Drop drop, String companion) {
        return String.valueOf(jdbc.queryForObject(
                "SELECT FINGERPRINT FROM NIGHT_DROP_FILE WHERE DROP_KEY = ? AND NAME = ?",
                String.class,
                drop.key(),
                companion));
    }

    private List<String> documents(Drop drop) {
        return jdbc.queryForList(
                "SELECT FINGERPRINT FROM VAULT_DOCUMENT WHERE DROP_KEY = ? ORDER BY ITEM_INDEX",
                String.class,
                drop.key());
    }

    private List<String> results(Drop drop) {
        return jdbc.queryForList(
                "SELECT ITEM_INDEX || ' ' || ITEM_ID || ' ' || STATUS || ' ' || COALESCE(MESSAGE, '')"
                        + " FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ? ORDER BY ITEM_INDEX",
                String.class,
                drop.key());
    }

    private void assertRepeats(Drop again, Drop first) throws IOException {
        assertThat(again.state()).isEqualTo(DropState.DONE);
        assertThat(again.outcome()).isEqualTo(first.outcome());
        assertThat(again.key()).isNotEqualTo(first.key());
        assertThat(again.againOf()).isEqualTo(first.key());
        assertThat(again.reason()).isEqualTo("the vault was restored");
        assertThat(again.fingerprint()).isEqualTo(first.fingerprint());
        assertThat(again.manifest()).isEqualTo(first.manifest());
        assertThat(again.duplicateOf()).isNull();
        assertThat(results(again)).isNotEmpty().isEqualTo(results(first));
        assertThat(documents(again)).isEqualTo(documents(first));
        assertThat(sender.home().resolve("work")).isEmptyDirectory();
    }

    @Test
    void itIsADropOfItsOwnThatSaysWhomItRepeatsAndWhy() throws IOException {
        Inbox inbox = sender.inbox();
        Drop first = dropDocuments(inbox);
        Map<String, String> archived = filesIn(archive(first));

        Drop again = again(inbox, first);

        assertRepeats(again, first);
        assertThat(documents(again)).hasSize(2);
        assertThat(again.name()).isEqualTo(first.name() + "~2");
        assertThat(jdbc.queryForObject(
                        "SELECT COUNT(DISTINCT DOCUMENT_ID) FROM VAULT_DOCUMENT WHERE DROP_KEY IN (?, ?)",
                        Integer.class,
                        first.key(),
                        again.key()))
                .isEqualTo(4);
        assertThat(filesIn(archive(first))).isEqualTo(archived);
        assertThat(filesIn(archive(again)))
                .containsOnlyKeys("docs-manifest.json", "contents.txt", "companions/sub/y.pdf")
                .containsEntry("contents.txt", archived.get("contents.txt"));
        assertThat(sender.report(again, "summary.json"))
                .contains("\"againOf\" : \"" + first.name() + "\"", "\"reason\" : \"the vault was restored\"");
        assertThat(sender.report(again, "report.html"))
                .contains("../" + first.name() + "/report.html", "the vault was restored")
                .doesNotContain("came to this inbox before");
        assertThat(sender.report(first, "report.html")).doesNotContain("Taken again");
    }

    @Test
    void aLaterDropOfTheSameFilesIsStillADuplicateOfTheFirst() throws IOException {
        Inbox inbox = sender.inbox();
        Drop first = dropDocuments(inbox);
        again(inbox, first);
        Drop later = dropDocuments(inbox);
        assertThat(later.outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(later.duplicateOf()).isEqualTo(first.key());
        assertThat(later.name()).isEqualTo(first.name() + "~3");
        assertThat(objection(later, false)).contains("DUPLICATE", inbox.name() + "/" + first.name() + " again");
    }

    @Test
    void whatWasTakenAgainCanBeTakenAgain() throws IOException {
        Inbox inbox = sender.inbox();
        Drop first = dropDocuments(inbox);
        Drop second = again(inbox, first);
        Drop third = again(inbox, second);
        assertRepeats(third, second);
        assertThat(third.name()).isEqualTo(first.name() + "~3");
        assertThat(results(third)).isEqualTo(results(first));
    }

    @Test
    void aRefusedDropMayBeTakenAgainOnceItsInboxWasMended() throws IOException {
        Inbox inbox = sender.inbox("scopes", "none");
        Drop refused = dropDocuments(inbox);
        assertThat(refused.outcome()).isEqualTo(Outcome.REJECTED);
        Inbox mended = sender.mended(inbox);

        Drop again = again(mended, refused);

        assertThat(again.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertThat(again.succeeded()).isEqualTo(2);
        assertThat(filesIn(archive(refused))).containsKeys("companions/x.pdf", "companions/sub/y.pdf");
        assertThat(dropDocuments(mended).duplicateOf()).isEqualTo(again.key());
    }

    @Test
    void aZipIsTakenAgainWhole() throws IOException {
        Inbox inbox = sender.inbox();
        try (OutputStream out = Files.newOutputStream(inbox.directory().resolve("night.zip"));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("docs-manifest.json"));
            zip.write(DOCUMENTS.getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("x.pdf"));
            zip.write("%PDF-1.4 zip".getBytes(StandardCharsets.UTF_8));
        }
        Drop first = sender.runOne(inbox);
        Drop again = again(inbox, first);
        assertRepeats(again, first);
        assertThat(documents(again)).hasSize(2);
        assertThat(filesIn(archive(again))).containsOnlyKeys("night.zip", "contents.txt");
    }

    @Test
    void aTsvIsTakenAgain() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(
                inbox,
                "docs-manifest.tsv",
                "itemId\tnamespace\texternalId\tdocumentType\tfilename\n1\tSIS\tS-77\tDIPLOMA\tx.pdf\n");
        sender.put(inbox, "x.pdf", "%PDF-1.4 tsv " + inbox.name());
        Drop first = sender.runOne(inbox);
        assertRepeats(again(inbox, first), first);
    }

    @Test
    void applicantsAreAskedOnceMore() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "requests-manifest.json", """
                {"workflow_id":"w_created","required_documents":[{"required_document_id":"rd_created2"}]}
                """);
        Drop first = sender.runOne(inbox);
        Drop again = again(inbox, first);
        assertRepeats(again, first);
        assertThat(jdbc.queryForObject(
                        "SELECT REQUEST_COUNT FROM VAULT_REQUIRED_DOCUMENT WHERE REQUIRED_DOCUMENT_ID = 'rd_created2'",
                        Integer.class))
                .isEqualTo(2);
        assertThat(jdbc.queryForObject(
                        "SELECT COUNT(*) FROM NOTIFICATION WHERE DROP_KEY = ?", Integer.class, again.key()))
                .isEqualTo(1);
    }

    @Test
    void nothingOfANewDropUnderTheSameNameIsTouched() throws IOException {
        Inbox inbox = sender.inbox("ready-when", "done-file");
        sender.put(inbox, "night/docs-manifest.json.done", "");
        Drop first = dropDocuments(inbox);
        sender.put(inbox, "night/docs-manifest.json", DOCUMENTS.replace("DIPLOMA", "TRANSCRIPT"));
        sender.put(inbox, "night/docs-manifest.json.done", "");
        assertRepeats(again(inbox, first), first);
        assertThat(filesIn(inbox.directory()))
                .containsOnlyKeys("night/docs-manifest.json", "night/docs-manifest.json.done");
    }

    @Test
    void withoutAnArchiveThereIsNothingToTake() throws IOException {
        for (String after : List.of("keep", "delete")) {
            Inbox inbox = sender.inbox("after", after);
            assertThat(objection(dropDocuments(inbox), false)).contains("there is no archive of " + inbox.name() + "/");
        }
    }

    @Test
    void whatWasChangedOrIsGoneIsNamedAndNothingBegins() throws IOException {
        Inbox inbox = sender.inbox();
        Drop drop = dropDocuments(inbox);
        Path manifest = archive(drop).resolve("docs-manifest.json");
        Files.writeString(manifest, DOCUMENTS + " ");
        assertThat(objection(drop, true)).isEqualTo(manifest + " was changed since it was archived");
        Files.delete(manifest);
        assertThat(objection(drop, true)).isEqualTo(manifest + " is not there any more");
        Files.writeString(manifest, DOCUMENTS);

        Path archived = archive(drop).resolve("companions/sub/y.pdf");
        String before = Files.readString(archived);
        Files.writeString(archived, "%PDF-1.4 other");
        assertThat(objection(drop, true)).isEqualTo(archived + " was changed since it was archived");
        Files.writeString(archived, before);

        Path stored = vault(fingerprint(drop, "x.pdf"));
        Path elsewhere = Files.move(stored, sender.home().resolveSibling("elsewhere"));
        assertThat(objection(drop, true))
                .contains("the companion 'x.pdf' is not in the archive", stored + ", are gone");
        Files.move(elsewhere, stored);
        assertThat(takeAgain.objection(drop)).isEmpty();
        assertThat(sender.drops(inbox)).hasSize(1);
    }

    @Test
    void anUnfinishedDropIsNotTakenAgainAndNoneTwiceAtOnce() throws IOException {
        Inbox inbox = sender.inbox();
        Drop drop = dropDocuments(inbox);
        Drop begun = begin(drop);
        assertThat(objection(begun, false)).contains("is TAKING_IN, not finished");
        assertThat(objection(drop, false)).contains("is being taken again already, as " + begun.name());
        sender.run(inbox);
        assertThat(takeAgain.objection(drop)).isEmpty();
    }

    @Test
    void theNextLookOfWhoeverRunsDropsTakesUpWhatWasBegun() throws IOException {
        Inbox inbox = sender.inbox();
        Drop first = dropDocuments(inbox);
        Drop begun = begin(first);
        assertThat(begun.state()).isEqualTo(DropState.TAKING_IN);
        assertThat(begun.name()).isEqualTo(first.name() + "~2");
        assertThat(sender.home().resolve("work")).isEmptyDirectory();
        assertRepeats(sender.runOne(inbox), first);
    }

    @Test
    void filesOfACutTakingInAreNotTrusted() throws IOException {
        Inbox inbox = sender.inbox();
        Drop first = dropDocuments(inbox);
        Drop begun = begin(first);
        Path folder = sender.home().resolve("work").resolve(Long.toString(begun.key()));
        Files.createDirectories(folder.resolve("files/0"));
        Files.writeString(folder.resolve("source.json"), "{\"items\":[]}");
        Files.writeString(folder.resolve("source.json.part"), "half");
        Files.writeString(folder.resolve("files/0/0"), "");
        Files.writeString(folder.resolve("files/0/1.part"), "%PDF");
        assertRepeats(sender.runOne(inbox), first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INTO NIGHT_DROP_FILE",
                "STATE = 'TAKEN_IN'",
                "STATE = 'RUNNING'",
                "SET OPERATION = ?",
                "INSERT INTO VAULT_DOCUMENT",
                "INSERT INTO BATCH_ITEM_RESULT",
                "SET OUTCOME = ?",
                "STATE = 'DONE'"
            })
    void aFaultAtAnyStepIsFinishedByTheNextLook(String statement) throws IOException {
        Inbox inbox = sender.inbox();
        Drop first = dropDocuments(inbox);
        Drop begun = begin(first);
        database.failStatements(sql -> sql.contains(statement));

        runner.run(inbox, 0, RunListener.NONE);

        assertThat(drops.get(begun.key()).state()).isNotEqualTo(DropState.DONE);
        database.failStatements(sql -> false);
        sender.run(inbox);
        assertRepeats(drops.get(begun.key()), first);
        assertThat(sender.drops(inbox)).hasSize(2);
    }

    @Test
    void whatIsChangedAfterItBeganIsWithdrawn() throws IOException {
        Inbox inbox = sender.inbox();
        Drop first = dropDocuments(inbox);
        Drop begun = begin(first);
        database.failStatements(sql -> sql.contains("STATE = 'TAKEN_IN'"));
        runner.run(inbox, 0, RunListener.NONE);
        database.failStatements(sql -> false);
        Disk.deleteTree(archive(first));

        assertThat(sender.run(inbox)).isEmpty();

        assertThat(drops.find(begun.key())).isEmpty();
        assertThat(sender.home().resolve("work")).isEmptyDirectory();
        assertThat(jdbc.queryForObject(
                        "SELECT COUNT(*) FROM NIGHT_DROP_FILE WHERE DROP_KEY = ?", Integer.class, begun.key()))
                .isZero();
    }

    private static Map<String, String> filesIn(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }
}
