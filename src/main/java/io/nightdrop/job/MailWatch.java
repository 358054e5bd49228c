package io.nightdrop.job;

import io.nightdrop.mail.Backoff;
import io.nightdrop.time.Ticker;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Sends the mail that is due while a service runs: when a drop has ended and every 30 seconds, in a thread of its own,
 * so that a slow mail server holds up no drop. A mail server that takes nothing is asked again after a minute, then after
 * two, and so on up to an hour.
 */
@Component
public class MailWatch {

    private static final Logger LOG = LoggerFactory.getLogger(MailWatch.class);
    private static final int SECONDS = 30;

    private final MailRunner runner;
    private final TransientFaults faults;
    private final Ticker ticker;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread own = new Thread(task, "mail");
        own.setDaemon(true);
        return own;
    });
    private final AtomicBoolean woken = new AtomicBoolean();
    private long notBefore;
    private int troubles;

    MailWatch(MailRunner runner, TransientFaults faults, Ticker ticker) {
        this.runner = runner;
        this.faults = faults;
        this.ticker = ticker;
        this.notBefore = ticker.nanos();
    }

    /** Begins; returns at once. To be called once. */
    @SuppressWarnings("FutureReturnValueIgnored") // a pass keeps its failures to itself, or there would be no next one
    public void watch(RunListener listener) {
        thread.scheduleWithFixedDelay(() -> pass(listener), 0, SECONDS, TimeUnit.SECONDS);
    }

    /** A drop has ended: there may be something to tell. Returns at once. */
    public void wake(RunListener listener) {
        if (woken.compareAndSet(false, true)) {
            try {
                thread.execute(() -> {
                    woken.set(false);
                    pass(listener);
                });
            } catch (RejectedExecutionException stopped) {
                LOG.debug("No more mail: everything stops", stopped);
            }
        }
    }

    private void pass(RunListener listener) {
        if (ticker.nanos() - notBefore < 0) {
            return;
        }
        try {
            Mailed mailed = runner.send();
            troubles = mailed.serverDown() ? troubles + 1 : 0;
            Duration pause = troubles == 0 ? Duration.ZERO : Backoff.after(troubles, 0);
            notBefore = ticker.nanos() + pause.toNanos();
            listener.mailed(mailed);
        } catch (RuntimeException failure) {
            if (faults.mayPass(failure)) {
                LOG.warn("The mail that is due could not be sent; the next pass tries again: {}", faults.text(failure));
            } else {
                LOG.error("The mail that is due could not be sent; the next pass tries again", failure);
            }
        }
    }

    /** Never interrupts: H2 closes its file under a thread that is interrupted while it writes. */
    @PreDestroy
    void close() {
        thread.shutdown();
    }
}
