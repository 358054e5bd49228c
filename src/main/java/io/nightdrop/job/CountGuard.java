package io.nightdrop.job;

import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.stereotype.Component;

/** Believes that the batches are complete only when there are as many results as items: an interrupted step says COMPLETED. */
@Component
class CountGuard implements StepExecutionListener {

    private final Drops drops;
    private final ItemResults results;

    CountGuard(Drops drops, ItemResults results) {
        this.drops = drops;
        this.results = results;
    }

    @Override
    public @Nullable ExitStatus afterStep(StepExecution step) {
        if (step.getStatus() != BatchStatus.COMPLETED) {
            return null;
        }
        Drop drop = drops.get(ProcessDropJob.dropKey(step));
        long expected = drop.itemCount() == null ? 0 : drop.itemCount();
        long found = results.count(drop.key()).total();
        if (found == expected) {
            return null;
        }
        step.setStatus(BatchStatus.FAILED);
        return ExitStatus.FAILED.addExitDescription(
                "The batches have " + found + " results for " + expected + " items");
    }
}
