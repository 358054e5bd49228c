package io.nightdrop.settings;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code nightdrop.partitions}: how the items of one drop are written side by side. The embedded database takes one writer at a time and knows
 * only one thread.
 *
 * @param threads how many write one drop at once, each a batch at a time over a connection of its own; 1 to 16
 * @param sliceSize how many items, one after the other, a thread takes at a time; a drop that has no more is written by one thread. 25 to 100,000,
 *     in whole batches of 25
 */
public record PartitionSettings(
        @DefaultValue("4") @Min(1) @Max(16) int threads,
        @DefaultValue("500") @Min(25) @Max(100_000) int sliceSize) {

    /** Checks that slices are whole batches. */
    public PartitionSettings {
        if (sliceSize % 25 != 0) {
            throw new IllegalArgumentException("slice-size must be a multiple of 25, the size of a batch");
        }
    }

    /** The same with one thread. */
    public PartitionSettings alone() {
        return new PartitionSettings(1, sliceSize);
    }
}
