package io.nightdrop.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Look;
import io.nightdrop.result.CorrectionChain;
import io.nightdrop.result.Drop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The night of docs/operating.md against OpenSSH's server; the sender has OpenSSH's {@code sftp} command and nothing else: a roster, documents
 * of which one comes late and one is cut in the middle, the answers fetched, the corrections put back.
 */
@EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's sshd or sftp is not installed")
@NightdropIntegrationTest
class SftpNightIntegrationTests {

    private static final Path SFTP = Path.of("/usr/bin/sftp");

    @Autowired
    private Sender sender;

    @Autowired
    private CorrectionChain chain;

    @TempDir
    private Path folder;

    private OpenSshServer server;
    private FaultProxy line;
    private Path knownHosts;
    private Inbox inbox;

    static boolean isInstalled() {
        return OpenSshServer.program() != null && Files.isExecutable(SFTP);
    }

    @BeforeEach
    void aServerAndAnInbox() throws Exception {
        server = new OpenSshServer(Files.createDirectory(folder.resolve("server")));
        server.start();
        line = new FaultProxy(server.port());
        knownHosts = folder.resolve("known_hosts");
        Files.write(
                knownHosts,
                Stream.of(server.port(), line.port())
                        .map(port -> "[127.0.0.1]:" + port + " " + hostKeyLine())
                        .toList());
        inbox = sender.remoteInbox(Map.of(
                "sftp.host",
                "127.0.0.1",
                "sftp.port",
                Integer.toString(line.port()),
                "sftp.user",
                server.user(),
                "sftp.directory",
                server.directory() + "/outgoing",
                "sftp.private-key",
                server.userKey().toString(),
                "sftp.known-hosts",
                knownHosts.toString(),
                "wait-for-companions",
                "12h",
                "reply-to",
                "sftp:" + server.directory() + "/replies"));
    }

    private String hostKeyLine() {
        try {
            return server.hostKeyLine();
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    @AfterEach
    void stop() throws Exception {
        line.close();
        server.stop();
    }

    /** What the sender types. */
    private String sftp(String... commands) throws IOException, InterruptedException {
        Path batch = folder.resolve("batch");
        Files.write(batch, List.of(commands));
        return TestKeys.run(
                SFTP.toString(),
                "-b",
                batch.toString(),
                "-P",
                Integer.toString(server.port()),
                "-i",
                server.userKey().toString(),
                "-o",
                "UserKnownHostsFile=" + knownHosts,
                "-o",
                "StrictHostKeyChecking=yes",
                server.user() + "@127.0.0.1:" + server.directory());
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Path pdf(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        System.arraycopy("%PDF-1.4 ".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 9);
        return Files.write(folder.resolve(name), bytes);
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
        }
    }

    @Test
    void aNight() throws Exception {
        sftp("mkdir outgoing", "mkdir replies");
        Path roster = file("a-roster-manifest.csv", """
                namespace,externalId,email,firstName,lastName,roleName
                SIS,0041873,maya@example.edu,Maya,Lindqvist,student
                """);
        sftp(
                "put " + roster + " outgoing/a-roster-manifest.csv.part",
                "rename outgoing/a-roster-manifest.csv.part" + " outgoing/a-roster-manifest.csv");
        assertThat(sender.runOne(inbox).standing()).isEqualTo("COMPLETED");

        Path manifest = file("b-documents-manifest.csv", """
                itemId,namespace,externalId,documentType,filename
                1,SIS,0041873,OFFICIAL_TRANSCRIPT,transcript.pdf
                2,SIS,0041873,DIPLOMA,diploma.pdf
                3,SIS,41873,DIPLOMA,diploma-2.pdf
                """);
        sftp("put " + manifest + " outgoing", "put " + pdf("transcript.pdf", 3_000) + " outgoing");
        Look look = sender.look(inbox);
        assertThat(look.ready()).isEmpty();
        assertThat(look.waiting().get(0).reason()).contains("not there: diploma.pdf, diploma-2.pdf");

        sftp("put " + pdf("diploma.pdf", 3_000_000) + " outgoing", "put " + pdf("diploma-2.pdf", 4_000) + " outgoing");
        line.cutOnceDownAfter(1_500_000);
        Drop documents = sender.runOne(inbox);
        assertThat(documents.standing()).isEqualTo("COMPLETED_WITH_FAILURES");
        assertThat(documents.succeeded()).isEqualTo(2);
        assertThat(line.connections()).as("one was cut").isGreaterThan(1);

        Path answers = Files.createDirectory(folder.resolve("answers"));
        sftp("get replies/" + documents.name() + ".* " + answers);
        String start = documents.name() + ".";
        assertThat(names(answers))
                .containsExactlyInAnyOrder(
                        start + "received.json",
                        start + "response.json",
                        start + "results.csv",
                        start + "corrections.csv",
                        start + "summary.json");
        Path corrections = answers.resolve(start + "corrections.csv");
        assertThat(corrections)
                .content()
                .contains("NOT_FOUND")
                .contains("SIS,41873")
                .doesNotContain("0041873");

        Files.writeString(corrections, Files.readString(corrections).replace("SIS,41873", "SIS,0041873"));
        sftp("put " + folder.resolve("diploma-2.pdf") + " outgoing", "put " + corrections + " outgoing");
        Drop corrected = sender.runOne(inbox);
        assertThat(corrected.standing()).isEqualTo("COMPLETED");
        assertThat(chain.of(corrected)).hasValue(new CorrectionChain.Correction(documents, 1, 1));
        assertThat(sftp("ls -1 replies/" + corrected.name() + ".*")).contains(corrected.name() + ".summary.json");
        assertThat(names(server.folder().resolve("outgoing"))).containsExactly("archive");
    }
}
