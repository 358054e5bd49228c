package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Moves a file that was looked at, if it still is that one, once, however often it is tried. */
record Move(RemoteFiles files, Eyes eyes, RemoteFile taken, String to) {

    /** Looks at what is there. */
    interface Eyes {
        @Nullable
        RemoteFile see(String path) throws IOException;
    }

    Move(RemoteFiles files, RemoteFile taken, String to) {
        this(files, files::stat, taken, to);
    }

    /** Its sender may put another in its place until the very moment: that one goes back. */
    void run() throws IOException {
        if (!isThere(taken.path())) {
            return;
        }
        if (eyes.see(to) != null) {
            throw new FileAlreadyExistsException(to);
        }
        try {
            rename(files, taken.path(), to);
        } catch (NoSuchFileException noFolder) {
            files.makeParent(to);
            rename(files, taken.path(), to);
        }
        RemoteFile moved = eyes.see(to);
        if (moved != null && !moved.looksLike(taken)) {
            rename(files, to, taken.path());
        }
    }

    private boolean isThere(String path) throws IOException {
        RemoteFile there = eyes.see(path);
        return there != null && there.looksLike(taken);
    }

    /** Says what is in the way when it is that; version 3 of the protocol knows no such answer. */
    static void rename(RemoteFiles files, String from, String to) throws IOException {
        try {
            files.rename(from, to);
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (FileSystemException refused) {
            if (files.stat(to) != null) {
                throw (FileAlreadyExistsException) new FileAlreadyExistsException(to).initCause(refused);
            }
            throw refused;
        }
    }
}
