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

    private static final Pattern PARTS_THAT_LEAVE = Pattern.compile("(^|/)\\.{0,2}(/|\\z)");
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);

    private CompanionName() {}

    /** Whether a file of that name could be in a drop: relative, without {@code .}, {@code ..}, empty parts or control characters. */
    public static boolean staysInside(String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return false;
            }
        }
        return !PARTS_THAT_LEAVE.matcher(name).find() && !DRIVE.matcher(name).matches();
    }

    /**
     * The regular file of that name below a folder; empty when there is none, or when a part of its path is a link, or
     * when it is a device, a pipe or a folder.
     */
    public static Optional<Path> resolve(Path folder, String name) {
        return staysInside(name) ? Disk.regularBelow(folder, name) : Optional.empty();
    }
}
