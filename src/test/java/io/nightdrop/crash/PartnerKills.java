package io.nightdrop.crash;

import io.nightdrop.crash.PartnerProof.Fact;
import io.nightdrop.crash.PartnerProof.Figures;
import io.nightdrop.crash.PartnerProof.How;
import io.nightdrop.partner.simulator.Fault;
import io.nightdrop.partner.simulator.SimulatorProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A series of kills while drops leave for two partners, who fail now and then, too. Goes on until each partner's drops were hit so often in the
 * middle of being handed on; then all is proven, everything that is in doubt settled, killed now and then, and all proven again.
 */
final class PartnerKills {

    private static final int FAULT = 1;
    private static final long LATE_MILLIS = 3000;
    private static final int PASSES = 12;

    private static final List<Fault> FAULTS = List.of(
            Fault.RESET_BEFORE_REQUEST,
            Fault.RESET_AT_HALF_REQUEST,
            Fault.STALLED_AT_HALF_REQUEST,
            Fault.RESET_AFTER_REQUEST,
            Fault.RESET_AFTER_REQUEST_UNDONE,
            Fault.STALLED_BEFORE_HEADERS,
            Fault.STALLED_BEFORE_HEADERS_UNDONE,
            Fault.LATE_EFFECT,
            Fault.HALF_BODY,
            Fault.CLOSE_DELIMITED_CUT,
            Fault.MISSING_RESULT,
            Fault.THROTTLED,
            Fault.THROTTLED_SECONDS,
            Fault.UNAVAILABLE,
            Fault.UNAVAILABLE_SECONDS,
            Fault.SERVER_ERROR,
            Fault.SERVER_ERROR_DONE);

    private final String name;
    private final long seed;
    private final int wanted;
    private final Trial trial;
    private final CrashDatabase database;
    private final PartnerWorkload workload;
    private final SimulatorProcess simulator;
    private final Random random;
    private final Rounds rounds;
    private final Map<String, Integer> killsWhileSending = new TreeMap<>();
    private final Map<String, How> settled = new HashMap<>();
    private final Map<String, Integer> allowed = new HashMap<>();
    private final Map<String, Integer> settlings = new TreeMap<>();
    private int settlingKills;
    private int wronglyFailed;

    PartnerKills(
            String name,
            long seed,
            int wanted,
            Trial trial,
            CrashDatabase database,
            PartnerWorkload workload,
            SimulatorProcess simulator) {
        this.name = name;
        this.seed = seed;
        this.wanted = wanted;
        this.trial = trial;
        this.database = database;
        this.workload = workload;
        this.simulator = simulator;
        this.random = new Random(seed + 2);
        this.rounds = new Rounds(
                trial,
                new Random(seed + 1),
                NightdropProcess::awaitSending,
                PartnerKills::checkEnd,
                FaultPoints.ofPartners());
        Faults.PARTNERS.forEach(partner -> killsWhileSending.put(partner, 0));
    }

    /** Kills, restarts, proves, settles, proves. */
    void run() throws Exception {
        long begin = System.nanoTime();
        try {
            simulator.byChance(0.05, seed + 3, FAULTS);
            simulator.byChance(0.4, seed + 4, List.of(Fault.SLOW));
            while (killsWhileSending.values().stream().anyMatch(kills -> kills < wanted)) {
                round();
            }
            Figures drained = drain();
            long killed = System.nanoTime();
            settle();
            Figures ended = proof().prove(database, true);
            trial.checkNothingNew();
            trial.checkFsck();
            print(Duration.ofNanos(killed - begin), Duration.ofNanos(System.nanoTime() - killed), drained, ended);
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "Partners on " + name + ", seed " + seed + ", round " + rounds.count() + ", last kill: "
                            + rounds.last() + "; everything is kept in " + trial.folder() + ": "
                            + failure.getMessage(),
                    failure);
        }
        trial.remove();
    }

    private void round() throws IOException, InterruptedException {
        if (rounds.count() > wanted * 10 + 50) {
            throw new AssertionError("Too few of the rounds end with a kill while items are handed on");
        }
        switch (rounds.count() % 20) {
            case 7 -> simulator.revokeTokens();
            case 13 -> simulator.refuse(Duration.ofSeconds(1));
            default -> {}
        }
        rounds.next().sending().forEach(partner -> killsWhileSending.merge(partner, 1, Integer::sum));
    }

    /** A run that nobody killed ends well, or with the word that a partner is away. */
    private static void checkEnd(NightdropProcess process) throws IOException, InterruptedException {
        boolean away = process.exitCode() == FAULT && process.said().contains(" cannot go on: ");
        if (!away) {
            Trial.checkEnd(process);
        }
    }

    private Figures drain() throws Exception {
        simulator.heal();
        trial.runWell();
        trial.checkNothingNew();
        trial.checkAllDone();
        trial.checkFsck();
        TimeUnit.MILLISECONDS.sleep(LATE_MILLIS); // what takes effect late has done so
        return proof().prove(database, false);
    }

    private PartnerProof proof() throws IOException, SQLException {
        return new PartnerProof(trial.site(), database, workload, trial.ledger(), settled, allowed, simulator.ledger());
    }

    /** The first orders find a partner that fails now and then; those after them are killed now and then. */
    private void settle() throws Exception {
        simulator.byChance(0.1, seed + 5, FAULTS);
        PartnerProof before = proof();
        for (int pass = 1; !before.inDoubt().isEmpty(); pass++) {
            if (pass > PASSES) {
                throw new AssertionError(
                        "Something stays in doubt: " + before.inDoubt().keySet());
            }
            boolean faults = pass == 1;
            if (!faults) {
                simulator.heal();
            }
            Map<String, How> orders = new TreeMap<>();
            for (Map.Entry<String, List<Fact>> drop : before.inDoubt().entrySet()) {
                if (faults && random.nextInt(4) > 0) {
                    continue;
                }
                How how = choose(before, drop.getValue());
                orders.put(drop.getKey(), how);
                if (how == How.RESEND) {
                    allowOneMore(before, drop.getValue());
                }
                settle(drop.getKey(), how, !faults && random.nextInt(3) == 0);
            }
            goOn();
            TimeUnit.MILLISECONDS.sleep(LATE_MILLIS);
            PartnerProof after = proof();
            note(before, orders, after);
            before = after;
        }
        simulator.heal();
        trial.runWell();
    }

    /** As an operator does who has asked the partner: by what took effect; who would have to say both sends again or gives up. */
    private How choose(PartnerProof proof, List<Fact> doubts) {
        long done = doubts.stream().filter(fact -> proof.effects(fact) > 0).count();
        if (done == doubts.size()) {
            return How.AS_CREATED;
        }
        return random.nextBoolean() ? How.AS_FAILED : How.RESEND;
    }

    /** An order sends again once, however often it is cut. */
    private void allowOneMore(PartnerProof proof, List<Fact> doubts) {
        doubts.forEach(fact -> allowed.put(fact.sent().id(), proof.effects(fact) + 1));
    }

    private void settle(String drop, How how, boolean deadly) throws IOException, InterruptedException {
        boolean atPoint = deadly && random.nextInt(3) > 0;
        List<FaultPoint> points = how == How.RESEND ? FaultPoints.sendingAgain() : FaultPoints.SETTLING;
        FaultPoint point = points.get(random.nextInt(points.size()));
        NightdropProcess process =
                trial.start(List.of("resolve", drop, how.option()), atPoint ? point.at(1) : List.of());
        if (deadly && !atPoint && process.awaitWork()) {
            process.endsWithin(random.nextInt(400));
            if (process.isAlive()) {
                process.kill();
            }
        }
        settlings.merge(how.name(), 1, Integer::sum);
        if (process.wasKilled()) {
            settlingKills++;
        } else {
            checkEnd(process);
        }
    }

    /** What a killed or failed settling has left is finished. */
    private void goOn() throws IOException, InterruptedException {
        NightdropProcess process = trial.start("run", List.of());
        for (int i = 0; process.exitCode() == FAULT && i < 5; i++) {
            checkEnd(process);
            process = trial.start("run", List.of());
        }
        Trial.checkEnd(process);
    }

    /** What an order has settled; one that was cut before it was on record has settled nothing. */
    private void note(PartnerProof before, Map<String, How> orders, PartnerProof after) {
        before.inDoubt().forEach((drop, doubts) -> {
            How how = orders.get(drop);
            Set<Fact> left = new HashSet<>(after.inDoubt().getOrDefault(drop, List.of()));
            List<Fact> done = new ArrayList<>(doubts);
            done.removeIf(left::contains);
            if (how == null) {
                return;
            }
            if (how != How.RESEND && !left.isEmpty() && !done.isEmpty()) {
                throw new AssertionError(drop + " is settled in part by " + how + ": " + left + " is left");
            }
            for (Fact fact : done) {
                settled.put(fact.sent().id(), how);
                if (how == How.AS_FAILED && after.effects(fact) > 0) {
                    wronglyFailed++;
                }
            }
        });
    }

    private void print(Duration killing, Duration settling, Figures drained, Figures ended) {
        System.out.printf(
                Locale.ROOT,
                "%nPartners on %s: %s; %s while the partner's items were handed on; %d rounds, %,d drops, %,d items; %,d requests"
                        + " in %,d tries, of which the partners saw %,d; %,d effects, %d items in doubt, requests %s; nothing lost,"
                        + " nothing twice, %d s, seed %d%n",
                name,
                rounds.summary(),
                killsWhileSending,
                rounds.count(),
                trial.ledger().size(),
                trial.items(),
                drained.requests(),
                drained.tries(),
                drained.seen(),
                drained.effects(),
                drained.inDoubt(),
                drained.requestStates(),
                killing.toSeconds(),
                seed);
        System.out.printf(
                Locale.ROOT,
                "  settled: %d items by %s, killed %d times; nothing in doubt; %d items twice, all sent again by order; %d given up"
                        + " that had taken effect; requests %s; %d s%n",
                settled.size(),
                settlings,
                settlingKills,
                ended.twice(),
                wronglyFailed,
                ended.requestStates(),
                settling.toSeconds());
        System.out.println(rounds.details());
    }
}
