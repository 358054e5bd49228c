package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Outcome;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** Partners that drop much at once. */
@TestPropertySource(properties = "nightdrop.partitions.slice-size=100")
abstract class BackPressure {

    private static final int LARGE = 40_000;
    private static final int FEW = 30;

    @Autowired
    private Sender sender;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private DataSource dataSource;

    /** How many manifests one partner drops at once. */
    abstract int many();

    /** How many connections the pool may have. */
    abstract int connections();

    /** How many sessions there are in this database, that of whoever asks among them. */
    abstract String sessions();

    @BeforeEach
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aLargeDropAndManySmallOnesHoldNoOtherInboxUp() throws Exception {
        Inbox large = sender.inbox("after", "delete");
        put(large, "large", LARGE);
        Inbox crowded = sender.inbox("after", "delete");
        for (int i = 0; i < many(); i++) {
            put(crowded, "small-" + i, FEW);
        }
        Inbox other = sender.inbox("after", "delete");
        put(other, "other", FEW);

        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<Integer> sessions = threads.submit(() -> mostSessions(over));
            Future<List<Drop>> largeRun = threads.submit(() -> sender.run(large));
            Future<List<Drop>> crowdedRun = threads.submit(() -> sender.run(crowded));
            while (written(large) == 0 || written(crowded) == 0) {
                assertThat(largeRun.isDone() || crowdedRun.isDone()).isFalse();
                Thread.sleep(10);
            }

            assertRan(sender.run(other), 1, FEW);
            assertThat(sender.drops(large)).singleElement().satisfies(drop -> assertThat(drop.state())
                    .isNotEqualTo(DropState.DONE));

            assertRan(largeRun.get(), 1, LARGE);
            assertRan(crowdedRun.get(), many(), FEW);
            over.set(true);
            assertThat(sessions.get() - 1).isBetween(2, connections());
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    private void put(Inbox inbox, String name, int items) throws IOException {
        sender.put(inbox, name + ".pdf", "%PDF-1.4\n" + inbox.name() + name);
        sender.put(
                inbox,
                name + "-manifest.csv",
                IntStream.range(0, items)
                        .mapToObj(i -> "i" + i + ",SIS,S-77,DIPLOMA," + name + ".pdf")
                        .collect(
                                Collectors.joining("\n", "itemId,namespace,externalId,documentType,filename\n", "\n")));
    }

    private static void assertRan(List<Drop> drops, int count, int items) {
        assertThat(drops).hasSize(count).allSatisfy(drop -> {
            assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(drop.succeeded()).isEqualTo(items);
        });
    }

    private long written(Inbox inbox) {
        Long count = jdbc.queryForObject("""
                SELECT COUNT(*) FROM BATCH_ITEM_RESULT r JOIN NIGHT_DROP d ON d.DROP_KEY = r.DROP_KEY
                WHERE d.INBOX = ?""", Long.class, inbox.name());
        return count == null ? 0 : count;
    }

    /** Asked past the pool, again and again. */
    private int mostSessions(AtomicBoolean over) throws SQLException, InterruptedException {
        int most = 0;
        HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
        try (Connection connection =
                        DriverManager.getConnection(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
                Statement statement = connection.createStatement()) {
            while (!over.get()) {
                try (ResultSet row = statement.executeQuery(sessions())) {
                    row.next();
                    most = Math.max(most, row.getInt(1));
                }
                Thread.sleep(Duration.ofMillis(20).toMillis());
            }
        }
        return most;
    }
}
