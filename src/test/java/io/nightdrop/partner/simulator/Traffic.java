package io.nightdrop.partner.simulator;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How many requests came, when, and how many at once. A request is there from its last header to the last byte of its answer, or
 * until its client has gone; one whose body is no longer read, until then. The figures include requests that are still
 * going on, which the ledger does not. A connection that is refused is seen by nobody.
 */
public final class Traffic {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final Map<Target, Integer> present = new EnumMap<>(Target.class);
    private final Map<Target, Integer> most = new EnumMap<>(Target.class);
    private int connections;
    private long lastNumber;

    Traffic(Clock clock, long lastNumber) {
        this.clock = clock;
        this.lastNumber = lastNumber;
    }

    /** A request that came. */
    final class Arrival {
        private final long number;
        private final Instant at;
        private final long nanos;
        private final Target target;
        private boolean left;

        private Arrival(long number, Target target) {
            this.number = number;
            this.at = clock.instant();
            this.nanos = System.nanoTime();
            this.target = target;
        }

        long number() {
            return number;
        }

        Instant at() {
            return at;
        }

        /** It is there no more; a second call does nothing. */
        void leave() {
            synchronized (Traffic.this) {
                if (!left) {
                    left = true;
                    present.merge(target, -1, Integer::sum);
                }
            }
        }
    }

    synchronized Arrival arrive(Target target) {
        Arrival arrival = new Arrival(++lastNumber, target);
        arrivals.add(arrival);
        most.merge(target, present.merge(target, 1, Integer::sum), Math::max);
        return arrival;
    }

    synchronized void connected() {
        connections++;
    }

    /** How many requests came to the two operations. */
    public long requests() {
        return between(Instant.MIN, Instant.MAX);
    }

    /** How many requests of one kind came. */
    public long requests(Target target) {
        return between(Set.of(target), Instant.MIN, Instant.MAX);
    }

    /** How many requests came to the two operations, from the first instant to just before the second, by the clock. */
    public long between(Instant from, Instant to) {
        return between(Target.OPERATIONS, from, to);
    }

    /** The same for requests of one kind. */
    public long between(Target target, Instant from, Instant to) {
        return between(Set.of(target), from, to);
    }

    private synchronized long between(Set<Target> targets, Instant from, Instant to) {
        return arrivals.stream()
                .filter(arrival -> targets.contains(arrival.target))
                .filter(arrival -> !arrival.at.isBefore(from) && arrival.at.isBefore(to))
                .count();
    }

    /** When the requests of one kind came, by the clock. */
    public synchronized List<Instant> arrivals(Target target) {
        return arrivals.stream()
                .filter(arrival -> arrival.target == target)
                .map(Arrival::at)
                .toList();
    }

    /** How many requests of one kind were there at once, at most. */
    public synchronized int mostAtOnce(Target target) {
        return most.getOrDefault(target, 0);
    }

    /** How many requests of one kind came within one second, at most, by the time that really passed. */
    public synchronized int mostInOneSecond(Target target) {
        long[] times = arrivals.stream()
                .filter(arrival -> arrival.target == target)
                .mapToLong(arrival -> arrival.nanos)
                .toArray();
        int largest = 0;
        int first = 0;
        for (int last = 0; last < times.length; last++) {
            while (times[last] - times[first] >= SECOND) {
                first++;
            }
            largest = Math.max(largest, last - first + 1);
        }
        return largest;
    }

    /** How many connections were made. */
    public synchronized int connections() {
        return connections;
    }

    /** Begins all figures anew; requests that are going on still count as there. */
    public synchronized void forget() {
        arrivals.clear();
        most.clear();
        most.putAll(present);
        connections = 0;
    }
}
