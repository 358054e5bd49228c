package io.nightdrop.inbox;

import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFile;
import io.nightdrop.settings.NightdropSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A drop's own folder under home while it is being worked on. No name in it comes from a sender: the manifest is
 * {@code manifest.csv}, a companion is its number.
 *
 * @param path the folder
 */
public record DropFolder(Path path) {

    private static final int FILES_IN_A_FOLDER = 1000;

    /** The folder of that drop, whether it is there or not. */
    public static DropFolder of(NightdropSettings settings, Drop drop) {
        return new DropFolder(settings.work().resolve(Long.toString(drop.key())));
    }

    /** What was taken in as the manifest: a manifest, or a ZIP with one inside. */
    public Path source(String manifestName) {
        String lower = manifestName.toLowerCase(Locale.ROOT);
        String extension =
                ManifestFormat.of(lower).map(ManifestFormat::extension).orElse(isZip(lower) ? ".zip" : ".bin");
        return path.resolve("source" + extension);
    }

    /** Beside it stands which marker said that the drop is complete. */
    Path done() {
        return path.resolve("done");
    }

    /** The place of a companion, relative to this folder. */
    public static String place(int position) {
        return "files/" + position / FILES_IN_A_FOLDER + "/" + position;
    }

    /** The place of a content that stood in the manifest itself, relative to this folder. */
    public static String inlinePlace(long index) {
        return "inline/" + index / FILES_IN_A_FOLDER + "/" + index;
    }

    /** Where a companion lies. */
    public Path file(DropFile file) {
        return path.resolve(place(file.position()));
    }

    /** Whether the name is that of a ZIP. */
    public static boolean isZip(String manifestName) {
        return manifestName.toLowerCase(Locale.ROOT).endsWith(".zip");
    }

    boolean exists() {
        return Files.isDirectory(path);
    }
}
