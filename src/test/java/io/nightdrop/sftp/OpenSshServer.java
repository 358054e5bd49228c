package io.nightdrop.sftp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** OpenSSH's own server, where the machine has it, with keys and settings of its own. */
public final class OpenSshServer implements TestServer {

    private final Path home;
    private final Path hostKey;
    private final Path userKey;
    private final int port;
    private final List<String> more = new ArrayList<>();
    private @Nullable Process process;

    /** A server that keeps its keys and settings in that folder; it serves all of the machine. */
    public OpenSshServer(Path home) throws IOException {
        this.home = home;
        this.hostKey = TestKeys.ed25519(home.resolve("host"));
        this.userKey = TestKeys.ed25519(home.resolve("user"));
        Files.createDirectories(folder());
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
    }

    /** One more line of its settings, from its next start on. */
    void set(String line) {
        more.add(line);
    }

    /** The program, or null where there is none. */
    public static @Nullable Path program() {
        return Stream.of("/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Path separation = Path.of("/run/sshd");
        if ("root".equals(user()) && !Files.isDirectory(separation)) {
            Files.createDirectory(separation);
        }
        Path settings = home.resolve("sshd_config");
        List<String> lines = new ArrayList<>(List.of(
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + hostKey,
                "AuthorizedKeysFile " + TestKeys.publicHalf(userKey),
                "PidFile none",
                "UsePAM no",
                "StrictModes no",
                "PermitRootLogin yes",
                "PasswordAuthentication no",
                "MaxStartups 100",
                "Subsystem sftp internal-sftp"));
        lines.addAll(more);
        Files.write(settings, lines);
        process = new ProcessBuilder(
                        Objects.requireNonNull(program()).toString(), "-D", "-e", "-f", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("sshd.log").toFile())
                .start();
        awaitPort();
    }

    private void awaitPort() throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException notYet) {
                Thread.sleep(25);
            }
        }
        throw new IOException("sshd does not start: " + Files.readString(home.resolve("sshd.log")));
    }

    @Override
    public void stop() throws InterruptedException {
        Process running = Objects.requireNonNull(process);
        List<ProcessHandle> sessions = running.descendants().toList();
        running.destroy();
        running.waitFor();
        sessions.forEach(ProcessHandle::destroy);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return System.getProperty("user.name");
    }

    @Override
    public Path folder() {
        return home.resolve("inbox");
    }

    @Override
    public String nameOf(Path folder) {
        return folder.toString();
    }

    @Override
    public Path hostKey() {
        return hostKey;
    }

    @Override
    public Path userKey() {
        return userKey;
    }
}
