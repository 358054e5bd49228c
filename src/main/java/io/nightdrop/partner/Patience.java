package io.nightdrop.partner;

import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.time.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When a partner may be asked, for all who want to ask it. Requests begin at even distances. A failure imposes a pause on everybody; after
 * {@value #FAILURES_UNTIL_AWAY} in a row, or when the partner wants to be left alone for long, it counts as away, and nothing but a probe at a
 * time, at growing intervals, is sent to it. A probe is a request like any other.
 *
 * <p>A failure is a {@link Later}, and a {@link Doubt}, since a partner that swallows requests must not be fed a whole drop. Any other
 * reply shows that the partner is there. What it asked for with {@code Retry-After} holds whatever is answered meanwhile.
 */
final class Patience {

    /** K-17: the first pause; how long each really is, is up to chance. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /** K-17: the longest pause that nobody asked for; who asks for a longer one is away. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** K-17: as many tries as one request has. */
    static final int FAILURES_UNTIL_AWAY = 5;

    /** The interval before the first probe, at most. */
    static final Duration FIRST_PROBE = Duration.ofSeconds(5);

    /** The interval before a probe, at most. With {@link #SHORTEST_PART} an outage of 30 minutes costs fewer than 60 requests. */
    static final Duration LONGEST_PROBE = Duration.ofMinutes(1);

    /** An interval before a probe is at least this part of what it may be, and up to chance above. */
    static final double SHORTEST_PART = 0.75;

    /** While a probe is on its way, its answer is awaited so long before anybody asks again. */
    private static final Duration PROBE_GOING_ON = Duration.ofSeconds(1);

    /** Between a turn and its request something may happen; requests are kept apart by no more than this then. */
    private static final Duration FARTHEST_APART = Duration.ofSeconds(1);

    private final String partner;
    private final long apart;
    private final Clock clock;
    private final Ticker ticker;
    private final DoubleSupplier chance;

    private int failures;
    private int probes;
    private boolean away;
    private boolean probing;
    private String reason = "was not asked yet";

    /** All by the ticker. */
    private long pausedUntil;

    private long leftAloneUntil;
    private long nextTurn;
    private long nextRequest;

    /**
     * A leave to ask.
     *
     * @param probe whether it finds out if the partner is back
     */
    record Pass(boolean probe) {}

    /** @param chance gives numbers from 0 to 1 */
    Patience(String partner, double requestsPerSecond, Clock clock, Ticker ticker, DoubleSupplier chance) {
        this.partner = partner;
        this.apart = (long) (TimeUnit.SECONDS.toNanos(1) / requestsPerSecond);
        this.clock = clock;
        this.ticker = ticker;
        this.chance = chance;
        long now = ticker.nanos();
        this.pausedUntil = now;
        this.leftAloneUntil = now;
        this.nextTurn = now;
        this.nextRequest = now;
    }

    /** Throws when the partner is away, and it is not time for a probe. */
    synchronized void checkAway() throws PartnerAwayException {
        Instant again = awayUntil().orElse(null);
        if (again != null) {
            throw new PartnerAwayException(partner, reason, again);
        }
    }

    /** Until when nothing is sent, since the partner is away. */
    synchronized Optional<Instant> awayUntil() {
        long left = left(ticker.nanos());
        if (!away || (left <= 0 && !probing)) {
            return Optional.empty();
        }
        return Optional.of(clock.instant().plusNanos(Math.max(left, probing ? PROBE_GOING_ON.toNanos() : 0)));
    }

    /**
     * Waits until the partner may be asked.
     *
     * @param deadline by {@link System#nanoTime}, until when to wait
     * @return empty when it may not be asked before
     */
    synchronized Optional<Pass> pass(long deadline) throws PartnerAwayException, InterruptedException {
        for (long wait = untilNextTurn(); wait > 0; wait = untilNextTurn()) {
            long rest = deadline - System.nanoTime();
            if (rest <= 0) {
                return Optional.empty();
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(wait, rest));
        }
        nextTurn = later(nextTurn, ticker.nanos()) + apart;
        probing = away;
        return Optional.of(new Pass(away));
    }

    private long untilNextTurn() throws PartnerAwayException {
        checkAway();
        long now = ticker.nanos();
        return Math.max(left(now), nextTurn - now);
    }

    private long left(long now) {
        return later(pausedUntil, leftAloneUntil) - now;
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /**
     * A request is about to be sent. Requests that waited for something else since they had leave are kept apart here.
     *
     * @return how long to wait before it, in nanoseconds
     */
    synchronized long request() {
        long now = ticker.nanos();
        long at = later(nextRequest, now);
        nextRequest = at + Math.min(apart, FARTHEST_APART.toNanos());
        return at - now;
    }

    /** What came up against a request since it had leave: a pause. */
    synchronized Optional<Later> objection(Pass pass) {
        long left = left(ticker.nanos());
        return left <= 0 || pass.probe()
                ? Optional.empty()
                : Optional.of(new Later(Duration.ofNanos(left), "is left alone, since it " + reason, null));
    }

    /** What came of a request that was sent, or could not be sent. */
    synchronized void after(Pass pass, Reply reply) {
        if (reply instanceof Later later) {
            failed(pass, later.reason(), later.retryAfter());
        } else if (reply instanceof Doubt doubt) {
            failed(pass, doubt.reason(), null);
        } else {
            isThere();
        }
        notifyAll();
    }

    private void failed(Pass pass, String why, @Nullable Duration retryAfter) {
        long now = ticker.nanos();
        boolean wantsLong = retryAfter != null && retryAfter.compareTo(LONGEST_PAUSE) > 0;
        if (retryAfter != null) {
            leftAloneUntil = later(leftAloneUntil, now + retryAfter.toNanos());
        }
        if (away && !pass.probe()) {
            return;
        }
        reason = why;
        failures++;
        away = away || wantsLong || failures >= FAILURES_UNTIL_AWAY;
        pausedUntil = later(pausedUntil, now + (away ? beforeProbe() : pause()));
    }

    private long pause() {
        return (long) (grown(FIRST_PAUSE, failures - 1, LONGEST_PAUSE) * chance.getAsDouble());
    }

    private long beforeProbe() {
        double part = SHORTEST_PART + (1 - SHORTEST_PART) * chance.getAsDouble();
        return (long) (grown(FIRST_PROBE, probes++, LONGEST_PROBE) * part);
    }

    private static long grown(Duration first, int times, Duration most) {
        return Math.min(first.toNanos() << Math.min(times, 10), most.toNanos());
    }

    private void isThere() {
        long now = ticker.nanos();
        failures = 0;
        probes = 0;
        pausedUntil = now;
        away = away && left(now) > 0;
    }

    /** A turn is over. */
    synchronized void end(Pass pass, boolean used) {
        if (pass.probe()) {
            probing = false;
        }
        if (!used) {
            nextTurn -= apart;
        }
        notifyAll();
    }
}
