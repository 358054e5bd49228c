package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A process that is killed at any instant has lost nothing and done nothing twice when the next ones have finished. Run by
 * {@code mvn verify -Pcrash -Dkills=N}; see docs/reliability.md.
 */
@Tag("crash")
class KillsIntegrationTests {

    private final int kills = Integer.getInteger("kills", 20);
    private final int lanes = Math.max(1, Integer.getInteger("lanes", 1));
    private final long seed = Long.getLong("crash.seed", System.currentTimeMillis() % 1_000_000);
    private final String databases = System.getProperty("crash.database", "both");
    private final List<String> only = Arrays.stream(
                    System.getProperty("crash.points", "").split(","))
            .filter(name -> !name.isEmpty())
            .toList();

    @Test
    void nothingIsLostAndNothingIsDoneTwiceOnTheEmbeddedDatabase() throws Exception {
        assumeTrue(kills > 0 && !databases.equals("postgres"));
        inLanes("h2", (lane, folder) -> {
            Site site = new Site(folder.resolve("disturbed"));
            Trial trial = new Trial(seed(lane), folder, site, CrashDatabase.embedded(site.home()));
            kills("H2", lane, trial).run(trial.undisturbedEmbedded());
        });
    }

    @Test
    void nothingIsLostAndNothingIsDoneTwiceOnPostgres() throws Exception {
        assumeTrue(kills > 0 && !databases.equals("h2"));
        inLanes("postgres", (lane, folder) -> {
            Site site = new Site(folder.resolve("disturbed"));
            try (PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
                Trial trial = new Trial(seed(lane), folder, site, CrashDatabase.postgres(server, "disturbed"));
                kills("PostgreSQL", lane, trial).run(CrashDatabase.postgres(server, "undisturbed"));
            }
        });
    }

    private interface Series {
        void run(int lane, Path folder) throws Exception;
    }

    /** Each lane is a series of its own: its own seed, installation and database, and its own proof. */
    private void inLanes(String database, Series series) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(lanes);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < lanes; i++) {
                int lane = i;
                running.add(threads.submit(() -> {
                    series.run(lane, Trial.emptyFolder("kills-" + database + "-" + seed(lane)));
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.HOURS); // the other lanes say how they ended
        }
    }

    private long seed(int lane) {
        return seed + lane;
    }

    private Kills kills(String name, int lane, Trial trial) {
        int share = kills / lanes + (lane < kills % lanes ? 1 : 0);
        return new Kills(name, seed(lane), share, only, trial);
    }
}
