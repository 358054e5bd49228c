package io.nightdrop.job;

import io.nightdrop.partner.Courier;
import io.nightdrop.partner.PartnerAwayException;
import io.nightdrop.partner.PartnerRefusedException;
import io.nightdrop.partner.PartnerRequests;
import io.nightdrop.partner.Partners;
import io.nightdrop.result.Requests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.configuration.annotation.StepScope;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The job's second step for drops that leave for a partner: one request in each call, committed with the results of its items. The position is
 * in the results, as it is for batches that are written to the vault.
 */
@Component
@StepScope
class DeliveryTasklet implements Tasklet, StepExecutionListener {

    private final Supplier<Delivery> begin;
    private @Nullable Delivery delivery;

    DeliveryTasklet(
            DropBatches.Stores stores,
            Partners partners,
            PartnerRequests records,
            Requests requests,
            Courier courier,
            LiveSteps live,
            @Value("#{stepExecution}") StepExecution step) {
        begin = () -> {
            DropBatches batches = new DropBatches(stores, step);
            return new Delivery(
                    batches,
                    partners.get(batches.drop().writer()),
                    records,
                    requests,
                    courier,
                    () -> live.stopping() || step.isTerminateOnly());
        };
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext context) throws Exception {
        if (delivery == null) {
            delivery = begin.get();
        }
        try {
            contribution.incrementWriteCount(delivery.next());
            return delivery.ended() ? RepeatStatus.FINISHED : RepeatStatus.CONTINUABLE;
        } catch (PartnerAwayException | PartnerRefusedException partner) {
            stop(contribution.getStepExecution(), partner);
            return RepeatStatus.FINISHED;
        }
    }

    /** The partner's business is no failure of the step: it stops, to go on later, and the log is spared a trace. */
    private static void stop(StepExecution step, Exception reason) {
        step.addFailureException(reason);
        step.setTerminateOnly();
    }

    @Override
    public @Nullable ExitStatus afterStep(StepExecution step) {
        try {
            if (delivery != null) {
                delivery.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return step.getFailureExceptions().stream()
                .filter(failure ->
                        failure instanceof PartnerAwayException || failure instanceof PartnerRefusedException)
                .findFirst()
                .map(failure -> new ExitStatus(ExitStatus.STOPPED.getExitCode(), String.valueOf(failure.getMessage())))
                .orElse(null);
    }
}
