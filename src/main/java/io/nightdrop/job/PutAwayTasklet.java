package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.inbox.DropFolder;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.PutAway;
import io.nightdrop.notice.Notices;
import io.nightdrop.receipt.DueReceipts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFiles;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.stereotype.Component;

/** The job's last step: notes which receipts are due and whom to tell, and puts the sources away. */
@Component
class PutAwayTasklet implements Tasklet {

    private final NightdropSettings settings;
    private final Drops drops;
    private final DropFiles files;
    private final Vault vault;
    private final RunningInboxes inboxes;
    private final DueReceipts receipts;
    private final Notices notices;
    private final PutAway putAway;
    private final Durability durability;

    PutAwayTasklet(
            NightdropSettings settings,
            Drops drops,
            DropFiles files,
            Vault vault,
            RunningInboxes inboxes,
            DueReceipts receipts,
            Notices notices,
            PutAway putAway,
            Durability durability) {
        this.settings = settings;
        this.drops = drops;
        this.files = files;
        this.vault = vault;
        this.inboxes = inboxes;
        this.receipts = receipts;
        this.notices = notices;
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
        receipts.results(inbox, drop);
        notices.dropEnded(inbox.settings(), drop);
        if (drop.againOf() != null) {
            releaseCopies(drop);
        }
        putAway.putAway(inbox, drop);
    }

    /** What was brought back from the vault, or has gone there now, need not be archived a second time. */
    private void releaseCopies(Drop drop) {
        DropFolder folder = DropFolder.of(settings, drop);
        files.forEach(drop.key(), file -> {
            try {
                if (file.fingerprint() != null && vault.has(file.fingerprint())) {
                    Files.deleteIfExists(folder.file(file));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }
}
