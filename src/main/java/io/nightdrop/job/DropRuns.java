package io.nightdrop.job;

import io.nightdrop.result.Drop;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.stereotype.Component;

/** The executions of a drop's job, for people. */
@Component
public class DropRuns {

    private final JobRepository repository;

    DropRuns(JobRepository repository) {
        this.repository = repository;
    }

    /**
     * One execution.
     *
     * @param id the job execution's id
     * @param status its batch status
     * @param start when it began; null when it did not
     * @param end when it ended; null when it has not
     * @param steps what its steps did, in order
     */
    public record Run(
            long id,
            String status,
            @Nullable LocalDateTime start,
            @Nullable LocalDateTime end,
            List<String> steps) {}

    /** All executions of a drop's job, the oldest first. */
    public List<Run> of(Drop drop) {
        JobInstance instance = repository.getJobInstance(ProcessDropJob.NAME, ProcessDropJob.parameters(drop.key()));
        if (instance == null) {
            return List.of();
        }
        return repository.getJobExecutions(instance).stream()
                .sorted(Comparator.comparingLong(JobExecution::getId))
                .map(DropRuns::run)
                .toList();
    }

    private static Run run(JobExecution execution) {
        List<String> steps = execution.getStepExecutions().stream()
                .sorted(Comparator.comparingLong(StepExecution::getId))
                .map(step -> step.getStepName() + " " + step.getStatus()
                        + (step.getWriteCount() > 0 ? " (" + step.getWriteCount() + " items)" : ""))
                .toList();
        return new Run(
                execution.getId(),
                execution.getStatus().name(),
                execution.getStartTime(),
                execution.getEndTime(),
                steps);
    }
}
