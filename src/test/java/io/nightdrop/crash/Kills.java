package io.nightdrop.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A series of kills on one installation: drops arrive, a process works on them and is killed, the next one goes on, until so
 * many kills are done; then a last run works off what is left, and everything is proven.
 */
final class Kills {

    private static final int TERMINATED = 143;
    private static final String ANYWHERE = "anywhere";

    private final String name;
    private final long seed;
    private final int wanted;
    private final Trial trial;
    private final Random random;
    private final List<FaultPoint> choice;
    private final boolean choosy;
    private final List<FaultPoint> points = new ArrayList<>();
    private final Map<FaultPoint, Integer> hits = new HashMap<>();
    private final Map<String, Integer> killsByPhase = new TreeMap<>();
    private final Map<String, Integer> killsByPoint = new TreeMap<>();
    private final Map<String, Integer> missed = new TreeMap<>();
    private int round;
    private int kills;
    private int watched;
    private double startMillis = 3000;
    private double workMillis = 1500;
    private String last = "none";

    /**
     * A series.
     *
     * @param only the names of the only points to kill at; empty: all of them, and anywhere between
     */
    Kills(String name, long seed, int wanted, List<String> only, Trial trial) {
        this.name = name;
        this.seed = seed;
        this.wanted = wanted;
        this.trial = trial;
        this.random = new Random(seed + 1);
        this.choice = only.isEmpty()
                ? FaultPoints.of(trial.site())
                : only.stream().map(FaultPoints::named).toList();
        this.choosy = !only.isEmpty();
        choice.forEach(point -> hits.put(point, point.hits()));
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
                boolean atPoint = random.nextBoolean() || choosy;
                note(atPoint ? atPoint(watch) : anywhere(watch));
            }
            trial.runWell();
            Proof.Verdict verdict = trial.prove(undisturbed);
            print(Duration.ofNanos(System.nanoTime() - begin), verdict);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "Crash test on " + name + ", seed " + seed + ", round " + round + ", last kill: " + last
                            + "; everything is kept in " + trial.folder() + ": " + failure.getMessage(),
                    failure);
        }
        trial.remove();
    }

    /** What a round did: was it a kill, where, and in which phase. */
    private record Round(boolean killed, boolean watch, String kind, String phase) {}

    private NightdropProcess start(boolean watch, List<String> properties) throws IOException, InterruptedException {
        if (!watch) {
            trial.deliver();
        }
        return trial.start(watch ? "watch" : "run", properties);
    }

    /** At any instant: now and then while the virtual machine starts, mostly while it works. */
    private Round anywhere(boolean watch) throws IOException, InterruptedException {
        boolean starting = random.nextInt(10) == 0;
        double share = random.nextDouble();
        long begin = System.nanoTime();
        NightdropProcess process = start(watch, List.of());
        if (starting) {
            process.endsWithin((long) (share * startMillis));
        } else if (process.awaitWork()) {
            startMillis = 0.8 * startMillis + 0.2 * (System.nanoTime() - begin) / 1e6;
            if (watch) {
                trial.deliver();
            }
            process.endsWithin((long) (share * workMillis));
        }
        if (process.isAlive()) {
            process.kill();
            workMillis *= starting || watch ? 1 : 1.05;
            return new Round(true, watch, ANYWHERE, process.phase());
        }
        workMillis = Math.max(300, 0.8 * workMillis);
        Trial.checkEnd(process);
        return new Round(false, watch, ANYWHERE, "finished");
    }

    /** At a hit of a fault point. */
    private Round atPoint(boolean watch) throws IOException, InterruptedException {
        FaultPoint point = nextPoint();
        int hit = 1 + random.nextInt(hits.get(point));
        NightdropProcess process = start(watch, List.of("crash.point=" + point.name(), "crash.hit=" + hit));
        boolean terminated = false;
        if (watch && process.awaitWork()) {
            trial.deliver();
            terminated = !process.endsWithin((long) (3 * workMillis));
            if (terminated) {
                process.terminate();
            }
        }
        if (process.wasKilled()) {
            return new Round(true, watch, point.name(), process.phase());
        }
        hits.put(point, Math.max(1, hit / 2));
        missed.merge(point.name(), 1, Integer::sum);
        if (!terminated || process.exitCode() != TERMINATED) {
            Trial.checkEnd(process);
        }
        return new Round(false, watch, point.name() + " hit " + hit, "finished");
    }

    /** All of them in some order, before any comes again. */
    private FaultPoint nextPoint() {
        if (points.isEmpty()) {
            points.addAll(choice);
            Collections.shuffle(points, random);
        }
        return points.remove(points.size() - 1);
    }

    private void note(Round done) throws IOException {
        String line = String.format(
                Locale.ROOT,
                "round %d: %s, %s%s%n",
                round,
                done.watch() ? "watch" : "run",
                done.kind(),
                done.killed() ? ", killed in " + done.phase() : ", not reached");
        Files.writeString(
                trial.folder().resolve("plan.txt"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (done.killed()) {
            kills++;
            last = line.strip();
            watched += done.watch() ? 1 : 0;
            killsByPhase.merge(done.phase(), 1, Integer::sum);
            killsByPoint.merge(done.kind(), 1, Integer::sum);
        }
    }

    private void print(Duration took, Proof.Verdict verdict) {
        int anywhere = killsByPoint.getOrDefault(ANYWHERE, 0);
        System.out.printf(
                Locale.ROOT,
                "%nCrash test on %s: %d kills (%d anywhere, %d at %d of %d points; %d of watch), %,d drops, %,d items,"
                        + " nothing lost, nothing twice, %d orphan contents, %d s, seed %d%n",
                name,
                kills,
                anywhere,
                kills - anywhere,
                killsByPoint.size() - (anywhere > 0 ? 1 : 0),
                choice.size(),
                watched,
                trial.ledger().size(),
                trial.items(),
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
