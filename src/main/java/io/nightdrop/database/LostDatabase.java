package io.nightdrop.database;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.channels.OverlappingFileLockException;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Lets go of an embedded database of which H2 has lost sight. On a full disk H2 2.4.240 closes a database and opens it anew for the next
 * connection; who still has a connection to the closed one, and uses it then, has H2 forget by name the database that is open by now
 * ({@code Database.shutdownImmediately}). It goes on for those who have a connection to it, and keeps its file locked for everybody else of this
 * process. So when a connection cannot be had for that reason, all connections are closed when their users are through, and with the last one the
 * database: the next one finds the file free.
 */
final class LostDatabase extends DelegatingDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(LostDatabase.class);

    private final HikariDataSource pool;

    LostDatabase(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            return pool.getConnection();
        } catch (SQLException failure) {
            if (isLockedHere(failure) && pool.getHikariPoolMXBean() != null) {
                LOG.warn(
                        "The embedded database was closed and is locked by this very process: its connections are given up");
                pool.getHikariPoolMXBean().softEvictConnections();
            }
            throw failure;
        }
    }

    private static boolean isLockedHere(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OverlappingFileLockException) {
                return true;
            }
        }
        return false;
    }
}
