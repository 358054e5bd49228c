package io.nightdrop.operation;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Up to 25 consecutive items: what is written, committed and, on failure, repeated.
 *
 * @param dropKey whose they are
 * @param folder the drop's own folder, to which the places of contents are relative
 * @param now the batch's moment
 * @param items in manifest order
 */
public record Batch(long dropKey, Path folder, Instant now, List<StagedItem> items) {

    /** The most items in a batch: what the API takes in one request. */
    public static final int SIZE = 25;
}
