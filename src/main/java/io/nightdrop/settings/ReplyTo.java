package io.nightdrop.settings;

import java.nio.file.Path;

/**
 * Where an inbox's sender gets its answers.
 *
 * @param text a folder of this machine; or {@code sftp:} and a directory of the SFTP server on which the inbox lies
 */
public record ReplyTo(String text) {

    private static final String REMOTE = "sftp:";

    /** Refuses what names no folder. */
    public ReplyTo {
        text = text.trim();
        String folder = text.startsWith(REMOTE) ? text.substring(REMOTE.length()) : text;
        if (folder.isBlank() || folder.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("reply-to names a folder");
        }
        if (text.startsWith(REMOTE + "//")) {
            throw new IllegalArgumentException(
                    "reply-to is sftp: and a directory, such as sftp:/replies; the server is the inbox's own");
        }
    }

    /** Reads the text of the setting. */
    public static ReplyTo valueOf(String text) {
        return new ReplyTo(text);
    }

    /** Whether it is a folder of this machine. */
    public boolean isLocal() {
        return !text.startsWith(REMOTE);
    }

    /**
     * The folder of this machine.
     *
     * @throws IllegalStateException when it is not local
     */
    public Path local() {
        if (!isLocal()) {
            throw new IllegalStateException(text + " is no folder of this machine");
        }
        return Path.of(text).toAbsolutePath().normalize();
    }

    /**
     * The directory of the inbox's server: absolute, or below the one where the user arrives.
     *
     * @throws IllegalStateException when it is local
     */
    public String remote() {
        if (isLocal()) {
            throw new IllegalStateException(text + " is no directory of a server");
        }
        return text.substring(REMOTE.length());
    }
}
