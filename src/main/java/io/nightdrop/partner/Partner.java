package io.nightdrop.partner;

import io.nightdrop.partner.AccessTokens.Access;
import io.nightdrop.partner.Line.Outcome;
import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.Reply.NewToken;
import io.nightdrop.settings.PartnerSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One partner, as all who send to it share it: it is asked by no more at once, and no more often, than its settings allow, and is left alone when
 * it asks for that or does not answer. May be used by many threads. Nothing is connected before the first request.
 */
public final class Partner {

    private final String name;
    private final PartnerSettings settings;
    private final PartnerApi api;
    private final Line line;
    private final @Nullable AccessTokens tokens;
    private final Patience patience;
    private final Clock clock;
    private final Semaphore slots;

    /** @param tokens null when its API takes none */
    Partner(
            String name,
            PartnerSettings settings,
            Line line,
            @Nullable AccessTokens tokens,
            Patience patience,
            Clock clock) {
        this.name = name;
        this.settings = settings;
        this.api = PartnerApi.of(name, settings);
        this.line = line;
        this.tokens = tokens;
        this.patience = patience;
        this.clock = clock;
        this.slots = new Semaphore(settings.concurrency(), true);
    }

    /** What it is called under {@code nightdrop.partners}. */
    public String name() {
        return name;
    }

    /** How it is spoken to. */
    public PartnerSettings settings() {
        return settings;
    }

    /** What its API is like. */
    public PartnerApi api() {
        return api;
    }

    /**
     * Waits for the leave to send one request: for one of {@code concurrency} slots, for {@code requests-per-second}, and for the end of the pause
     * that a failure or {@code Retry-After} has imposed on everybody.
     *
     * @param atMost how long to wait; zero does not wait
     * @return empty when that was not long enough
     * @throws PartnerAwayException at once when the partner is away, and it is not yet time to ask it again
     */
    Optional<Turn> turn(Duration atMost) throws PartnerAwayException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        patience.checkAway();
        if (!slots.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        Optional<Turn> turn = Optional.empty();
        try {
            turn = patience.pass(deadline).map(pass -> new Turn(this, pass));
            return turn;
        } finally {
            if (turn.isEmpty()) {
                slots.release();
            }
        }
    }

    /**
     * Whether it may be asked at all.
     *
     * @throws PartnerAwayException when it is away, and it is not yet time to ask it again
     */
    public void ensureThere() throws PartnerAwayException {
        patience.checkAway();
    }

    /** Until when nothing is sent to it, since it is away; empty when it is not, and when it is time to find out whether it is back. */
    Optional<Instant> awayUntil() {
        return patience.awayUntil();
    }

    /**
     * What is to be sent.
     *
     * @param last asked right before the first byte of each try
     */
    record Parcel(List<SentItem> items, UUID requestId, Runnable last) {}

    Reply send(Patience.Pass pass, Parcel parcel) throws ContentLostException {
        Later objection = patience.objection(pass).orElse(null);
        if (objection != null) {
            return objection;
        }
        return tokens == null ? once(pass, parcel, null) : withToken(pass, tokens, parcel);
    }

    private Reply withToken(Patience.Pass pass, AccessTokens known, Parcel parcel) throws ContentLostException {
        Access access = known.get();
        Reply reply = withToken(pass, access, parcel);
        if (!(reply instanceof NewToken refused)) {
            return reply;
        }
        if (!(access instanceof Access.Granted granted) || granted.fresh()) {
            return refused.otherwise();
        }
        known.drop(granted);
        Reply second = withToken(pass, known.get(), parcel);
        return second instanceof NewToken still ? still.otherwise() : second;
    }

    private Reply withToken(Patience.Pass pass, Access access, Parcel parcel) throws ContentLostException {
        if (access instanceof Access.Granted granted) {
            return once(pass, parcel, granted.token());
        }
        Reply reply = ((Access.Denied) access).reply();
        patience.after(pass, reply);
        return reply;
    }

    private Reply once(Patience.Pass pass, Parcel parcel, @Nullable String token) throws ContentLostException {
        pause(patience.request());
        Later objection = patience.objection(pass).orElse(null);
        if (objection != null) {
            return objection;
        }
        parcel.last().run();
        Reply reply = exchanged(parcel, token);
        patience.after(pass, reply);
        return reply;
    }

    private Reply exchanged(Parcel parcel, @Nullable String token) throws ContentLostException {
        OutgoingRequest request = api.compose(parcel.items(), parcel.requestId(), clock.instant());
        Outcome outcome = line.post(settings.uri(request.path()), Line.Message.of(request, token), settings.timeout());
        if (outcome instanceof Outcome.NotSent notSent) {
            return new Later(null, "cannot be reached: " + notSent.reason(), null);
        }
        if (outcome instanceof Outcome.Lost lost) {
            return new Doubt(lost.reason(), null);
        }
        PartnerAnswer answer = ((Outcome.Answered) outcome).answer();
        return api.read(parcel.items(), token == null ? answer : answer.without(List.of(token)));
    }

    /** At most a second for each of {@code concurrency}: an interrupt is left to whoever waits next. */
    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !Thread.currentThread().isInterrupted(); left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    void end(Patience.Pass pass, boolean used) {
        patience.end(pass, used);
        slots.release();
    }

    void close() {
        line.close();
    }
}
