package io.nightdrop.partner;

import io.nightdrop.partner.Transport.SpoiltConnectionException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests, and knows of each whether a byte of it may have left. It repeats nothing that may have left, and takes no longer than it is told,
 * from the connection to the last byte of the answer. Nothing is made before the first request. May be used by many threads.
 */
final class Line implements AutoCloseable {

    /** What came of a request. */
    sealed interface Outcome {

        /** Surely no byte of it has left. */
        record NotSent(String reason) implements Outcome {}

        /** It may have arrived, or a part of it, and there is no answer. The reason says what the other side did. */
        record Lost(String reason) implements Outcome {}

        /** At least a status and headers came back. */
        record Answered(PartnerAnswer answer) implements Outcome {}
    }

    /**
     * What is posted.
     *
     * @param headers all but those of the connection
     */
    record Message(Map<String, String> headers, long contentLength, OutgoingRequest.Body body) {

        /** A request as its API composed it, with a bearer token when there is one. */
        static Message of(OutgoingRequest request, @Nullable String token) {
            Map<String, String> headers = new HashMap<>(request.headers());
            if (token != null) {
                headers.put("Authorization", "Bearer " + token);
            }
            return new Message(headers, request.contentLength(), request.body());
        }

        /** How long it is; the rest holds secrets. */
        @Override
        public String toString() {
            return "Message[contentLength=" + contentLength + "]";
        }
    }

    /** Why nothing is sent at the end. */
    static final String CLOSING = "Nightdrop is closing its connections";

    /** A connection that lay idle for longer is not used again: servers end theirs later than that. */
    private static final Duration IDLE_AT_MOST = Duration.ofSeconds(1);

    /** So often another connection is taken when one that lay idle has ended; those that others gave back meanwhile may have, too. */
    private static final int MOST_SPOILT = 3;

    private final String partner;
    private final Supplier<Transport> maker;
    private final Clock clock;
    private @Nullable Transport transport;
    private @Nullable ScheduledThreadPoolExecutor deadlines;
    private boolean closed;

    /**
     * @param partner stands in the name of its thread
     * @param maker makes the client, at the first request
     */
    Line(String partner, Supplier<Transport> maker, Clock clock) {
        this.partner = partner;
        this.maker = maker;
        this.clock = clock;
    }

    /**
     * Sends a message and reads the answer.
     *
     * @param limit for all of it
     * @throws ContentLostException when the body cannot be written to its end; then nothing whole was sent
     */
    Outcome post(URI uri, Message message, Duration limit) throws ContentLostException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (int spoilt = 0; spoilt < MOST_SPOILT; spoilt++) {
            Transport open = opened();
            if (open == null) {
                return new Outcome.NotSent(CLOSING);
            }
            try {
                return tried(open, new Attempt(open, uri, message, limit, clock), deadline);
            } catch (SpoiltConnectionException ended) {
                open.closeIdle(Duration.ZERO);
            }
        }
        return new Outcome.NotSent("its connections end as soon as they are made");
    }

    private Outcome tried(Transport open, Attempt attempt, long deadline)
            throws ContentLostException, SpoiltConnectionException {
        open.closeIdle(IDLE_AT_MOST);
        Future<?> end = atDeadline(attempt, deadline);
        try {
            return attempt.run();
        } finally {
            end.cancel(false);
        }
    }

    private synchronized @Nullable Transport opened() {
        if (transport == null && !closed) {
            transport = maker.get();
        }
        return transport;
    }

    private synchronized Future<?> atDeadline(Attempt attempt, long deadline) {
        if (closed) {
            attempt.expire();
            return CompletableFuture.completedFuture(null);
        }
        if (deadlines == null) {
            deadlines = new ScheduledThreadPoolExecutor(1, this::thread);
            deadlines.setRemoveOnCancelPolicy(true);
        }
        return deadlines.schedule(attempt::expire, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "partner-" + partner);
        thread.setDaemon(true);
        return thread;
    }

    /** Ends all connections, also those in use. */
    @Override
    public synchronized void close() {
        closed = true;
        if (deadlines != null) {
            deadlines.shutdownNow();
        }
        if (transport != null) {
            transport.close();
            transport = null;
        }
    }
}
