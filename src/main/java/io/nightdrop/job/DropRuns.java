package io.nightdrop.job;

import io.nightdrop.result.Drop;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.stereotype.Component;

/** The executions of a drop's job, for people. */
@Component
public class DropRuns {

    private static final int MAX_MESSAGE = 500;
    private static final String CAUSE = "Caused by: ";

    /** The packages in front of an exception's name. */
    private static final Pattern PACKAGE = Pattern.compile("^(?:[a-z][\\w$]*\\.)+(?=[A-Z])");

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
     * @param message why it did not complete, in one line; null when there is nothing to say
     */
    public record Run(
            long id,
            String status,
            @Nullable Instant start,
            @Nullable Instant end,
            List<String> steps,
            @Nullable String message) {}

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
        List<StepExecution> steps = execution.getStepExecutions().stream()
                .sorted(Comparator.comparingLong(StepExecution::getId))
                .toList();
        String message = Stream.concat(
                        steps.stream().map(StepExecution::getExitStatus), Stream.of(execution.getExitStatus()))
                .map(ExitStatus::getExitDescription)
                .filter(description -> !description.isBlank())
                .findFirst()
                .map(DropRuns::line)
                .orElse(null);
        return new Run(
                execution.getId(),
                execution.getStatus().name(),
                instant(execution.getStartTime()),
                instant(execution.getEndTime()),
                steps.stream().map(DropRuns::step).toList(),
                message);
    }

    private static String step(StepExecution step) {
        List<String> figures = new ArrayList<>();
        if (step.getWriteCount() > 0) {
            figures.add(step.getWriteCount() + " items");
        }
        if (step.getReadCount() > 0 && step.getRollbackCount() > 0) {
            figures.add("rolled back " + step.getRollbackCount() + " times");
        }
        return step.getStepName() + " " + step.getStatus()
                + (figures.isEmpty() ? "" : " (" + String.join(", ", figures) + ")");
    }

    /** Spring Batch keeps a stack trace, cut at its column's end: its innermost cause says what is wrong with the world. */
    static String line(String description) {
        String line = description.lines().findFirst().orElse("");
        for (String next : description.lines().toList()) {
            line = next.startsWith(CAUSE) ? next.substring(CAUSE.length()) : line;
        }
        String told =
                PACKAGE.matcher(line).replaceFirst("").replaceAll("\\s+", " ").strip();
        return told.length() <= MAX_MESSAGE ? told : told.substring(0, MAX_MESSAGE - 1) + "…";
    }

    /** Spring Batch keeps the machine's own time. */
    private static @Nullable Instant instant(@Nullable LocalDateTime local) {
        return local == null ? null : local.atZone(ZoneId.systemDefault()).toInstant();
    }
}
