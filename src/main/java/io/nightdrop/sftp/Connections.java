package io.nightdrop.sftp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one server: opened when needed, used again while they are well, never more at once than allowed. One that failed is
 * not used again; one that lay idle is tried before it is used, and closed when nobody needs it.
 */
final class Connections implements AutoCloseable {

    /** Opens a new connection. */
    @FunctionalInterface
    interface Opener {
        Connection open() throws IOException;
    }

    /** What is done with a connection; who leaves something half done on it abandons it. */
    @FunctionalInterface
    interface Use<T> {
        T with(Connection connection) throws IOException;
    }

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
    private static final Duration IDLE_AT_MOST = Duration.ofSeconds(60);

    /** A server that let one more of us in no longer is not asked for that again so soon. */
    private static final Duration CROWDED = Duration.ofSeconds(15);

    /** So long one of ours may be awaited when none is given back; the watchdog ends those that stall much sooner. */
    private static final Duration WAIT_AT_MOST = Duration.ofMinutes(30);

    private final Opener opener;
    private final Duration triedAfter;
    private final Duration trialTimeout;
    private final Semaphore places;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Set<Connection> all = new HashSet<>();
    private final Set<Object> openings = new HashSet<>();
    private final Thread watchdog;
    private boolean closed;
    private long lastGivenBack = System.nanoTime();
    private @Nullable Refusal refusal;

    /** The server had no place for one more connection. */
    private record Refusal(ConnectionFailedException reason, long at) {
        boolean isRecent() {
            return passed(at) < CROWDED.toNanos();
        }
    }

    /**
     * @param most how many there may be at once
     * @param stallTimeout the shortest patience with a server, after which a wait is noticed soon
     * @param triedAfter how long a connection may lie idle and be used again without a trial
     * @param trialTimeout how long the server has for the answer to a trial
     */
    Connections(Opener opener, int most, Duration stallTimeout, Duration triedAfter, Duration trialTimeout) {
        this.opener = opener;
        this.places = new Semaphore(most, true);
        this.triedAfter = triedAfter;
        this.trialTimeout = trialTimeout;
        Duration tenth = stallTimeout.dividedBy(10);
        this.watchdog = watchdog(tenth.compareTo(LONGEST_TICK) < 0 ? tenth : LONGEST_TICK);
    }

    private Thread watchdog(Duration tick) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            Thread.sleep(Math.max(1, tick.toMillis()));
                            look();
                        }
                    } catch (InterruptedException closing) {
                        Thread.currentThread().interrupt();
                    }
                },
                "sftp-watchdog");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void look() {
        snapshot().forEach(Connection::giveUpWhenStalled);
        drained().forEach(Connection::close);
    }

    private synchronized List<Connection> snapshot() {
        return new ArrayList<>(all);
    }

    private synchronized List<Connection> drained() {
        List<Connection> old = idle.stream()
                .filter(connection ->
                        !connection.isUsable() || connection.idle().compareTo(IDLE_AT_MOST) > 0)
                .toList();
        idle.removeAll(old);
        all.removeAll(old);
        return old;
    }

    /**
     * Does something with a connection; waits when all are in use. Must not be called from within a use.
     *
     * @throws IOException what the use threw, or there is no connection to be had
     */
    <T> T use(Use<T> use) throws IOException {
        try {
            places.acquire();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for a connection");
        }
        try {
            Connection connection = take();
            try {
                return use.with(connection);
            } finally {
                giveBack(connection);
            }
        } finally {
            places.release();
        }
    }

    /** A server may let in fewer than are allowed here: then one of ours that are there already is awaited. */
    private Connection take() throws IOException {
        long start = System.nanoTime();
        while (true) {
            Connection known = wellFromIdle();
            if (known != null) {
                return known;
            }
            Refusal recent = recentRefusal();
            if (recent != null) {
                awaitOneOfOurs(recent, start);
                continue;
            }
            try {
                return opened();
            } catch (ConnectionFailedException failed) {
                if (!isThereAnother(failed)) {
                    throw failed;
                }
            }
        }
    }

    private @Nullable Connection wellFromIdle() {
        for (Connection connection = fromIdle(); connection != null; connection = fromIdle()) {
            if (connection.isUsable() && (connection.idle().compareTo(triedAfter) < 0 || answers(connection))) {
                return connection;
            }
            discard(connection);
        }
        return null;
    }

    private Connection opened() throws IOException {
        Object opening = new Object();
        synchronized (this) {
            openings.add(opening);
        }
        try {
            Connection fresh = opener.open();
            if (!added(fresh)) {
                fresh.close();
                throw closing();
            }
            return fresh;
        } finally {
            synchronized (this) {
                openings.remove(opening);
                notifyAll();
            }
        }
    }

    private static ConnectionFailedException closing() {
        return new ConnectionFailedException(false, "Nightdrop is closing its connections", null);
    }

    /** Whether one of ours is there, also when it only came up while this one failed. */
    private synchronized boolean isThereAnother(ConnectionFailedException failed) throws InterruptedIOException {
        Set<Object> meanwhile = new HashSet<>(openings);
        while (!closed && all.isEmpty() && !meanwhile.isEmpty()) {
            await(LONGEST_TICK);
            meanwhile.retainAll(openings);
        }
        if (closed || all.isEmpty()) {
            return false;
        }
        refusal = new Refusal(failed, System.nanoTime());
        return true;
    }

    private synchronized @Nullable Refusal recentRefusal() {
        return !all.isEmpty() && refusal != null && refusal.isRecent() ? refusal : null;
    }

    /** Ends early when there is one, when none is left, and when it is time to ask the server again. */
    private synchronized void awaitOneOfOurs(Refusal recent, long start) throws IOException {
        while (!closed && idle.isEmpty() && !all.isEmpty() && recent.isRecent()) {
            if (Math.min(passed(start), passed(lastGivenBack)) > WAIT_AT_MOST.toNanos()) {
                throw recent.reason();
            }
            await(LONGEST_TICK);
        }
        if (closed) {
            throw closing();
        }
    }

    /** Its callers look again afterwards. */
    @SuppressWarnings("WaitNotInLoop")
    private synchronized void await(Duration most) throws InterruptedIOException {
        try {
            wait(most.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for a connection");
        }
    }

    private static long passed(long since) {
        return System.nanoTime() - since;
    }

    private boolean answers(Connection connection) {
        try {
            connection.call(trialTimeout, client -> client.canonicalPath("."));
            return true;
        } catch (IOException stale) {
            return false;
        }
    }

    private synchronized @Nullable Connection fromIdle() {
        return idle.pollLast();
    }

    private synchronized boolean added(Connection connection) {
        return !closed && all.add(connection);
    }

    private void giveBack(Connection connection) {
        synchronized (this) {
            lastGivenBack = System.nanoTime();
        }
        if (!connection.isUsable() || !kept(connection)) {
            discard(connection);
        }
    }

    private synchronized boolean kept(Connection connection) {
        notifyAll();
        return !closed && idle.add(connection);
    }

    private void discard(Connection connection) {
        connection.abandon();
        synchronized (this) {
            all.remove(connection);
            notifyAll();
        }
    }

    /** Ends all connections, also those in use. */
    @Override
    public void close() {
        watchdog.interrupt();
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        snapshot().forEach(Connection::abandon);
    }
}
