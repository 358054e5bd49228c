package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.operation.StagedItem;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * Writes a batch through its operation and stores one result for each item, all in the batch's transaction. One instance
 * for each step execution.
 */
class BatchItemWriter implements ItemWriter<StagedItem> {

    private final Supplier<DropBatches> drop;
    private final StagedItemReader reader;
    private @Nullable DropBatches batches;

    /** Asks for the drop with the first batch. */
    BatchItemWriter(Supplier<DropBatches> drop, StagedItemReader reader) {
        this.drop = drop;
        this.reader = reader;
    }

    @Override
    public void write(Chunk<? extends StagedItem> chunk) throws IOException {
        if (batches == null) {
            batches = drop.get();
        }
        Batch batch = batches.of(List.copyOf(chunk.getItems()), reader.inHand());
        batches.store(batch, batches.operation().write(batch), DropBatches::failedInline);
    }
}
