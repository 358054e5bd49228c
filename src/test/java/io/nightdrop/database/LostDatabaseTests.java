package io.nightdrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a full disk does to H2 when several threads meet it, done on purpose: a database that is open and that H2 does not find any more. */
class LostDatabaseTests {

    private static final int MILLIS = 1000;
    private static final int SECONDS = 20;

    @TempDir
    private Path folder;

    private HikariDataSource pool;

    @BeforeEach
    void open() {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl("jdbc:h2:file:" + folder.resolve("db") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        settings.setConnectionTestQuery("SELECT 1");
        settings.setConnectionTimeout(MILLIS);
        settings.setMinimumIdle(0);
        settings.setMaximumPoolSize(10);
        pool = new HikariDataSource(settings);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private static void say(Connection connection, String statement) throws SQLException {
        try (Statement say = connection.createStatement()) {
            say.execute(statement);
        }
    }

    /** Returns who has a connection to the database that H2 has lost sight of. */
    private Connection lose() throws SQLException {
        Connection late = pool.getConnection();
        Connection first = pool.getConnection();
        say(first, "CREATE TABLE T (ID INT)");
        ((SessionLocal) first.unwrap(JdbcConnection.class).getSession())
                .getDatabase()
                .getStore()
                .getMvStore()
                .closeImmediately(); // as after a write that failed
        assertThatThrownBy(() -> say(first, "SELECT * FROM T")).isInstanceOf(SQLException.class);
        pool.evictConnection(first);
        Connection anew = pool.getConnection();
        say(anew, "INSERT INTO T VALUES (1)");
        assertThatThrownBy(() -> say(late, "SELECT * FROM T")).isInstanceOf(SQLException.class);
        pool.evictConnection(late);
        return anew;
    }

    @Test
    void thePoolAloneNeverFindsItAgain() throws SQLException {
        try (Connection user = lose()) {
            assertThatThrownBy(pool::getConnection).hasRootCauseInstanceOf(OverlappingFileLockException.class);
            say(user, "INSERT INTO T VALUES (2)");
        }
        Connection kept = pool.getConnection();
        assertThatThrownBy(pool::getConnection).hasRootCauseInstanceOf(OverlappingFileLockException.class);
        kept.close();
    }

    @Test
    void itIsFoundAgainOnceEverybodyIsThrough() throws Exception {
        DataSource source = new LostDatabase(pool);
        try (Connection user = lose()) {
            assertThatThrownBy(source::getConnection).hasRootCauseInstanceOf(OverlappingFileLockException.class);
            say(user, "INSERT INTO T VALUES (2)");
        }
        try (Connection one = patiently(source);
                Connection other = source.getConnection()) {
            say(one, "INSERT INTO T VALUES (3)");
            try (Statement count = other.createStatement();
                    var rows = count.executeQuery("SELECT COUNT(*) FROM T")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(3);
            }
        }
    }

    /** Hikari closes connections in a thread of its own. */
    private static Connection patiently(DataSource source) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            try {
                return source.getConnection();
            } catch (SQLException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
            }
        }
    }
}
