package io.nightdrop.job;

import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.InboxSettings;
import org.springframework.batch.core.job.JobInterruptedException;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;

/** The job's second step: one for drops that are written to the vault, another for those that leave for a partner. */
final class BatchesStep implements Step {

    static final String NAME = "batches";

    private final Step vault;
    private final Step partner;
    private final Drops drops;

    BatchesStep(Step vault, Step partner, Drops drops) {
        this.vault = vault;
        this.partner = partner;
        this.drops = drops;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public void execute(StepExecution execution) throws JobInterruptedException {
        Drop drop = drops.get(ProcessDropJob.dropKey(execution));
        (drop.writer().equals(InboxSettings.VAULT) ? vault : partner).execute(execution);
    }
}
