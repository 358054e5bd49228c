package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.notification.Backoff;
import io.nightdrop.receipt.Delivery;
import io.nightdrop.receipt.ReceiptDelivery;
import io.nightdrop.time.Ticker;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Hands receipts back in threads of its own, so that a sender's server that is away or slow holds up no drop. A folder that takes
 * nothing is tried again after a minute, then after two, and so on up to ten.
 */
@Component
public class ReceiptRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ReceiptRunner.class);
    private static final int THREADS = 4;
    private static final int SECONDS = 30;
    private static final int STOP_SECONDS = 1;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final List<Duration> PATIENCE = List.of(Duration.ofSeconds(2), Duration.ofSeconds(4));

    private final ReceiptDelivery delivery;
    private final LiveSteps live;
    private final TransientFaults faults;
    private final Ticker ticker;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread own = new Thread(task, "receipts");
        own.setDaemon(true);
        return own;
    });
    private final Map<String, Way> ways = new ConcurrentHashMap<>();
    private volatile boolean running;

    ReceiptRunner(ReceiptDelivery delivery, LiveSteps live, TransientFaults faults, Ticker ticker) {
        this.delivery = delivery;
        this.live = live;
        this.faults = faults;
        this.ticker = ticker;
    }

    /** The way to one sender: used by one thread at a time. */
    private final class Way {
        private final ReentrantLock underWay = new ReentrantLock();
        private final AtomicBoolean woken = new AtomicBoolean();
        private long notBefore = ticker.nanos();
        private int troubles;

        Delivery use(Inbox inbox, boolean inAnyCase) {
            underWay.lock();
            try {
                if (live.stopping() || (!inAnyCase && ticker.nanos() - notBefore < 0)) {
                    return Delivery.NOTHING;
                }
                Delivery done = delivery.deliver(inbox, live::stopping, () -> {});
                troubles = done.trouble() == null ? 0 : troubles + 1;
                notBefore = ticker.nanos() + pause().toNanos();
                return done;
            } finally {
                underWay.unlock();
            }
        }

        private Duration pause() {
            if (troubles == 0) {
                return Duration.ZERO;
            }
            Duration pause = Backoff.after(troubles, 0);
            return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
    }

    private Way way(Inbox inbox) {
        return ways.computeIfAbsent(inbox.name(), name -> new Way());
    }

    /** While a service runs: also what an earlier process left, and what could not be handed back. Returns at once; to be called once. */
    @SuppressWarnings("FutureReturnValueIgnored") // a try keeps its failures to itself, or there would be no next one
    public void watch(List<Inbox> inboxes, RunListener listener) {
        inboxes.stream()
                .filter(inbox -> inbox.settings().replyTo() != null)
                .forEach(inbox -> threads.scheduleWithFixedDelay(
                        () -> handBack(inbox, listener, false), 0, SECONDS, TimeUnit.SECONDS));
    }

    /** Something may be due. Returns at once. */
    void wake(Inbox inbox, RunListener listener) {
        AtomicBoolean woken = way(inbox).woken;
        if (inbox.settings().replyTo() != null && woken.compareAndSet(false, true)) {
            try {
                threads.execute(() -> {
                    woken.set(false);
                    handBack(inbox, listener, false);
                });
            } catch (RejectedExecutionException stopped) {
                LOG.debug("No more receipts: everything stops", stopped);
            }
        }
    }

    /** All that is due now, for a process that ends after it; what cannot be handed back is tried twice more. */
    public void handBackPatiently(Inbox inbox, RunListener listener) {
        boolean waits = handBack(inbox, listener, true);
        for (Duration pause : PATIENCE) {
            if (!waits || live.stopping()) {
                return;
            }
            live.pause(pause);
            waits = handBack(inbox, listener, true);
        }
    }

    /** Returns whether something waits. */
    private boolean handBack(Inbox inbox, RunListener listener, boolean inAnyCase) {
        try {
            Delivery done = way(inbox).use(inbox, inAnyCase);
            listener.handedBack(inbox, done);
            return done.waiting() > 0;
        } catch (LeaseLostException lost) {
            LOG.debug("Another process hands back what {} gets", inbox.name(), lost);
            return false;
        } catch (RuntimeException failure) {
            if (live.stopping()) {
                LOG.debug("Handing back was cut by the stop", failure);
            } else if (faults.mayPass(failure)) {
                LOG.warn(
                        "The sender of {} could not be answered; the next try follows: {}",
                        inbox.name(),
                        faults.text(failure));
            } else {
                LOG.error("The sender of {} could not be answered; the next try follows", inbox.name(), failure);
            }
            return !live.stopping();
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
                if (!way.underWay.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.warn("A receipt was not handed back within {} s; the next process does it", STOP_SECONDS);
                    return;
                }
                way.underWay.unlock();
            }
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
