package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.operation.StagedItem;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.util.function.SingletonSupplier;

/**
 * Writes a batch through its operation and stores one result for each item, all in the batch's transaction. One instance
 * for each step execution.
 */
class BatchItemWriter implements ItemWriter<StagedItem> {

    private final SingletonSupplier<DropBatches> batches;
    private final StagedItemReader reader;

    /** Asks for the batches with the first of them. */
    BatchItemWriter(Supplier<DropBatches> batches, StagedItemReader reader) {
        this.batches = SingletonSupplier.of(batches);
        this.reader = reader;
    }

    @Override
    public void write(Chunk<? extends StagedItem> chunk) throws IOException {
        DropBatches drop = batches.obtain();
        Batch batch = drop.of(List.copyOf(chunk.getItems()), reader.inHand());
        drop.store(batch, drop.operation().write(batch), DropBatches::failedInline);
    }
}
