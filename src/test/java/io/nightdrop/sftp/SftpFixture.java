package io.nightdrop.sftp;

import io.nightdrop.settings.SftpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A server, a line to it that can be bad, and a client at its other end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SftpFixture {

    static final Duration STALL = Duration.ofMillis(600);

    /** Long enough for a machine that has much else to do. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private Path temporary;
    TestServer server;
    FaultProxy line;
    SftpServer client;
    RemoteFolder folder;
    Path here;

    abstract TestServer server(Path home) throws IOException;

    @BeforeAll
    void startServer(@TempDir Path folder) throws Exception {
        temporary = folder;
        server = server(Files.createDirectory(temporary.resolve("server")));
        server.start();
    }

    @AfterAll
    void stopServer() throws Exception {
        server.stop();
    }

    @BeforeEach
    void connect() throws IOException {
        here = Files.createTempDirectory(temporary, "here");
        line = new FaultProxy(server.port());
        client = client(Duration.ofSeconds(5), PATIENCE);
        folder = client.folder();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        line.close();
        try (Stream<Path> all = Files.walk(server.folder())) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!path.equals(server.folder())) {
                    Files.delete(path);
                }
            }
        }
    }

    SftpServer client(Duration triedAfter, Duration stallTimeout) throws IOException {
        return new SftpServer(
                settings(line.port(), Duration.ofSeconds(15), stallTimeout),
                triedAfter,
                Clock.systemUTC(),
                System::nanoTime);
    }

    /** From now on a server that sends nothing is given up soon. */
    void hurry() throws IOException {
        waitFor(STALL);
    }

    /** From now on a server that sends nothing for so long is given up. */
    void waitFor(Duration stall) throws IOException {
        client.close();
        client = client(Duration.ofSeconds(5), stall);
        folder = client.folder();
    }

    SftpSettings settings(int port, Duration connectTimeout, Duration stallTimeout) throws IOException {
        Path knownHosts = temporary.resolve("known_hosts");
        Files.writeString(
                knownHosts, "[127.0.0.1]:" + port + " " + Files.readString(TestKeys.publicHalf(server.hostKey())));
        return new SftpSettings(
                "127.0.0.1",
                port,
                server.user(),
                server.directory(),
                "archive",
                server.userKey(),
                null,
                null,
                knownHosts,
                connectTimeout,
                stallTimeout,
                4);
    }

    Path put(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Path file = server.folder().resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.write(file, bytes);
    }

    RemoteFile seen(String path) throws IOException {
        return Objects.requireNonNull(folder.stat(path));
    }

    Map<String, RemoteFile> listed() throws IOException {
        Map<String, RemoteFile> all = new TreeMap<>();
        folder.list(entered -> true, file -> all.put(file.path(), file));
        return all;
    }
}
