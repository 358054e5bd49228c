package io.nightdrop.manifest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A manifest file, read as a stream from its first item to its last, as often as wanted. */
public interface Manifest {

    /** The most bytes that an item may have beside its inline content: 256 KiB. */
    int MAX_ITEM_BYTES = 256 * 1024;

    /** Is given every item in turn. */
    @FunctionalInterface
    interface ItemHandler {
        /**
         * Handles one item.
         *
         * @return false to read no further
         * @throws IOException when the item's content cannot be read or kept
         */
        boolean handle(ManifestItem item) throws IOException;

        /**
         * Handles the end of a request, where a manifest holds many.
         *
         * @return false to read no further
         * @throws IOException when it cannot be kept
         */
        default boolean handle(ManifestRequest request) throws IOException {
            return true;
        }
    }

    /**
     * A manifest in that format.
     *
     * @param maxContent the largest inline content in bytes; a CSV cell that is much longer is refused
     */
    static Manifest of(Path file, ManifestFormat format, long maxContent) {
        return switch (format) {
            case JSON -> new JsonManifest(file);
            case JSONL -> new JsonLinesManifest(file);
            case CSV -> new DelimitedManifest(file, ',', maxContent);
            case TSV -> new DelimitedManifest(file, '\t', maxContent);
        };
    }

    /**
     * The layout whose keys or columns this manifest has, or empty when it has none that is known or cannot be read.
     *
     * @throws IOException when the file cannot be read
     */
    Optional<Layout> recognise(Collection<Layout> layouts) throws IOException;

    /**
     * Reads all items.
     *
     * @return why reading ended early, or empty when it came to the end or the handler stopped it
     * @throws IOException when the file cannot be read
     */
    Optional<Defect> read(Layout layout, ItemHandler handler) throws IOException;

    /**
     * The header row as its sender wrote it; empty for JSON and JSON Lines.
     *
     * @throws IOException when the file cannot be read
     */
    List<String> header() throws IOException;

    /**
     * Whether its header has the columns that Nightdrop adds to items that failed; always false for JSON and JSON Lines, where each item has them or not.
     *
     * @throws IOException when the file cannot be read
     */
    default boolean isCorrections() throws IOException {
        return header().contains("error.code");
    }
}
