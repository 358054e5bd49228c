package io.nightdrop.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A series of kills on one installation: drops arrive, a process works on them and is killed, the next one goes on, until so
 * many kills are done; then a last run works off what is left, and everything is proven.
 */
final class Kills {

    private static final Set<Integer> WELL = Set.of(0, 3, 4);
    private static final int TERMINATED = 143;

    private final String name;
    private final long seed;
    private final int wanted;
    private final Path folder;
    private final Site site;
    private final CrashDatabase database;
    private final Workload workload;
    private final List<Delivery> ledger = new ArrayList<>();
    private final Random random;
    private final List<FaultPoint> points = new ArrayList<>();
    private final Map<FaultPoint, Integer> hits = new HashMap<>();
    private final Map<String, Integer> killsByPhase = new TreeMap<>();
    private final Map<String, Integer> killsByPoint = new TreeMap<>();
    private final Map<String, Integer> missed = new TreeMap<>();
    private int waves;
    private int round;
    private int kills;
    private int watched;
    private double startMillis = 3000;
    private double workMillis = 1500;
    private String last = "none";

    Kills(String name, long seed, int wanted, Path folder, CrashDatabase database) throws IOException {
        this.name = name;
        this.seed = seed;
        this.wanted = wanted;
        this.folder = folder;
        this.site = new Site(folder.resolve("disturbed")).create();
        this.database = database;
        this.workload = new Workload(seed);
        this.random = new Random(seed + 1);
        FaultPoints.ALL.forEach(point -> hits.put(point, point.hits()));
    }

    /** Where the installation of a series lies. */
    static Path home(Path folder) {
        return folder.resolve("disturbed/home");
    }

    /** Kills, restarts, and proves. */
    void run(CrashDatabase undisturbed) throws Exception {
        long begin = System.nanoTime();
        try {
            while (kills < wanted) {
                if (round++ > wanted * 5 + 50) {
                    throw new AssertionError("Too few of the rounds end with a kill");
                }
                boolean watch = random.nextInt(5) == 0;
                boolean atPoint = random.nextBoolean();
                Round next = atPoint ? atPoint(watch) : anywhere(watch);
                note(next);
            }
            Proof.Verdict verdict = prove(undisturbed);
            print(Duration.ofNanos(System.nanoTime() - begin), verdict);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "Crash test on " + name + ", seed " + seed + ", round " + round + ", last kill: " + last
                            + "; everything is kept in " + folder,
                    failure);
        }
        site.remove();
        undisturbedSite().remove();
    }

    /** What a round did: was it a kill, where, and in which phase. */
    private record Round(boolean killed, boolean watch, String kind, String phase) {}

    private NightdropProcess start(boolean watch, List<String> properties) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(watch ? "watch" : "run"));
        arguments.addAll(site.arguments());
        arguments.addAll(database.arguments());
        return NightdropProcess.start(
                folder.resolve(String.format(Locale.ROOT, "logs/%05d.log", round)), properties, arguments);
    }

    private void deliver() throws IOException {
        waves++;
        for (Delivery delivery : workload.next()) {
            ledger.add(delivery);
            site.deliver(delivery);
        }
    }

    /** At any instant: now and then while the virtual machine starts, mostly while it works. */
    private Round anywhere(boolean watch) throws IOException, InterruptedException {
        boolean starting = random.nextInt(10) == 0;
        double share = random.nextDouble();
        if (!watch) {
            deliver();
        }
        long begin = System.nanoTime();
        NightdropProcess process = start(watch, List.of());
        if (starting) {
            if (watch) {
                deliver();
            }
            process.endsWithin((long) (share * startMillis));
        } else if (process.awaitWork()) {
            startMillis = 0.8 * startMillis + 0.2 * (System.nanoTime() - begin) / 1e6;
            if (watch) {
                deliver();
            }
            process.endsWithin((long) (share * workMillis));
        }
        if (process.isAlive()) {
            process.kill();
            workMillis *= starting || watch ? 1 : 1.05;
            return new Round(true, watch, "anywhere", process.phase());
        }
        workMillis = Math.max(300, 0.8 * workMillis);
        checkEnd(process);
        return new Round(false, watch, "anywhere", "finished");
    }

    /** At a hit of a fault point. */
    private Round atPoint(boolean watch) throws IOException, InterruptedException {
        FaultPoint point = nextPoint();
        int hit = 1 + random.nextInt(hits.get(point));
        if (!watch) {
            deliver();
        }
        NightdropProcess process = start(watch, List.of("crash.point=" + point.name(), "crash.hit=" + hit));
        if (watch && process.awaitWork()) {
            deliver();
            if (!process.endsWithin((long) (3 * workMillis))) {
                process.terminate();
            }
        }
        if (process.wasKilled()) {
            return new Round(true, watch, point.name(), process.phase());
        }
        hits.put(point, Math.max(1, hit / 2));
        missed.merge(point.name(), 1, Integer::sum);
        checkEnd(process);
        return new Round(false, watch, point.name() + " hit " + hit, "finished");
    }

    /** All of them in some order, before any comes again. */
    private FaultPoint nextPoint() {
        if (points.isEmpty()) {
            points.addAll(FaultPoints.ALL);
            Collections.shuffle(points, random);
        }
        return points.remove(points.size() - 1);
    }

    private static void checkEnd(NightdropProcess process) throws IOException, InterruptedException {
        int exit = process.exitCode();
        if (!WELL.contains(exit) && exit != TERMINATED) {
            throw new AssertionError("A run that was not killed ended with " + exit + ":\n" + process.said());
        }
    }

    private void note(Round done) throws IOException {
        String line = String.format(
                Locale.ROOT,
                "round %d: %s, %s%s%n",
                round,
                done.watch() ? "watch" : "run",
                done.kind(),
                done.killed() ? ", killed in " + done.phase() : ", not reached");
        Files.writeString(folder.resolve("plan.txt"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (done.killed()) {
            kills++;
            last = line.strip();
            watched += done.watch() ? 1 : 0;
            killsByPhase.merge(done.phase(), 1, Integer::sum);
            killsByPoint.merge(done.kind(), 1, Integer::sum);
        }
    }

    private Site undisturbedSite() {
        return new Site(folder.resolve("undisturbed"));
    }

    private Proof.Verdict prove(CrashDatabase undisturbed) throws IOException, InterruptedException, SQLException {
        round++;
        checkEnd(start(false, List.of()));
        round++;
        NightdropProcess nothing = start(false, List.of());
        checkEnd(nothing);
        if (!nothing.said().contains("Nothing new")) {
            throw new AssertionError("One run was not enough to finish everything:\n" + nothing.said());
        }
        Site other = undisturbedSite().create();
        Workload same = new Workload(seed);
        for (int i = 0; i < waves; i++) {
            for (Delivery delivery : same.next()) {
                other.deliver(delivery);
            }
        }
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(other.arguments());
        arguments.addAll(undisturbed.arguments());
        checkEnd(NightdropProcess.start(folder.resolve("logs/undisturbed.log"), List.of(), arguments));
        Proof.of(other, undisturbed, ledger, same.emails(), null).check("The undisturbed run");
        Proof.Verdict verdict = Proof.of(site, database, ledger, workload.emails(), other);
        verdict.check("After " + kills + " kills");
        return verdict;
    }

    private void print(Duration took, Proof.Verdict verdict) {
        int items =
                ledger.stream().mapToInt(delivery -> delivery.items().size()).sum();
        int atPoints = killsByPoint.entrySet().stream()
                .filter(entry -> !entry.getKey().equals("anywhere"))
                .mapToInt(Map.Entry::getValue)
                .sum();
        System.out.printf(
                Locale.ROOT,
                "%nCrash test on %s: %d kills (%d anywhere, %d at %d of %d points; %d of watch), %,d drops, %,d items,"
                        + " nothing lost, nothing twice, %d orphan contents, %d s, seed %d%n",
                name,
                kills,
                killsByPoint.getOrDefault("anywhere", 0),
                atPoints,
                killsByPoint.size() - (killsByPoint.containsKey("anywhere") ? 1 : 0),
                FaultPoints.ALL.size(),
                watched,
                ledger.size(),
                items,
                verdict.orphans(),
                took.toSeconds(),
                seed);
        System.out.println("  by phase: " + killsByPhase);
        System.out.println("  by point: " + killsByPoint);
        if (!missed.isEmpty()) {
            System.out.println("  points that a round did not come to: " + missed);
        }
    }
}
