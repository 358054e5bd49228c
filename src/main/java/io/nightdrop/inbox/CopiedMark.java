package io.nightdrop.inbox;

import io.nightdrop.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

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
    static void write(Path copy, Path original) throws IOException {
        Path mark = of(copy);
        Files.writeString(mark, InboxLooker.stamp(original));
        Disk.sync(mark);
    }

    /** Deletes the original of a copy, if there is one and nobody has put another file in its place. */
    static void deleteOriginal(Path copy, Path original) throws IOException {
        Path mark = of(copy);
        if (Files.exists(mark)
                && Files.isRegularFile(original, LinkOption.NOFOLLOW_LINKS)
                && InboxLooker.stamp(original).equals(Files.readString(mark))) {
            Files.delete(original);
        }
    }
}
