package io.nightdrop.sftp;

import io.nightdrop.settings.SftpSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpErrorDataHandler;
import org.apache.sshd.sftp.client.SftpVersionSelector;
import org.apache.sshd.sftp.client.impl.AbstractSftpClient;
import org.apache.sshd.sftp.common.SftpConstants;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.sftp.session.DefaultSftpSessionFactory;

/** Opens connections to one server and says in one line why it cannot. */
final class Connector implements AutoCloseable {

    private final SftpSettings settings;
    private final RefusedLogins refused;
    private final SshClient client;
    private final DefaultSftpSessionFactory sessions;
    private volatile List<KeyPair> keys = List.of();

    Connector(SftpSettings settings, RefusedLogins refused) {
        this.settings = settings;
        this.refused = refused;
        this.client = SshClients.create(settings, () -> keys);
        this.sessions = new Sessions(client);
        sessions.setHost(settings.host());
        sessions.setPort(settings.port());
        sessions.setUser(settings.user());
        sessions.setTimeout((int) settings.connectTimeout().toMillis());
        // The version that every server speaks, so that all servers are spoken to alike.
        sessions.setSftpVersionSelector(SftpVersionSelector.fixedVersionSelector(SftpConstants.SFTP_V3));
    }

    /** Closes the connection when SFTP cannot be started on it; its parent leaves it open. */
    private static final class Sessions extends DefaultSftpSessionFactory {
        Sessions(SshClient client) {
            super(client, false);
        }

        @Override
        protected SftpClient createSftpClient(
                ClientSession session, SftpVersionSelector versions, SftpErrorDataHandler errors) throws IOException {
            try {
                return super.createSftpClient(session, versions, errors);
            } catch (IOException | RuntimeException failed) {
                session.close(true);
                throw failed;
            }
        }
    }

    /**
     * Connects, checks the server's key, logs in and starts SFTP.
     *
     * @throws HostKeyException the server's key is not trusted; no login was tried
     * @throws LoginRefusedException the server does not let the user in, or did not a moment ago; or the private key cannot be read
     * @throws ConnectionFailedException everything else
     */
    Connection open() throws IOException {
        Path file = settings.privateKey();
        if (file != null) {
            keys = new PrivateKeyFile(file, settings.passphrase()).load();
        }
        RefusedLogins.Basis basis = refused.check();
        try {
            AbstractSftpClient sftp = (AbstractSftpClient) sessions.getSession().getClientInstance();
            AtomicLong received = sftp.getClientSession().getIoSession().getAttribute(SshClients.RECEIVED)
                            instanceof AtomicLong counter
                    ? counter
                    : new AtomicLong();
            refused.forget();
            return new Connection(settings.login(), sftp, received, settings.stallTimeout());
        } catch (IllegalStateException failed) {
            throw explained(basis, failed);
        }
    }

    private IOException explained(RefusedLogins.Basis basis, Throwable failure) {
        HostKeyException hostKey = cause(failure, HostKeyException.class);
        if (hostKey != null) {
            return hostKey;
        }
        InterruptedIOException interrupted = cause(failure, InterruptedIOException.class);
        if (interrupted != null && !(interrupted instanceof SocketTimeoutException)) {
            Thread.currentThread().interrupt();
            return interrupted;
        }
        SshException ssh = cause(failure, SshException.class);
        if (ssh != null && ssh.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
            return refused.add(
                    basis,
                    settings.login() + " is refused: the server does not accept the "
                            + (settings.privateKey() == null ? "password" : "private key " + settings.privateKey()),
                    failure);
        }
        return new ConnectionFailedException(
                false, "Cannot connect to " + settings.login() + ": " + reason(failure), failure);
    }

    private String reason(Throwable failure) {
        if (cause(failure, UnresolvedAddressException.class) != null
                || cause(failure, UnknownHostException.class) != null) {
            return "unknown host";
        }
        if (cause(failure, TimeoutException.class) != null || cause(failure, SocketTimeoutException.class) != null) {
            return "no answer within " + Reasons.text(settings.connectTimeout());
        }
        for (Class<? extends Throwable> network : List.of(ConnectException.class, NoRouteToHostException.class)) {
            Throwable refused = cause(failure, network);
            if (refused != null) {
                return String.valueOf(refused.getMessage());
            }
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Reasons.of(root);
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    @Override
    public void close() {
        client.stop();
    }
}
