package io.nightdrop.sftp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.config.keys.AuthorizedKeysAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.common.SftpHelper;
import org.apache.sshd.sftp.server.DirectoryHandle;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpErrorStatusDataHandler;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpSubsystemEnvironment;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** Apache MINA SSHD in this JVM. */
public final class MinaServer implements TestServer {

    static final String PASSWORD = "open sesame";

    /** What it says when it refuses to list a folder: it would clear a terminal. */
    private static final String NO = "no\u001B[2J";

    private final Path home;
    private final Path hostKey;
    private final Path userKey;
    private final List<Path> hostKeys = new ArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();
    private SshServer server = SshServer.setUpDefaultServer();
    private int port;
    private int tries = 20;
    private volatile String refused = "";
    private volatile String lastWords = "";

    /** A server whose root is that folder; its keys lie there, too. */
    public MinaServer(Path home) throws IOException {
        this.home = home;
        this.hostKey = TestKeys.ed25519(home.resolve("host"));
        hostKeys.add(hostKey);
        this.userKey = TestKeys.ed25519(home.resolve("user"));
        authorize(TestKeys.publicHalf(userKey));
        Files.createDirectories(folder());
    }

    /** Lets the owner of that key in. */
    void authorize(Path publicKey) throws IOException {
        Files.copy(publicKey, authorizedKeys(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Gives the server one more key, from its next start on. */
    void alsoShow(Path key) {
        hostKeys.add(key);
    }

    private Path authorizedKeys() {
        return home.resolve("authorized_keys");
    }

    /** Hangs up with these words on whoever shows a key. */
    void hangUp(String words) {
        lastWords = words;
    }

    /** Hangs up after so many tries of one login, from its next start on. */
    void allowTries(int most) {
        tries = most;
    }

    /** Refuses to list folders of that name, for no reason that the protocol knows. */
    void refuseToList(String folder) {
        refused = folder;
    }

    /** How often somebody tried to log in. */
    int logins() {
        return logins.get();
    }

    @Override
    public void start() throws IOException {
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, tries);
        server.setPort(port);
        server.setKeyPairProvider(new FileKeyPairProvider(hostKeys));
        server.setFileSystemFactory(new VirtualFileSystemFactory(home));
        SftpSubsystemFactory sftp = new SftpSubsystemFactory.Builder()
                .withSftpErrorStatusDataHandler(new SftpErrorStatusDataHandler() {
                    @Override
                    public String resolveErrorMessage(
                            SftpSubsystemEnvironment environment,
                            int id,
                            Throwable failure,
                            int status,
                            int command,
                            Object... arguments) {
                        return NO.equals(failure.getMessage()) ? NO : SftpHelper.resolveStatusMessage(status);
                    }
                })
                .build();
        sftp.addSftpEventListener(new SftpEventListener() {
            @Override
            public void opening(ServerSession session, String remoteHandle, Handle localHandle) throws IOException {
                if (localHandle instanceof DirectoryHandle
                        && localHandle.getFile().endsWith(refused)
                        && !refused.isEmpty()) {
                    throw new IOException(NO);
                }
            }
        });
        server.setSubsystemFactories(List.of(sftp));
        AuthorizedKeysAuthenticator keys = new AuthorizedKeysAuthenticator(authorizedKeys());
        server.setPublickeyAuthenticator((user, key, session) -> {
            logins.incrementAndGet();
            if (!lastWords.isEmpty()) {
                hangUp(session);
                return false;
            }
            synchronized (keys) { // who asks while another one reads the file would find no keys
                return keys.authenticate(user, key, session);
            }
        });
        server.setPasswordAuthenticator((user, password, session) -> {
            logins.incrementAndGet();
            return PASSWORD.equals(password);
        });
        server.start();
        port = server.getPort();
    }

    private void hangUp(ServerSession session) {
        try {
            session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, lastWords);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void stop() throws IOException {
        server.stop(true);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return "sender";
    }

    @Override
    public Path folder() {
        return home.resolve("inbox");
    }

    @Override
    public String nameOf(Path folder) {
        return "/" + home.relativize(folder);
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
