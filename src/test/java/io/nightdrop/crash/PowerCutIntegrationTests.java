package io.nightdrop.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightdrop.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
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
 * <p>Home, inboxes and database lie on a file system in an image; the image lies on another one, which can copy a file in an instant
 * without copying its blocks. Such a copy, taken while Nightdrop works, is what the disk would hold after a power cut: what
 * was written but not synced may not be in it. The copy is mounted, Nightdrop finishes on it, and all is proven.
 * {@code -Dcuts=N} says how many copies.
 */
@Tag("crash")
class PowerCutIntegrationTests {

    private static final List<String> FORGETFUL = List.of("crash.forgetful=true");

    /** So many cuts a control may take until one does harm; that is mostly the first or the second. */
    private static final int CONTROLS = 10;

    private final int cuts = Integer.getInteger("cuts", 0);
    private final long seed = CrashProperties.SEED;
    private final Random random = new Random(seed + 3);

    @Test
    void whatWasAcknowledgedSurvivesAPowerCutOnTheEmbeddedDatabase() throws Exception {
        assumeWanted("h2");
        assertSurvived(cut("h2", false, List.of(), PowerCutIntegrationTests::embedded));
    }

    @Test
    void whatWasAcknowledgedSurvivesAPowerCutOnPostgres() throws Exception {
        assumeWanted("postgres");
        assertSurvived(cut("postgres", false, List.of(), disk -> postgres(disk, true)));
    }

    /** The control: a database that syncs late must be caught, or the tests above see nothing. */
    @Test
    void anEmbeddedDatabaseWithItsOwnDefaultsDoesNotSurviveAndIsCaught() throws Exception {
        assumeWanted("h2");
        Result result = cut("h2", true, FORGETFUL, PowerCutIntegrationTests::embedded);
        assertThat(result.problems()).isNotEmpty();
    }

    /** Likewise a server with {@code fsync=off}. */
    @Test
    void aServerThatSyncsNothingDoesNotSurviveAndIsCaught() throws Exception {
        assumeWanted("postgres");
        Result result = cut("postgres", true, List.of(), disk -> postgres(disk, false));
        assertThat(result.problems()).isNotEmpty();
    }

    private void assumeWanted(String database) {
        assumeTrue(cuts > 0, "-Dcuts=N says how many power cuts");
        CrashProperties.assumeDatabase(database);
    }

    private static void assertSurvived(Result result) {
        assertThat(result.problems()).isEmpty();
        assertThat(result.acknowledged()).isPositive();
    }

    /** A database that lies on a disk, open. */
    private record Opened(CrashDatabase database, Closeable server) implements Closeable {
        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private interface Opener {
        /** Opens the database on that disk; makes one when there is none. */
        Opened open(Path disk) throws IOException, SQLException;
    }

    private static Opened embedded(Path disk) {
        return new Opened(CrashDatabase.embedded(site(disk).home()), () -> {});
    }

    /** A server of its own; on the copy of a disk it is one that was never shut down. */
    private static Opened postgres(Path disk, boolean synced) throws IOException, SQLException {
        Path data = disk.resolve("postgres");
        boolean copy = Files.exists(data);
        Files.deleteIfExists(data.resolve("postmaster.pid")); // it names a process of before the power cut
        PostgresServer server = new PostgresServer(data, synced);
        return new Opened(
                copy ? CrashDatabase.existing(server, "nightdrop") : CrashDatabase.postgres(server, "nightdrop"),
                server::close);
    }

    private static Site site(Path disk) {
        return new Site(disk.resolve("site"));
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

    private Result cut(String database, boolean control, List<String> properties, Opener opener) throws Exception {
        String name = database + (control ? ", control" : "");
        int most = control ? CONTROLS : cuts;
        String obstacle = Disks.obstacle("mkfs.btrfs", "mkfs.ext4");
        assumeTrue(obstacle == null, "The power cut test " + obstacle);
        Path folder = Trial.emptyFolder("cuts-" + database + (control ? "-control-" : "-") + seed);
        long begin = System.nanoTime();
        List<String> problems = new ArrayList<>();
        List<String> phases = new ArrayList<>();
        int acknowledged = 0;
        try (Disks disks = new Disks(folder)) {
            Disks.format(folder.resolve("outer.img"), "8G", "mkfs.btrfs", "-q", "-f");
            Path outer = disks.loop("outer", folder.resolve("outer.img"));
            Path image = outer.resolve("disk.img");
            Disks.format(image, "1G", "mkfs.ext4", "-q");
            Path disk = disks.loop("disk", image);
            try (Opened opened = opener.open(disk)) {
                Trial trial = new Trial(seed, folder, site(disk), opened.database());
                trial.deliver();
                sync(disk);
                Trial.checkEnd(trial.start("run", properties));
                for (int i = 1; i <= most && !(control && !problems.isEmpty()); i++) {
                    Cut cut = cutOnce(trial, disk, outer, i, properties);
                    phases.add(cut.phase());
                    acknowledged += cut.acknowledged().size();
                    List<String> harm = recover(trial, disks, cut, opener);
                    if (!harm.isEmpty()) {
                        problems.add("cut " + i + " in " + cut.phase() + ": " + harm.size() + " problems\n"
                                + String.join("\n", harm.subList(0, Math.min(10, harm.size()))));
                        if (!control) {
                            Files.copy(cut.image(), folder.resolve("cut-" + i + ".img"));
                        }
                    }
                    Files.delete(cut.image());
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%nPower cuts (%s): %d cuts in %s, %,d files acknowledged before them, %d cuts harmed them, %d s, seed %d%n",
                name,
                phases.size(),
                phases,
                acknowledged,
                problems.size(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                seed);
        Files.delete(folder.resolve("outer.img"));
        if (problems.isEmpty() || control) {
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

    /** Nightdrop finishes on the copy; what is not as it has to be then. */
    private static List<String> recover(Trial trial, Disks disks, Cut cut, Opener opener) throws Exception {
        Path disk = disks.loop("after-" + cut.number(), cut.image());
        try (Opened opened = opener.open(disk)) {
            Trial.checkEnd(trial.start("run", List.of(), site(disk), opened.database()));
            List<String> problems = new ArrayList<>(
                    trial.prove(site(disk), opened.database(), null).problems());
            problems.addAll(missing(site(disk), cut.acknowledged()));
            return problems;
        } catch (AssertionError | IOException | SQLException failure) {
            return List.of(String.valueOf(failure.getMessage())); // it does not even run
        } finally {
            disks.unmount(disk);
        }
    }

    private static List<String> missing(Site site, Map<String, byte[]> acknowledged) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : acknowledged.entrySet()) {
            Path now = site.root().resolve(file.getKey());
            if (!Files.exists(now)) {
                problems.add(file.getKey() + " was acknowledged and is missing");
            } else if (!Arrays.equals(Files.readAllBytes(now), file.getValue())) {
                problems.add(file.getKey() + " was acknowledged and is another now");
            }
        }
        return problems;
    }
}
