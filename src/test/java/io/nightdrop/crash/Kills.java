package io.nightdrop.crash;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/**
 * A series of kills on one installation: drops arrive, a process works on them and is killed, the next one goes on, until so
 * many kills are done; then a last run works off what is left, and everything is proven.
 */
final class Kills {

    private final String name;
    private final long seed;
    private final int wanted;
    private final Trial trial;
    private final Rounds rounds;

    Kills(String name, long seed, int wanted, Trial trial) {
        this.name = name;
        this.seed = seed;
        this.wanted = wanted;
        this.trial = trial;
        this.rounds = new Rounds(
                trial,
                new Random(seed + 1),
                NightdropProcess::awaitWork,
                Trial::checkEnd,
                FaultPoints.of(trial.site()));
    }

    /** Kills, restarts, and proves. */
    void run(CrashDatabase undisturbed) throws Exception {
        long begin = System.nanoTime();
        try {
            while (rounds.kills() < wanted) {
                if (rounds.count() > wanted * 5 + 50) {
                    throw new AssertionError("Too few of the rounds end with a kill");
                }
                rounds.next();
            }
            trial.runWell();
            Proof.Verdict verdict = trial.prove(undisturbed);
            print(Duration.ofNanos(System.nanoTime() - begin), verdict);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "Crash test on " + name + ", seed " + seed + ", round " + rounds.count() + ", last kill: "
                            + rounds.last() + "; everything is kept in " + trial.folder() + ": "
                            + failure.getMessage(),
                    failure);
        }
        trial.remove();
    }

    private void print(Duration took, Proof.Verdict verdict) {
        System.out.printf(
                Locale.ROOT,
                "%nCrash test on %s: %s, %,d drops, %,d items, nothing lost, nothing twice, %d orphan contents, %d s, seed %d%n",
                name,
                rounds.summary(),
                trial.ledger().size(),
                trial.items(),
                verdict.orphans(),
                took.toSeconds(),
                seed);
        System.out.println(rounds.details());
    }
}
