package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Moves a file once, however often it is tried. */
record Move(RemoteFiles files, String from, String to, long size) {

    void run() throws IOException {
        RemoteFile source = files.stat(from);
        RemoteFile target = files.stat(to);
        if (source == null) {
            if (target == null || target.kind() != RemoteFile.Kind.FILE || target.size() != size) {
                throw new NoSuchFileException(from);
            }
            return;
        }
        if (target != null) {
            throw new FileAlreadyExistsException(to);
        }
        try {
            rename(files, from, to);
        } catch (NoSuchFileException noFolder) {
            files.makeParent(to);
            rename(files, from, to);
        }
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
