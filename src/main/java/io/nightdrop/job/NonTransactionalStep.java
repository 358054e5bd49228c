package io.nightdrop.job;

import java.util.Objects;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.scope.context.StepContext;
import org.springframework.batch.core.step.AbstractStep;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

/**
 * Calls a tasklet until it has finished, with no transaction around it: it takes long, and each of its statements, or each transaction of its
 * own, stands for itself. So none of the pool's connections is kept while files are read and written, or a partner is waited for. Spring Batch's
 * own step keeps one, also where its transaction is told not to be one, as it then still synchronises what happens in it.
 */
final class NonTransactionalStep extends AbstractStep {

    private final Tasklet tasklet;

    /**
     * Such a step.
     *
     * @param listeners in the order in which they are told of the start, and the tasklet after them if it listens, too; of the end they are told the
     *     other way round
     */
    NonTransactionalStep(String name, JobRepository repository, Tasklet tasklet, StepExecutionListener... listeners) {
        super(repository);
        setName(name);
        this.tasklet = tasklet;
        for (StepExecutionListener listener : listeners) {
            registerStepExecutionListener(listener);
        }
        if (tasklet instanceof StepExecutionListener listener) {
            registerStepExecutionListener(listener);
        }
    }

    @Override
    protected void doExecute(StepExecution step) throws Exception {
        RepeatStatus status;
        do {
            if (step.isTerminateOnly()) {
                throw new JobInterruptedException("Stopped before the next call");
            }
            StepContribution contribution = step.createStepContribution();
            try {
                status = tasklet.execute(contribution, new ChunkContext(new StepContext(step)));
            } finally {
                step.apply(contribution);
            }
            step.incrementCommitCount();
            note(step);
        } while (status != null && status.isContinuable());
    }

    /**
     * The repository counts the version up before its transaction ends. Is that rolled back, then nothing could be noted any more, not even the
     * failure.
     */
    private void note(StepExecution step) {
        Integer version = Objects.requireNonNullElse(step.getVersion(), 0);
        try {
            getJobRepository().update(step);
        } catch (RuntimeException failure) {
            step.setVersion(version);
            throw failure;
        }
    }
}
