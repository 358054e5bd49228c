package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** On H2 one transaction writes at a time, and Spring Batch holds a lock of its own while it updates an execution. */
@NightdropIntegrationTest
class JobRepositoryAdviceIntegrationTests {

    @Autowired
    private JobRepository repository;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    /** An execution that has ended and is nobody's business. */
    private StepExecution step(long number) {
        JobParameters parameters =
                new JobParametersBuilder().addLong("number", number).toJobParameters();
        JobInstance instance = repository.createJobInstance("advice", parameters);
        JobExecution job = repository.createJobExecution(instance, parameters, new ExecutionContext());
        StepExecution step = repository.createStepExecution("one", job);
        job.setStatus(BatchStatus.COMPLETED);
        job.setEndTime(LocalDateTime.now(ZoneOffset.UTC));
        repository.update(job);
        return step;
    }

    @Test
    void aBatchThatUpdatesItsExecutionDoesNotWaitForAnotherThatWaitsForIt() {
        StepExecution inside = step(1);
        StepExecution beside = step(2);
        CompletableFuture<Void> other = new TransactionTemplate(transactions).execute(status -> {
            jdbc.update("UPDATE NIGHT_DROP SET REASON = REASON WHERE DROP_KEY = -1");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> repository.update(beside));
            assertThat(waiting).failsWithin(Duration.ofMillis(300)).withThrowableOfType(TimeoutException.class);
            repository.update(inside);
            return waiting;
        });
        assertThat(other).succeedsWithin(Duration.ofSeconds(5));
        assertThat(inside.getVersion()).isEqualTo(1);
        assertThat(beside.getVersion()).isEqualTo(1);
    }
}
