package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is left to write of a drop, in slices of some batches that follow each other; a slice is written by one thread. How large they are may change
 * from one execution to the next: what is left is a matter of batches. May be used by many threads.
 */
final class Slices {

    private final Queue<Slice> left = new ConcurrentLinkedQueue<>();
    private final int count;

    /**
     * Some batches.
     *
     * @param from the first item, which begins a batch
     * @param to the item behind the last, which ends a batch or the drop
     */
    record Slice(long from, long to) {}

    /**
     * Those of a drop.
     *
     * @param items how many it has
     * @param written the batches that have their results, by their number from 0
     * @param size how many items a slice has at most; whole batches
     */
    Slices(long items, BitSet written, int size) {
        int batches = Math.toIntExact((items + Batch.SIZE - 1) / Batch.SIZE);
        int most = size / Batch.SIZE;
        int first = written.nextClearBit(0);
        while (first < batches) {
            int next = written.nextSetBit(first);
            int end = Math.min(next < 0 ? batches : Math.min(next, batches), first + most);
            left.add(new Slice((long) first * Batch.SIZE, Math.min(items, (long) end * Batch.SIZE)));
            first = written.nextClearBit(end);
        }
        count = left.size();
    }

    /** How many there were at first. */
    int count() {
        return count;
    }

    /** The next one that nobody has taken, in the order of the items; null when there is none left. */
    @Nullable
    Slice next() {
        return left.poll();
    }
}
