package io.nightdrop.sftp;

import java.time.Instant;

/**
 * What a server says about an entry of a folder.
 *
 * @param path its path below the folder, with {@code /} between the names; of an {@link Kind#UNREADABLE_NAME} in a form
 *     for people, which opens nothing
 * @param size in bytes; 0 when the server does not say it
 * @param modified when it was written last, by the server's clock, in whole seconds; the epoch when the server does not say
 *     it
 * @param kind what it is; only a {@link Kind#FILE} can be fetched
 */
public record RemoteFile(String path, long size, Instant modified, Kind kind) {

    /** What an entry is. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A folder. A listing tells one only when it cannot look into it. */
        FOLDER,
        /** A symbolic link, a device, a pipe or a socket: never followed, never opened. */
        OTHER,
        /** An entry whose name is not UTF-8, or is no name of one file. */
        UNREADABLE_NAME
    }

    /** Whether nothing tells that its content is another than the other's. */
    public boolean looksLike(RemoteFile other) {
        return kind == other.kind && size == other.size && modified.equals(other.modified);
    }
}
