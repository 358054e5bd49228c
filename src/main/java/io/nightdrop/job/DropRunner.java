package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.node.Node;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Timestamps;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.RetrySettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** Runs a drop's job from where it is to its end. */
@Component
class DropRunner {

    private static final Logger LOG = LoggerFactory.getLogger(DropRunner.class);

    private final JobOperator operator;
    private final Job job;
    private final Drops drops;
    private final Reports reports;
    private final PutAwayTasklet putAway;
    private final Durability durability;
    private final Recovery recovery;
    private final RunProgress progress;
    private final LiveSteps live;
    private final Node node;
    private final TransientFaults faults;
    private final RetrySettings retry;
    private final Clock clock;

    DropRunner(
            JobOperator operator,
            Job job,
            Drops drops,
            Reports reports,
            PutAwayTasklet putAway,
            Durability durability,
            Recovery recovery,
            RunProgress progress,
            LiveSteps live,
            Node node,
            TransientFaults faults,
            NightdropSettings settings,
            Clock clock) {
        this.operator = operator;
        this.job = job;
        this.drops = drops;
        this.reports = reports;
        this.putAway = putAway;
        this.durability = durability;
        this.recovery = recovery;
        this.progress = progress;
        this.live = live;
        this.node = node;
        this.faults = faults;
        this.retry = settings.retry();
        this.clock = clock;
    }

    /**
     * Runs it. A fault that may pass is tried again after growing pauses ({@code nightdrop.retry}); one that stays ends the run
     * and is recorded with the drop.
     *
     * @return the drop as it is afterwards
     * @throws LeaseLostException when its inbox is not ours any more; nothing is recorded then
     */
    Drop run(Drop drop, RunListener listener) {
        listener.started(drop);
        progress.watch(drop.key(), items -> listener.written(drop, items));
        try {
            BackOffExecution pauses = pauses();
            Throwable failure = attempt(drop);
            while (failure != null) {
                long pause = faults.mayPass(failure) ? pauses.nextBackOff() : BackOffExecution.STOP;
                if (pause == BackOffExecution.STOP || live.stopping()) {
                    drops.failed(drop.key(), faults.text(failure));
                    break;
                }
                LOG.warn(
                        "The drop {}/{} is tried again in {} ms: {}",
                        drop.inbox(),
                        drop.name(),
                        pause,
                        faults.text(failure));
                live.pause(Duration.ofMillis(pause));
                failure = attempt(drop);
            }
        } finally {
            progress.forget(drop.key());
        }
        Drop after = drops.get(drop.key());
        listener.ended(after);
        return after;
    }

    private BackOffExecution pauses() {
        ExponentialBackOff backOff = new ExponentialBackOff(retry.pause().toMillis(), 2);
        backOff.setMaxInterval(retry.longestPause().toMillis());
        backOff.setMaxElapsedTime(retry.within().toMillis());
        return backOff.start();
    }

    /** One try; why it failed, or null when it did not. */
    private @Nullable Throwable attempt(Drop drop) {
        try {
            node.ensureAlive();
            if (drop.outcome() == Outcome.DUPLICATE) {
                finishDuplicate(drop);
                return null;
            }
            return runJob(drop);
        } catch (LeaseLostException lost) {
            throw lost;
        } catch (IOException | JobExecutionException | RuntimeException failure) {
            LOG.error("The drop {}/{} could not be run", drop.inbox(), drop.name(), failure);
            return failure;
        }
    }

    private void finishDuplicate(Drop drop) throws IOException {
        durability.settle();
        reports.write(drop);
        putAway.finish(drop);
        drops.done(drop.key());
    }

    private @Nullable Throwable runJob(Drop drop) throws JobExecutionException {
        if (recovery.recover(drop.key())) {
            drops.done(drop.key());
            return null;
        }
        drops.running(drop.key(), Timestamps.now(clock));
        JobExecution execution = operator.start(job, ProcessDropJob.parameters(drop.key()));
        if (execution.getStatus() == BatchStatus.COMPLETED) {
            drops.done(drop.key());
            return null;
        }
        if (execution.getStatus() == BatchStatus.STOPPED) {
            drops.stopped(drop.key());
            return null;
        }
        return execution.getAllFailureExceptions().stream()
                .findFirst()
                .orElseGet(() -> new IllegalStateException("The job ended " + execution.getStatus() + " "
                        + execution.getExitStatus().getExitDescription()));
    }
}
