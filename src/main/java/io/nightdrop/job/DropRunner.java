package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.time.Clock;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.stereotype.Component;

/** Runs a drop's job from where it is to its end. */
@Component
class DropRunner {

    private final JobOperator operator;
    private final Job job;
    private final Drops drops;
    private final Reports reports;
    private final PutAwayTasklet putAway;
    private final Durability durability;
    private final Recovery recovery;
    private final RunProgress progress;
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
            Clock clock) {
        this.operator = operator;
        this.job = job;
        this.drops = drops;
        this.reports = reports;
        this.putAway = putAway;
        this.durability = durability;
        this.recovery = recovery;
        this.progress = progress;
        this.clock = clock;
    }

    /**
     * Runs it.
     *
     * @throws LeaseLostException when its inbox is not ours any more
     */
    void run(Drop drop, RunListener listener) throws IOException, JobExecutionException {
        listener.started(drop);
        progress.watch(drop.key(), items -> listener.written(drop, items));
        try {
            if (drop.outcome() == Outcome.DUPLICATE) {
                finishDuplicate(drop);
            } else {
                runJob(drop);
            }
        } finally {
            progress.forget(drop.key());
        }
    }

    private void finishDuplicate(Drop drop) throws IOException {
        durability.settle();
        reports.write(drop);
        putAway.finish(drop);
        drops.done(drop.key());
    }

    private void runJob(Drop drop) throws JobExecutionException {
        if (recovery.recover(drop.key())) {
            drops.done(drop.key());
            return;
        }
        drops.running(drop.key(), Timestamps.now(clock));
        JobExecution execution = operator.start(job, ProcessDropJob.parameters(drop.key()));
        if (execution.getStatus() == BatchStatus.UNKNOWN) {
            recovery.end(execution.getId());
        }
        if (execution.getStatus() == BatchStatus.COMPLETED) {
            drops.done(drop.key());
        } else if (execution.getStatus() == BatchStatus.STOPPED) {
            drops.stopped(drop.key());
        } else {
            throw failure(execution);
        }
    }

    private static RuntimeException failure(JobExecution execution) {
        Throwable cause = execution.getAllFailureExceptions().stream()
                .filter(LeaseLostException.class::isInstance)
                .findFirst()
                .or(() -> execution.getAllFailureExceptions().stream().findFirst())
                .orElse(null);
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException(
                        "The job ended " + execution.getStatus() + " "
                                + execution.getExitStatus().getExitDescription(),
                        cause);
    }
}
