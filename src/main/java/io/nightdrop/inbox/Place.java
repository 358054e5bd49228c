package io.nightdrop.inbox;

import io.nightdrop.sftp.FileChangedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where an inbox's files lie. A path is relative to the inbox, with {@code /} between the names. Only regular files are ever found, and
 * nothing behind a link.
 */
interface Place {

    /**
     * A file as it was looked at.
     *
     * @param path where it lies
     * @param size in bytes
     * @param modified when it was written last, in milliseconds of the epoch by the clock of where it lies; only ever compared with
     *     itself
     */
    record Found(String path, long size, long modified) {

        /** The file of that path and {@link #stamp}. */
        static Found of(String path, String stamp) {
            int slash = stamp.indexOf('/');
            return new Found(
                    path, Long.parseLong(stamp.substring(0, slash)), Long.parseLong(stamp.substring(slash + 1)));
        }

        /** As long as it stays the same nothing tells that the content is another. */
        String stamp() {
            return size + "/" + modified;
        }
    }

    /** What lies there at the time of one look. */
    interface Sight {

        /** The manifests, in the order of their paths; what has a temporary name is none. */
        List<Found> manifests();

        /** The files that look like manifests but for their names, which no glob matches; likewise. */
        List<Found> unmatched();

        /** The file of that path; empty when there is none. */
        Optional<Found> find(String path) throws IOException;

        /** Whether it shows what was there when it was made, whatever became of it since. */
        boolean remembers();
    }

    /** Files that are being brought: what has not been done yet may be done side by side with others. */
    interface Bringing {

        /**
         * Does it. The target has its name only once its bytes are on disk.
         *
         * @throws java.nio.file.NoSuchFileException when its sender has withdrawn the file, or has put a link or a pipe in its place
         * @throws FileChangedException when it is not what was seen any more
         */
        void bring() throws IOException;
    }

    /**
     * One look.
     *
     * @throws IOException when the place cannot be looked at
     */
    Sight look() throws IOException;

    /**
     * What lies there now, for the files of a drop: manifests are not looked for.
     *
     * @throws IOException when the place cannot be looked at
     */
    Sight glance() throws IOException;

    /** The file of that path as it is now; empty when there is none. */
    Optional<Found> find(String path) throws IOException;

    /** Why what lies at a path can never be taken, for people; null when nothing lies there or nothing is wrong with it. */
    @Nullable
    String objection(String path) throws IOException;

    /**
     * A manifest that can be read for the names in it, which is left where it lies.
     *
     * @throws java.nio.file.NoSuchFileException when it is not there any more
     */
    Path readable(Found manifest) throws IOException;

    /**
     * Begins to bring a file into a drop's own folder, unless an earlier try has brought it. Two paths that mean one file are to be begun one
     * after the other.
     *
     * @param sight what was seen of the drop; what it does not show is not there
     * @return what is left to do; null when nothing is
     * @throws java.nio.file.NoSuchFileException as {@link Bringing#bring}
     */
    @Nullable
    Bringing begin(Sight sight, String path, Path target) throws IOException;

    /** Has a file leave the inbox that its sender gives up and of which a copy was brought, if it is still the same. */
    void giveUp(Found taken, String dropName) throws IOException;
}
