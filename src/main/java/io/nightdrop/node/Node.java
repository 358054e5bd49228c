package io.nightdrop.node;

import io.nightdrop.database.DatabaseKind;
import io.nightdrop.database.HomeLock;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * This process among those that share the database. On PostgreSQL it holds a lease on the database's clock and renews it six
 * times in its length; when it could not for longer than that, it is dead and goes on as another node. The embedded H2
 * belongs to one process, so there the lock on home says all that a lease could.
 */
@Component
public class Node implements SmartLifecycle {

    /** Told when this process has lost its lease: whatever it works on must end, and cannot commit. */
    public record LeaseLost() {}

    /** Told when this process becomes a node, and when another one was found dead: it may have left something open. */
    public record Changed() {}

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int BEATS_IN_A_LEASE = 6;
    private static final int SIGN_OFF_SECONDS = 2;

    private final JdbcTemplate jdbc;
    private final boolean embedded;
    private final boolean runs;
    private final HomeLock lock;
    private final Duration lease;
    private final NodeLocks locks;
    private final HomeIdentity home;
    private final ApplicationEventPublisher events;
    private final String host = host();
    private volatile UUID id = UUID.randomUUID();
    private volatile long renewedAt;
    private volatile boolean running;
    private @Nullable ScheduledExecutorService heart;
    private @Nullable Future<?> beats;

    Node(
            JdbcTemplate jdbc,
            DatabaseKind database,
            HomeLock lock,
            NightdropSettings settings,
            HomeIdentity home,
            ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.embedded = database.isEmbedded();
        this.runs = lock.mayRun();
        this.lock = lock;
        this.lease = settings.lease();
        this.locks = new NodeLocks(settings.home().resolve("nodes"));
        this.home = home;
        this.events = events;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }

    /** Who this process is; another one after it lost its lease. */
    public UUID id() {
        return id;
    }

    /** Whether this process may run drops; on the embedded database nobody else may at the same time. */
    public boolean mayRun() {
        return runs;
    }

    /** Another process that runs drops here, for people: {@code process 4711}; empty when there is none. */
    public Optional<String> other() throws IOException {
        if (embedded) {
            return lock.otherRunner();
        }
        return others().stream()
                .filter(other -> !isDead(other))
                .findFirst()
                .map(other -> "process " + other.pid() + " on " + other.host());
    }

    private record Other(UUID id, String host, long pid, boolean expired) {}

    private List<Other> others() {
        return jdbc.query(
                "SELECT NODE_ID, HOST, PID, EXPIRES_AT <= CURRENT_TIMESTAMP FROM NIGHT_NODE WHERE NODE_ID <> ?"
                        + " ORDER BY STARTED_AT",
                (row, number) ->
                        new Other(row.getObject(1, UUID.class), row.getString(2), row.getLong(3), row.getBoolean(4)),
                id);
    }

    /** Its lease has run out, or its process ran on this host and does not hold its lock any more. */
    private boolean isDead(Other other) {
        return other.expired() || (other.host().equals(host) && locks.isFree(other.id()));
    }

    /** How long a node that says nothing counts as alive. */
    public Duration lease() {
        return lease;
    }

    /**
     * Before an effect outside the database: whether the lease still holds, by a clock that never jumps and goes on while the
     * process is frozen.
     *
     * @throws LeaseLostException when it does not
     */
    public void ensureAlive() {
        if (!embedded && System.nanoTime() - renewedAt > lease.toNanos()) {
            throw new LeaseLostException("The lease was not renewed for " + lease.toSeconds() + " s");
        }
    }

    @Override
    public void start() {
        running = true;
        if (!runs) {
            return;
        }
        if (embedded) {
            jdbc.update("DELETE FROM NIGHT_NODE"); // the lock on home is ours, so they are dead
            register();
            return;
        }
        home.check();
        register();
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "lease");
            thread.setDaemon(true);
            return thread;
        });
        long pause = lease.toMillis() / BEATS_IN_A_LEASE;
        beats = executor.scheduleWithFixedDelay(this::beat, pause, pause, TimeUnit.MILLISECONDS);
        heart = executor;
    }

    private void register() {
        UUID next = UUID.randomUUID();
        if (!embedded) {
            hold(next);
        }
        long now = System.nanoTime();
        jdbc.update(
                "INSERT INTO NIGHT_NODE (NODE_ID, HOST, PID, SESSION_NAME, STARTED_AT, EXPIRES_AT) VALUES (?, ?, ?, "
                        + (embedded ? "NULL" : "current_setting('application_name')") + ", CURRENT_TIMESTAMP, "
                        + (embedded ? "TIMESTAMP WITH TIME ZONE '9999-12-31 00:00:00+00:00')" : expiry() + ")"),
                next,
                host,
                ProcessHandle.current().pid());
        renewedAt = now;
        id = next;
        events.publishEvent(new Changed());
    }

    private void hold(UUID node) {
        try {
            locks.hold(node);
        } catch (IOException failure) {
            throw new UncheckedIOException("The folder " + locks.folder() + " cannot be written to", failure);
        }
    }

    private String expiry() {
        return "CURRENT_TIMESTAMP + " + lease.toMillis() + " * INTERVAL '1 millisecond'";
    }

    /** Renews the lease unless it has run out: a lease that ran out is never taken up again. */
    private void beat() {
        try {
            long now = System.nanoTime();
            int renewed = jdbc.update(
                    "UPDATE NIGHT_NODE SET EXPIRES_AT = " + expiry()
                            + " WHERE NODE_ID = ? AND EXPIRES_AT > CURRENT_TIMESTAMP",
                    id);
            if (renewed == 1) {
                renewedAt = now;
                return;
            }
            LOG.error(
                    "This process could not renew its lease of {} s in time, because it was frozen or cut off; what it worked on"
                            + " belongs to others now",
                    lease.toSeconds());
            UUID before = id;
            register();
            locks.release(before);
            events.publishEvent(new LeaseLost());
        } catch (DataAccessException | TransactionException | UncheckedIOException away) {
            LOG.warn("The lease could not be renewed: {}", away.getMessage());
        }
    }

    /**
     * Forgets the nodes that are dead. A process that is only frozen may sit in a transaction with nothing left but its commit,
     * so its database sessions are ended first.
     */
    void reap() {
        if (!embedded) {
            others().stream().filter(this::isDead).map(Other::id).forEach(this::bury);
        }
    }

    private void bury(UUID dead) {
        LOG.info("The node {} is dead", dead);
        jdbc.queryForList(
                "SELECT pg_terminate_backend(a.pid, 5000) FROM pg_stat_activity a JOIN NIGHT_NODE n"
                        + " ON n.SESSION_NAME = a.application_name"
                        + " WHERE n.NODE_ID = ? AND a.datname = current_database() AND a.pid <> pg_backend_pid()"
                        + " AND NOT EXISTS (SELECT 1 FROM NIGHT_NODE alive WHERE alive.SESSION_NAME = n.SESSION_NAME"
                        + " AND alive.EXPIRES_AT > CURRENT_TIMESTAMP AND alive.NODE_ID <> n.NODE_ID)",
                Boolean.class,
                dead);
        jdbc.update("DELETE FROM NIGHT_NODE WHERE NODE_ID = ?", dead);
        locks.forget(dead);
        events.publishEvent(new Changed());
    }

    @Override
    public void stop() {
        running = false;
        ScheduledExecutorService executor = heart;
        if (executor != null) {
            if (beats != null) {
                beats.cancel(false);
            }
            signOff(executor);
            executor.shutdown();
            heart = null;
        }
        if (runs) {
            locks.release(id);
        }
    }

    /** So that nobody has to wait for the lease to run out; not at any price, as the database may be away. */
    private void signOff(ScheduledExecutorService executor) {
        Future<?> signedOff = executor.submit(() -> {
            jdbc.update("UPDATE INBOX_CLAIM SET NODE_ID = NULL WHERE NODE_ID = ?", id);
            jdbc.update("DELETE FROM NIGHT_NODE WHERE NODE_ID = ?", id);
        });
        try {
            signedOff.get(SIGN_OFF_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException away) {
            LOG.debug("The node could not sign off", away);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Begins before what works, and ends after it. */
    @Override
    public int getPhase() {
        return 0;
    }
}
