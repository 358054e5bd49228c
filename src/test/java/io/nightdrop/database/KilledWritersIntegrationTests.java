package io.nightdrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whatever instant a process is killed at that writes with several threads: each transaction is there wholly or not at all. */
@Tag("crash")
class KilledWritersIntegrationTests {

    private static final int KILLS = 15;

    /** Without the gate about every second kill does harm. */
    private static final int CONTROLS = 40;

    /** More rows than lie in one page, so that a row that was left behind is met. */
    private static final int NEW_ROWS = 100;

    @TempDir
    private Path folder;

    private final Random random = new Random();

    @Test
    void transactionsThatPassTheGateAreThereWhollyOrNotAtAll() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            writeUntilKilled("gated", kill > 0);
            assertThat(harm()).as("after kill %d", kill + 1).isEmpty();
        }
    }

    /** The control: without the gate H2 must be seen to be harmed, or the test above sees nothing. */
    @Test
    void withoutTheGateSomethingOfATransactionIsLeft() throws Exception {
        List<String> harm = new ArrayList<>();
        for (int kill = 0; kill < CONTROLS && harm.isEmpty(); kill++) {
            writeUntilKilled("free", kill > 0);
            harm.addAll(harm());
        }
        assertThat(harm).isNotEmpty();
    }

    private void writeUntilKilled(String how, boolean tables) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriters.class.getName(),
                        folder.toString(),
                        how,
                        Boolean.toString(tables))
                .redirectError(Redirect.to(folder.resolve("errors.txt").toFile()))
                .start();
        String said = process.inputReader(StandardCharsets.US_ASCII).readLine();
        assertThat(said).as(() -> "instead of writing: " + errors()).isEqualTo("writing");
        Thread.sleep(random.nextInt(150));
        process.destroyForcibly().waitFor();
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("errors.txt"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private List<String> harm() {
        List<String> harm = new ArrayList<>();
        JdbcConnectionPool pool = KilledWriters.pool(folder);
        JdbcTemplate jdbc = new JdbcTemplate(pool);
        List<Long> counts = new ArrayList<>();
        for (int table = 0; table < KilledWriters.TABLES; table++) {
            counts.add(jdbc.queryForObject("SELECT COUNT(*) FROM T" + table, Long.class));
        }
        if (counts.stream().distinct().count() > 1) {
            harm.add("rows " + counts);
        }
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
        for (int table = 0; table < KilledWriters.TABLES; table++) {
            String insert = "INSERT INTO T" + table + " (K) VALUES (?)";
            try {
                transaction.executeWithoutResult(status -> {
                    for (int row = 0; row < NEW_ROWS; row++) {
                        jdbc.update(insert, "new " + row);
                    }
                    status.setRollbackOnly();
                });
            } catch (DataAccessException met) {
                harm.add("T" + table + " " + met.getMessage());
            }
        }
        pool.dispose();
        return harm;
    }
}
