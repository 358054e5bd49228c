package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.settings.NightdropSettings;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The items that a running drop still has to write, as those share them who write its batches. The results are the position: they are committed
 * with their batch, which the job repository's execution context is not in every case that a run can be cut
 * (docs/decisions/0002-position-from-results.md).
 */
@Component
class UnwrittenItems {

    private final int sliceSize;
    private final Drops drops;
    private final ItemResults results;
    private final Map<Long, Slices> running = new ConcurrentHashMap<>();

    UnwrittenItems(NightdropSettings settings, Drops drops, ItemResults results) {
        this.sliceSize = settings.partitions().sliceSize();
        this.drops = drops;
        this.results = results;
    }

    /** What is left of a drop's items: found out when first asked for, then shared until {@link #forget}. */
    Slices of(long dropKey) {
        return running.computeIfAbsent(dropKey, this::find);
    }

    private Slices find(long dropKey) {
        Drop drop = drops.get(dropKey);
        Long count = drop.itemCount();
        return drop.refusal() != null || count == null
                ? new Slices(0, new BitSet(), sliceSize)
                : new Slices(count, results.written(dropKey, Batch.SIZE), sliceSize);
    }

    /** Nobody writes this drop any more. */
    void forget(long dropKey) {
        running.remove(dropKey);
    }
}
