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

    /** Finds the files that lie beside a manifest. */
    @FunctionalInterface
    interface Beside {
        /** Nothing lies there, or nobody needs to know. */
        Beside NOTHING = name -> Optional.empty();

        /** The file of that name, where it can be read; empty when there is none. */
        Optional<Path> find(String name) throws IOException;
    }

    /**
     * A manifest in that format.
     *
     * @param reading how its sender writes
     * @param maxContent the largest inline content in bytes; a CSV cell that is much longer is refused
     * @param beside where {@link #companions} are
     */
    static Manifest of(Path file, ManifestFormat format, Reading reading, long maxContent, Beside beside) {
        return switch (format) {
            case JSON -> new JsonManifest(file);
            case JSONL -> new JsonLinesManifest(file);
            case CSV -> declared(new DelimitedManifest(file, ',', reading, maxContent), reading, beside);
            case TSV -> declared(new DelimitedManifest(file, '\t', reading, maxContent), reading, beside);
            case TAGGED -> new TaggedIndexManifest(file, reading);
        };
    }

    private static Manifest declared(Manifest manifest, Reading reading, Beside beside) {
        String declaration = reading.declaration();
        return declaration == null ? manifest : new DeclaredManifest(manifest, declaration, reading.charset(), beside);
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
     * The header row as its sender wrote it, or the keywords of a tagged index; empty for JSON and JSON Lines.
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
        return Header.isOfCorrections(header());
    }

    /**
     * Where the sender's columns and the rules for them do not meet; nothing when the header is refused.
     *
     * @throws IOException when the file cannot be read
     */
    default Leftover leftover(Layout layout) throws IOException {
        return Leftover.NONE;
    }

    /**
     * The names of the files that belong to it, beside those that its items name.
     *
     * @throws IOException when the file cannot be read
     */
    default List<String> companions() throws IOException {
        return List.of();
    }

    /**
     * Whether it says of itself that it lists everybody, so that who is not in it is gone; or that it lists changes only. Empty when it does not
     * say.
     *
     * @throws IOException when a file cannot be read
     */
    default Optional<Boolean> listsEverybody() throws IOException {
        return Optional.empty();
    }
}
