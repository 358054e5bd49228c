package io.nightdrop.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Rounds on one installation: drops arrive, a process works on them, and is killed if it is not quicker. Counts what it was killed at. */
final class Rounds {

    private static final int TERMINATED = 143;
    private static final String ANYWHERE = "anywhere";

    private final Trial trial;
    private final Random random;
    private final Beginning beginning;
    private final Ending ending;
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

    /** Waits until a process does what it is to be killed in; says whether it came to that. */
    @FunctionalInterface
    interface Beginning {
        boolean await(NightdropProcess process) throws IOException, InterruptedException;
    }

    /** How a process may end that nobody killed. */
    @FunctionalInterface
    interface Ending {
        void check(NightdropProcess process) throws IOException, InterruptedException;
    }

    /**
     * None yet.
     *
     * @param usual where to kill, beside anywhere; unless {@link CrashProperties#POINTS} names the only points
     */
    Rounds(Trial trial, Random random, Beginning beginning, Ending ending, List<FaultPoint> usual) {
        this.trial = trial;
        this.random = random;
        this.beginning = beginning;
        this.ending = ending;
        this.choosy = !CrashProperties.POINTS.isEmpty();
        this.choice = choosy ? FaultPoints.named(CrashProperties.POINTS) : List.copyOf(usual);
        choice.forEach(point -> hits.put(point, point.hits()));
    }

    /**
     * What a round did.
     *
     * @param killed whether it ended with a kill
     * @param kind at which point
     * @param phase what the process did last
     * @param sending the partners to whom it was handing items on
     */
    record Round(boolean killed, boolean watch, String kind, String phase, List<String> sending) {

        private static Round killed(boolean watch, String kind, NightdropProcess process) throws IOException {
            return new Round(true, watch, kind, process.phase(), process.sending());
        }

        private static Round finished(boolean watch, String kind) {
            return new Round(false, watch, kind, "finished", List.of());
        }
    }

    /** The next one. */
    Round next() throws IOException, InterruptedException {
        round++;
        boolean watch = random.nextInt(5) == 0;
        boolean atPoint = random.nextBoolean() || choosy;
        Round done = atPoint ? atPoint(watch) : anywhere(watch);
        note(done);
        return done;
    }

    int count() {
        return round;
    }

    int kills() {
        return kills;
    }

    String last() {
        return last;
    }

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
            if (beginning.await(process)) {
                process.endsWithin((long) (share * workMillis));
            }
        }
        if (process.isAlive()) {
            process.kill();
            workMillis *= starting || watch ? 1 : 1.05;
            return Round.killed(watch, ANYWHERE, process);
        }
        workMillis = Math.max(300, 0.8 * workMillis);
        ending.check(process);
        return Round.finished(watch, ANYWHERE);
    }

    /** At a hit of a fault point. */
    private Round atPoint(boolean watch) throws IOException, InterruptedException {
        FaultPoint point = nextPoint();
        int hit = 1 + random.nextInt(hits.get(point));
        NightdropProcess process = start(watch, point.at(hit));
        boolean terminated = false;
        if (watch && process.awaitWork()) {
            trial.deliver();
            terminated = !process.endsWithin((long) (3 * workMillis));
            if (terminated) {
                process.terminate();
            }
        }
        if (process.wasKilled()) {
            return Round.killed(watch, point.name(), process);
        }
        hits.put(point, Math.max(1, hit / 2));
        missed.merge(point.name(), 1, Integer::sum);
        if (!terminated || process.exitCode() != TERMINATED) {
            ending.check(process);
        }
        return Round.finished(watch, point.name() + " hit " + hit);
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

    /** How many kills, and where, in a few words. */
    String summary() {
        int anywhere = killsByPoint.getOrDefault(ANYWHERE, 0);
        return String.format(
                Locale.ROOT,
                "%d kills (%d anywhere, %d at %d of %d points; %d of watch)",
                kills,
                anywhere,
                kills - anywhere,
                killsByPoint.size() - (anywhere > 0 ? 1 : 0),
                choice.size(),
                watched);
    }

    /** How many kills in which phase and at which point, in lines. */
    String details() {
        String details = "  by phase: " + killsByPhase + "\n  by point: " + killsByPoint;
        return missed.isEmpty() ? details : details + "\n  points that a round did not come to: " + missed;
    }
}
