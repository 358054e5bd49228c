package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.operation.StagedItem;
import java.io.IOException;
import java.util.List;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * Writes a batch through its operation and stores one result for each item, all in the batch's transaction. One instance
 * for each step execution.
 */
class BatchItemWriter implements ItemWriter<StagedItem> {

    private final DropBatches batches;
    private final StagedItemReader reader;

    BatchItemWriter(DropBatches batches, StagedItemReader reader) {
        this.batches = batches;
        this.reader = reader;
    }

    @Override
    public void write(Chunk<? extends StagedItem> chunk) throws IOException {
        Batch batch = batches.of(List.copyOf(chunk.getItems()), reader.inHand());
        batches.store(batch, batches.operation().write(batch), DropBatches::failedInline);
    }
}
