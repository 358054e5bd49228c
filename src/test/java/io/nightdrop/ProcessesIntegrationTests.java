package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.partner.simulator.Fault;
import io.nightdrop.partner.simulator.Pearsana;
import io.nightdrop.partner.simulator.SimulatorProcess;
import io.nightdrop.partner.simulator.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes in one home: one runs drops, others look. */
@Timeout(300)
class ProcessesIntegrationTests {

    @TempDir
    private Path folder;

    /** Where the database is; nothing for the embedded one. */
    private final List<String> database = new ArrayList<>();

    private String schedule = "200ms";

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // they only start and end
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.nightdrop.NightdropApplication"));
        command.addAll(List.of(words));
        command.add("--spring.config.location=classpath:/");
        command.add("--nightdrop.home=" + folder.resolve("home"));
        command.add("--nightdrop.inboxes.sis.directory=" + Files.createDirectories(folder.resolve("inbox")));
        command.add("--nightdrop.inboxes.sis.settle=0s");
        command.add("--nightdrop.inboxes.sis.schedule=" + schedule);
        command.addAll(database);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String readUntil(BufferedReader reader, String part) throws IOException {
        StringBuilder read = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            read.append(line).append('\n');
            if (line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("'" + part + "' never came:\n" + read);
    }

    @Test
    void whileOneWatchesOthersLookAndNoSecondOneRuns() throws Exception {
        Process watch = start("watch");
        try (BufferedReader log = watch.inputReader(StandardCharsets.UTF_8)) {
            readUntil(log, "Watching sis");
            Files.writeString(
                    folder.resolve("inbox/roster-manifest.csv"),
                    "namespace,externalId,email,firstName,lastName,roleName\nSIS,1,a@example.edu,A,B,student\n");
            readUntil(log, "COMPLETED, 1 succeeded, 0 failed");

            Process drops = start("drops");
            assertThat(new String(drops.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("roster-manifest-", "COMPLETED");
            assertThat(drops.waitFor()).isZero();

            Process second = start("run");
            assertThat(new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("another Nightdrop works in", "runs as process " + watch.pid());
            assertThat(second.waitFor()).isEqualTo(1);

            watch.destroy();
            assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            watch.destroyForcibly();
        }
        Process afterwards = start("run");
        assertThat(new String(afterwards.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("Nothing new");
        assertThat(afterwards.waitFor()).isZero();
    }

    @Test
    void whileOneWatchesAnotherChecksAndLeavesDropsToIt() throws Exception {
        workBesideTheOneThatWatches(
                watch -> "process " + watch.pid() + " runs drops in this home",
                watch -> "runs as process " + watch.pid());
    }

    /** There both are nodes, and the inbox is free between two looks. */
    @Test
    void onPostgresTheOtherDoesTheDropItself() throws Exception {
        schedule = "10s"; // between two looks there is room for the other
        database.add("--spring.profiles.active=postgres");
        TestHome.newPostgres().forEach((key, value) -> database.add("--" + key + "=" + value));
        workBesideTheOneThatWatches(
                watch -> "COMPLETED: 1 of 1 items succeeded", watch -> "process " + watch.pid() + " on ");
        assertThat(say(2, "run", "--nightdrop.home=" + folder.resolve("another")))
                .contains("the database belongs to another home than ");
    }

    private void workBesideTheOneThatWatches(Function<Process, String> again, Function<Process, String> removal)
            throws Exception {
        Process watch = start("watch");
        try (BufferedReader log = watch.inputReader(StandardCharsets.UTF_8)) {
            readUntil(log, "Watching sis");
            Files.writeString(
                    folder.resolve("inbox/roster-manifest.csv"),
                    "namespace,externalId,email,firstName,lastName,roleName\nSIS,1,a@example.edu,A,B,student\n");
            String done = readUntil(log, "COMPLETED, 1 succeeded, 0 failed");
            String id = done.replaceFirst(".*sis: (\\S+) COMPLETED.*", "$1");

            assertThat(say(0, "fsck")).contains("no damage; 0 unfinished, 0 harmless");
            assertThat(say(0, "again", id, "--reason", "to see it"))
                    .contains(id + "~2: ")
                    .contains(again.apply(watch));
            if (database.isEmpty()) {
                readUntil(log, id + "~2 COMPLETED, 1 succeeded, 0 failed");
            }
            assertThat(say(database.isEmpty() ? 1 : 2, "fsck", "--remove-orphans"))
                    .contains(removal.apply(watch));
        } finally {
            watch.destroyForcibly().waitFor();
        }
    }

    private String say(int code, String... words) throws Exception {
        Process process = start(words);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(code);
        return said;
    }

    @Test
    void aStopInTheMiddleOfADropEndsItsBatchAndTheNextStartGoesOn() throws Exception {
        StringBuilder roster = new StringBuilder("namespace,externalId,email,firstName,lastName,roleName\n");
        for (int i = 0; i < 100_000; i++) {
            roster.append("SIS,").append(i).append(",a@example.edu,A,B,student\n");
        }
        Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(folder.resolve("inbox/roster-manifest.csv"), roster);
        Process watch = start("watch", "--logging.level.io.nightdrop.job=debug");
        StringBuilder said = new StringBuilder();
        try (BufferedReader log = watch.inputReader(StandardCharsets.UTF_8)) {
            readUntil(log, "batch of 25 written");
            watch.toHandle().destroy(); // unlike Process.destroy, leaves its output open
            log.lines().filter(line -> !line.contains("batch of 25")).forEach(line -> said.append(line)
                    .append('\n'));
            assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            watch.destroyForcibly();
        }
        assertThat(said).contains("STOPPED; it goes on at the next start").doesNotContain("Exception");
        Process drops = start("drops", "--outcome", "STOPPED");
        assertThat(new String(drops.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("100,000");
    }

    /** The partner has the request, and answers long after everything was told to stop. */
    @Test
    void aStopWaitsForTheAnswerToARequestUnderWay() throws Exception {
        Path ledger = folder.resolve("ledger.jsonl");
        try (SimulatorProcess partner = SimulatorProcess.start(ledger, "--late=PT4S")) {
            partner.next(Target.PEARSANA, Fault.LATE_ANSWER, 1);
            Process watch = start(
                    "watch",
                    "--nightdrop.inboxes.sis.writer=p",
                    "--nightdrop.inboxes.sis.scopes=pearsana-partner/partners.documents:write,"
                            + "pearsana-partner/partners.externalRefs:read",
                    "--nightdrop.partners.p.type=pearsana",
                    "--nightdrop.partners.p.base-url=" + partner.baseUrl(),
                    "--nightdrop.partners.p.token-url=" + partner.tokenUrl(),
                    "--nightdrop.partners.p.client-id=" + Pearsana.CLIENT_ID,
                    "--nightdrop.partners.p.client-secret=" + Pearsana.CLIENT_SECRET);
            try {
                StringBuilder manifest = new StringBuilder();
                for (int i = 0; i < 30; i++) {
                    manifest.append("{\"itemId\":\"i" + i
                            + "\",\"externalReference\":{\"namespace\":\"SIS\",\"externalId\":\"7\"},"
                            + "\"documentType\":\"DIPLOMA\",\"file\":\"JVBERi0xLjQgJSVFT0Y=\"}\n");
                }
                Files.writeString(folder.resolve("inbox/a-manifest.jsonl"), manifest);
                while (documents(partner) == 0) {
                    assertThat(watch.isAlive()).isTrue();
                    Thread.sleep(20);
                }
                watch.toHandle().destroy();
                String said = new String(watch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(watch.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(said)
                        .contains("STOPPED; it goes on at the next start")
                        .doesNotContain("in doubt");
            } finally {
                watch.destroyForcibly();
            }
            assertThat(documents(partner)).as("nothing more was sent").isEqualTo(25);
        }
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:file:" + folder.resolve("home/db/nightdrop") + ";MODE=PostgreSQL", "nightdrop", "");
                Statement statement = connection.createStatement();
                ResultSet succeeded =
                        statement.executeQuery("SELECT COUNT(*) FROM BATCH_ITEM_RESULT WHERE CODE IS NULL")) {
            succeeded.next();
            assertThat(succeeded.getInt(1)).isEqualTo(25);
        }
    }

    private static int documents(SimulatorProcess partner) throws IOException {
        return partner.ledger().stream()
                .mapToInt(request -> request.items().size())
                .sum();
    }

    /** A mail server that takes connections and never says a word. */
    @Test
    void aMailServerThatNeverAnswersHoldsUpNeitherADropNorTheStop() throws Exception {
        Files.createDirectories(folder.resolve("inbox"));
        Files.writeString(folder.resolve("inbox/a-manifest.jsonl"), """
                {"workflow_id":"w_1","type":"T","state":"STARTED","applicant":{"name":"Ana","email":"a@example.edu"},"required_documents":[]}
                """);
        assertThat(start("run").waitFor()).isZero();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:file:" + folder.resolve("home/db/nightdrop") + ";MODE=PostgreSQL", "nightdrop", "");
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO NOTIFICATION (NOTIFICATION_ID, DROP_KEY, WORKFLOW_ID, STATE, CREATED_AT)
                    SELECT RANDOM_UUID(), DROP_KEY, 'w_1', 'PENDING', CURRENT_TIMESTAMP FROM NIGHT_DROP""");
        }
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Process watch = start(
                    "watch",
                    "--nightdrop.notify.from=docs@example.edu",
                    "--nightdrop.notify.smtp.host=127.0.0.1",
                    "--nightdrop.notify.smtp.port=" + silent.getLocalPort(),
                    "--nightdrop.notify.smtp.timeout=10m");
            StringBuilder said = new StringBuilder();
            try (Socket held = silent.accept();
                    BufferedReader log = watch.inputReader(StandardCharsets.UTF_8)) {
                assertThat(held.isConnected()).isTrue();
                Files.writeString(
                        folder.resolve("inbox/roster-manifest.csv"),
                        "namespace,externalId,email,firstName,lastName,roleName\nSIS,1,a@example.edu,A,B,student\n");
                readUntil(log, "COMPLETED, 1 succeeded, 0 failed");

                watch.toHandle().destroy();
                log.lines().forEach(line -> said.append(line).append('\n'));
                assertThat(watch.waitFor(20, TimeUnit.SECONDS)).isTrue();
            } finally {
                watch.destroyForcibly();
            }
            assertThat(said).contains("did not answer within 2 s").doesNotContain("Exception");
        }
        Process listed = start("notifications");
        assertThat(new String(listed.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("pending", "w_1", "a@example.edu");
    }
}
