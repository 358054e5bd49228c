package io.nightdrop.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.settings.SftpSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Names that only OpenSSH hands over as they are: as bytes. */
@EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's sshd is not installed")
class UnreadableNamesTests {

    static boolean isInstalled() {
        return OpenSshServer.program() != null;
    }

    @Test
    void aNameThatIsNotUtf8IsToldInAFormForPeopleAndTheOthersAreListed(@TempDir Path home) throws Exception {
        OpenSshServer server = new OpenSshServer(home);
        Path folder = Files.createDirectory(server.folder().resolve("night"));
        Files.writeString(folder.resolve("Zeugnis für M.pdf"), "good");
        TestKeys.run(
                "bash",
                "-c",
                "printf latin > \"$0\"/$'Zeugnis f\\xfcr M.pdf'; mkdir \"$0\"/$'f\\xfc'",
                folder.toString());
        server.start();
        Path knownHosts = home.resolve("known_hosts");
        Files.writeString(
                knownHosts,
                "[127.0.0.1]:" + server.port() + " " + Files.readString(TestKeys.publicHalf(server.hostKey())));
        SftpSettings settings = new SftpSettings(
                "127.0.0.1",
                server.port(),
                server.user(),
                server.directory(),
                "archive",
                server.userKey(),
                null,
                null,
                knownHosts,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                1);
        try (SftpServer client = new SftpServer(settings, Clock.systemUTC(), System::nanoTime)) {
            List<RemoteFile> files = new ArrayList<>();
            client.folder().list(entered -> true, files::add);
            assertThat(files)
                    .extracting(RemoteFile::path, RemoteFile::kind)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("night/Zeugnis für M.pdf", RemoteFile.Kind.FILE),
                            org.assertj.core.groups.Tuple.tuple(
                                    "night/Zeugnis f\\xFCr M.pdf", RemoteFile.Kind.UNREADABLE_NAME),
                            org.assertj.core.groups.Tuple.tuple("night/f\\xFC", RemoteFile.Kind.UNREADABLE_NAME));
        } finally {
            server.stop();
            TestKeys.run("rm", "-r", folder.toString()); // Java cannot name what is in it
        }
    }
}
