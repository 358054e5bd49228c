package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.mail.Backoff;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.receipt.Delivery;
import io.nightdrop.receipt.ReceiptDelivery;
import io.nightdrop.time.Ticker;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Hands receipts back in threads of its own, so that a sender's server that is away or slow holds up no drop, and a folder that hangs
 * no other sender. A folder that takes nothing is tried again after a minute, then after two, and so on up to ten.
 */
@Component
public class ReceiptRunner implements SmartLifecycle {

    /** So long nothing may move before a process that is to end leaves its receipts to the next one: a network folder can hang for ever. */
    static final Duration HUNG_AFTER = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(ReceiptRunner.class);
    private static final int LEAST_THREADS = 4;
    private static final int SECONDS = 30;
    private static final int STOP_SECONDS = 1;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final List<Duration> PATIENCE = List.of(Duration.ofSeconds(2), Duration.ofSeconds(4));

    private final ReceiptDelivery delivery;
    private final LiveSteps live;
    private final TransientFaults faults;
    private final Ticker ticker;
    private final ScheduledExecutorService threads;
    private final Map<String, Way> ways = new ConcurrentHashMap<>();
    private volatile boolean running;

    ReceiptRunner(ReceiptDelivery delivery, Inboxes inboxes, LiveSteps live, TransientFaults faults, Ticker ticker) {
        this.delivery = delivery;
        this.live = live;
        this.faults = faults;
        this.ticker = ticker;
        this.threads = Executors.newScheduledThreadPool(
                Math.max(LEAST_THREADS, inboxes.all().size()), task -> {
                    Thread own = new Thread(task, "receipts");
                    own.setDaemon(true);
                    return own;
                });
    }

    /**
     * What came of a round.
     *
     * @param trouble why something waits; null when nothing does
     * @param fault whether that is a fault of ours
     * @param again whether another try may do better
     */
    private record Tried(@Nullable String trouble, boolean fault, boolean again) {
        static final Tried NOTHING = new Tried(null, false, false);
    }

    /** A round that was asked for and has not begun; whoever asks meanwhile joins it. */
    private static final class Round {
        private final Inbox inbox;
        private final RunListener listener;
        private final CompletableFuture<Tried> tried = new CompletableFuture<>();
        private boolean inAnyCase;

        Round(Inbox inbox, RunListener listener) {
            this.inbox = inbox;
            this.listener = listener;
        }
    }

    /** The way to one sender: used by one thread at a time, and nobody waits for it in a thread of the pool. */
    private final class Way {
        private @Nullable Round next;
        private boolean underWay;
        private volatile Future<Tried> last = CompletableFuture.completedFuture(Tried.NOTHING);
        private volatile long movedAt;
        private long notBefore = ticker.nanos();
        private int troubles;
        private @Nullable Tried refusal;

        /** Asks for a round that begins after this moment, so that no word that something is due gets lost. */
        synchronized Future<Tried> ask(Inbox inbox, RunListener listener, boolean inAnyCase) {
            Round round = next == null ? new Round(inbox, listener) : next;
            round.inAnyCase |= inAnyCase;
            next = round;
            last = round.tried;
            if (!underWay) {
                begin(round);
            }
            return round.tried;
        }

        private void begin(Round round) {
            try {
                moved();
                threads.execute(this::work);
                underWay = true;
            } catch (RejectedExecutionException stopped) {
                LOG.debug("No more receipts: everything stops", stopped);
                next = null;
                round.tried.complete(Tried.NOTHING);
            }
        }

        private void work() {
            for (Round round = taken(); round != null; round = taken()) {
                try {
                    round.tried.complete(handBack(this, round));
                } catch (RuntimeException | Error failure) {
                    LOG.error("The receipts of {} were left", round.inbox.name(), failure);
                    round.tried.completeExceptionally(failure);
                }
            }
        }

        private synchronized @Nullable Round taken() {
            Round round = next;
            next = null;
            underWay = round != null;
            return round;
        }

        /** Not before its pause is over, except when asked in any case; and even then not when more tries would lock an account. */
        Tried use(Round round) {
            boolean pausing = ticker.nanos() - notBefore < 0;
            if (live.stopping() || (pausing && (!round.inAnyCase || refusal != null))) {
                return refusal == null ? Tried.NOTHING : refusal;
            }
            moved();
            Delivery done = delivery.deliver(round.inbox, live::stopping, this::moved);
            boolean refused = done.end() == Delivery.End.REFUSED;
            Tried tried = new Tried(done.trouble(), false, done.trouble() != null && !refused);
            refusal = refused ? tried : null;
            if (done.end() != Delivery.End.ELSEWHERE) {
                troubles = done.trouble() == null ? 0 : troubles + 1;
                notBefore = ticker.nanos() + pause().toNanos();
            }
            round.listener.handedBack(round.inbox, done);
            return tried;
        }

        private Duration pause() {
            if (troubles == 0) {
                return Duration.ZERO;
            }
            Duration pause = Backoff.after(troubles, 0);
            return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }

        private void moved() {
            movedAt = ticker.nanos();
        }

        boolean hangs() {
            return ticker.nanos() - movedAt > HUNG_AFTER.toNanos();
        }
    }

    private Way way(Inbox inbox) {
        return ways.computeIfAbsent(inbox.name(), name -> new Way());
    }

    /** While a service runs: also what an earlier process left, and what could not be handed back. Returns at once; to be called once. */
    @SuppressWarnings("FutureReturnValueIgnored") // a try keeps its failures to itself, or there would be no next one
    public void watch(List<Inbox> inboxes, RunListener listener) {
        inboxes.forEach(
                inbox -> threads.scheduleWithFixedDelay(() -> wake(inbox, listener), 0, SECONDS, TimeUnit.SECONDS));
    }

    /** Something may be due. Returns at once. */
    @SuppressWarnings("FutureReturnValueIgnored") // likewise
    void wake(Inbox inbox, RunListener listener) {
        if (inbox.settings().replyTo() != null) {
            way(inbox).ask(inbox, listener, false);
        }
    }

    /**
     * All that is due now, for a process that ends after it; what cannot be handed back is tried twice more, but not where an operator has
     * to mend something first, or where nothing moves any more. The listener is told at the end what waits then.
     */
    public void handBackPatiently(Inbox inbox, RunListener listener) {
        if (inbox.settings().replyTo() == null) {
            return;
        }
        Tried tried = tryNow(inbox, listener);
        for (Duration pause : PATIENCE) {
            if (!tried.again() || live.stopping()) {
                break;
            }
            live.pause(pause);
            tried = tryNow(inbox, listener);
        }
        if (!live.stopping()) {
            tellWhatWaits(inbox, tried, listener);
        }
    }

    private Tried tryNow(Inbox inbox, RunListener listener) {
        Way way = way(inbox);
        Future<Tried> round = way.ask(inbox, listener, true);
        while (!live.stopping() && !way.hangs()) {
            try {
                return round.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException slow) {
                LOG.debug("{} is still being answered", inbox.name());
            } catch (ExecutionException failed) {
                throw new IllegalStateException(failed.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return new Tried("interrupted", true, false);
            }
        }
        return new Tried(
                "nothing has moved for " + HUNG_AFTER.toMinutes() + " min: does the folder hang? The next run goes on",
                false,
                false);
    }

    private void tellWhatWaits(Inbox inbox, Tried tried, RunListener listener) {
        if (tried.fault()) {
            listener.failed(inbox, "receipts: " + tried.trouble());
        }
        try {
            int waiting = delivery.waiting(inbox);
            String why = tried.trouble() == null ? "they came due meanwhile" : tried.trouble();
            listener.handedBack(inbox, waiting == 0 ? Delivery.NOTHING : new Delivery(0, waiting, why));
        } catch (RuntimeException failure) {
            if (!tried.fault()) {
                listener.failed(inbox, "receipts: " + faults.text(failure));
            }
        }
    }

    private Tried handBack(Way way, Round round) {
        String inbox = round.inbox.name();
        try {
            return way.use(round);
        } catch (LeaseLostException lost) {
            LOG.debug("Another process hands back what {} gets", inbox, lost);
            return new Tried("another process is handing them back", false, true);
        } catch (RuntimeException failure) {
            if (live.stopping()) {
                LOG.debug("Handing back was cut by the stop", failure);
                return Tried.NOTHING;
            }
            String why = faults.text(failure);
            if (faults.mayPass(failure)) {
                LOG.warn("The sender of {} could not be answered; the next try follows: {}", inbox, why);
            } else {
                LOG.error("The sender of {} could not be answered; the next try follows", inbox, failure);
            }
            return new Tried(why, true, true);
        }
    }

    @Override
    public void start() {
        running = true;
    }

    /** Waits for the file under way only as long as it may: the next process hands it back. */
    @Override
    public void stop() {
        running = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        try {
            for (Way way : ways.values()) {
                way.last.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException late) {
            LOG.warn("A receipt was not handed back within {} s; the next process does it", STOP_SECONDS);
        } catch (ExecutionException failed) {
            LOG.debug("The last receipts failed", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After {@link GracefulStop}, which says that everything is to stop. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    /** Never interrupts: H2 closes its file under a thread that is interrupted while it writes. */
    @PreDestroy
    void close() {
        threads.shutdown();
    }
}
