package io.nightdrop.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A full disk makes the run wait, or ends it, with a message that names the place to free. Space that is made while the run
 * waits lets it go on by itself; otherwise the next run completes everything. Home lies on a file system of its own that is
 * kept too small; the embedded database lies in it, PostgreSQL elsewhere. {@code -Dfull=N} says how often of each.
 */
@Tag("crash")
class FullDiskIntegrationTests {

    private static final Set<Integer> WELL = Set.of(0, 3, 4);

    /** What every run that met the full disk says. */
    private static final String FULL = "is full";

    private static final int ENOUGH = 512;

    private final int times = Integer.getInteger("full", 0);
    private final long seed = CrashProperties.SEED;
    private final Random random = new Random(seed + 4);
    private int rounds;
    private int ended;
    private int wentOn;

    @Test
    void aFullDiskIsNamedAndCostsOneRunAtMostWithTheEmbeddedDatabaseOnIt() throws Exception {
        assumeWanted("h2");
        Path folder = folder("h2");
        Site site = new Site(folder.resolve("disturbed"));
        Trial trial = new Trial(seed, folder, site, CrashDatabase.embedded(site.home()));
        fill("H2", trial, trial.undisturbedEmbedded());
    }

    @Test
    void aFullDiskIsNamedAndCostsOneRunAtMostWithPostgresElsewhere() throws Exception {
        assumeWanted("postgres");
        Path folder = folder("postgres");
        Site site = new Site(folder.resolve("disturbed"));
        try (PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
            Trial trial = new Trial(seed, folder, site, CrashDatabase.postgres(server, "disturbed"));
            fill("PostgreSQL", trial, CrashDatabase.postgres(server, "undisturbed"));
        }
    }

    private void assumeWanted(String database) throws IOException, InterruptedException {
        assumeTrue(times > 0, "-Dfull=N says how often the disk is full");
        CrashProperties.assumeDatabase(database);
        String obstacle = Disks.obstacle();
        assumeTrue(obstacle == null, "The test of the full disk " + obstacle);
    }

    private Path folder(String database) throws IOException {
        return Trial.emptyFolder("full-" + database + "-" + seed);
    }

    private void fill(String name, Trial trial, CrashDatabase undisturbed) throws Exception {
        long begin = System.nanoTime();
        try (Disks disks = new Disks(trial.site().root())) {
            Path home = disks.memory("home", ENOUGH + "m");
            trial.deliver();
            trial.runWell();
            while (ended < times || wentOn < times) {
                if (++rounds > 10 * times + 10) {
                    throw new AssertionError("The disk was full too seldom");
                }
                fillOnce(trial, home);
            }
            trial.prove(undisturbed);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "Full disk on " + name + ", seed " + seed + ", round " + rounds + ", " + ended
                            + " runs ended by it, " + wentOn + " went on; logs are in " + trial.folder() + ": "
                            + failure.getMessage(),
                    failure);
        }
        System.out.printf(
                Locale.ROOT,
                "%nFull disk on %s: %d runs ended by it, %d runs went on when there was space, %d rounds, %,d items,"
                        + " nothing lost, nothing twice, %d s, seed %d%n",
                name,
                ended,
                wentOn,
                rounds,
                trial.items(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                seed);
        trial.remove();
    }

    /** A run with little space left; it gets more while it waits, or not at all. Then one with enough of it. */
    private void fillOnce(Trial trial, Path home) throws Exception {
        Disks.resize(home, (used(home) + random.nextInt(20, 400)) + "k");
        trial.deliver();
        NightdropProcess process = trial.start("run", List.of());
        boolean waited = wentOn < times && waits(process, home);
        if (waited) {
            process.endsWithin(random.nextInt(2000));
            Disks.resize(home, ENOUGH + "m");
        }
        int exit = process.exitCode();
        check(process, exit);
        if (waited) {
            Trial.checkEnd(process);
            wentOn++;
        } else if (exit == 1) {
            ended++;
        }
        Disks.resize(home, ENOUGH + "m");
        if (exit == 1) {
            trial.runWell();
        }
        trial.checkAllDone();
    }

    private static void check(NightdropProcess process, int exit) throws IOException {
        String said = process.said();
        if (!WELL.contains(exit) && exit != 1) {
            throw new AssertionError("On a full disk the run ended with " + exit + ":\n" + said);
        }
        if (exit == 1 && !said.contains(FULL)) {
            throw new AssertionError("The run does not say that the disk is full:\n" + said);
        }
    }

    /** Whether it meets the full disk, says where to make room, and waits; false when it ends. */
    private static boolean waits(NightdropProcess process, Path home) throws IOException, InterruptedException {
        Pattern waits = Pattern.compile("is tried again in \\d+ ms: the disk of " + Pattern.quote(home.toString())
                + "\\S* is full, .*make room there");
        while (process.isAlive()) {
            if (waits.matcher(process.said()).find()) {
                return process.isAlive();
            }
            process.endsWithin(50);
        }
        return false;
    }

    private static long used(Path home) throws IOException {
        var store = Files.getFileStore(home);
        return (store.getTotalSpace() - store.getUsableSpace()) / 1024;
    }
}
