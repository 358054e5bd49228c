package io.nightdrop.job;

import io.nightdrop.operation.Batch;
import io.nightdrop.operation.StagedItem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;

/**
 * Reads those of a drop's items that have no result, a slice after the other, and the items of some batches together: what they name can then be
 * looked up together. One instance for each step execution.
 */
class StagedItemReader implements ItemStreamReader<StagedItem> {

    /** How many items are read together at most; whole batches. */
    private static final int TOGETHER = 10 * Batch.SIZE;

    /** With how many bytes no other batch is read together with those before it. */
    private static final long BYTES = 256 * 1024;

    private final Supplier<StagedItems> staged;
    private final Supplier<Slices> unwritten;
    private @Nullable StagedItems items;
    private @Nullable Slices slices;
    private StagedItems.@Nullable Reader reader;
    private long left;
    private List<StagedItem> inHand = List.of();
    private int given;

    /**
     * Asks for both when the step begins.
     *
     * @param unwritten which of the items are to be read
     */
    StagedItemReader(Supplier<StagedItems> staged, Supplier<Slices> unwritten) {
        this.staged = staged;
        this.unwritten = unwritten;
    }

    @Override
    public void open(ExecutionContext context) {
        items = staged.get();
        slices = unwritten.get();
    }

    /** A slice ends with a batch or with the drop, so no batch holds items of two. */
    @Override
    public @Nullable StagedItem read() throws IOException {
        if (given == inHand.size() && (left > 0 || openNext()) && reader != null) {
            inHand = List.of(); // makes room for the next ones
            given = 0;
            inHand = readTogether(reader);
        }
        return given < inHand.size() ? inHand.get(given++) : null;
    }

    private List<StagedItem> readTogether(StagedItems.Reader from) {
        List<StagedItem> together = new ArrayList<>();
        long begin = from.bytes();
        while (left > 0
                && together.size() < TOGETHER
                && (together.size() % Batch.SIZE > 0 || from.bytes() - begin < BYTES)) {
            StagedItem item = from.next();
            if (item == null) {
                throw new IllegalStateException("Staged items are missing, at least " + left);
            }
            together.add(item);
            left--;
        }
        return List.copyOf(together);
    }

    /** The item that was read last, and those that were read together with it: before it, and ahead. */
    List<StagedItem> inHand() {
        return inHand;
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
