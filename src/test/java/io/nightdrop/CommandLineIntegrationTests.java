package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.nightdrop.cli.CommandLineInterface;
import io.nightdrop.disk.Disk;
import io.nightdrop.mail.ScriptedMailServer;
import io.nightdrop.partner.simulator.Fault;
import io.nightdrop.partner.simulator.PartnerSimulator;
import io.nightdrop.partner.simulator.Pearsana;
import io.nightdrop.partner.simulator.Target;
import io.nightdrop.time.Timestamps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands as an operator types them, with what they print and their exit codes. */
class CommandLineIntegrationTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private String location = "classpath:/";

    private record Said(int code, String out, String err) {}

    @BeforeEach
    void aRosterAndADropWithAFailure() throws IOException {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(
                inbox.resolve("a-roster-manifest.csv"),
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,S-77,ana@example.edu,Ana,Costa,student\n");
        Files.writeString(inbox.resolve("x.pdf"), "%PDF-1.4 x");
        Files.writeString(inbox.resolve("b-docs-manifest.csv"), """
                itemId,namespace,externalId,documentType,filename
                one,SIS,S-77,DIPLOMA,x.pdf
                two,SIS,nobody,DIPLOMA,x.pdf
                """);
    }

    private Said say(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add("--spring.config.location=" + location);
        arguments.add("--nightdrop.home=" + folder.resolve("home"));
        arguments.add("--nightdrop.inboxes.sis.directory=" + folder.resolve("inbox"));
        arguments.add("--nightdrop.inboxes.sis.settle=0s");
        arguments.add("--nightdrop.inboxes.sis.scopes=pearsana-partner/partners.documents:write,"
                + "pearsana-partner/partners.externalRefs:read");
        PrintStream systemOut = System.out;
        PrintStream systemErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            int code = CommandLineInterface.execute(NightdropApplication.class, arguments.toArray(String[]::new));
            return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(systemOut);
            System.setErr(systemErr);
        }
    }

    @Test
    void settingsOfAnotherPlaceLeaveAsItIsWhatTheyDoNotName() throws IOException {
        Path settings = folder.resolve("night.yml");
        Files.writeString(settings, "nightdrop: { inboxes: { sis: { after: keep } } }");
        location = settings.toUri().toString();

        Said run = say("run");

        assertThat(run.out()).contains("sis: a-roster-manifest-", "COMPLETED: 1 of 1 items succeeded");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(3);
        assertThat(folder.resolve("inbox/x.pdf")).exists();
    }

    @Test
    void theDayOfAnOperator() throws IOException {
        Path manifest = folder.resolve("inbox/b-docs-manifest.csv");
        Said unchecked = say("check", manifest.toString());
        assertThat(unchecked.out()).contains("item 1 one: NOT_FOUND", "item 2 two: NOT_FOUND", "0 of 2 items");
        assertThat(unchecked.code()).isEqualTo(3);
        assertThat(folder.resolve("home/vault")).doesNotExist();

        Said run = say("run");
        assertThat(run.out())
                .contains("sis: a-roster-manifest-", "COMPLETED: 1 of 1 items succeeded", "COMPLETED_WITH_FAILURES")
                .contains("report.html");
        assertThat(run.code()).isEqualTo(3);

        Said again = say("run");
        assertThat(again.out()).contains("Nothing new");
        assertThat(again.code()).isZero();

        JsonNode drops = JSON.readTree(say("drops", "--json").out());
        String id = drops.path(0).path("drop").path("id").stringValue();
        assertThat(drops).hasSize(2);
        assertThat(say("drops", "--outcome", "completed").out())
                .contains("a-roster")
                .doesNotContain(id);
        assertThat(say("drops", "--waiting").out()).contains("Nothing waits");

        assertThat(say("show", id).out()).contains("one  created", "two  failed  NOT_FOUND", "put-away COMPLETED");
        assertThat(say("show", id, "--failed").out()).doesNotContain("one  created");
        JsonNode shown = JSON.readTree(say("show", "sis/" + id, "--json").out());
        assertThat(shown.path("items")).hasSize(2);
        assertThat(shown.path("runs").path(0).path("status").stringValue()).isEqualTo("COMPLETED");

        Path report = folder.resolve("home/reports/sis").resolve(id);
        String summary = Files.readString(report.resolve("summary.json"));
        Files.delete(report.resolve("summary.json"));
        assertThat(say("report", id).code()).isZero();
        assertThat(report.resolve("summary.json")).hasContent(summary);

        assertThat(say("why", "--inbox", "sis", "x.pdf").out()).contains("A companion of the drop " + id);
        JsonNode documents =
                JSON.readTree(say("documents", "SIS/S-77", "--json").out());
        String document = documents.path(0).path("documentId").stringValue();
        Path exported = folder.resolve("exported.pdf");
        assertThat(say("export", document, exported.toString()).code()).isZero();
        assertThat(exported).hasContent("%PDF-1.4 x");
        assertThat(say("export", document, exported.toString()).code()).isEqualTo(2);
    }

    @Test
    void theNightSomethingWentWrong() throws IOException {
        Path reports = folder.resolve("home/reports");
        Files.createDirectories(reports.getParent());
        Files.writeString(reports, "in the way of the reports");
        assertThat(say("run").code()).isEqualTo(1);
        JsonNode failed =
                JSON.readTree(say("drops", "--outcome", "FAILED", "--json").out());
        assertThat(failed).hasSize(2);
        assertThat(say("drops", "--outcome", "completed").out()).contains("There are no such drops");
        assertUsage(say("drops", "--outcome", "FAILD"), "'FAILD' is none of COMPLETED, ");
        String id = "sis/" + failed.path(0).path("drop").path("id").stringValue();

        Said shown = say("show", id);
        assertThat(shown.out())
                .contains("check COMPLETED, batches COMPLETED (2 items), report FAILED", "Z: ", "FileSystemException: ")
                .doesNotContain("\tat ", "java.nio");
        JsonNode run =
                JSON.readTree(say("show", id, "--json").out()).path("runs").path(0);
        assertThat(run.path("status").stringValue()).isEqualTo("FAILED");
        assertThat(run.path("message").stringValue())
                .startsWith("FileSystemException: ")
                .doesNotContain("\n");

        Said fsck = say("fsck");
        assertThat(fsck.code()).isZero();
        assertThat(fsck.out())
                .contains(
                        "UNFINISHED: " + id + ": FAILED since ",
                        "`nightdrop restart " + id + "`",
                        "no damage; 2 unfinished");
        assertUsage(say("fsck", "--remove-orphans"), "nothing was removed: sis/a-roster-manifest-");
        assertUsage(say("again", id, "--reason", "no"), "not finished");

        Files.delete(reports);
        Said restarted = say("restart", id);
        assertThat(restarted.out()).contains("COMPLETED_WITH_FAILURES: 1 of 2 items succeeded", "report.html");
        assertThat(restarted.code()).isEqualTo(3);
        assertUsage(say("restart", id), "is COMPLETED_WITH_FAILURES; only a FAILED or STOPPED drop can be restarted");
        assertUsage(say("restart", "nothing-12345678"), "there is no drop 'nothing-12345678'");
        assertThat(say("drops", "--outcome", "FAILED").out()).contains("a-roster");
        assertThat(say("show", id).out()).contains("put-away COMPLETED");

        assertThat(say("run").code()).isZero();
        assertThat(say("fsck").out())
                .contains("1 files of the vault read, 10 bytes: no damage; 0 unfinished, 0 harmless.");
    }

    @Test
    void aDropIsTakenAgainForAReason() throws IOException {
        say("run");
        String id = JSON.readTree(say("drops", "--json").out())
                .path(0)
                .path("drop")
                .path("id")
                .stringValue();
        assertUsage(say("again", id), "--reason");
        assertUsage(say("again", id, "--reason", " "), "--reason must be a text of 1 to 500 characters");
        assertUsage(say("again", id, "--reason", "x".repeat(501)), "--reason must be a text of 1 to 500 characters");

        Said again = say("again", "sis/" + id, "--reason", "the vault was restored");
        assertThat(again.out()).contains("sis: " + id + "~2: COMPLETED_WITH_FAILURES: 1 of 2 items succeeded");
        assertThat(again.code()).isEqualTo(3);
        assertThat(say("show", id + "~2").out())
                .containsPattern("again of +" + id + "\n")
                .containsPattern("reason +the vault was restored\n");
        JsonNode newest = JSON.readTree(say("drops", "--json").out()).path(0).path("drop");
        assertThat(newest.path("againOf").stringValue()).isEqualTo(id);
        assertThat(newest.path("reason").stringValue()).isEqualTo("the vault was restored");
        assertThat(JSON.readTree(say("documents", "SIS/S-77", "--json").out())).hasSize(2);
        assertThat(newest.has("acceptsRemovals")).isFalse();

        String roster = JSON.readTree(say("drops", "--json").out())
                .path(2)
                .path("drop")
                .path("id")
                .stringValue();
        say("again", roster, "--reason", "a faculty has closed", "--accept-removals");
        assertThat(say("show", roster + "~2").out())
                .containsPattern("accepts +removals: the roster may leave out more than removal-limit\n");
        assertThat(JSON.readTree(say("show", roster + "~2", "--json").out())
                        .path("acceptsRemovals")
                        .booleanValue())
                .isTrue();

        Path manifest = folder.resolve("home/archive/sis").resolve(id).resolve("b-docs-manifest.csv");
        Files.writeString(manifest, "changed");
        Said changed = say("again", id, "--reason", "once more");
        assertThat(changed.code()).isEqualTo(1);
        assertThat(changed.err())
                .contains(manifest + " was changed since it was archived")
                .doesNotContain("\tat ");
    }

    @Test
    void whatIsDamagedGivesOneAndSaysWhatToDo() throws IOException {
        say("run");
        JsonNode healthy = JSON.readTree(say("fsck", "--json").out());
        assertThat(healthy.path("findings")).isEmpty();
        assertThat(healthy.path("files").longValue()).isEqualTo(1);
        Path bytes;
        try (Stream<Path> files = Files.walk(folder.resolve("home/vault"))) {
            bytes = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        Path young = Files.createDirectories(folder.resolve("home/vault/00")).resolve("0".repeat(64));
        Files.writeString(young, "a batch may be storing it just now");
        Files.delete(bytes);

        Said fsck = say("fsck");
        assertThat(fsck.code()).isEqualTo(1);
        String place = folder.resolve("home").relativize(bytes).toString();
        assertThat(fsck.out())
                .contains(
                        "DAMAGE: " + place + ": is missing; the bytes of the document ",
                        "restore " + place,
                        "1 DAMAGED");
        JsonNode finding =
                JSON.readTree(say("fsck", "--json").out()).path("findings").path(0);
        assertThat(finding.path("severity").stringValue()).isEqualTo("DAMAGE");
        assertThat(finding.path("kind").stringValue()).isEqualTo("MISSING_BYTES");

        assertThat(say("fsck", "--remove-orphans").code()).isEqualTo(1);
        assertThat(young).exists();
    }

    @Test
    void theComingLooksArePrintedWithWhatTheClocksDoToThem() {
        String schedule = "--nightdrop.inboxes.sis.schedule=0 30 1-2 * * *";
        String zone = "--nightdrop.inboxes.sis.zone=America/New_York";

        Said year = say("schedule", "--next", "800", schedule, zone);
        assertThat(year.out())
                .contains("sis     0 30 1-2 * * *   America/New_York   –")
                .containsPattern(
                        "Sun 20\\d\\d-03-\\d\\d 03:00:00 -04:00 +\\S+T07:00:00.000Z +sis +the clocks leave 02:30:00 out")
                .containsPattern(
                        "Sun 20\\d\\d-11-\\d\\d 01:30:00 -04:00 +\\S+T05:30:00.000Z +sis +the clocks show 01:30:00 twice");
        assertThat(year.code()).isZero();

        Said json = say("schedule", "--json", schedule, zone);
        JsonNode root = JSON.readTree(json.out());
        assertThat(root.path("inboxes").path(0).path("zone").asString()).isEqualTo("America/New_York");
        assertThat(root.path("inboxes").path(0).path("lastLook").isNull()).isTrue();
        assertThat(root.path("looks")).hasSize(20);
        assertThat(root.path("looks").path(0).path("meant").asString()).matches("20.*T0[12]:30");

        assertUsage(say("schedule", "--inbox", "nobody"), "there is no inbox 'nobody'; there are sis");
        for (String few : List.of("0", "-3")) {
            assertUsage(say("schedule", "--next", few), "--next: " + few + " looks cannot be shown; ask for 1 or more");
        }
        assertUsage(
                say("schedule", "--nightdrop.inboxes.sis.schedule=0 0 0 31 2 *"),
                "nightdrop.inboxes.sis.schedule: '0 0 0 31 2 *' cannot be used: it never comes");
    }

    @Test
    void theLooksOfAPauseAreToldInWords() {
        String other = "--nightdrop.inboxes.b.directory=" + folder;
        String nightly = "--nightdrop.inboxes.b.schedule=0 30 2 * * *";
        assertThat(say("schedule").out())
                .containsPattern("COMING LOOK +UTC +INBOX +NOTE\nevery 30s +– +sis +from the start of 'watch' on, ");

        assertThat(say("schedule", "--next", "1", other, nightly).out().lines().skip(4))
                .satisfiesExactly(
                        header -> assertThat(header).startsWith("COMING LOOK"),
                        paused -> assertThat(paused).startsWith("every 30s  "),
                        night -> assertThat(night).contains(" 02:30:00 "));
        JsonNode root = JSON.readTree(say("schedule", "--json", other, nightly).out());
        assertThat(root.path("inboxes").path(0).path("pause").isNull()).isTrue();
        assertThat(root.path("inboxes").path(1).path("pause").asString()).isEqualTo("PT30S");
        assertThat(root.path("inboxes").path(1).path("coming").asString())
                .startsWith("every 30s, from the start of 'watch' on");
        assertThat(root.path("looks")).hasSize(20);

        say("run");
        assertThat(say("schedule").out()).containsPattern("sis +30s +– +20\\S+Z\n");
    }

    @Test
    void aLookThatWasMissedStandsBeforeTheComingOnes() throws SQLException {
        String schedule = "--nightdrop.inboxes.sis.schedule=0 30 2 1 1 *";
        String zone = "--nightdrop.inboxes.sis.zone=America/New_York";
        assertThat(say("schedule", schedule, zone).out()).doesNotContain("missed");
        inDatabase("INSERT INTO INBOX_LOOK (INBOX, SCHEDULE, WATCHED_SINCE) VALUES"
                + " ('sis', '0 30 2 1 1 * America/New_York', TIMESTAMP WITH TIME ZONE '2025-06-01 00:00:00+00:00')");

        Said late = say("schedule", "--next", "1", schedule, zone);
        assertThat(late.out().lines().skip(3))
                .as(late.out())
                .hasSize(3)
                .element(1)
                .asString()
                .matches(
                        "... \\d{4}-01-01 02:30:00 -05:00 +\\d{4}-01-01T07:30:00.000Z +sis +missed; it is had as soon as.*");
        JsonNode json = JSON.readTree(
                say("schedule", "--json", "--next", "1", schedule, zone).out());
        assertThat(json.path("inboxes").path(0).path("missed").asString()).endsWith("-01-01T07:30:00.000Z");
        assertThat(json.path("looks")).as("the coming ones").hasSize(1);
        assertThat(say("schedule", "--next", "1", schedule, zone).out())
                .as("whoever only asks changes nothing")
                .isEqualTo(late.out());

        String another = "--nightdrop.inboxes.sis.schedule=0 30 3 1 1 *";
        assertThat(say("schedule", another, zone).out()).doesNotContain("missed");

        assertThat(say("run", "--failures-ok", schedule, zone).code()).isZero();
        assertThat(say("schedule", schedule, zone).out())
                .containsPattern(
                        "sis +0 30 2 1 1 \\* +America/New_York +\\S+Z, late: it was due at \\d{4}-01-01T07:30:00.000Z")
                .doesNotContain("missed");
    }

    @Test
    void aLookThatIsDueNowStandsBeforeTheComingOnes() throws SQLException {
        String schedule = "--nightdrop.inboxes.sis.schedule=* * * * * *";
        String zone = "--nightdrop.inboxes.sis.zone=UTC";
        assertThat(say("schedule", schedule, zone).out()).doesNotContain("due");
        inDatabase("INSERT INTO INBOX_LOOK (INBOX, SCHEDULE, WATCHED_SINCE) VALUES"
                + " ('sis', '* * * * * * UTC', DATEADD(SECOND, -30, CURRENT_TIMESTAMP))");

        Said due = say("schedule", "--next", "1", schedule, zone);
        assertThat(due.out().lines().skip(3))
                .as(due.out())
                .satisfiesExactly(
                        header -> assertThat(header).startsWith("COMING LOOK"),
                        now -> assertThat(now).endsWith("sis     due now; it is had as soon as 'watch' runs, or 'run'"),
                        next -> assertThat(next).endsWith("Z   sis"));
        JsonNode json = JSON.readTree(
                say("schedule", "--json", "--next", "1", schedule, zone).out());
        Instant now = Instant.parse(json.path("inboxes").path(0).path("due").asString());
        assertThat(json.path("looks").path(0).path("at").asString()).isEqualTo(Timestamps.iso(now.plusSeconds(1)));
        assertThat(json.path("inboxes").path(0).path("missed").isNull()).isTrue();
    }

    @Test
    void aRunCanPrintJson() {
        Said run = say("run", "--json", "--failures-ok");
        assertThat(run.code()).isZero();
        assertThat(JSON.readTree(run.out()).path("drops")).hasSize(2);
    }

    @Test
    void aRejectedDropGivesFour() throws IOException {
        Files.writeString(folder.resolve("inbox/c-manifest.json"), "{\"items\":[]}");
        assertThat(say("run").code()).isEqualTo(4);
    }

    @Test
    void whatCannotBeUnderstoodGivesTwoAndOneLineThatNamesIt() {
        assertUsage(say("fly"), "fly");
        assertUsage(say(), "Which command?");
        assertUsage(say("show", "nothing-12345678"), "there is no drop 'nothing-12345678'");
        assertUsage(say("run", "--inbox", "other"), "there is no inbox 'other'; there are sis");
        assertUsage(say("run", "--nightdrop.inboxes.sis.setle=1s"), "unknown setting nightdrop.inboxes.sis.setle");
        assertUsage(
                say("run", "--nightdrop.inboxes.x.settle=1s"),
                "nightdrop.inboxes.x: cannot be used: directory or sftp is required");
        assertUsage(say("run", "--nightdrop.inboxes.x.directory=/does/not/exist"), "nightdrop.inboxes.x.directory");
        assertUsage(
                say("run", "--nightdrop.inboxes.x.directory=.", "--nightdrop.inboxes.x.schedule=0 0 25 * * *"),
                "nightdrop.inboxes.x.schedule");
        assertUsage(
                say("run", "--nightdrop.inboxes.x.directory=.", "--nightdrop.inboxes.x.max-items=0"),
                "nightdrop.inboxes.x.max-items");
        assertUsage(
                say("run", "--nightdrop.inboxes.x.directory=.", "--nightdrop.inboxes.x.operation=dance"),
                "nightdrop.inboxes.x.operation");
        assertUsage(
                say(
                        "run",
                        "--nightdrop.inboxes.x.directory=.",
                        "--nightdrop.inboxes.x.reply-to=" + folder.resolve("inbox")),
                "nightdrop.inboxes.x.reply-to");
        assertUsage(
                say("run", "--nightdrop.inboxes.x.directory=.", "--nightdrop.inboxes.x.reply-to=sftp:replies"),
                "nightdrop.inboxes.x");
        assertUsage(say("run", "--nightdrop.inboxes.a b.directory=."), "nightdrop");
    }

    @Test
    void aVariableThatIsMissingIsNamedAndNoWordsAreTakenForAPassword() throws IOException {
        String[] sftp = {
            "run",
            "--nightdrop.inboxes.x.sftp.host=127.0.0.1",
            "--nightdrop.inboxes.x.sftp.user=night",
            "--nightdrop.inboxes.x.sftp.directory=out",
            "--nightdrop.inboxes.x.sftp.known-hosts=" + Files.createFile(folder.resolve("known_hosts")),
            "--nightdrop.inboxes.x.sftp.password=${THEIR_PASSWORD}"
        };
        assertUsage(
                say(sftp),
                "nightdrop.inboxes.x.sftp.password: there is neither a variable nor a file of the name THEIR_PASSWORD");

        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        Files.writeString(secrets.resolve("THEIR_PASSWORD"), "hunter-3-secret");
        String[] withFile = Arrays.copyOf(sftp, sftp.length + 2);
        withFile[sftp.length] = "--spring.config.import=configtree:" + secrets + "/";
        withFile[sftp.length + 1] = "--nightdrop.inboxes.x.sftp.port=x";
        Said said = say(withFile);
        assertUsage(said, "nightdrop.inboxes.x.sftp.port: 'x' cannot be used");
        assertThat(said.err() + said.out()).doesNotContain("hunter-3-secret");
    }

    @Test
    void twoInboxesThatAnswerToOnePlaceGiveTwo() throws IOException {
        Path replies = Files.createDirectories(folder.resolve("replies"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), replies);
        assertUsage(
                say(
                        "run",
                        "--nightdrop.inboxes.x.directory=" + Files.createDirectories(folder.resolve("x")),
                        "--nightdrop.inboxes.sis.reply-to=" + replies,
                        "--nightdrop.inboxes.x.reply-to=" + link),
                "nightdrop.inboxes.x.reply-to: " + link + " is where the inbox 'sis' answers, too");
        assertUsage(
                say(Stream.of(
                                Stream.of("run"),
                                remote("x", "one", "sftp:replies"),
                                remote("y", "two", "sftp:./replies/"))
                        .flatMap(words -> words)
                        .toArray(String[]::new)),
                "nightdrop.inboxes.y.reply-to: sftp:./replies/ is where the inbox 'x' answers, too");
    }

    private static Stream<String> remote(String name, String directory, String replyTo) {
        String key = "--nightdrop.inboxes." + name + ".";
        return Stream.of(
                key + "sftp.host=127.0.0.1",
                key + "sftp.user=u",
                key + "sftp.password=p",
                key + "sftp.directory=" + directory,
                key + "reply-to=" + replyTo);
    }

    @Test
    void aPartnerIsCheckedAtTheStart() {
        assertUsage(
                withPartner("concurrency=1", "--nightdrop.inboxes.sis.operation=users:import"),
                "nightdrop.inboxes.sis.writer: the partner 'p' is for documents:submitBatch, and this inbox's operation is"
                        + " users:import");
        Said said = withPartner("base-url=https://me:hunter-3-secret@api.example.edu");
        assertUsage(said, "nightdrop.partners.p: cannot be used: base-url is a URL without user");
        assertThat(said.err()).doesNotContain("hunter");
        assertUsage(withPartner("max-item=3"), "unknown setting nightdrop.partners.p.max-item");
        assertUsage(
                withPartner("client-secret=${THEIR_SECRET}"),
                "nightdrop.partners.p.client-secret: there is neither a variable nor a file");
        assertUsage(
                say("run", "--nightdrop.inboxes.sis.writer=q"),
                "nightdrop.inboxes.sis.writer: 'q' is neither vault nor a partner; nightdrop.partners has none");
    }

    /** What {@code run} says with a partner as the inbox's writer, of which one setting is another. */
    private Said withPartner(String setting, String... more) {
        Map<String, String> partner = new TreeMap<>(Map.of(
                "type", "pearsana",
                "base-url", "https://api.example.edu",
                "token-url", "https://auth.example.edu/oauth2/token",
                "client-id", "nightdrop",
                "client-secret", "hunter-2-secret"));
        partner.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        Stream<String> keys =
                partner.entrySet().stream().map(one -> "--nightdrop.partners.p." + one.getKey() + "=" + one.getValue());
        return say(Stream.of(Stream.of("run", "--nightdrop.inboxes.sis.writer=p"), keys, Stream.of(more))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }

    @Test
    void whatIsInDoubtIsSettledAndWhatWasHandedOnIsListed() throws IOException {
        Path inbox = folder.resolve("inbox");
        Disk.deleteTree(inbox);
        Files.createDirectories(inbox);
        Files.writeString(inbox.resolve("a-manifest.jsonl"), """
                {"itemId":"one","externalReference":{"namespace":"SIS","externalId":"7"},"documentType":"DIPLOMA","file":"JVBERi0xLjQgJSVFT0Y="}
                """);
        String id;
        try (PartnerSimulator simulator = PartnerSimulator.start()) {
            simulator.faults().next(Target.PEARSANA, Fault.CLOSED_AFTER_REQUEST, 1);
            String base = "base-url=" + simulator.baseUrl();
            String[] partner = {
                "--nightdrop.inboxes.sis.writer=p",
                "--nightdrop.partners.p.type=pearsana",
                "--nightdrop.partners.p." + base,
                "--nightdrop.partners.p.token-url=" + simulator.tokenUrl(),
                "--nightdrop.partners.p.client-id=" + Pearsana.CLIENT_ID,
                "--nightdrop.partners.p.client-secret=" + Pearsana.CLIENT_SECRET,
            };
            Said run = say(Stream.concat(Stream.of("run"), Stream.of(partner)).toArray(String[]::new));
            assertThat(run.code()).as(run.out() + run.err()).isEqualTo(3);
            id = run.out().replaceFirst("(?s).*(a-manifest-[0-9a-f]{8}).*", "$1");
            assertThat(say("show", id).out()).contains("in doubt");
            Said resolved = say(Stream.concat(Stream.of("resolve", id, "--as-created"), Stream.of(partner))
                    .toArray(String[]::new));
            assertThat(resolved.code()).as(resolved.out() + resolved.err()).isZero();
        }
        assertUsage(say("resolve", id, "--as-failed"), "no item of sis/" + id + " is in doubt");
        assertUsage(say("resolve", id), "--resend");
        Said listed = say("disclosures", "SIS/7");
        assertThat(listed.code()).isZero();
        assertThat(listed.out()).contains("ANSWER", "created", "one", "DIPLOMA");
        assertThat(say("disclosures", "SIS/8").out()).contains("Nothing of SIS/8 was handed to a partner.");
        assertUsage(say("disclosures", "SIS"), "'SIS' is neither NAMESPACE/EXTERNALID nor a workflow's id");
    }

    @Test
    void aWrongSettingOfNotificationsIsNamedAndNoPasswordIsPrinted() throws IOException {
        String host = "--nightdrop.notify.smtp.host=127.0.0.1";
        String from = "--nightdrop.notify.from=docs@example.edu";
        assertUsage(
                say("run", host), "nightdrop: nightdrop.notify.from is required where nightdrop.notify.smtp is set");
        assertUsage(say("run", from, "--nightdrop.notify.smtp.port=25"), "nightdrop.notify.smtp.host is required");
        assertUsage(say("run", from, host, "--nightdrop.notify.smpt.x=1"), "unknown setting nightdrop.notify.smpt.x");
        assertUsage(say("run", from, host, "--nightdrop.notify.smtp.port=x"), "nightdrop.notify.smtp.port: 'x'");
        assertUsage(say("run", from, host, "--nightdrop.notify.give-up-after=x"), "nightdrop.notify.give-up-after");
        Said secret = say("run", from, host, "--nightdrop.notify.smtp.password=hunter-2-secret");
        assertUsage(secret, "nightdrop.notify.smtp.username is missing");
        assertThat(secret.err() + secret.out()).doesNotContain("hunter-2-secret");

        Path templates = Files.createDirectories(folder.resolve("templates"));
        Files.writeString(templates.resolve("body.txt"), "Dear {{aplicant}}");
        assertUsage(
                say("run", "--nightdrop.notify.templates=" + templates),
                "nightdrop: nightdrop.notify.templates: " + templates.resolve("body.txt"));
    }

    private void inDatabase(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:file:" + folder.resolve("home/db/nightdrop") + ";MODE=PostgreSQL", "nightdrop", "");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Asks for a document of each of the two workflows, as a drop of requests would have done. */
    private void ask(String dropId) throws SQLException {
        String key = "(SELECT DROP_KEY FROM NIGHT_DROP WHERE DROP_ID = '" + dropId + "')";
        for (String workflow : List.of("w_1", "w_2")) {
            String id = workflow.equals("w_1") ? "1" : "2";
            inDatabase("""
                    INSERT INTO VAULT_DOCUMENT_EVENT VALUES (%s, 0, 'rd_%s', 'DOCUMENT_FILES_REQUESTED', '%s', %s,
                      CURRENT_TIMESTAMP)""".formatted(key, id, workflow, id), """
                    INSERT INTO NOTIFICATION (NOTIFICATION_ID, DROP_KEY, WORKFLOW_ID, STATE, CREATED_AT)
                    VALUES (RANDOM_UUID(), %s, '%s', 'PENDING', CURRENT_TIMESTAMP)""".formatted(key, workflow));
        }
    }

    private String dropWithRequests() throws IOException, SQLException {
        Files.writeString(folder.resolve("inbox/c-workflows-manifest.json"), """
                {"workflows":[
                 {"workflow_id":"w_1","type":"BUSINESS_APPLICATION","state":"STARTED",
                  "applicant":{"name":"Ana Costa","email":"ana@example.edu"},
                  "required_documents":[{"required_document_id":"rd_1","document_type_code":"ID","name":"Passport","status":"ACTIVE"}]},
                 {"workflow_id":"w_2","type":"BUSINESS_APPLICATION","state":"STARTED",
                  "applicant":{"name":"Bo"},
                  "required_documents":[{"required_document_id":"rd_2","document_type_code":"ID","name":"Zeugnis","status":"ACTIVE"}]}]}
                """);
        JsonNode run = JSON.readTree(say("run", "--json").out());
        assertThat(run.path("notifications").path("waiting").longValue()).isZero();
        String id = StreamSupport.stream(run.path("drops").spliterator(), false)
                .map(drop -> drop.path("drop").path("id").stringValue())
                .filter(name -> name.startsWith("c-workflows"))
                .findFirst()
                .orElseThrow();
        ask(id);
        return id;
    }

    @Test
    void withoutAMailServerNotificationsStayInTheirTable() throws Exception {
        String id = dropWithRequests();
        assertThat(say("notifications").out()).contains("pending", "w_1", "Passport", "ana@example.edu", "sis/" + id);
        assertThat(say("report", id).code()).isZero();
        Path page = folder.resolve("home/reports/sis").resolve(id).resolve("report.html");
        assertThat(page).content().contains("Messages to applicants", "Pending");

        assertThat(say("run").out()).contains("Nothing new").contains("notifications: 2 in-app\n");

        assertThat(say("run").out()).doesNotContain("notifications");
        assertThat(say("notifications", "--workflow", "w_2").out())
                .contains("in-app", "Zeugnis")
                .doesNotContain("w_1");
        assertThat(say("notifications", "--workflow", "w_3").out()).contains("There are no such notifications.");
        JsonNode listed =
                JSON.readTree(say("notifications", "--json", "--limit", "1").out());
        assertThat(listed).hasSize(1);
        assertThat(listed.path(0).path("state").stringValue()).isEqualTo("in-app");
        assertThat(listed.path(0).path("documents")).hasSize(1);
        assertThat(say("show", id).out()).contains("notifications 2 in-app");
        assertThat(page).content().contains("In-app").doesNotContain("Pending");
    }

    @Test
    void whatWasSentAndWhatCouldNotBeIsShownEverywhere() throws Exception {
        String id = dropWithRequests();
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        try {
            Said run = say(
                    "run",
                    "--nightdrop.notify.from=docs@example.edu",
                    "--nightdrop.notify.smtp.host=127.0.0.1",
                    "--nightdrop.notify.smtp.port=" + mail.getSmtp().getPort());
            assertThat(run.out()).contains("notifications: 1 sent, 1 undeliverable\n");
            assertThat(run.code()).isZero();
            assertThat(mail.getReceivedMessages()).hasSize(1);
        } finally {
            mail.stop();
        }
        assertThat(say("show", id).out())
                .contains("notifications 1 sent, 1 undeliverable")
                .contains("undeliverable w_2  –  the workflow has no e-mail address");
        JsonNode shown = JSON.readTree(say("show", id, "--json").out()).path("notifications");
        assertThat(shown.path("sent").longValue()).isEqualTo(1);
        assertThat(shown.path("undelivered").path(0).path("workflowId").stringValue())
                .isEqualTo("w_2");
        Path report = folder.resolve("home/reports/sis").resolve(id);
        assertThat(report.resolve("report.html"))
                .content()
                .contains("Messages that could not be delivered", "w_2", "the workflow has no e-mail address");
        assertThat(report.resolve("summary.json")).content().doesNotContain("otification");
        assertThat(report.resolve("results.csv")).content().doesNotContain("otification");
    }

    @Test
    void aMailServerThatIsAwayChangesNoExitCodeAndIsNamed() throws Exception {
        dropWithRequests();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Said run = say(
                "run",
                "--nightdrop.notify.from=docs@example.edu",
                "--nightdrop.notify.smtp.host=127.0.0.1",
                "--nightdrop.notify.smtp.port=" + port);
        assertThat(run.out()).contains("notifications: ", "waiting: ", "Connection refused");
        assertThat(run.code()).isZero();
    }

    private static final String COLUMNS = "--nightdrop.inboxes.sis.columns";

    @Test
    void aMappingIsTriedOnAFileBeforeItRuns() throws IOException {
        Path export = folder.resolve("inbox/export.csv");
        Files.writeString(
                export, "Student ID,Scan,Term,Doc\u001b[2J\nS-77,x.pdf,2026-1,Degree\nS-78,x.pdf,2026-1,Letter\n");
        String[] words = {
            "check",
            "--inbox",
            "sis",
            export.toString(),
            COLUMNS + "[0].from=Student ID",
            COLUMNS + "[0].to=externalId",
            COLUMNS + "[1].to=namespace",
            COLUMNS + "[1].constant=SIS",
            COLUMNS + "[2].from=Scan",
            COLUMNS + "[2].to=itemId",
            COLUMNS + "[3].to=documentType",
            COLUMNS + "[3].constant=other",
            COLUMNS + "[4].from=Color",
            COLUMNS + "[4].to=metadata.color",
            "--nightdrop.inboxes.sis.extra-columns=ignore"
        };
        Said check = say(words);
        assertThat(check.out())
                .contains("  columns that nothing reads: Term, Doc?[2J")
                .contains("  mapped, and not in the manifest: Color")
                .contains("""
                          item 2 is read as
                            itemId                        x.pdf
                            externalReference.namespace   SIS
                            externalReference.externalId  S-78
                            documentType                  other
                        """);
        List<String> asJson = new ArrayList<>(List.of(words));
        asJson.add("--json");
        JsonNode json = JSON.readTree(say(asJson.toArray(String[]::new)).out());
        assertThat(json.path("rows")
                        .path(0)
                        .path("externalReference.externalId")
                        .asString())
                .isEqualTo("S-77");
        assertThat(json.path("ignored")).hasSize(2);
        assertThat(json.path("absent").path(0).asString()).isEqualTo("Color");
        assertThat(folder.resolve("home/vault")).doesNotExist();
    }

    @Test
    void aMappingThatCannotBeIsTheStartsFaultInOneLine() {
        assertUsage(
                say("drops", COLUMNS + "[0].from=X", COLUMNS + "[0].to=documentTyp"),
                "nightdrop.inboxes.sis.columns[0].to: 'documentTyp' is no column of documents:submitBatch, users:import,"
                        + " workflow.requiredDocument.batchRequestDocument; did you mean 'documentType'?");
        assertUsage(
                say(
                        "drops",
                        COLUMNS + "[0].from=X",
                        COLUMNS + "[0].to=externalId",
                        COLUMNS + "[1].from=Y",
                        COLUMNS + "[1].to=externalReference.externalId"),
                "nightdrop.inboxes.sis.columns[1].to: 'externalReference.externalId' is filled by columns[0] already");
        assertUsage(
                say(
                        "drops",
                        COLUMNS + "[0].from=X",
                        COLUMNS + "[0].to=email",
                        "--nightdrop.inboxes.sis.preset=slate-dip"),
                "nightdrop.inboxes.sis.columns[0].to: 'email' is no column of documents:submitBatch");
        assertUsage(
                say("drops", COLUMNS + "[0].from=X", COLUMNS + "[0].to=itemId", COLUMNS + "[0].values[0]=a=b"),
                "nightdrop.inboxes.sis.columns[0]: cannot be used: values: 'a=b' is not written as 'theirs -> ours'");
        assertUsage(
                say("drops", "--nightdrop.inboxes.sis.preset=slate"),
                "nightdrop.inboxes.sis.preset: 'slate' cannot be used: it is none of none, slate-dip, collegevine, onbase-dip,"
                        + " oneroster, canvas-users");
        assertUsage(
                say("drops", "--nightdrop.inboxes.sis.charset=windows-9"),
                "nightdrop.inboxes.sis.charset: 'windows-9' cannot be used: there is no such charset");
        assertUsage(
                say(
                        "drops",
                        "--nightdrop.inboxes.sis.preset=oneroster",
                        "--nightdrop.inboxes.sis.operation=documents:submitBatch"),
                "nightdrop.inboxes.sis.preset: oneroster is for users:import, and this inbox's operation is"
                        + " documents:submitBatch");
    }

    @Test
    void withoutAMailServerPeopleAreNotToldAndTheCommandsSaySo() throws Exception {
        String notify = "--nightdrop.inboxes.sis.notify=registrar@example.edu";
        Said run = say("run", notify);
        assertThat(run.err())
                .containsOnlyOnce(
                        "nightdrop.inboxes.sis.notify: nothing is sent, because nightdrop.notify.smtp is not set");
        assertThat(run.out()).contains("notices: 2 in-app\n");
        assertThat(run.code()).isEqualTo(3);

        Said listed = say("notices");
        assertThat(listed.out())
                .contains("ABOUT", "RECIPIENT", "in-app", "sis", "a-roster-manifest-", "registrar@example.edu");
        assertThat(listed.err()).isEmpty();
        assertThat(say("notices", "--waiting").out()).isEqualTo("There are no such notices.\n");
        assertThat(say("notices", "--inbox", "other").out()).isEqualTo("There are no such notices.\n");
        JsonNode newest = JSON.readTree(say("notices", "--json", "--limit", "1").out());
        assertThat(newest).hasSize(1);
        assertThat(newest.path(0).path("kind").stringValue()).isEqualTo("DROP");
        assertThat(newest.path(0).path("state").stringValue()).isEqualTo("in-app");
        assertThat(newest.path(0).path("recipient").stringValue()).isEqualTo("registrar@example.edu");
        String id = newest.path(0).path("drop").stringValue();
        assertThat(say("show", id).out()).contains("notice        registrar@example.edu in-app at 20");
        assertThat(JSON.readTree(say("show", id, "--json").out()).path("notices"))
                .hasSize(1);
    }

    @Test
    void peopleAreToldAndWhatCouldNotBeIsShown() throws Exception {
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        String port = "--nightdrop.notify.smtp.port=" + mail.getSmtp().getPort();
        String[] all = {
            "run",
            "--nightdrop.inboxes.sis.notify=registrar@example.edu",
            "--nightdrop.inboxes.sis.notify-of=failures",
            "--nightdrop.notify.from=docs@example.edu",
            "--nightdrop.notify.smtp.host=127.0.0.1",
            port
        };
        try {
            Said run = say(all);
            assertThat(run.out()).contains("notices: 1 sent\n");
            assertThat(run.err()).isEmpty();
            assertThat(mail.getReceivedMessages()).hasSize(1);
            assertThat(mail.getReceivedMessages()[0].getSubject())
                    .matches("Nightdrop: sis: 1 of 2 items failed \\([0-9a-f]{8}\\)");
        } finally {
            mail.stop();
        }
        Files.writeString(folder.resolve("inbox/x.pdf"), "%PDF-1.4 x");
        Files.writeString(
                folder.resolve("inbox/c-docs-manifest.csv"),
                "itemId,namespace,externalId,documentType,filename\none,SIS,nobody,DIPLOMA,x.pdf\n");
        Said away = say(all);
        assertThat(away.out()).containsPattern("notices: 1 waiting: .*Connection refused");
        assertThat(away.code()).isEqualTo(3);
        assertThat(say("notices", "--waiting").out()).contains("pending", "c-docs-manifest-", "Connection refused");
        assertUsage(say("run", "--nightdrop.inboxes.sis.notify=nobody"), "nightdrop.inboxes.sis.notify: 'nobody': ");
    }

    @Test
    void aMailServerThatTakesNothingIsNotAskedForEachKindOfMail() throws Exception {
        dropWithRequests();
        Files.writeString(folder.resolve("inbox/x.pdf"), "%PDF-1.4 x");
        Files.writeString(
                folder.resolve("inbox/d-docs-manifest.csv"),
                "itemId,namespace,externalId,documentType,filename\none,SIS,S-77,DIPLOMA,x.pdf\n");
        // who has no address is undeliverable or waits, as he is told first or last: so he gets one
        Files.writeString(folder.resolve("inbox/e-workflows-manifest.json"), """
                {"workflows":[{"workflow_id":"w_2","type":"BUSINESS_APPLICATION","state":"STARTED",
                  "applicant":{"name":"Bo","email":"bo@example.edu"},"required_documents":[]}]}
                """);
        try (ScriptedMailServer server = new ScriptedMailServer()) {
            server.answer("EHLO", ScriptedMailServer.HANG_UP);
            Said run = say(
                    "run",
                    "--nightdrop.inboxes.sis.notify=registrar@example.edu",
                    "--nightdrop.notify.from=docs@example.edu",
                    "--nightdrop.notify.smtp.host=127.0.0.1",
                    "--nightdrop.notify.smtp.port=" + server.port());
            assertThat(run.out()).contains("notifications: 2 waiting: ", "notices: 2 waiting: ");
            assertThat(run.code()).isZero();
            assertThat(server.connections()).as("the first try and two more").isEqualTo(3);
        }
    }

    private static void assertUsage(Said said, String telling) {
        assertThat(said.err()).contains(telling).doesNotContain("\tat ");
        assertThat(said.code()).isEqualTo(2);
    }

    @Test
    void allCommandsAndOptionsAreInTheTablesOfTheDocuments() throws IOException {
        List<String> commands = Pattern.compile("(?m)^  ([a-z]+)  ")
                .matcher(say("--help").out())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(commands).contains("run", "schedule", "resolve", "disclosures", "export");
        for (String command : commands) {
            List<String> options = Pattern.compile("--[a-z-]+")
                    .matcher(say(command, "--help").out())
                    .results()
                    .map(MatchResult::group)
                    .filter(option -> !List.of("--help", "--version", "--json").contains(option))
                    .toList();
            for (String page : List.of("README.md", "docs/operating.md")) {
                assertThat(Files.readAllLines(Path.of(page)))
                        .as("%s %s in %s", command, options, page)
                        .filteredOn(line -> line.matches("\\| `" + command + "[ `].*"))
                        .isNotEmpty()
                        .satisfies(rows -> assertThat(options).allSatisfy(option -> assertThat(String.join("\n", rows))
                                .contains(option)));
            }
        }
    }

    @Test
    void helpNeedsNoContainer() {
        Said help = say("--help");
        assertThat(help.code()).isZero();
        assertThat(help.out())
                .contains(
                        "run",
                        "watch",
                        "check",
                        "drops",
                        "show",
                        "report",
                        "notifications",
                        "notices",
                        "why",
                        "documents",
                        "export")
                .contains("restart", "again", "fsck");
        assertThat(folder.resolve("home")).doesNotExist();
    }
}
