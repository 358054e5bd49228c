package io.nightdrop.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.SettableClock;
import io.nightdrop.settings.SftpSettings;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and whom we let near: keys of users and of servers. */
class LoginsTests {

    private static final String PASSPHRASE = "correct horse";

    @TempDir
    Path temporary;

    private final SettableClock clock = new SettableClock();
    private MinaServer server;
    private Path knownHosts;

    @BeforeEach
    void startServer() throws IOException {
        server = new MinaServer(Files.createDirectory(temporary.resolve("server")));
        server.start();
        knownHosts = temporary.resolve("known_hosts");
        Files.writeString(
                knownHosts, "# nobody\n\nother.example.edu,192.0.2.1 " + hostKey() + here() + " " + hostKey());
    }

    @AfterEach
    void stopServer() throws IOException {
        server.stop();
    }

    private String here() {
        return "[127.0.0.1]:" + server.port();
    }

    private String hostKey() throws IOException {
        return Files.readString(TestKeys.publicHalf(server.hostKey()));
    }

    private String otherKey() throws IOException {
        return Files.readString(TestKeys.publicHalf(TestKeys.ed25519(temporary.resolve("other"))));
    }

    private void logIn(@Nullable Path key, @Nullable String passphrase, @Nullable String password) throws IOException {
        try (SftpServer client = client(server, key, passphrase, password)) {
            assertThat(client.folder().exists("nothing")).isFalse();
        }
    }

    private SftpServer client(
            TestServer server, @Nullable Path key, @Nullable String passphrase, @Nullable String password) {
        return new SftpServer(settings(server, key, passphrase, password), clock, clock);
    }

    private SftpSettings settings(
            TestServer server, @Nullable Path key, @Nullable String passphrase, @Nullable String password) {
        return new SftpSettings(
                "127.0.0.1",
                server.port(),
                server.user(),
                server.directory(),
                "archive",
                key,
                passphrase,
                password,
                knownHosts,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                1);
    }

    private void logIn() throws IOException {
        logIn(server.userKey(), null, null);
    }

    // Keys of users

    static boolean isInstalled() throws InterruptedException {
        try {
            TestKeys.run("sh", "-c", "command -v ssh-keygen");
            return true;
        } catch (IOException missing) {
            return false;
        }
    }

    static Stream<List<String>> keyFiles() {
        List<List<String>> kinds = new ArrayList<>();
        for (String passphrase : List.of("", PASSPHRASE)) {
            kinds.add(List.of("-t", "ed25519", "-N", passphrase));
            for (String type : List.of("rsa", "ecdsa")) {
                kinds.add(List.of("-t", type, "-N", passphrase));
                kinds.add(List.of("-t", type, "-m", "PEM", "-N", passphrase));
                kinds.add(List.of("-t", type, "-m", "PKCS8", "-N", passphrase));
            }
        }
        kinds.add(List.of("-t", "ecdsa", "-b", "521", "-N", ""));
        return kinds.stream();
    }

    @ParameterizedTest
    @MethodSource("keyFiles")
    @EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's ssh-keygen is not installed")
    void everyKindOfKeyFileOpens(List<String> kind) throws Exception {
        Path key = temporary.resolve("key");
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-f", key.toString()));
        command.addAll(kind);
        TestKeys.run(command.toArray(String[]::new));
        server.authorize(TestKeys.publicHalf(key));
        String passphrase = kind.get(kind.size() - 1);

        logIn(key, passphrase, null);

        if (!passphrase.isEmpty()) {
            for (String wrong : new String[] {"wrong", ""}) {
                assertThatThrownBy(() -> logIn(key, wrong, null))
                        .isInstanceOf(LoginRefusedException.class)
                        .hasMessageContaining(key.toString())
                        .hasMessageContaining("passphrase")
                        .hasMessageNotContaining(PASSPHRASE);
            }
        }
    }

    @Test
    void aKeyThatIsNotThereOrNoKeyIsNamed() throws IOException {
        Path none = temporary.resolve("none");
        assertThatThrownBy(() -> logIn(none, null, null))
                .isInstanceOf(LoginRefusedException.class)
                .hasMessage("The private key " + none + " is not there");
        Path text = Files.writeString(temporary.resolve("text"), "no key");
        assertThatThrownBy(() -> logIn(text, null, null))
                .isInstanceOf(LoginRefusedException.class)
                .hasMessageContaining("no private key");
        assertThat(server.logins()).isZero();
    }

    @Test
    void aPasswordOpens() throws IOException {
        logIn(null, null, MinaServer.PASSWORD);
    }

    @Test
    void aRefusedLoginIsToldWithoutItsSecret() throws IOException {
        assertThatThrownBy(() -> logIn(null, null, "guess"))
                .isInstanceOf(LoginRefusedException.class)
                .hasMessage(
                        "sender@127.0.0.1:" + server.port() + " is refused: the server does not accept the password."
                                + " It is tried again from 2026-09-01T02:31:00.000Z on");
        assertThat(server.logins())
                .as("not by each method that takes a password")
                .isEqualTo(1);

        Path stranger = TestKeys.ed25519(temporary.resolve("stranger"));
        assertThatThrownBy(() -> logIn(stranger, null, null))
                .isInstanceOf(LoginRefusedException.class)
                .hasMessageContaining("does not accept the private key " + stranger);
    }

    private static String refusal(SftpServer client) {
        try {
            client.folder().exists("nothing");
        } catch (LoginRefusedException refused) {
            return String.valueOf(refused.getMessage());
        } catch (IOException other) {
            throw new AssertionError(other);
        }
        throw new AssertionError("the login was accepted");
    }

    @Test
    void aRefusedLoginIsNotTriedAgainForAGrowingTime() {
        try (SftpServer client = client(server, null, null, "guess")) {
            int tries = 0;
            for (int minutes : new int[] {1, 2, 4, 8, 16, 30, 30}) {
                String refusal = refusal(client);
                assertThat(server.logins()).isEqualTo(++tries);
                clock.pass(Duration.ofMinutes(minutes).minusSeconds(1));
                assertThat(refusal(client)).isEqualTo(refusal);
                assertThat(server.logins())
                        .as("%d minutes after a try", minutes)
                        .isEqualTo(tries);
                assertThat(refusal)
                        .contains(" from " + Timestamps.iso(clock.instant().plusSeconds(1)) + " on");
                clock.pass(Duration.ofSeconds(1));
            }
        }
    }

    @Test
    void refusalsOfLoginsThatWereUnderWayAtOnceCountAsOne() throws IOException {
        RefusedLogins refused = new RefusedLogins(settings(server, server.userKey(), null, null), clock, clock);
        RefusedLogins.Basis basis = refused.check();
        for (int i = 0; i < 4; i++) {
            assertThat(refused.add(basis, "no", new IOException()))
                    .hasMessage("no. It is tried again from 2026-09-01T02:31:00.000Z on");
        }
        clock.pass(Duration.ofMinutes(1));
        assertThat(refused.check()).isEqualTo(basis);
    }

    @Test
    void aNewKeyIsTriedAtOnceAndALoginEndsTheSeries() throws IOException {
        Path key = TestKeys.ed25519(temporary.resolve("key"));
        try (SftpServer client = client(server, key, null, null)) {
            refusal(client);
            clock.pass(Duration.ofMinutes(1));
            refusal(client);
            assertThat(server.logins()).isEqualTo(2);

            Files.delete(key);
            TestKeys.ed25519(key);
            Files.setLastModifiedTime(key, FileTime.fromMillis(0));
            refusal(client);
            assertThat(server.logins()).isEqualTo(3);

            clock.pass(Duration.ofMinutes(1));
            server.authorize(TestKeys.publicHalf(key));
            assertThat(client.folder().exists("nothing")).isFalse();
        }
    }

    @Test
    void aServerThatHadEnoughOfTriesHasRefusedTheLogin() throws IOException {
        server.stop();
        server.allowTries(1);
        server.start();
        Path stranger = TestKeys.ed25519(temporary.resolve("stranger"));
        try (SftpServer client = client(server, stranger, null, null)) {
            assertThat(refusal(client)).contains("does not accept the private key " + stranger);
        }
    }

    @Test
    void theLastWordsOfAServerAreTextAndNothingThatATerminalObeys() {
        server.hangUp("too many logins\u001B[2J\nand more");
        assertThatThrownBy(this::logIn)
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageEndingWith("too many logins?[2J?and more")
                .satisfies(failed -> {
                    StringWriter trace = new StringWriter();
                    failed.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("\u001B");
                });
    }

    static boolean isServerInstalled() {
        return OpenSshServer.program() != null;
    }

    @Test
    @EnabledIf(value = "isServerInstalled", disabledReason = "OpenSSH's sshd is not installed")
    void anOpenSshServerThatHadEnoughOfTriesHasRefusedTheLogin() throws Exception {
        OpenSshServer openSsh = new OpenSshServer(Files.createDirectory(temporary.resolve("openssh")));
        openSsh.set("MaxAuthTries 1");
        openSsh.start();
        Path stranger = TestKeys.ed25519(temporary.resolve("stranger"));
        Files.writeString(knownHosts, "[127.0.0.1]:" + openSsh.port() + " " + openSsh.hostKeyLine());
        try (SftpServer client = client(openSsh, stranger, null, null)) {
            assertThat(refusal(client)).contains("does not accept the private key " + stranger);
        } finally {
            openSsh.stop();
        }
    }

    // Keys of servers

    private HostKeyException refused() {
        try {
            logIn();
        } catch (HostKeyException refused) {
            assertThat(server.logins()).as("logins").isZero();
            assertThat(refused.getMessage()).doesNotContain("\n").contains(refused.presented());
            return refused;
        } catch (IOException other) {
            throw new AssertionError(other);
        }
        throw new AssertionError("the host key was accepted");
    }

    private String fingerprint() throws IOException {
        PublicKeyEntry entry = PublicKeyEntry.parsePublicKeyEntry(hostKey().trim());
        return HostKey.of(entry.getKeyType(), entry.getKeyData()).fingerprint();
    }

    @Test
    void anUnknownHostKeyIsRefusedBeforeAnyLogin() throws Exception {
        Files.writeString(knownHosts, "127.0.0.1 " + hostKey() + "other.example.edu " + hostKey());
        HostKeyException refused = refused();
        assertThat(refused.problem()).isEqualTo(HostKeyException.Problem.UNKNOWN);
        assertThat(refused.presented()).isEqualTo(fingerprint());
        assertThat(refused.known()).isEmpty();
        assertThat(refused).hasMessageContaining("ssh-keyscan -p " + server.port() + " 127.0.0.1 >> " + knownHosts);

        Files.delete(knownHosts);
        assertThat(refused().problem()).isEqualTo(HostKeyException.Problem.UNKNOWN);
        assertThat(knownHosts).doesNotExist();
    }

    @Test
    void aChangedHostKeyIsRefusedBeforeAnyLogin() throws IOException {
        String other = otherKey();
        Files.writeString(knownHosts, here() + " " + other);
        HostKeyException refused = refused();
        assertThat(refused.problem()).isEqualTo(HostKeyException.Problem.CHANGED);
        assertThat(refused.presented()).isEqualTo(fingerprint());
        assertThat(refused.known()).hasSize(1).doesNotContain(fingerprint());
        assertThat(refused).hasMessageContaining(refused.known().get(0));
        assertThat(Files.readString(knownHosts)).as("is not touched").isEqualTo(here() + " " + other);
    }

    @Test
    void aRevokedHostKeyIsRefusedAlsoWhenItIsTrustedOnAnotherLine() throws IOException {
        Files.writeString(knownHosts, here() + " " + hostKey() + "@revoked " + here() + " " + hostKey());
        assertThat(refused().problem()).isEqualTo(HostKeyException.Problem.REVOKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "[*]:*",
                "127.0.0.?",
                "127.0.0.1",
                "[127.0.0.1]:22",
                "other.example.edu,127.*",
                "*,![127.0.0.1]:22",
                "*,!127.0.0.1"
            })
    void aRevokedHostKeyIsRefusedOnEveryPort(String hosts) throws IOException {
        Files.writeString(knownHosts, here() + " " + hostKey() + "@revoked " + hosts + "   " + hostKey());
        assertThat(refused().problem()).isEqualTo(HostKeyException.Problem.REVOKED);
    }

    @Test
    @EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's ssh-keygen is not installed")
    void aRevokedHostKeyIsRefusedAlsoWhenItsHostIsHashed() throws Exception {
        Files.writeString(knownHosts, "127.0.0.1 " + hostKey());
        TestKeys.run("ssh-keygen", "-q", "-H", "-f", knownHosts.toString());
        Files.writeString(knownHosts, here() + " " + hostKey() + "@revoked " + Files.readString(knownHosts));
        assertThat(refused().problem()).isEqualTo(HostKeyException.Problem.REVOKED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "other.*", "[*.example.edu]:*"})
    void aKeyThatIsRevokedForOthersIsTrusted(String hosts) throws IOException {
        String except = "*,!" + here();
        Files.writeString(
                knownHosts,
                here() + " " + hostKey() + "@revoked " + hosts + " " + hostKey() + "@revoked " + except + " "
                        + hostKey());
        logIn();
    }

    @Test
    void aKeyIsReadAgainForEachConnection() throws IOException {
        String trusted = Files.readString(knownHosts);
        Files.writeString(knownHosts, "");
        refused();
        Files.writeString(knownHosts, trusted);
        logIn();
    }

    @Test
    void linesThatCannotBeReadAreSkipped() throws IOException {
        Files.writeString(knownHosts, "nonsense\n@ x\n|1|x|y ssh-rsa AAAA\n" + here() + " " + hostKey());
        logIn();
    }

    @Test
    @EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's ssh-keygen is not installed")
    void hashedHostsAreKnown() throws Exception {
        TestKeys.run("ssh-keygen", "-q", "-H", "-f", knownHosts.toString());
        assertThat(Files.readString(knownHosts)).contains("|1|").doesNotContain("127.0.0.1");
        logIn();
    }

    @Test
    @EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's ssh-keygen is not installed")
    void fingerprintsAreThoseThatSshPrints() throws Exception {
        String printed = TestKeys.run(
                "ssh-keygen", "-l", "-f", TestKeys.publicHalf(server.hostKey()).toString());
        assertThat(printed).contains(fingerprint());
    }

    @Test
    @EnabledIf(value = "isInstalled", disabledReason = "OpenSSH's ssh-keygen is not installed")
    void aServerWithSeveralKeysIsAskedForTheOneThatIsKnown() throws Exception {
        for (String type : List.of("ecdsa", "rsa")) {
            Path second = temporary.resolve("host-" + type);
            TestKeys.run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", second.toString());
            server.stop();
            server.alsoShow(second);
            server.start();
            Files.writeString(knownHosts, here() + " " + hostKey());
            logIn();
            Files.writeString(knownHosts, here() + " " + Files.readString(TestKeys.publicHalf(second)));
            logIn();
        }
    }
}
