package io.nightdrop.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightdrop.sftp.MinaServer;
import io.nightdrop.sftp.OpenSshServer;
import io.nightdrop.sftp.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two services share the inboxes of one home and one PostgreSQL. {@code -Dnodes=N} disturbs them N times: one is killed, or
 * frozen for longer than its lease while the other takes over, or stopped. Every drop is run once, and a node that wakes up
 * from its freeze cannot commit what it was about to.
 */
@Tag("crash")
class NodesIntegrationTests {

    private static final List<String> LEASE = List.of("nightdrop.lease=3s");
    private static final int FREEZE_MILLIS = 7000;
    private static final int DRAIN_SECONDS = 180;
    private static final String LOST = "could not renew its lease";

    private final long seed = CrashProperties.SEED;
    private final Random random = new Random(seed + 3);
    private final List<NightdropProcess> nodes = new ArrayList<>();
    private int kills;
    private int freezes;
    private int wokenTooLate;

    @Test
    void everyDropIsRunOnceThoughNodesDieAndFreeze() throws Exception {
        int disturbances = disturbances("nodes", 6);
        Path folder = Trial.emptyFolder("nodes-" + seed);
        disturb("Two nodes", folder, new Site(folder.resolve("disturbed")), disturbances);
    }

    @Test
    void everyDropOfAServerIsRunOnceThoughNodesDieAndFreeze() throws Exception {
        int disturbances = disturbances("sftp.nodes", 0);
        Path folder = Files.createDirectories(Trial.emptyFolder("sftp-nodes-" + seed));
        TestServer server = OpenSshServer.program() == null ? new MinaServer(folder) : new OpenSshServer(folder);
        server.start();
        try {
            disturb("Two nodes and SFTP", folder, new Site(folder.resolve("disturbed"), server), disturbances);
        } finally {
            server.stop();
        }
    }

    private static int disturbances(String property, int usual) {
        int disturbances = Integer.getInteger(property, usual);
        assumeTrue(disturbances > 0);
        CrashProperties.assumeDatabase("postgres");
        return disturbances;
    }

    private void disturb(String name, Path folder, Site site, int disturbances) throws Exception {
        long begin = System.nanoTime();
        int round = 0;
        try (PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
            Trial trial = new Trial(seed, folder, site, CrashDatabase.postgres(server, "disturbed"));
            try {
                trial.deliver();
                trial.runWell();
                nodes.add(trial.start("watch", LEASE));
                nodes.add(trial.start("watch", LEASE));
                for (round = 1; round <= disturbances; round++) {
                    disturb(trial, round);
                }
                drain(trial);
                for (NightdropProcess node : nodes) {
                    node.terminate();
                    node.exitCode();
                }
                trial.prove(CrashDatabase.postgres(server, "undisturbed"));
                assertThat(wokenTooLate)
                        .as("nodes that woke up without their lease")
                        .isEqualTo(freezes);
            } catch (Exception | AssertionError failure) {
                throw new AssertionError(
                        "Nodes, seed " + seed + ", round " + round + "; everything is kept in " + folder + ": "
                                + failure.getMessage(),
                        failure);
            } finally {
                for (NightdropProcess node : nodes) {
                    node.kill();
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "%n%s: %d kills, %d freezes longer than the lease, %d drops, %,d items, nothing lost, nothing twice,"
                            + " %d s, seed %d%n",
                    name,
                    kills,
                    freezes,
                    trial.ledger().size(),
                    trial.items(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                    seed);
            trial.remove();
        }
    }

    /** Drops arrive, and while they are worked on one node is hit; always another kind of hit in turn. */
    private void disturb(Trial trial, int round) throws Exception {
        int victim = random.nextInt(nodes.size());
        NightdropProcess node = nodes.get(victim);
        if (!node.awaitWork()) {
            throw new IOException("It did not start:\n" + node.said());
        }
        trial.deliver();
        node.endsWithin(random.nextInt(2000));
        if (round % 2 == 1) {
            node.freeze();
            freezes++;
            TimeUnit.MILLISECONDS.sleep(FREEZE_MILLIS);
            node.thaw();
            for (int i = 0; i < 200 && !node.said().contains(LOST); i++) {
                node.endsWithin(100);
            }
            wokenTooLate += node.said().contains(LOST) ? 1 : 0;
        }
        if (round % 4 != 1) {
            node.kill();
            kills++;
            nodes.set(victim, trial.start("watch", LEASE));
        }
    }

    private static void drain(Trial trial) throws InterruptedException, SQLException {
        for (int i = 0; i < DRAIN_SECONDS; i++) {
            try {
                trial.checkAllDone();
                return;
            } catch (AssertionError notYet) {
                TimeUnit.SECONDS.sleep(1);
            }
        }
        trial.checkAllDone();
    }
}
