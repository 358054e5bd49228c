package io.nightdrop.database;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.MethodExecutionContext;
import net.ttddyy.dsproxy.listener.MethodExecutionListener;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;

/**
 * Lets one transaction at a time write to the embedded database, of all threads and processes. A transaction passes with its
 * first statement that writes, and is through when it has been committed or rolled back. Reading never waits. On PostgreSQL
 * the gate stands open.
 *
 * <p>H2 2.4.240 writes its maps to the file one after another, and a transaction of another thread that goes on meanwhile is in
 * some of them and not in others. Is the process killed before the next writing, then what is left of such a transaction
 * stays in the tables, or is missing in some (decision 0012).
 *
 * <p>Who holds a lock of its own while it writes goes between {@link #lock} and {@link #unlock}, so that all take the gate first:
 * a transaction that is through may need that lock.
 */
public final class WriteGate {

    /** Far longer than any transaction takes; to say so is better than to wait for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final HomeLock home;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Set<String> through = ConcurrentHashMap.newKeySet();
    private @Nullable FileLock amongProcesses;

    WriteGate(HomeLock home) {
        this(home, PATIENCE);
    }

    WriteGate(HomeLock home, Duration patience) {
        this.home = home;
        this.patience = patience;
    }

    /** Its connections pass the gate; all statements of a transaction are to come from one thread. */
    DataSource before(DataSource source) {
        if (!home.isEmbedded()) {
            return source;
        }
        return ProxyDataSourceBuilder.create(source instanceof HikariDataSource pool ? new LostDatabase(pool) : source)
                .listener(new Statements())
                .methodListener(new Ends())
                .build();
    }

    private final class Statements implements QueryExecutionListener {

        @Override
        public void beforeQuery(ExecutionInfo execution, List<QueryInfo> statements) {
            if (statements.stream().anyMatch(statement -> writes(statement.getQuery()))) {
                enter(execution.getConnectionId());
            }
        }

        @Override
        public void afterQuery(ExecutionInfo execution, List<QueryInfo> statements) {
            if (through.contains(execution.getConnectionId()) && isAutoCommit(execution)) {
                leave(execution.getConnectionId());
            }
        }

        private static boolean isAutoCommit(ExecutionInfo execution) {
            try {
                return execution.getStatement().getConnection().getAutoCommit();
            } catch (SQLException closed) {
                return false; // closing it leaves
            }
        }
    }

    private final class Ends implements MethodExecutionListener {

        @Override
        public void beforeMethod(MethodExecutionContext context) {
            // nothing: a transaction that ends is through already
        }

        @Override
        public void afterMethod(MethodExecutionContext context) {
            if (context.getTarget() instanceof Connection && ends(context)) {
                leave(context.getConnectionInfo().getConnectionId());
            }
        }

        private static boolean ends(MethodExecutionContext context) {
            Object[] arguments = context.getMethodArgs();
            return switch (context.getMethod().getName()) {
                case "close", "abort" -> true;
                // after a commit that failed there still is something to be rolled back
                case "commit" -> context.getThrown() == null;
                case "rollback" -> context.getThrown() == null && (arguments == null || arguments.length == 0);
                case "setAutoCommit" -> context.getThrown() == null && Boolean.TRUE.equals(arguments[0]);
                default -> false;
            };
        }
    }

    /** Whether a statement changes anything; a row lock and the next value of a sequence are changes to H2. */
    private static boolean writes(String statement) {
        String upper = statement.stripLeading().toUpperCase(Locale.ROOT);
        return !upper.startsWith("SELECT")
                || upper.contains("FOR UPDATE")
                || upper.contains("NEXTVAL")
                || upper.contains("NEXT VALUE");
    }

    /** A connection that is through stays so until its transaction ends. */
    private void enter(String connection) {
        if (!through.contains(connection)) {
            lock();
            through.add(connection);
        }
    }

    /**
     * Waits until nobody else writes, and lets nobody else write until {@link #unlock}. A thread that has passed passes again at
     * once, as a transaction may begin another one inside.
     *
     * @throws CannotAcquireLockException when that takes longer than 60 s, or the thread is interrupted
     */
    public void lock() {
        if (!home.isEmbedded()) {
            return;
        }
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            if (!lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw late("Another transaction of this process");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotAcquireLockException("Interrupted while another transaction was writing", interrupted);
        }
        boolean locked = false;
        try {
            if (lock.getHoldCount() == 1) {
                amongProcesses = lockAmongProcesses(deadline);
            }
            locked = true;
        } finally {
            if (!locked) {
                lock.unlock();
            }
        }
    }

    private FileLock lockAmongProcesses(long deadline) {
        try {
            FileLock taken = home.tryWriting();
            while (taken == null) {
                if (System.nanoTime() > deadline) {
                    throw late("Another process");
                }
                LockSupport.parkNanos(STEP_NANOS);
                taken = home.tryWriting();
            }
            return taken;
        } catch (IOException failure) {
            throw new UncheckedIOException("The lock of home cannot be taken", failure);
        }
    }

    private CannotAcquireLockException late(String who) {
        return new CannotAcquireLockException(
                who + " has been writing to the database for " + patience.toSeconds() + " s");
    }

    private void leave(String connection) {
        if (!through.contains(connection)) {
            return;
        }
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("A transaction was ended by another thread than the one that began it");
        }
        through.remove(connection);
        unlock();
    }

    /** Undoes one {@link #lock} of this thread. */
    public void unlock() {
        if (!home.isEmbedded()) {
            return;
        }
        try {
            if (lock.getHoldCount() == 1 && amongProcesses != null) {
                amongProcesses.release();
                amongProcesses = null;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("The lock of home cannot be given back", failure);
        } finally {
            lock.unlock();
        }
    }
}
