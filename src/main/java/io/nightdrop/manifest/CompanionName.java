package io.nightdrop.manifest;

import io.nightdrop.disk.Disk;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a companion as a manifest writes it: a relative path with {@code /}, below the manifest's own folder. A
 * stranger wrote it, so it is never resolved before it has been looked at.
 */
public final class CompanionName {

    /** The most characters of a name; a longer one names nothing. */
    public static final int MAX_LENGTH = 1000;

    /** A part that is empty, {@code .} or {@code ..}; a drive; a control character. */
    private static final Pattern FORBIDDEN =
            Pattern.compile("(?:^|/)\\.{0,2}(?:/|\\z)|^[A-Za-z]:|[\\x00-\\x1f\\x7f-\\x9f]");

    private CompanionName() {}

    /** Whether a file of that name could be in a drop: relative, without {@code .}, {@code ..}, empty parts or control characters. */
    public static boolean staysInside(String name) {
        return name.length() <= MAX_LENGTH && !FORBIDDEN.matcher(name).find();
    }

    /**
     * The regular file of that name below a folder; empty when there is none, or when a part of its path is a link, or
     * when it is a device, a pipe or a folder.
     */
    public static Optional<Path> resolve(Path folder, String name) {
        return staysInside(name) ? Disk.regularBelow(folder, name) : Optional.empty();
    }
}
