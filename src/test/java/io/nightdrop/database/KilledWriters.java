package io.nightdrop.database;

import io.nightdrop.TestHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A process whose threads write to the embedded database, each transaction the same to every table, until it is killed. */
final class KilledWriters {

    /** Written to by each transaction. */
    static final int TABLES = 4;

    private static final int ROWS = 8;
    private static final int THREADS = 6;

    /** Tables that stand between the others: the longer H2 takes for all, the more can happen meanwhile. */
    private static final int BETWEEN = 20;

    private final JdbcConnectionPool pool;
    private final DataSource source;

    private KilledWriters(Path folder, boolean gated) throws IOException {
        this.pool = pool(folder);
        this.source = gated
                ? new WriteGate(new HomeLock(TestHome.settings(folder), HomeLock.Use.RUN, true)).before(pool)
                : pool;
    }

    /** The database, with the options that Nightdrop uses. */
    static JdbcConnectionPool pool(Path folder) {
        return JdbcConnectionPool.create(
                "jdbc:h2:file:" + folder.resolve("h2") + ";MODE=PostgreSQL;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
                "nightdrop",
                "");
    }

    /** Arguments: the folder, {@code gated} or {@code free}, and whether the tables are there already. */
    public static void main(String[] arguments) throws Exception {
        KilledWriters writers = new KilledWriters(Path.of(arguments[0]), arguments[1].equals("gated"));
        if (!Boolean.parseBoolean(arguments[2])) {
            writers.makeTables();
        }
        for (int i = 0; i < THREADS; i++) {
            new Thread(writers::write, "writer-" + i).start();
        }
    }

    /** The tables come after the undo logs of some transactions, as in a database that has been in use. */
    private void makeTables() throws Exception {
        JdbcTemplate jdbc = new JdbcTemplate(pool);
        jdbc.execute("CREATE TABLE FIRST (ID INT)");
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
        nested(transaction, jdbc, THREADS + 2);
        for (int table = 0; table < TABLES; table++) {
            jdbc.execute("CREATE TABLE T" + table
                    + " (ID BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, K VARCHAR(60) UNIQUE)");
            for (int between = 0; between < BETWEEN; between++) {
                jdbc.execute("CREATE TABLE B" + table + "_" + between + " (ID INT)");
            }
        }
    }

    private static void nested(TransactionTemplate transaction, JdbcTemplate jdbc, int depth) {
        transaction.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
        transaction.executeWithoutResult(status -> {
            jdbc.update("INSERT INTO FIRST VALUES (1)");
            if (depth > 0) {
                nested(transaction, jdbc, depth - 1);
            }
        });
    }

    private void write() {
        JdbcTemplate jdbc = new JdbcTemplate(source);
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(source));
        for (int number = 0; ; number++) {
            String key = UUID.randomUUID() + "-" + number;
            transaction.executeWithoutResult(status -> {
                for (int table = 0; table < TABLES; table++) {
                    for (int row = 0; row < ROWS; row++) {
                        jdbc.update("INSERT INTO T" + table + " (K) VALUES (?)", key + "-" + row);
                    }
                }
            });
            if (number == 0) {
                System.out.println("writing");
            }
        }
    }
}
