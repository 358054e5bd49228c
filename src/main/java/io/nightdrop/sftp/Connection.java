package io.nightdrop.sftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.impl.AbstractSftpClient;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server, for one thread at a time. Every request goes through {@link #call}, so that somebody else can
 * see how long the server has owed an answer, and end it: the client itself would wait for ten minutes.
 */
final class Connection {

    /** A request to the server. */
    @FunctionalInterface
    interface Call<T> {
        T on(AbstractSftpClient client) throws IOException;
    }

    /** A request to the server that answers nothing. */
    @FunctionalInterface
    interface Command {
        void on(AbstractSftpClient client) throws IOException;
    }

    /**
     * So many bytes are a sign of life though no answer is complete: an answer of 32 KiB comes slowly over a slow line. A server whose
     * disk hangs still sends some bytes now and then, to keep the connection.
     */
    private static final long SIGN_OF_LIFE = 1024;

    private final String name;
    private final AbstractSftpClient client;
    private final ClientSession session;
    private final AtomicLong received;
    private final Duration stallTimeout;

    private volatile boolean broken;
    private volatile boolean stalled;
    private volatile long idleSince = System.nanoTime();
    private @Nullable Wait wait;

    /** An answer that the server owes. */
    private static final class Wait {
        final Duration patience;
        long since = System.nanoTime();
        long received;

        Wait(Duration patience, long received) {
            this.patience = patience;
            this.received = received;
        }
    }

    /**
     * @param name what messages call it
     * @param received counts the bytes that come from the server
     * @param stallTimeout how long the server may send nothing while it owes an answer
     */
    Connection(String name, AbstractSftpClient client, AtomicLong received, Duration stallTimeout) {
        this.name = name;
        this.stallTimeout = stallTimeout;
        this.client = client;
        this.session = client.getClientSession();
        this.received = received;
    }

    /** Asks the server and waits for its answer with the usual patience. */
    <T> T call(Call<T> call) throws IOException {
        return call(stallTimeout, call);
    }

    /**
     * Asks the server and waits for its answer.
     *
     * @param patience how long the server may send nothing
     * @throws SftpException the server says no; the connection is well
     * @throws ConnectionFailedException the connection is of no use any more
     */
    <T> T call(Duration patience, Call<T> call) throws IOException {
        if (broken) {
            throw lost(null);
        }
        begin(new Wait(patience, received.get()));
        try {
            return call.on(client);
        } catch (SftpException said) {
            SftpException no = plain(said);
            if (no.getStatus() == SftpConstants.SSH_FX_CONNECTION_LOST
                    || no.getStatus() == SftpConstants.SSH_FX_NO_CONNECTION) {
                throw lost(no);
            }
            throw no;
        } catch (InterruptedIOException interrupted) {
            abandon();
            Thread.currentThread().interrupt();
            throw interrupted;
        } catch (IOException | RuntimeException failed) {
            throw lost(failed);
        } finally {
            begin(null);
        }
    }

    /** What the server says, as it may be printed. */
    private static SftpException plain(SftpException said) {
        SftpException no = new SftpException(said.getStatus(), Reasons.of(said));
        no.setStackTrace(said.getStackTrace());
        return no;
    }

    private synchronized void begin(@Nullable Wait next) {
        wait = next;
        idleSince = System.nanoTime();
    }

    private ConnectionFailedException lost(@Nullable Throwable cause) {
        Duration patience = stalled ? overdue() : null;
        abandon();
        return new ConnectionFailedException(
                true,
                patience == null
                        ? "The connection to " + name + " is lost" + (cause == null ? "" : ": " + Reasons.of(cause))
                        : "The connection to " + name + " was given up: the server sent nothing for "
                                + Reasons.text(patience),
                cause);
    }

    private synchronized @Nullable Duration overdue() {
        return wait == null ? null : wait.patience;
    }

    /** Ends the connection when its server has owed an answer for too long; whoever waits for it fails. */
    void giveUpWhenStalled() {
        if (isStalled()) {
            stalled = true;
            abandon();
        }
    }

    private synchronized boolean isStalled() {
        if (wait == null || stalled) {
            return false;
        }
        long now = System.nanoTime();
        long bytes = received.get();
        if (bytes - wait.received >= SIGN_OF_LIFE) {
            wait.since = now;
            wait.received = bytes;
        }
        return now - wait.since > wait.patience.toNanos();
    }

    /** Whether it can be used again, as far as can be seen from here. */
    boolean isUsable() {
        return !broken && client.isOpen() && session.isOpen();
    }

    Duration idle() {
        return Duration.ofNanos(System.nanoTime() - idleSince);
    }

    /** Ends it at once, whatever is under way; may be called twice. */
    void abandon() {
        broken = true;
        session.close(true);
    }

    /** Says good-bye without waiting for the server. */
    void close() {
        broken = true;
        session.close(false);
    }
}
