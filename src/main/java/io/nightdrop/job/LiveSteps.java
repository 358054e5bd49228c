package io.nightdrop.job;

import io.nightdrop.node.Node;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Knows the steps that run in this process and stops them by a word in memory: each ends its batch and is marked
 * STOPPED. {@code JobOperator.stop} would write to the same rows as the running step and lose or double items.
 */
@Component
class LiveSteps implements StepExecutionListener {

    private final Set<StepExecution> live = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public void beforeStep(StepExecution step) {
        live.add(step);
        if (stopping()) {
            step.setTerminateOnly();
        }
    }

    @Override
    public @Nullable ExitStatus afterStep(StepExecution step) {
        live.remove(step);
        return null;
    }

    /** Steps may run, for the first time or again after a stop. */
    void begin() {
        if (stopping()) {
            stopped = new CountDownLatch(1);
        }
    }

    /** No step begins another batch from now on. */
    void stop() {
        stopped.countDown();
        live.forEach(StepExecution::setTerminateOnly);
    }

    /** What runs here belongs to others now; it could not commit any more, so it may as well end. */
    @EventListener
    void leaseLost(Node.LeaseLost lost) {
        live.forEach(StepExecution::setTerminateOnly);
    }

    boolean stopping() {
        return stopped.getCount() == 0;
    }

    /** Waits, but not on when everything is to stop. */
    void pause(Duration duration) {
        try {
            boolean cut = stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
            if (cut) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
