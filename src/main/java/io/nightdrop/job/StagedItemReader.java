package io.nightdrop.job;

import io.nightdrop.inbox.DropFolder;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/** Reads those of a drop's items that have no result, a slice after the other. One instance for each step execution. */
class StagedItemReader implements ItemStreamReader<StagedItem> {

    private final NightdropSettings settings;
    private final Drops drops;
    private final UnwrittenItems unwritten;
    private final long dropKey;
    private @Nullable StagedItems items;
    private @Nullable Slices slices;
    private StagedItems.@Nullable Reader reader;
    private long left;

    StagedItemReader(NightdropSettings settings, Drops drops, UnwrittenItems unwritten, long dropKey) {
        this.settings = settings;
        this.drops = drops;
        this.unwritten = unwritten;
        this.dropKey = dropKey;
    }

    @Override
    public void open(ExecutionContext context) {
        items = new StagedItems(DropFolder.of(settings, drops.get(dropKey)).path());
        slices = unwritten.of(dropKey);
    }

    /** A slice ends with a batch or with the drop, so no batch holds items of two. */
    @Override
    public @Nullable StagedItem read() throws IOException {
        if (left == 0 && !openNext()) {
            return null;
        }
        left--;
        return reader == null ? null : reader.next();
    }

    private boolean openNext() throws IOException {
        close();
        Slices.Slice slice = slices == null ? null : slices.next();
        if (slice == null || items == null) {
            return false;
        }
        reader = items.reader(slice.from());
        left = slice.to() - slice.from();
        return true;
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
