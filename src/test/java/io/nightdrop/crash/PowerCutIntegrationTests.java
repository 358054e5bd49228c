package io.nightdrop.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightdrop.disk.Disk;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * After a power cut nothing is missing or undone that was acknowledged before it: a report, a receipt, an archived manifest.
 *
 * <p>Home and inboxes lie on a file system in an image; the image lies on another one, which can copy a file in an instant
 * without copying its blocks. Such a copy, taken while Nightdrop works, is what the disk would hold after a power cut: what
 * was written but not synced may not be in it. The copy is mounted, Nightdrop finishes on it, and all is proven.
 * {@code -Dcuts=N} says how many copies.
 */
@Tag("crash")
class PowerCutIntegrationTests {

    private static final List<String> FORGETFUL = List.of("crash.forgetful=true");

    private final int cuts = Integer.getInteger("cuts", 0);
    private final long seed = Long.getLong("crash.seed", System.currentTimeMillis() % 1_000_000);
    private final Random random = new Random(seed + 3);

    @Test
    void whatWasAcknowledgedSurvivesAPowerCut() throws Exception {
        assumeTrue(cuts > 0, "-Dcuts=N says how many power cuts");
        Result result = cut("power", cuts, List.of());
        assertThat(result.problems()).isEmpty();
        assertThat(result.acknowledged()).isPositive();
    }

    /** The control: a database that syncs nothing must be caught, or the test above sees nothing. */
    @Test
    void aDatabaseWithItsOwnDefaultsDoesNotSurviveAndIsCaught() throws Exception {
        assumeTrue(cuts > 0, "-Dcuts=N says how many power cuts");
        Result result = cut("control", Math.min(cuts, 4), FORGETFUL);
        assertThat(result.problems()).isNotEmpty();
    }

    /**
     * What came of it.
     *
     * @param problems what was missing or undone; a text for each cut where there was something
     * @param acknowledged how many files were acknowledged before the cuts
     */
    private record Result(List<String> problems, int acknowledged) {}

    /** A cut, and what outsiders had seen before it. */
    private record Cut(int number, Path image, Map<String, byte[]> acknowledged, String phase) {}

    private Result cut(String name, int count, List<String> properties) throws Exception {
        String obstacle = Disks.obstacle("mkfs.btrfs", "mkfs.ext4");
        assumeTrue(obstacle == null, "The power cut test " + obstacle);
        Path folder = Trial.emptyFolder(name + "-" + seed);
        long begin = System.nanoTime();
        List<String> problems = new ArrayList<>();
        List<String> phases = new ArrayList<>();
        int acknowledged = 0;
        Trial trial;
        try (Disks disks = new Disks(folder)) {
            Disks.format(folder.resolve("outer.img"), "4G", "mkfs.btrfs", "-q", "-f");
            Path outer = disks.loop("outer", folder.resolve("outer.img"));
            Path image = outer.resolve("disk.img");
            Disks.format(image, "400M", "mkfs.ext4", "-q");
            Path disk = disks.loop("disk", image);
            Site site = new Site(disk.resolve("site"));
            trial = new Trial(seed, folder, site, CrashDatabase.embedded(site.home()));
            trial.deliver();
            sync(disk);
            Trial.checkEnd(trial.start("run", properties));
            for (int i = 1; i <= count; i++) {
                Cut cut = cutOnce(trial, disk, outer, i, properties);
                phases.add(cut.phase());
                acknowledged += cut.acknowledged().size();
                String problem = recover(trial, disks, cut);
                if (problem == null) {
                    Files.delete(cut.image());
                } else {
                    problems.add("cut " + i + " in " + cut.phase() + ": " + problem);
                    if (properties.isEmpty()) {
                        Files.copy(cut.image(), folder.resolve("cut-" + i + ".img"));
                    }
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%nPower cuts (%s): %d cuts in %s, %,d files acknowledged before them, %d cuts harmed them, %d s, seed %d%n",
                name,
                count,
                phases,
                acknowledged,
                problems.size(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                seed);
        Files.delete(folder.resolve("outer.img"));
        if (problems.isEmpty() || !properties.isEmpty()) {
            Disk.deleteTree(folder);
        }
        return new Result(problems, acknowledged);
    }

    private static void sync(Path disk) throws IOException, InterruptedException {
        Disks.command("sync", "-f", disk.toString());
    }

    /** Drops arrive, a run works on them, and at some instant the disk is copied. The run itself goes on to its end. */
    private Cut cutOnce(Trial trial, Path disk, Path outer, int number, List<String> properties)
            throws IOException, InterruptedException {
        trial.deliver();
        sync(disk); // the sender's part
        NightdropProcess process = trial.start("run", properties);
        if (!process.awaitWork()) {
            throw new IOException("It did not start:\n" + process.said());
        }
        process.endsWithin(random.nextInt(1500));
        String phase = process.phase();
        Map<String, byte[]> acknowledged = acknowledged(trial.site());
        Path copy = outer.resolve("cut-" + number + ".img");
        Disks.command("cp", "--reflink=always", outer.resolve("disk.img").toString(), copy.toString());
        Trial.checkEnd(process);
        return new Cut(number, copy, acknowledged, phase);
    }

    /** What somebody outside can see and rely on. */
    private static Map<String, byte[]> acknowledged(Site site) throws IOException {
        Map<String, byte[]> seen = new TreeMap<>();
        for (Path root : List.of(
                site.home().resolve("reports"),
                site.home().resolve("archive"),
                site.root().resolve("replies"))) {
            if (Files.isDirectory(root)) {
                Files.walkFileTree(root, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                        return hidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (!hidden(file)) {
                            see(site, file, seen);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException gone) {
                        return FileVisitResult.CONTINUE; // renamed meanwhile
                    }
                });
            }
        }
        return seen;
    }

    private static void see(Site site, Path file, Map<String, byte[]> seen) throws IOException {
        try {
            seen.put(site.root().relativize(file).toString(), Files.readAllBytes(file));
        } catch (NoSuchFileException renamed) {
            seen.remove(site.root().relativize(file).toString());
        }
    }

    private static boolean hidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    /** Nightdrop finishes on the copy; the problems, or null. */
    private String recover(Trial trial, Disks disks, Cut cut) throws Exception {
        Path disk = disks.loop("after-" + cut.number(), cut.image());
        try {
            Site site = new Site(disk.resolve("site"));
            CrashDatabase database = CrashDatabase.embedded(site.home());
            NightdropProcess process = trial.start("run", List.of(), site, database);
            try {
                Trial.checkEnd(process);
            } catch (AssertionError failure) {
                return failure.getMessage();
            }
            List<String> problems =
                    new ArrayList<>(trial.prove(site, database, null).problems());
            for (Map.Entry<String, byte[]> file : cut.acknowledged().entrySet()) {
                Path now = site.root().resolve(file.getKey());
                if (!Files.exists(now)) {
                    problems.add(file.getKey() + " was acknowledged and is missing");
                } else if (!Arrays.equals(Files.readAllBytes(now), file.getValue())) {
                    problems.add(file.getKey() + " was acknowledged and is another now");
                }
            }
            return problems.isEmpty()
                    ? null
                    : problems.size() + " problems\n"
                            + String.join("\n", problems.subList(0, Math.min(10, problems.size())));
        } finally {
            disks.unmount(disk);
        }
    }
}
