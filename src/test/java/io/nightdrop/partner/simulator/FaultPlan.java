package io.nightdrop.partner.simulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Which request has which fault: the next ones, all from now on, or some by chance. What is planned goes before chance, and what
 * was planned first comes first. Requests for tokens have only the faults that are planned for {@link Target#TOKEN}.
 */
public final class FaultPlan {

    private final Runnable refusal;
    private final List<Planned> planned = new ArrayList<>();
    private final List<Chance> chances = new ArrayList<>();

    private static final class Planned {
        private final Set<Target> targets;
        private final Fault fault;
        private long left;

        Planned(Set<Target> targets, Fault fault, long left) {
            this.targets = targets;
            this.fault = fault;
            this.left = left;
        }
    }

    private record Chance(Set<Target> targets, double probability, Random random, List<Fault> faults) {}

    /** @param refusal closes the port for a while */
    FaultPlan(Runnable refusal) {
        this.refusal = refusal;
    }

    /** So many of the next requests of either API have this fault. {@link Fault#REFUSED} closes the port at once, and once. */
    public FaultPlan next(Fault fault, int requests) {
        return plan(Target.OPERATIONS, fault, requests);
    }

    /** The same for the requests of one kind. */
    public FaultPlan next(Target target, Fault fault, int requests) {
        return plan(Set.of(target), fault, requests);
    }

    /** All requests of either API have this fault until {@link #heal()}. */
    public FaultPlan always(Fault fault) {
        return plan(Target.OPERATIONS, fault, Long.MAX_VALUE);
    }

    /** The same for the requests of one kind. */
    public FaultPlan always(Target target, Fault fault) {
        return plan(Set.of(target), fault, Long.MAX_VALUE);
    }

    /**
     * Each request of either API has one of these faults with this probability.
     *
     * @param seed the same seed gives the same faults to the same order of requests
     */
    public FaultPlan byChance(double probability, long seed, Collection<Fault> faults) {
        return byChance(Target.OPERATIONS, probability, seed, faults);
    }

    /** The same for the requests of some kinds. */
    public synchronized FaultPlan byChance(
            Set<Target> targets, double probability, long seed, Collection<Fault> faults) {
        chances.add(new Chance(Set.copyOf(targets), probability, new Random(seed), List.copyOf(faults)));
        return this;
    }

    /** From now on all is well. */
    public synchronized FaultPlan heal() {
        planned.clear();
        chances.clear();
        return this;
    }

    private FaultPlan plan(Set<Target> targets, Fault fault, long requests) {
        if (fault == Fault.REFUSED) {
            refusal.run();
            return this;
        }
        if (targets.stream().noneMatch(fault::suits)) {
            throw new IllegalArgumentException(fault + " cannot befall " + targets);
        }
        synchronized (this) {
            planned.add(new Planned(EnumSet.copyOf(targets), fault, requests));
        }
        return this;
    }

    /** The fault of the request that has just come. */
    synchronized Fault draw(Target target) {
        for (Planned plan : planned) {
            if (plan.left > 0 && plan.targets.contains(target)) {
                plan.left--;
                return plan.fault;
            }
        }
        for (Chance chance : chances) {
            if (chance.targets.contains(target)) {
                Fault fault = draw(chance, target);
                if (fault != Fault.NONE) {
                    return fault;
                }
            }
        }
        return Fault.NONE;
    }

    private static Fault draw(Chance chance, Target target) {
        boolean hit = chance.random.nextDouble() < chance.probability;
        int which = chance.random.nextInt(chance.faults.size());
        Fault fault = chance.faults.get(which);
        return hit && fault.suits(target) ? fault : Fault.NONE;
    }
}
