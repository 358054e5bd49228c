package io.nightdrop.inbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LongestCommonSubsequence;

/** What the names of files in an inbox say. */
final class Names {

    private static final List<String> UNFINISHED = List.of(".part", ".filepart", ".tmp", ".writing");

    /** With a fingerprint, a number and {@code .part} it must still be a name that file systems take: 255 bytes. */
    private static final int MAX_STEM_BYTES = 160;

    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");

    /**
     * A drop's id, whatever its manifest is called, ends with 8 or more digits of its fingerprint, and a number when it repeats another. Behind it
     * may stand that some of its items were settled.
     */
    private static final Pattern CORRECTIONS = Pattern.compile(
            ".+-(?:[0-9a-f]{4}){2,16}(?:~[0-9]+)?(?:\\.settled-[0-9]+)?\\.corrections\\.(?:csv|tsv|jsonl)",
            Pattern.DOTALL);

    /** What was made of the globs of inboxes, of which there are few. */
    private static final Map<List<String>, Predicate<String>> MANIFESTS = new ConcurrentHashMap<>();

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

    /**
     * Whether a file of that name is a manifest: it matches one of the globs, or is called as the receipt with a drop's corrections is. One that this system cannot
     * speak is none.
     */
    static boolean isManifest(List<String> globs, String name) {
        return manifests(globs).test(name);
    }

    /** Likewise for many names. */
    static Predicate<String> manifests(List<String> globs) {
        return MANIFESTS.computeIfAbsent(globs, Names::compile);
    }

    private static Predicate<String> compile(List<String> globs) {
        List<PathMatcher> matchers = globs.stream()
                .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                .toList();
        return name -> {
            try {
                Path path = Path.of(name);
                return matchers.stream().anyMatch(matcher -> matcher.matches(path)) || isCorrections(name);
            } catch (InvalidPathException unspeakable) {
                return false;
            }
        };
    }

    /** Whether a file is called as the receipt with a drop's corrections is. */
    static boolean isCorrections(String name) {
        return CORRECTIONS.matcher(name).matches();
    }

    /** Whether a file of that name is written as manifests of that inbox are. */
    static boolean likeManifest(Inbox inbox, String name) {
        return inbox.format(name).isPresent() || DropFolder.isZip(name);
    }

    /** The glob of whose fixed characters a name has the most, in their order. */
    static String nearest(List<String> globs, String name) {
        return globs.stream()
                .max(Comparator.comparing(glob -> alternatives(glob)
                        .mapToDouble(alternative -> likeness(alternative, name))
                        .max()
                        .orElse(0)))
                .orElse("none of the globs");
    }

    private static Stream<String> alternatives(String glob) {
        Matcher braces = BRACES.matcher(glob);
        return braces.find()
                ? Arrays.stream(braces.group(1).split(",", -1))
                        .flatMap(one ->
                                alternatives(glob.substring(0, braces.start()) + one + glob.substring(braces.end())))
                : Stream.of(glob);
    }

    private static double likeness(String glob, String name) {
        String fixed = glob.replaceAll("[*?]|\\[[^]]*]", "");
        return fixed.isEmpty() ? 1 : (double) new LongestCommonSubsequence().apply(fixed, name) / fixed.length();
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
