package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Timestamps;
import java.io.IOException;
import java.time.Clock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.stereotype.Component;

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
     * Runs it; a fault of the machinery ends the run and is recorded with the drop.
     *
     * @return the drop as it is afterwards
     */
    Drop run(Drop drop, RunListener listener) {
        listener.started(drop);
        progress.watch(drop.key(), items -> listener.written(drop, items));
        try {
            if (drop.outcome() == Outcome.DUPLICATE) {
                finishDuplicate(drop);
            } else {
                runJob(drop);
            }
        } catch (IOException | JobExecutionException | RuntimeException failure) {
            LOG.error("The drop {}/{} could not be run", drop.inbox(), drop.name(), failure);
            drops.interrupted(drop.key(), DropState.FAILED, text(failure));
        } finally {
            progress.forget(drop.key());
        }
        Drop after = drops.get(drop.key());
        listener.ended(after);
        return after;
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
        if (execution.getStatus() == BatchStatus.COMPLETED) {
            drops.done(drop.key());
        } else if (execution.getStatus() == BatchStatus.STOPPED) {
            drops.interrupted(drop.key(), DropState.STOPPED, null);
        } else {
            String trouble = execution.getAllFailureExceptions().stream()
                    .map(DropRunner::text)
                    .distinct()
                    .collect(Collectors.joining("; "));
            drops.interrupted(
                    drop.key(),
                    DropState.FAILED,
                    trouble.isEmpty() ? execution.getExitStatus().getExitDescription() : trouble);
        }
    }

    /** The innermost cause says what is wrong with the world. */
    private static String text(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": "
                + String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
    }
}
