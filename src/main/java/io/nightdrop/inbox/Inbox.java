package io.nightdrop.inbox;

import io.nightdrop.settings.InboxSettings;
import java.nio.file.Path;

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

    /** A file's path in the inbox, with {@code /}. */
    String relative(Path file) {
        return directory().relativize(file.toAbsolutePath()).toString().replace('\\', '/');
    }
}
