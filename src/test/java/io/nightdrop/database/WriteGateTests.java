package io.nightdrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.TestHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

class WriteGateTests {

    /** So short that waiting in vain does not take long, and longer than what the tests hold the gate for. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private HomeLock home;
    private JdbcConnectionPool pool;
    private JdbcTemplate jdbc;
    private JdbcTransactionManager manager;
    private TransactionTemplate transaction;
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @BeforeEach
    void open() throws Exception {
        home = new HomeLock(TestHome.settings(folder), HomeLock.Use.RUN, true);
        pool = JdbcConnectionPool.create("jdbc:h2:mem:" + folder.getFileName() + ";MODE=PostgreSQL", "sa", "");
        DataSource gated = new WriteGate(home, PATIENCE).before(pool);
        jdbc = new JdbcTemplate(gated);
        manager = new JdbcTransactionManager(gated);
        transaction = new TransactionTemplate(manager);
        jdbc.execute("CREATE TABLE T (ID INT PRIMARY KEY)");
        jdbc.execute("CREATE SEQUENCE S");
    }

    @AfterEach
    void close() throws Exception {
        other.shutdownNow();
        assertThat(other.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        pool.dispose();
        home.release();
    }

    /** Does it in another thread while a transaction of this one has written. */
    private CompletableFuture<Void> besideATransaction(Runnable task) {
        return transaction.execute(status -> {
            jdbc.update("INSERT INTO T VALUES (1)");
            CompletableFuture<Void> beside = CompletableFuture.runAsync(task, other);
            assertThat(beside)
                    .as("not before the transaction has ended")
                    .failsWithin(Duration.ofMillis(150))
                    .withThrowableOfType(TimeoutException.class);
            return beside;
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO T VALUES (2)",
                "SELECT ID FROM T WHERE ID = 7 FOR UPDATE",
                "  select nextval('S')",
                "SELECT NEXT VALUE FOR S",
                "CHECKPOINT SYNC"
            })
    void whatWritesWaitsForTheTransactionThatWrites(String statement) {
        assertThat(besideATransaction(() -> jdbc.execute(statement))).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void aTransactionWaitsWithItsFirstStatementThatWrites() {
        CompletableFuture<Void> beside = besideATransaction(() -> transaction.executeWithoutResult(status -> {
            jdbc.queryForObject("SELECT COUNT(*) FROM T", Long.class);
            jdbc.update("INSERT INTO T VALUES (2)");
        }));
        assertThat(beside).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void readingNeverWaits() {
        transaction.executeWithoutResult(status -> {
            jdbc.update("INSERT INTO T VALUES (1)");
            CompletableFuture<Long> count = CompletableFuture.supplyAsync(
                    () -> jdbc.queryForObject("SELECT COUNT(*) FROM T", Long.class), other);
            assertThat(count).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(0L);
        });
    }

    @Test
    void aTransactionInsideAnotherDoesNotWaitForIt() {
        TransactionTemplate inner = new TransactionTemplate(manager);
        inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        transaction.executeWithoutResult(status -> {
            jdbc.update("INSERT INTO T VALUES (1)");
            inner.executeWithoutResult(nested -> jdbc.update("INSERT INTO T VALUES (2)"));
            CompletableFuture<Void> beside =
                    CompletableFuture.runAsync(() -> jdbc.update("INSERT INTO T VALUES (3)"), other);
            assertThat(beside)
                    .as("the outer one has not ended")
                    .failsWithin(Duration.ofMillis(150))
                    .withThrowableOfType(TimeoutException.class);
        });
        assertThat(CompletableFuture.runAsync(() -> jdbc.update("INSERT INTO T VALUES (4)"), other))
                .succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void whatFailsGivesTheGateBack() {
        jdbc.update("INSERT INTO T VALUES (1)");
        assertThatThrownBy(() -> jdbc.update("INSERT INTO T VALUES (1)")).isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    jdbc.update("INSERT INTO T VALUES (2)");
                    throw new IllegalStateException("as a batch that fails");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(CompletableFuture.runAsync(() -> jdbc.update("INSERT INTO T VALUES (2)"), other))
                .succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void anotherProcessIsWaitedFor() throws Exception {
        home.share("//nowhere");
        CompletableFuture<Void> write;
        try (GuestProcess guest = new GuestProcess(folder)) {
            guest.awaitWriting();
            write = CompletableFuture.runAsync(() -> jdbc.update("INSERT INTO T VALUES (1)"), other);
            assertThat(write).failsWithin(Duration.ofMillis(150)).withThrowableOfType(TimeoutException.class);
            assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM T", Long.class))
                    .isZero();
        }
        assertThat(write).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void nobodyWaitsForEver() throws Exception {
        transaction.executeWithoutResult(status -> {
            jdbc.update("INSERT INTO T VALUES (1)");
            assertThat(CompletableFuture.runAsync(() -> jdbc.update("INSERT INTO T VALUES (2)"), other))
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(CannotAcquireLockException.class)
                    .withMessageContaining("Another transaction of this process has been writing");
        });
        home.share("//nowhere");
        try (GuestProcess guest = new GuestProcess(folder)) {
            guest.awaitWriting();
            assertThatThrownBy(() -> jdbc.update("INSERT INTO T VALUES (2)"))
                    .isInstanceOf(CannotAcquireLockException.class)
                    .hasMessageContaining("Another process has been writing");
        }
        jdbc.update("INSERT INTO T VALUES (2)");
    }
}
