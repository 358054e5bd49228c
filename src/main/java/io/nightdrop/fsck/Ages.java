package io.nightdrop.fsck;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** Since when a file lies where it lies. A moved file keeps its sender's time, but not the time of its inode. */
final class Ages {

    private static final boolean UNIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private Ages() {}

    static boolean isOlder(Path file, Instant than) throws IOException {
        Instant modified =
                Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        Instant changed = UNIX
                ? ((FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS)).toInstant()
                : modified;
        return modified.isBefore(than) && changed.isBefore(than);
    }
}
