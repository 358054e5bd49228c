package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightdrop.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A full disk ends the run with a message that says so; once there is space, the next run completes everything. Home, with the
 * embedded database in it, lies on a file system of its own that is kept too small. {@code -Dfull=N} says how often.
 */
@Tag("crash")
class FullDiskIntegrationTests {

    private static final Set<Integer> ALLOWED = Set.of(0, 1, 3, 4);
    private static final String FULL = "No space left on device";
    private static final int ENOUGH = 512;

    private final int times = Integer.getInteger("full", 0);
    private final long seed = Long.getLong("crash.seed", System.currentTimeMillis() % 1_000_000);
    private final Random random = new Random(seed + 4);

    @Test
    void aFullDiskIsNamedAndCostsOneRunAtMost() throws Exception {
        assumeTrue(times > 0 && !System.getProperty("crash.database", "both").equals("postgres"));
        String obstacle = Disks.obstacle();
        assumeTrue(obstacle == null, "The test of the full disk " + obstacle);
        Path folder = Trial.emptyFolder("full-" + seed);
        long begin = System.nanoTime();
        Site site = new Site(folder.resolve("disturbed"));
        int full = 0;
        try (Disks disks = new Disks(folder.resolve("disturbed"))) {
            Path home = disks.memory("home", ENOUGH + "m");
            Trial trial = new Trial(seed, folder, site, CrashDatabase.embedded(site.home()));
            trial.deliver();
            trial.runWell();
            for (int round = 1; full < times; round++) {
                if (round > 5 * times) {
                    throw new AssertionError("The disk was full " + full + " times only in " + round + " rounds");
                }
                full += fill(trial, home, random.nextInt(20, 400)) ? 1 : 0;
            }
            trial.prove(trial.undisturbedEmbedded());
            System.out.printf(
                    Locale.ROOT,
                    "%nFull disk: %d runs ended by it, %,d items, nothing lost, nothing twice, %d s, seed %d%n",
                    full,
                    trial.items(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                    seed);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "Full disk, seed " + seed + ", after " + full + " full disks; logs are in " + folder + ": "
                            + failure.getMessage(),
                    failure);
        }
        Disk.deleteTree(folder);
    }

    /** A run with so little space left; then one with enough of it. */
    private static boolean fill(Trial trial, Path home, int kilobytes) throws Exception {
        Disks.resize(home, (used(home) + kilobytes) + "k");
        trial.deliver();
        NightdropProcess process = trial.start("run", List.of());
        int exit = process.exitCode();
        if (!ALLOWED.contains(exit)) {
            throw new AssertionError("On a full disk the run ended with " + exit + ":\n" + process.said());
        }
        if (exit == 1 && !process.said().contains(FULL)) {
            throw new AssertionError("The run does not say that the disk is full:\n" + process.said());
        }
        Disks.resize(home, ENOUGH + "m");
        trial.runWell();
        trial.checkAllDone();
        return exit == 1;
    }

    private static long used(Path home) throws IOException {
        var store = Files.getFileStore(home);
        return (store.getTotalSpace() - store.getUsableSpace()) / 1024;
    }
}
