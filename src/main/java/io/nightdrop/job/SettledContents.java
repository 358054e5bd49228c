package io.nightdrop.job;

import io.nightdrop.inbox.DropFolder;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.ExitStatus;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.stereotype.Component;

/**
 * Has the contents of a drop's batches on disk in the vault before the step that wrote them is complete. Until then they are on disk there or in
 * the drop's own folder: a power cut may take back their move and not their row. A step that goes on moves those once more
 * (docs/decisions/0023-contents-settle-once.md).
 */
@Component
class SettledContents implements StepExecutionListener {

    private static final int GROUP = 500;

    private final NightdropSettings settings;
    private final Drops drops;
    private final ItemResults results;
    private final Operations operations;
    private final Vault vault;

    SettledContents(NightdropSettings settings, Drops drops, ItemResults results, Operations operations, Vault vault) {
        this.settings = settings;
        this.drops = drops;
        this.results = results;
        this.operations = operations;
        this.vault = vault;
    }

    @Override
    public void beforeStep(StepExecution step) {
        Drop drop = drops.get(ProcessDropJob.dropKey(step));
        if (results.position(drop.key()) > 0 && hasContents(drop)) {
            try {
                storeAgain(drop);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private boolean hasContents(Drop drop) {
        return operations.get(String.valueOf(drop.operation())).layout().contentField() != null;
    }

    /** What an earlier execution has stored: all of it may lie where it was again, and none of it need be on disk. */
    private void storeAgain(Drop drop) throws IOException {
        DropFolder folder = DropFolder.of(settings, drop);
        List<Vault.Incoming> contents = new ArrayList<>();
        try (StagedItems.Reader items = new StagedItems(folder.path()).reader(0)) {
            for (ItemResult result : results.all(drop.key())) {
                StagedItem item = items.next(result.index());
                Content.Present content = item.content();
                if (content != null && (result.succeeded() || DropBatches.failedInline(item, result))) {
                    contents.add(new Vault.Incoming(
                            content.fingerprint(), folder.path().resolve(content.place())));
                }
                if (contents.size() == GROUP) {
                    vault.storeAgain(contents);
                    contents.clear();
                }
            }
        }
        vault.storeAgain(contents);
    }

    @Override
    public @Nullable ExitStatus afterStep(StepExecution step) {
        if (step.getStatus() != BatchStatus.COMPLETED) {
            return null;
        }
        try {
            vault.settle();
            return null;
        } catch (IOException failure) {
            step.addFailureException(failure);
            step.setStatus(BatchStatus.FAILED);
            return ExitStatus.FAILED.addExitDescription(failure);
        }
    }
}
