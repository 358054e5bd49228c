package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.PutAway;
import io.nightdrop.report.Receipts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.stereotype.Component;

/** The job's last step: hands the receipts back and puts the sources away. */
@Component
class PutAwayTasklet implements Tasklet {

    private final Drops drops;
    private final RunningInboxes inboxes;
    private final Receipts receipts;
    private final PutAway putAway;
    private final Durability durability;

    PutAwayTasklet(Drops drops, RunningInboxes inboxes, Receipts receipts, PutAway putAway, Durability durability) {
        this.drops = drops;
        this.inboxes = inboxes;
        this.receipts = receipts;
        this.putAway = putAway;
        this.durability = durability;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext context) throws IOException {
        finish(drops.get(ProcessDropJob.dropKey(contribution.getStepExecution())));
        return RepeatStatus.FINISHED;
    }

    /** Ends a drop whose reports are written; its job's end then makes it DONE. */
    void finish(Drop drop) throws IOException {
        Inbox inbox = inboxes.of(drop);
        durability.settle();
        receipts.results(drop, inbox.settings().replyTo());
        putAway.putAway(inbox, drop);
    }
}
