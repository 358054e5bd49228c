package io.nightdrop.job;

import io.nightdrop.node.Node;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.OpenExecutions;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Sets executions right whose process is gone, so that they can be restarted. The caller knows that nobody runs them: it
 * holds the claim of the drop's inbox. {@code JobOperator.recover} would leave UNKNOWN ones alone.
 */
@Component
class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final JobRepository repository;
    private final Drops drops;
    private final OpenExecutions open;

    Recovery(JobRepository repository, Drops drops, OpenExecutions open) {
        this.repository = repository;
        this.drops = drops;
        this.open = open;
    }

    /**
     * Ends what a node has left open of drops that others finished: one that was frozen may, when it wakes up, write over the end that they
     * gave its execution, and die. A drop is done only once an execution of its job has completed, so nobody works on what is open besides.
     */
    @EventListener
    void endWhatWasLeftOpen(Node.Changed changed) {
        try {
            open.forEach(execution -> {
                if (execution.dropKey() != null
                        && drops.find(execution.dropKey())
                                .filter(drop -> drop.state() == DropState.DONE)
                                .isPresent()) {
                    end(execution.id());
                }
            });
        } catch (DataAccessException | TransactionException away) {
            LOG.warn("Whether executions were left open could not be seen: {}", away.getMessage());
        }
    }

    /**
     * Makes the drop's job restartable, whatever was cut.
     *
     * @return whether there is nothing left to run, because its last execution completed
     */
    boolean recover(long dropKey) {
        JobInstance instance = repository.getJobInstance(ProcessDropJob.NAME, ProcessDropJob.parameters(dropKey));
        if (instance == null) {
            return false;
        }
        List<JobExecution> executions = repository.getJobExecutions(instance);
        if (executions.isEmpty()) {
            repository.deleteJobInstance(instance); // cut between the two; an instance without execution cannot start
            return false;
        }
        executions.forEach(this::end);
        return executions.stream().anyMatch(execution -> execution.getStatus() == BatchStatus.COMPLETED);
    }

    /**
     * Ends one execution of this process whose last word was lost, or crossed with that of a node that took its drop over.
     * What cannot be done now is done by {@link #recover}.
     */
    void end(long executionId) {
        try {
            JobExecution execution = repository.getJobExecution(executionId);
            if (execution != null) {
                end(execution);
            }
        } catch (DataAccessException | TransactionException away) {
            LOG.warn("The job execution {} could not be ended: {}", executionId, away.getMessage());
        }
    }

    private void end(JobExecution execution) {
        for (StepExecution step : execution.getStepExecutions()) {
            if (unfinished(step.getStatus())) {
                step.setStatus(BatchStatus.FAILED);
                step.setExitStatus(ExitStatus.FAILED.addExitDescription("Its process ended before it did"));
                step.setEndTime(LocalDateTime.now(ZoneId.systemDefault()));
                repository.update(step);
            }
        }
        if (unfinished(execution.getStatus()) || execution.getEndTime() == null) {
            execution.setStatus(BatchStatus.FAILED);
            execution.setExitStatus(ExitStatus.FAILED.addExitDescription("Its process ended before it did"));
            execution.setEndTime(LocalDateTime.now(ZoneId.systemDefault()));
            repository.update(execution);
        }
    }

    private static boolean unfinished(@Nullable BatchStatus status) {
        return status == BatchStatus.UNKNOWN || (status != null && status.isRunning());
    }
}
