package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

@NightdropIntegrationTest
class NonTransactionalStepIntegrationTests {

    @Autowired
    private JobRepository repository;

    @Autowired
    private JdbcTemplate jdbc;

    private StepExecution execution;

    @BeforeEach
    void begin(@Autowired JobRepository jobs) {
        var parameters =
                new JobParametersBuilder().addLong("moment", System.nanoTime()).toJobParameters();
        JobExecution job = jobs.createJobExecution(
                jobs.createJobInstance("non-transactional", parameters), parameters, new ExecutionContext());
        execution = jobs.createStepExecution("step", job);
    }

    private void run(Tasklet tasklet, StepExecutionListener... listeners) throws Exception {
        new NonTransactionalStep("step", repository, tasklet, listeners).execute(execution);
    }

    private StepExecution stored() {
        return Objects.requireNonNull(repository.getStepExecution(execution.getId()));
    }

    @Test
    void noConnectionIsKeptBehindAStatement() throws Exception {
        List<Object> kept = new ArrayList<>();
        run((contribution, context) -> {
            jdbc.queryForObject("SELECT COUNT(*) FROM NIGHT_DROP", Long.class);
            kept.addAll(TransactionSynchronizationManager.getResourceMap().values());
            assertThat(TransactionSynchronizationManager.isSynchronizationActive())
                    .isFalse();
            return RepeatStatus.FINISHED;
        });
        assertThat(kept).isEmpty();
        assertThat(stored().getStatus()).isEqualTo(BatchStatus.COMPLETED);
    }

    /** The repository's own transaction is rolled back, and has counted the version up by then. */
    @Test
    void aCallThatCannotBeNotedFailsTheStepAndSaysWhy() throws Exception {
        AtomicInteger updates = new AtomicInteger();
        MethodInterceptor failing = call -> {
            if (call.getMethod().getName().equals("update") && updates.incrementAndGet() == 2) {
                ((StepExecution) call.getArguments()[0]).incrementVersion();
                throw new IllegalStateException("no commit");
            }
            return call.proceed();
        };
        ProxyFactory factory = new ProxyFactory(JobRepository.class, failing);
        factory.setTarget(repository);
        new NonTransactionalStep(
                        "step", (JobRepository) factory.getProxy(), (contribution, context) -> RepeatStatus.FINISHED)
                .execute(execution);
        assertThat(updates).hasValueGreaterThan(2);
        assertThat(stored().getStatus()).isEqualTo(BatchStatus.FAILED);
        assertThat(stored().getExitStatus().getExitDescription()).contains("no commit");
        assertThat(execution.getFailureExceptions()).hasSize(1);
    }

    @Test
    void theTaskletIsCalledUntilItHasFinishedAndWhatItWroteIsCountedEachTime() throws Exception {
        List<Long> counted = new ArrayList<>();
        run((contribution, context) -> {
            counted.add(stored().getWriteCount());
            contribution.incrementWriteCount(25);
            return counted.size() < 3 ? RepeatStatus.CONTINUABLE : RepeatStatus.FINISHED;
        });
        assertThat(counted).containsExactly(0L, 25L, 50L);
        assertThat(stored().getWriteCount()).isEqualTo(75);
        assertThat(stored().getStatus()).isEqualTo(BatchStatus.COMPLETED);
        assertThat(stored().getExitStatus().getExitCode()).isEqualTo("COMPLETED");
    }

    @Test
    void aStepThatIsToStopMakesNoOtherCall() throws Exception {
        List<Integer> calls = new ArrayList<>();
        run((contribution, context) -> {
            calls.add(1);
            contribution.getStepExecution().setTerminateOnly();
            return RepeatStatus.CONTINUABLE;
        });
        assertThat(calls).hasSize(1);
        assertThat(stored().getStatus()).isEqualTo(BatchStatus.STOPPED);
    }

    @Test
    void aFailureFailsTheStepAndIsKnown() throws Exception {
        run((contribution, context) -> {
            contribution.incrementWriteCount(7);
            throw new IOException("disk full");
        });
        assertThat(stored().getStatus()).isEqualTo(BatchStatus.FAILED);
        assertThat(stored().getWriteCount()).isEqualTo(7);
        assertThat(stored().getExitStatus().getExitDescription()).contains("disk full");
        assertThat(execution.getFailureExceptions()).hasSize(1);
    }

    @Test
    void aTaskletThatListensIsToldOfTheStartLastAndOfTheEndFirst() throws Exception {
        List<String> told = new ArrayList<>();
        run(new ListeningTasklet(told), new Noted("first", told), new Noted("second", told));
        assertThat(told)
                .containsExactly(
                        "start first", "start second", "start tasklet", "end tasklet", "end second", "end first");
    }

    private static class Noted implements StepExecutionListener {
        private final String name;
        private final List<String> told;

        Noted(String name, List<String> told) {
            this.name = name;
            this.told = told;
        }

        @Override
        public void beforeStep(StepExecution step) {
            told.add("start " + name);
        }

        @Override
        public @Nullable ExitStatus afterStep(StepExecution step) {
            told.add("end " + name);
            return null;
        }
    }

    private static final class ListeningTasklet extends Noted implements Tasklet {

        ListeningTasklet(List<String> told) {
            super("tasklet", told);
        }

        @Override
        public RepeatStatus execute(StepContribution contribution, ChunkContext context) {
            return RepeatStatus.FINISHED;
        }
    }
}
