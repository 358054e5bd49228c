package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.FileStory;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.ManifestSightings;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** What becomes of files in an inbox, from the first look to the archive. */
@NightdropIntegrationTest
@Import(SettableClock.InContext.class)
class InboxLifeIntegrationTests {

    private static final String ONE = """
            {"items":[{"itemId":"1","externalReference":{"namespace":"SIS","externalId":"S-77"},
              "documentType":"DIPLOMA","filename":"x.pdf"}]}
            """;

    private static final String USERS =
            "namespace,externalId,email,firstName,lastName,roleName\nSIS,L-1,l@example.edu,L,One,student\n";

    @Autowired
    private Sender sender;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private SettableClock clock;

    @Autowired
    private ManifestSightings sightings;

    @Autowired
    private FileStory story;

    @Autowired
    private Reports reports;

    @Autowired
    private InboxRunner runner;

    @BeforeEach
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    @Test
    void aDropIsTakenInOnlyAfterItLayUnchangedBetweenTwoLooks() throws IOException {
        Inbox inbox = sender.inbox("settle", "10s");
        sender.put(inbox, "x.pdf", "%PDF-1.4 half");
        sender.put(inbox, "docs-manifest.json", ONE);
        assertThat(sender.run(inbox)).isEmpty();

        clock.pass(Duration.ofSeconds(6));
        sender.put(inbox, "x.pdf", "%PDF-1.4 the whole of it");
        assertThat(sender.run(inbox)).isEmpty();

        clock.pass(Duration.ofSeconds(6));
        assertThat(sender.run(inbox)).isEmpty();
        assertThat(sightings.waiting(inbox.name()).get(0).reason()).contains("changed less than 10s ago");

        clock.pass(Duration.ofSeconds(6));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aClockThatIsSetForwardsLetsNothingGoEarly() throws IOException {
        Inbox inbox = sender.inbox("settle", "10s", "wait-for-companions", "12h");
        sender.put(inbox, "docs-manifest.json", ONE);
        assertThat(sender.run(inbox)).isEmpty();
        clock.set(Duration.ofDays(400));
        clock.pass(Duration.ofSeconds(9));
        assertThat(sender.run(inbox)).isEmpty();
        assertThat(sightings.waiting(inbox.name()).get(0).reason()).contains("changed less than 10s ago");
        clock.pass(Duration.ofSeconds(1));
        assertThat(sender.run(inbox)).isEmpty();
        assertThat(sightings.waiting(inbox.name()).get(0).reason()).contains("waits for companions until");
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        assertThat(sender.run(inbox)).isEmpty();
        clock.pass(Duration.ofSeconds(10));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
        clock.set(Duration.ofDays(-400));
    }

    @Test
    void aClockThatIsSetBackLetsNothingWaitLonger() throws IOException {
        Inbox inbox = sender.inbox("settle", "10s");
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        sender.put(inbox, "docs-manifest.json", ONE);
        assertThat(sender.run(inbox)).isEmpty();
        clock.pass(Duration.ofSeconds(5));
        clock.set(Duration.ofHours(-2));
        assertThat(sender.run(inbox)).isEmpty();
        clock.pass(Duration.ofSeconds(5));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
        clock.set(Duration.ofHours(2));
    }

    @Test
    void whatAnotherProcessSawBeforeTheClockWasSetBackCountsFromNow() throws IOException {
        Inbox inbox = sender.inbox("settle", "10s");
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        sender.put(inbox, "docs-manifest.json", ONE);
        assertThat(sender.run(inbox)).isEmpty();
        jdbc.update(
                "UPDATE INBOX_MANIFEST SET FIRST_SEEN_AT = ?, UNCHANGED_SINCE = ?, LAST_SEEN_AT = ? WHERE INBOX = ?",
                column(Duration.ofHours(2)),
                column(Duration.ofHours(2)),
                column(Duration.ofHours(2)),
                inbox.name());
        assertThat(sender.run(inbox)).isEmpty();
        clock.pass(Duration.ofSeconds(10));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    private OffsetDateTime column(Duration ahead) {
        return clock.instant().plus(ahead).atOffset(ZoneOffset.UTC);
    }

    @Test
    void aManifestWaitsForItsCompanionsAndSaysWhichAreMissing() throws IOException {
        Inbox inbox = sender.inbox("wait-for-companions", "12h");
        sender.put(inbox, "night/docs-manifest.json", ONE);
        assertThat(sender.run(inbox)).isEmpty();
        clock.pass(Duration.ofHours(11));
        assertThat(sender.run(inbox)).isEmpty();
        assertThat(sightings.waiting(inbox.name()).get(0).reason()).contains("not there: x.pdf");
        assertThat(story.tell(inbox, "night/docs-manifest.json"))
                .singleElement()
                .asString()
                .contains("waits for companions until 2026-09-01T14:30:00");

        clock.pass(Duration.ofHours(1));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
    }

    @Test
    void aCompanionThatComesLateLetsTheManifestGo() throws IOException {
        Inbox inbox = sender.inbox("wait-for-companions", "12h");
        sender.put(inbox, "docs-manifest.json", ONE);
        assertThat(sender.run(inbox)).isEmpty();
        sender.put(inbox, "x.pdf", "%PDF-1.4 late");
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aDoneFileLetsTheManifestGoAtOnceAndIsPutAwayWithIt() throws IOException {
        Inbox inbox = sender.inbox("ready-when", "done-file", "settle", "1h");
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        sender.put(inbox, "docs-manifest.json", ONE);
        assertThat(sender.run(inbox)).isEmpty();
        assertThat(sightings.waiting(inbox.name()).get(0).reason()).contains("docs-manifest.json.done");
        sender.put(inbox, "docs-manifest.json.done", "");

        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(filesIn(inbox.directory())).isEmpty();
    }

    @Test
    void aMarkerThatStaysSaysNothingOfWhatComesAfterIt() throws IOException {
        Inbox inbox = sender.inbox("ready-when", "done-file", "after", "keep");
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        sender.put(inbox, "docs-manifest.json", ONE);
        Path marker = sender.put(inbox, "docs-manifest.json.done", "");
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);

        sender.put(inbox, "docs-manifest.json", ONE.substring(0, ONE.length() / 2));
        for (int look = 0; look < 3; look++) {
            assertThat(sender.run(inbox)).as("look %d", look).isEmpty();
            assertThat(sightings.waiting(inbox.name()).get(0).reason()).contains("for what the manifest held before");
        }
        sender.put(inbox, "docs-manifest.json", ONE.replace("\"1\"", "\"one\""));
        Files.setLastModifiedTime(marker, FileTime.fromMillis(5_000));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void theMarkerGoesAsSoonAsItsDropIsTakenIn() throws IOException {
        Inbox inbox = sender.inbox("ready-when", "done-file");
        sender.put(inbox, "x.pdf", "%PDF-1.4 x");
        sender.put(inbox, "docs-manifest.json", ONE);
        sender.put(inbox, "docs-manifest.json.done", "");
        List<String> there = new ArrayList<>();
        runner.run(inbox, 0, new RunListener() {
            @Override
            public void started(Drop drop) {
                sender.clearly(() -> {
                    there.addAll(filesIn(inbox.directory()).keySet());
                    sender.put(inbox, "docs-manifest.json.done", "of the next one");
                });
            }
        });
        assertThat(there).isEmpty();
        assertThat(filesIn(inbox.directory())).containsOnlyKeys("docs-manifest.json.done");
    }

    @Test
    void whatChangesWhileTheDropBeforeItRunsSettlesAnew() throws IOException {
        Inbox inbox = sender.inbox("settle", "10s");
        sender.put(inbox, "a-manifest.csv", USERS);
        sender.put(inbox, "x.pdf", "%PDF-1.4 whole");
        sender.put(inbox, "z-manifest.json", ONE);
        assertThat(sender.run(inbox)).isEmpty();
        clock.pass(Duration.ofSeconds(10));
        List<String> ended = new ArrayList<>();
        List<Look.Waiting> waiting = new ArrayList<>();
        runner.run(inbox, 0, new RunListener() {
            @Override
            public void started(Drop drop) {
                clock.pass(Duration.ofSeconds(6));
                sender.clearly(() -> sender.put(inbox, "x.pdf", "%PDF-1.4 half of the n"));
            }

            @Override
            public void ended(Drop drop) {
                ended.add(drop.manifest());
            }

            @Override
            public void looked(Inbox looked, Look look) {
                waiting.addAll(look.waiting());
            }
        });
        assertThat(ended).containsExactly("a-manifest.csv");
        assertThat(waiting)
                .containsExactly(new Look.Waiting("z-manifest.json", "it changed before it was taken in", true));
        assertThat(filesIn(inbox.directory())).containsOnlyKeys("x.pdf", "z-manifest.json");

        assertThat(sender.run(inbox)).isEmpty();
        clock.pass(Duration.ofSeconds(10));
        assertThat(sender.runOne(inbox).manifest()).isEqualTo("z-manifest.json");
    }

    @Test
    void temporaryNamesAreNobodysBusiness() throws IOException {
        Inbox inbox = sender.inbox();
        for (String name :
                List.of("a-manifest.json.part", ".b-manifest.json", "c-manifest.csv.filepart", ".d/manifest.json")) {
            sender.put(inbox, name, ONE);
        }
        assertThat(sender.run(inbox)).isEmpty();
        assertThat(story.tell(inbox, "a-manifest.json.part"))
                .singleElement()
                .asString()
                .contains("temporary name");
    }

    @Test
    void whatIsKeptIsCopiedAndNotRunAgainUntilItChanges() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        Path companion = sender.put(inbox, "x.pdf", "%PDF-1.4 kept");
        sender.put(inbox, "docs-manifest.json", ONE);
        Drop drop = sender.runOne(inbox);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(filesIn(inbox.directory())).containsOnlyKeys("docs-manifest.json", "x.pdf");
        assertThat(Files.getAttribute(companion, "unix:nlink")).isEqualTo(1);
        assertThat(sender.run(inbox)).isEmpty();

        Files.writeString(companion, "%PDF-1.4 changed by its sender afterwards");
        assertThat(vaultHolds("%PDF-1.4 kept")).isTrue();

        sender.put(inbox, "docs-manifest.json", ONE.replace("\"1\"", "\"one\""));
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void whatIsGivenUpIsMovedAndTheArchiveSaysWhereItIs() throws IOException {
        Inbox inbox = sender.inbox();
        Path companion = sender.put(inbox, "x.pdf", "%PDF-1.4 moved " + inbox.name());
        Object inode = Files.getAttribute(companion, "unix:ino");
        sender.put(inbox, "docs-manifest.json", ONE);

        Drop drop = sender.runOne(inbox);

        assertThat(filesIn(inbox.directory())).isEmpty();
        Path archive = sender.home().resolve("archive").resolve(inbox.name()).resolve(drop.name());
        assertThat(filesIn(archive)).containsOnlyKeys("docs-manifest.json", "contents.txt");
        assertThat(Files.readString(archive.resolve("contents.txt"))).contains("\tvault\tx.pdf");
        try (Stream<Path> stored = Files.walk(sender.home().resolve("vault"))) {
            assertThat(stored.filter(Files::isRegularFile).map(InboxLifeIntegrationTests::inode))
                    .contains(inode);
        }
        assertThat(Files.exists(sender.home().resolve("work").resolve(Long.toString(drop.key()))))
                .isFalse();
    }

    @Test
    void aFileWithASecondNameIsCopiedBecauseItsSenderCouldStillWriteToIt() throws IOException {
        Inbox inbox = sender.inbox();
        Path companion = sender.put(inbox, "x.pdf", "%PDF-1.4 linked " + inbox.name());
        Path second = Files.createLink(sender.home().resolveSibling("second-" + inbox.name()), companion);
        sender.put(inbox, "docs-manifest.json", ONE);

        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.COMPLETED);

        Files.writeString(second, "overwritten");
        assertThat(vaultHolds("%PDF-1.4 linked " + inbox.name())).isTrue();
        assertThat(filesIn(inbox.directory())).isEmpty();
    }

    @Test
    void whatIsDeletedLeavesNothingButItsResults() throws IOException {
        Inbox inbox = sender.inbox("after", "delete");
        sender.put(inbox, "x.pdf", "%PDF-1.4 deleted");
        sender.put(inbox, "docs-manifest.json", ONE);
        sender.runOne(inbox);
        assertThat(filesIn(inbox.directory())).isEmpty();
        assertThat(sender.home().resolve("archive").resolve(inbox.name())).doesNotExist();
    }

    @Test
    void theSameDropAgainIsADuplicateAndPointsToTheFirst() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "x.pdf", "%PDF-1.4 twice");
        sender.put(inbox, "docs-manifest.json", ONE);
        Drop first = sender.runOne(inbox);
        sender.put(inbox, "x.pdf", "%PDF-1.4 twice");
        sender.put(inbox, "docs-manifest.json", ONE);

        Drop second = sender.runOne(inbox);

        assertThat(second.outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(second.name()).isEqualTo(first.name() + "~2");
        assertThat(sender.report(second, "summary.json")).contains("\"duplicateOf\" : \"" + first.name() + "\"");
        assertThat(sender.report(second, "report.html")).contains("../" + first.name() + "/report.html");
    }

    @Test
    void aRefusedDropMayComeAgain() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "docs-manifest.json", "{\"items\":[]}");
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.REJECTED);
        sender.put(inbox, "docs-manifest.json", "{\"items\":[]}");
        assertThat(sender.runOne(inbox).outcome()).isEqualTo(Outcome.REJECTED);
    }

    @Test
    void dropsRunInTheOrderOfTheirManifestsPaths() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "2026-09-02/a-manifest.json", ONE);
        sender.put(inbox, "2026-09-01/b-manifest.json", ONE + " ");
        sender.put(inbox, "2026-09-01/a-manifest.json", ONE + "  ");
        assertThat(sender.run(inbox))
                .extracting(Drop::manifest)
                .containsExactly(
                        "2026-09-01/a-manifest.json", "2026-09-01/b-manifest.json", "2026-09-02/a-manifest.json");
    }

    @Test
    void reportsAreTheSameBytesWhenTheyAreMadeAgain() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "docs-manifest.json", ONE);
        Drop drop = sender.runOne(inbox);
        Map<String, String> before = filesIn(sender.reportFolder(drop));
        assertThat(before)
                .containsOnlyKeys("response.json", "summary.json", "results.csv", "corrections.jsonl", "report.html");
        Files.delete(sender.reportFolder(drop).resolve("summary.json"));
        Files.writeString(sender.reportFolder(drop).resolve("stray"), "");

        reports.write(drop);

        assertThat(filesIn(sender.reportFolder(drop))).isEqualTo(before);
    }

    @Test
    void theSenderGetsTheResultsInItsReplyFolder() throws IOException {
        Path replies = Files.createDirectories(sender.home().resolveSibling("replies"));
        Inbox inbox = sender.inbox("reply-to", replies.toString());
        sender.put(inbox, "docs-manifest.json", ONE);
        String id = sender.runOne(inbox).name();
        assertThat(filesIn(replies))
                .containsOnlyKeys(
                        id + ".received.json",
                        id + ".response.json",
                        id + ".summary.json",
                        id + ".results.csv",
                        id + ".corrections.jsonl");
    }

    @Test
    void aFileThatLooksLikeAManifestAndMatchesNoGlobIsNamed() throws IOException {
        Inbox inbox = sender.inbox("wait-for-companions", "12h");
        sender.put(inbox, "night/transcript-manifets.csv", "itemId\n");
        sender.put(inbox, "night/scan.pdf", "%PDF-1.4 nobody's");
        sender.put(inbox, "night/grades.csv", "a,b\n");
        sender.put(
                inbox,
                "night/docs-manifest.json",
                ONE.replace("x.pdf", "grades.csv").replace("]}", ",{\"itemId\":\"2\",\"filename\":\"late.pdf\"}]}"));
        Look look = sender.look(inbox);
        assertThat(look.waiting())
                .extracting(Look.Waiting::path)
                .containsExactlyInAnyOrder("night/docs-manifest.json", "night/transcript-manifets.csv");
        assertThat(sightings.waiting(inbox.name()))
                .filteredOn(sighting -> sighting.path().contains("manifets"))
                .singleElement()
                .satisfies(sighting -> assertThat(sighting.reason())
                        .contains("matches none of the globs", "nearest is *manifest*.{json,jsonl,csv,tsv}"));

        Files.move(
                inbox.directory().resolve("night/transcript-manifets.csv"),
                inbox.directory().resolve("night/transcript-manifest.csv"));
        assertThat(sender.runOne(inbox).manifest()).isEqualTo("night/transcript-manifest.csv");
        assertThat(sightings.waiting(inbox.name()))
                .extracting(ManifestSightings.Sighting::path)
                .containsExactly("night/docs-manifest.json");
    }

    @Test
    void theStoryOfACompanionNamesItsDrop() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "night/x.pdf", "%PDF-1.4 story");
        sender.put(inbox, "night/docs-manifest.json", ONE);
        sender.put(inbox, "night/stray.pdf", "%PDF-1.4 stray");
        Drop drop = sender.runOne(inbox);
        assertThat(story.tell(inbox, "night/x.pdf")).singleElement().asString().contains(drop.name(), "COMPLETED");
        assertThat(story.tell(inbox, "night/stray.pdf"))
                .singleElement()
                .asString()
                .contains("No manifest names it");
        assertThat(sender.look(inbox).waiting()).isEmpty();
    }

    private boolean vaultHolds(String text) throws IOException {
        return filesIn(sender.home().resolve("vault")).containsValue(text);
    }

    private static Object inode(Path file) {
        try {
            return Files.getAttribute(file, "unix:ino");
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Map<String, String> filesIn(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
