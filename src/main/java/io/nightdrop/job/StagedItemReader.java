package io.nightdrop.job;

import io.nightdrop.inbox.DropFolder;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * Reads a drop's items from the first that has no result. The results are the position: they are committed with their
 * batch, which the job repository's execution context is not in every case that a run can be cut
 * (docs/decisions/0002-position-from-results.md). One instance for each step execution.
 */
class StagedItemReader implements ItemStreamReader<StagedItem> {

    private final NightdropSettings settings;
    private final Drops drops;
    private final ItemResults results;
    private final long dropKey;
    private StagedItems.@Nullable Reader reader;

    StagedItemReader(NightdropSettings settings, Drops drops, ItemResults results, long dropKey) {
        this.settings = settings;
        this.drops = drops;
        this.results = results;
        this.dropKey = dropKey;
    }

    @Override
    public void open(ExecutionContext context) {
        Drop drop = drops.get(dropKey);
        long position = results.position(dropKey);
        Long count = drop.itemCount();
        if (drop.refusal() != null || count == null || position >= count) {
            return;
        }
        try {
            reader = new StagedItems(DropFolder.of(settings, drop).path()).reader(position);
        } catch (IOException failure) {
            throw new ItemStreamException("The items of " + drop.name() + " cannot be read", failure);
        }
    }

    @Override
    public @Nullable StagedItem read() {
        return reader == null ? null : reader.next();
    }

    @Override
    public void close() {
        try {
            if (reader != null) {
                reader.close();
            }
        } catch (IOException failure) {
            throw new ItemStreamException("The items cannot be closed", failure);
        } finally {
            reader = null;
        }
    }
}
