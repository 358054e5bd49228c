package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A database that goes away in the middle of a run costs that run at most: the next one completes everything, with the same
 * proof as after a kill. {@code -Doutages=N} stops the server hard N times and cuts connections in N other runs.
 */
@Tag("crash")
class LostDatabaseIntegrationTests {

    private static final String CUT_ONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = 'disturbed' AND pid <> pg_backend_pid() AND state <> 'idle' LIMIT 1";

    /** The interrupted run goes on, or ends with a fault. */
    private static final Set<Integer> ALLOWED = Set.of(0, 1, 3, 4);

    private final int outages = Integer.getInteger("outages", 0);
    private final long seed = CrashProperties.SEED;
    private final Random random = new Random(seed + 2);

    private interface Disturbance {
        /** Lets it happen; whether the process was at work then. */
        boolean happen(PostgresServer server, NightdropProcess process) throws Exception;
    }

    @Test
    void aServerThatIsStoppedHardAndStartedAgainCostsOneRunAtMost() throws Exception {
        disturb("outages", (server, process) -> {
            process.endsWithin(random.nextInt(800));
            boolean working = process.isAlive();
            server.stopHard();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(2000));
            server.start();
            return working;
        });
    }

    @Test
    void connectionsThatAreCutCostOneRunAtMost() throws Exception {
        disturb("connections", (server, process) -> {
            process.endsWithin(random.nextInt(800));
            boolean working = process.isAlive();
            for (int i = 0; i < 5 && process.isAlive(); i++) {
                cutOne(server);
                process.endsWithin(random.nextInt(200));
            }
            return working;
        });
    }

    private static void cutOne(PostgresServer server) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(CUT_ONE);
        }
    }

    private void disturb(String name, Disturbance disturbance) throws Exception {
        assumeTrue(outages > 0);
        CrashProperties.assumeDatabase("postgres");
        Path folder = Trial.emptyFolder(name + "-" + seed);
        Site site = new Site(folder.resolve("disturbed"));
        long begin = System.nanoTime();
        int struck = 0;
        int faults = 0;
        int round = 0;
        try (PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
            Trial trial = new Trial(seed, folder, site, CrashDatabase.postgres(server, "disturbed"));
            try {
                trial.deliver();
                trial.runWell();
                while (struck < outages) {
                    if (++round > 5 * outages) {
                        throw new AssertionError("The run had ended before in most of the rounds");
                    }
                    Interrupted run = disturbOnce(trial, server, disturbance);
                    struck += run.atWork() ? 1 : 0;
                    faults += run.exit() == 1 ? 1 : 0;
                }
                trial.prove(CrashDatabase.postgres(server, "undisturbed"));
            } catch (Exception | AssertionError failure) {
                throw new AssertionError(
                        "Lost database (" + name + "), seed " + seed + ", round " + round + "; everything is kept in "
                                + folder + ": " + failure.getMessage(),
                        failure);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%nLost database (%s): %d times, %d runs ended with a fault, %,d items, nothing lost, nothing twice,"
                            + " %d s, seed %d%n",
                    name,
                    struck,
                    faults,
                    trial.items(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                    seed);
            trial.remove();
        }
    }

    /** One wave at a time: a drop that failed does not hold up the next of its inbox, so their order could change. */
    private Interrupted disturbOnce(Trial trial, PostgresServer server, Disturbance disturbance) throws Exception {
        trial.deliver();
        NightdropProcess process = trial.start("run", List.of());
        if (!process.awaitWork()) {
            throw new IOException("It did not start:\n" + process.said());
        }
        boolean atWork = disturbance.happen(server, process);
        int exit = process.exitCode();
        if (!ALLOWED.contains(exit)) {
            throw new AssertionError("The interrupted run ended with " + exit + ":\n" + process.said());
        }
        trial.runWell();
        trial.checkAllDone();
        return new Interrupted(atWork, exit);
    }

    /** A run that was disturbed: was it at work then, and how it ended. */
    private record Interrupted(boolean atWork, int exit) {}
}
