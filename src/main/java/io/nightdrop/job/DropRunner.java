package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.partner.PartnerAwayException;
import io.nightdrop.partner.PartnerRefusedException;
import io.nightdrop.partner.Partners;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Predicate;
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
    private final ItemResults results;
    private final Partners partners;
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
            ItemResults results,
            Partners partners,
            Reports reports,
            PutAwayTasklet putAway,
            Durability durability,
            Recovery recovery,
            RunProgress progress,
            Clock clock) {
        this.operator = operator;
        this.job = job;
        this.drops = drops;
        this.results = results;
        this.partners = partners;
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

    private void runJob(Drop drop) throws IOException, JobExecutionException {
        if (recovery.recover(drop.key())) {
            drops.done(drop.key());
            return;
        }
        ensurePartner(drop);
        drops.running(drop.key(), Timestamps.now(clock));
        JobExecution execution = operator.start(job, ProcessDropJob.parameters(drop.key()));
        if (execution.getStatus() == BatchStatus.UNKNOWN) {
            recovery.end(execution.getId());
        }
        if (execution.getStatus() == BatchStatus.COMPLETED) {
            drops.done(drop.key());
        } else if (execution.getStatus() == BatchStatus.STOPPED
                && first(execution, DropRunner::isPartners).isEmpty()) {
            drops.stopped(drop.key());
        } else {
            throw failure(execution);
        }
    }

    /** A drop that could only find out that its partner is still away is not begun. */
    private void ensurePartner(Drop drop) throws PartnerAwayException {
        Long count = drop.itemCount();
        boolean toSend = count != null && drop.refusal() == null && results.position(drop.key()) < count;
        if (toSend && !drop.writer().equals(InboxSettings.VAULT)) {
            partners.get(drop.writer()).ensureThere();
        }
    }

    /** What a partner does stops a step, and is told beside the stop. */
    private static boolean isPartners(Throwable failure) {
        return failure instanceof PartnerAwayException || failure instanceof PartnerRefusedException;
    }

    private static Optional<Throwable> first(JobExecution execution, Predicate<Throwable> which) {
        return execution.getAllFailureExceptions().stream().filter(which).findFirst();
    }

    private static RuntimeException failure(JobExecution execution) {
        Throwable cause = first(execution, LeaseLostException.class::isInstance)
                .or(() -> first(execution, DropRunner::isPartners))
                .or(() -> first(execution, failure -> !(failure instanceof JobExecutionException)))
                .or(() -> first(execution, any -> true))
                .orElse(null);
        return cause instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException(
                        "The job ended " + execution.getStatus() + " "
                                + execution.getExitStatus().getExitDescription(),
                        cause);
    }
}
