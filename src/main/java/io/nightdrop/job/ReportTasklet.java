package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.report.Reports;
import io.nightdrop.result.CorrectionChain;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.result.Refusal;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.stereotype.Component;

/** The job's third step: counts once more, removes whom a roster leaves out, says how the drop ended, and writes its reports. */
@Component
class ReportTasklet implements Tasklet {

    private final Drops drops;
    private final ItemResults results;
    private final Operations operations;
    private final CorrectionChain corrections;
    private final Reports reports;
    private final RosterRemoval removal;
    private final Durability durability;
    private final JobRepository jobRepository;
    private final Clock clock;

    ReportTasklet(
            Drops drops,
            ItemResults results,
            Operations operations,
            CorrectionChain corrections,
            Reports reports,
            RosterRemoval removal,
            Durability durability,
            JobRepository jobRepository,
            Clock clock) {
        this.drops = drops;
        this.results = results;
        this.operations = operations;
        this.corrections = corrections;
        this.reports = reports;
        this.removal = removal;
        this.durability = durability;
        this.jobRepository = jobRepository;
        this.clock = clock;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext context) throws IOException {
        StepExecution step = contribution.getStepExecution();
        long key = ProcessDropJob.dropKey(step);
        conclude(drops.get(key), step);
        corrections.note(drops.get(key));
        durability.settle();
        reports.write(drops.get(key));
        return RepeatStatus.FINISHED;
    }

    private void conclude(Drop drop, StepExecution step) {
        ItemResults.Counts counts = results.count(drop.key());
        Long expected = drop.itemCount();
        if (expected == null || counts.total() != expected) {
            throw new IllegalStateException("The drop " + drop.name() + " has " + counts.total() + " results for "
                    + expected + " items; its sources stay where they are");
        }
        Refusal refusal = drop.refusal();
        Operation operation = operations.get(String.valueOf(drop.operation()));
        removal.remove(drop, operation);
        Outcome outcome = operation.allWell(drop, counts) ? Outcome.COMPLETED : Outcome.COMPLETED_WITH_FAILURES;
        int httpStatus = operation.httpStatus(drop, counts);
        int restarts = jobRepository
                        .getJobExecutions(step.getJobExecution().getJobInstance())
                        .size()
                - 1;
        drops.concluded(
                drop.key(),
                refusal == null ? outcome : Outcome.REJECTED,
                refusal == null ? httpStatus : refusal.httpStatus(),
                counts.succeeded(),
                counts.failed(),
                step.getJobExecutionId(),
                restarts,
                Timestamps.now(clock));
    }
}
