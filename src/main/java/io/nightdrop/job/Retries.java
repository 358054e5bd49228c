package io.nightdrop.job;

import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.RetrySettings;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** Tries again, after growing pauses ({@code nightdrop.retry}), what failed by a fault that may pass. */
@Component
class Retries {

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    private final TransientFaults faults;
    private final LiveSteps live;
    private final RetrySettings retry;

    Retries(TransientFaults faults, LiveSteps live, NightdropSettings settings) {
        this.faults = faults;
        this.live = live;
        this.retry = settings.retry();
    }

    /** Something that can be tried more than once. */
    @FunctionalInterface
    interface Attempt {
        void run() throws IOException, JobExecutionException;
    }

    /**
     * Runs it. The pauses together take as long as is set.
     *
     * @throws IOException what the last try threw when none succeeded, everything is to stop, or the fault will not pass; likewise the others
     */
    void run(String what, Attempt attempt) throws IOException, JobExecutionException {
        run(what, attempt, false);
    }

    /**
     * Likewise what tries again inside of itself, or each of its tries would take as long as is set: from its first failure on, all that it
     * does counts.
     */
    void runAround(String what, Attempt attempt) throws IOException, JobExecutionException {
        run(what, attempt, true);
    }

    private void run(String what, Attempt attempt, boolean allCounts) throws IOException, JobExecutionException {
        BackOffExecution pauses = pauses();
        long firstFailure = 0;
        boolean failed = false;
        while (true) {
            try {
                attempt.run();
                return;
            } catch (IOException | JobExecutionException | RuntimeException failure) {
                firstFailure = failed ? firstFailure : System.nanoTime();
                failed = true;
                boolean late = allCounts
                        && System.nanoTime() - firstFailure > retry.within().toNanos();
                long pause = faults.mayPass(failure) && !late ? pauses.nextBackOff() : BackOffExecution.STOP;
                if (pause == BackOffExecution.STOP || live.stopping()) {
                    throw failure;
                }
                LOG.warn("{} is tried again in {} ms: {}", what, pause, faults.text(failure));
                live.pause(Duration.ofMillis(pause));
                if (live.stopping()) {
                    throw failure;
                }
            }
        }
    }

    private BackOffExecution pauses() {
        ExponentialBackOff backOff = new ExponentialBackOff(retry.pause().toMillis(), 2);
        backOff.setMaxInterval(retry.longestPause().toMillis());
        backOff.setMaxElapsedTime(retry.within().toMillis());
        return backOff.start();
    }
}
