package io.nightdrop.job;

import io.nightdrop.operation.Operations;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.PartitionSettings;
import java.util.LinkedHashSet;
import java.util.Set;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.partition.StepExecutionSplitter;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;

/**
 * The job's second step: one for drops that leave for a partner, one for those that are written to the vault by one thread, and one for those
 * that several threads write side by side.
 */
final class BatchesStep implements Step {

    static final String NAME = "batches";

    private final Step partner;
    private final Step alone;
    private final Step sideBySide;
    private final Drops drops;
    private final Operations operations;
    private final UnwrittenItems unwritten;
    private final PartitionSettings partitions;

    BatchesStep(
            Step partner,
            Step alone,
            Step sideBySide,
            Drops drops,
            Operations operations,
            UnwrittenItems unwritten,
            PartitionSettings partitions) {
        this.partner = partner;
        this.alone = alone;
        this.sideBySide = sideBySide;
        this.drops = drops;
        this.operations = operations;
        this.unwritten = unwritten;
        this.partitions = partitions;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public void execute(StepExecution execution) throws JobInterruptedException {
        Drop drop = drops.get(ProcessDropJob.dropKey(execution));
        try {
            stepOf(drop).execute(execution);
        } finally {
            unwritten.forget(drop.key());
        }
    }

    private Step stepOf(Drop drop) {
        if (!drop.writer().equals(InboxSettings.VAULT)) {
            return partner;
        }
        Long items = drop.itemCount();
        boolean several = partitions.threads() > 1
                && items != null
                && items > partitions.sliceSize()
                && operations.get(String.valueOf(drop.operation())).itemsAreIndependent();
        return several ? sideBySide : alone;
    }

    /** As many step executions as there are threads to write with. What is left for them to do is in the results, and in no execution context. */
    static final class Splitter implements StepExecutionSplitter {

        private final JobRepository repository;
        private final UnwrittenItems unwritten;

        Splitter(JobRepository repository, UnwrittenItems unwritten) {
            this.repository = repository;
            this.unwritten = unwritten;
        }

        @Override
        public String getStepName() {
            return NAME;
        }

        @Override
        public Set<StepExecution> split(StepExecution execution, int threads) {
            int slices = unwritten.of(ProcessDropJob.dropKey(execution)).count();
            Set<StepExecution> executions = new LinkedHashSet<>();
            for (int i = 1; i <= Math.min(threads, slices); i++) {
                executions.add(repository.createStepExecution(NAME + ":" + i, execution.getJobExecution()));
            }
            return executions;
        }
    }
}
