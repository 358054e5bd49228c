package io.nightdrop.job;

import io.nightdrop.database.DatabaseKind;
import io.nightdrop.inbox.DropFolder;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.settings.PartitionSettings;
import java.util.Map;
import org.springframework.batch.core.configuration.annotation.StepScope;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.ChunkOrientedStepBuilder;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The job {@code process-drop}: check the manifest, write the batches, write the reports, put the sources away. One job
 * instance for each drop. Every step can be cut anywhere and goes on at the next execution.
 */
@Configuration(proxyBeanMethods = false)
class ProcessDropJob {

    static final String NAME = "process-drop";

    private static final String DROP = "drop";

    /** The drop's key is the identity of its job instance; no file name ever becomes a job parameter. */
    static JobParameters parameters(long dropKey) {
        return new JobParametersBuilder().addLong(DROP, dropKey).toJobParameters();
    }

    static long dropKey(StepExecution step) {
        Long key = step.getJobParameters().getLong(DROP);
        if (key == null) {
            throw new IllegalStateException("The job " + NAME + " was started without a drop");
        }
        return key;
    }

    @Bean
    Job processDrop(JobRepository repository, Step checkStep, Step batchesStep, Step reportStep, Step putAwayStep) {
        return new JobBuilder(NAME, repository)
                .start(checkStep)
                .next(batchesStep)
                .next(reportStep)
                .next(putAwayStep)
                .build();
    }

    @Bean
    Step checkStep(JobRepository repository, CheckManifestTasklet tasklet, LiveSteps live) {
        return new NonTransactionalStep("check", repository, tasklet, live);
    }

    @Bean
    Step batchesStep(
            @Qualifier("partnerStep") Step partnerStep,
            @Qualifier("vaultStep") Step vaultStep,
            @Qualifier("partitionedVaultStep") Step partitionedVaultStep,
            Drops drops,
            Operations operations,
            UnwrittenItems unwritten,
            PartitionSettings partitions) {
        return new BatchesStep(partnerStep, vaultStep, partitionedVaultStep, drops, operations, unwritten, partitions);
    }

    /** The embedded database takes one writer at a time (decision 0012); more threads would only wait for each other. */
    @Bean
    PartitionSettings partitions(NightdropSettings settings, DatabaseKind database) {
        return database.isEmbedded() ? settings.partitions().alone() : settings.partitions();
    }

    @Bean
    Step vaultStep(
            JobRepository repository,
            PlatformTransactionManager transactions,
            StagedItemReader reader,
            BatchItemWriter writer,
            LiveSteps live,
            CountGuard guard,
            SettledContents contents) {
        return batches(repository, transactions, reader, writer, live)
                .listener(guard)
                .listener(contents)
                .build();
    }

    /** What each of the threads does that write a drop side by side. */
    @Bean
    Step vaultPartitionStep(
            JobRepository repository,
            PlatformTransactionManager transactions,
            StagedItemReader reader,
            BatchItemWriter writer,
            LiveSteps live) {
        return batches(repository, transactions, reader, writer, live).build();
    }

    @Bean
    Step partitionedVaultStep(
            JobRepository repository,
            @Qualifier("vaultPartitionStep") Step vaultPartitionStep,
            UnwrittenItems unwritten,
            PartitionSettings partitions,
            LiveSteps live,
            CountGuard guard,
            SettledContents contents) {
        return new StepBuilder(BatchesStep.NAME, repository)
                .partitioner(BatchesStep.NAME, size -> Map.of()) // not asked, as there is a splitter
                .splitter(new BatchesStep.Splitter(repository, unwritten))
                .step(vaultPartitionStep)
                .gridSize(partitions.threads())
                .taskExecutor(new SimpleAsyncTaskExecutor("batches-"))
                .listener(guard)
                .listener(contents)
                .listener(live)
                .build();
    }

    private static ChunkOrientedStepBuilder<StagedItem, StagedItem> batches(
            JobRepository repository,
            PlatformTransactionManager transactions,
            StagedItemReader reader,
            BatchItemWriter writer,
            LiveSteps live) {
        return new StepBuilder(BatchesStep.NAME, repository)
                .<StagedItem, StagedItem>chunk(Batch.SIZE)
                .transactionManager(transactions) // without it a failed batch stays half written
                .reader(reader)
                .writer(writer)
                .listener(live);
    }

    @Bean
    Step partnerStep(JobRepository repository, DeliveryTasklet tasklet, LiveSteps live, CountGuard guard) {
        return new NonTransactionalStep(BatchesStep.NAME, repository, tasklet, guard, live);
    }

    @Bean
    Step reportStep(JobRepository repository, ReportTasklet tasklet, LiveSteps live) {
        return new NonTransactionalStep("report", repository, tasklet, live);
    }

    @Bean
    Step putAwayStep(JobRepository repository, PutAwayTasklet tasklet, LiveSteps live) {
        return new NonTransactionalStep("put-away", repository, tasklet, live);
    }

    /**
     * As the writer, it asks the database only when its step is under way: a bean of a step is made under one lock of all steps, and who has that must
     * not wait for a connection.
     */
    @Bean
    @StepScope
    StagedItemReader stagedItemReader(
            NightdropSettings settings,
            Drops drops,
            UnwrittenItems unwritten,
            @Value("#{stepExecution}") StepExecution step) {
        long dropKey = dropKey(step);
        return new StagedItemReader(
                () -> new StagedItems(
                        DropFolder.of(settings, drops.get(dropKey)).path()),
                () -> unwritten.of(dropKey));
    }

    @Bean
    @StepScope
    BatchItemWriter batchItemWriter(
            DropBatches.Stores stores, StagedItemReader reader, @Value("#{stepExecution}") StepExecution step) {
        return new BatchItemWriter(() -> new DropBatches(stores, step), reader);
    }
}
