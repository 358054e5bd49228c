package io.nightdrop.inbox;

import io.nightdrop.disk.Disk;
import io.nightdrop.inbox.Place.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A note beside a file in a drop's own folder that it was copied, not moved, with the original's size and time: what lies
 * in the inbox under that name may go later only if it is still that original.
 */
final class CopiedMark {

    private CopiedMark() {}

    static Path of(Path copy) {
        return copy.resolveSibling(copy.getFileName() + ".copied");
    }

    /** Notes what the original is; on disk before there is a copy. */
    static void write(Path copy, Found original) throws IOException {
        Path mark = of(copy);
        Files.writeString(mark, original.stamp());
        Disk.sync(mark);
    }

    /** What was copied, as it was looked at; empty when the file was moved or is not there. */
    static Optional<Found> read(Path copy, String path) throws IOException {
        Path mark = of(copy);
        return Disk.isThere(mark) ? Optional.of(Found.of(path, Files.readString(mark))) : Optional.empty();
    }
}
