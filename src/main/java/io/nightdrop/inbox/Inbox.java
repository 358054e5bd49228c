package io.nightdrop.inbox;

import io.nightdrop.manifest.CompanionName;
import io.nightdrop.settings.InboxSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A watched place that belongs to one sender.
 *
 * @param name as the configuration calls it
 * @param settings what is set for it
 */
public record Inbox(String name, InboxSettings settings) {

    /** The watched folder. */
    public Path directory() {
        return settings.directory().toAbsolutePath().normalize();
    }

    /**
     * The companion of that name below a folder: a regular file, and not a manifest, which is a drop of its own.
     *
     * @throws IOException when the folder cannot be looked at
     */
    public Optional<Path> companion(Path folder, String name) throws IOException {
        return CompanionName.resolve(folder, name)
                .filter(file -> !Names.matches(settings.manifests(), String.valueOf(file.getFileName())));
    }

    /** A file's path in the inbox, with {@code /}. */
    String relative(Path file) {
        return directory().relativize(file.toAbsolutePath()).toString().replace('\\', '/');
    }
}
