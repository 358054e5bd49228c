package io.nightdrop.inbox;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;

/** What the names of files in an inbox say. */
final class Names {

    private static final List<String> UNFINISHED = List.of(".part", ".filepart", ".tmp", ".writing");

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

    /** A name without its extension, fit to be a folder's: at most 200 characters, nothing a file system or shell minds. */
    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String safe = stem.replaceAll("[^\\p{L}\\p{N}._ ()+@~-]", "_").replaceAll("^[-.~ ]", "_");
        return safe.length() <= 200 ? safe : safe.substring(0, 200);
    }
}
