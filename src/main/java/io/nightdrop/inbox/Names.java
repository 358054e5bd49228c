package io.nightdrop.inbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;

/** What the names of files in an inbox say. */
final class Names {

    private static final List<String> UNFINISHED = List.of(".part", ".filepart", ".tmp", ".writing");

    /** With a fingerprint, a number and {@code .part} it must still be a name that file systems take: 255 bytes. */
    private static final int MAX_STEM_BYTES = 160;

    private Names() {}

    /** Whether the name is a sender's temporary one: nobody's business until it is renamed. */
    static boolean temporary(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return name.startsWith(".") || UNFINISHED.stream().anyMatch(lower::endsWith);
    }

    /** Whether a part of a relative path is temporary. */
    static boolean temporary(Path relative) {
        for (Path part : relative) {
            if (temporary(part.toString())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the name matches one of the globs. */
    static boolean matches(List<String> globs, String name) {
        return globs.stream().anyMatch(glob -> matcher(glob).matches(Path.of(name)));
    }

    static PathMatcher matcher(String glob) {
        return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    }

    /** A name without its extension, fit to be a folder's: at most 200 bytes, nothing a file system or shell minds. */
    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String safe = stem.replaceAll("[^\\p{L}\\p{N}._ ()+@~-]", "_").replaceAll("^[-.~ ]", "_");
        int end = 0;
        for (int bytes = 0; end < safe.length(); ) {
            int next = safe.offsetByCodePoints(end, 1);
            bytes += safe.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_STEM_BYTES) {
                break;
            }
            end = next;
        }
        return safe.substring(0, end);
    }
}
