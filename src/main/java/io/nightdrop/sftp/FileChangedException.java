package io.nightdrop.sftp;

import io.nightdrop.manifest.StrangersText;
import java.nio.file.FileSystemException;

/** A file on the server is not the one that was looked at: somebody writes to it, or has put another in its place. */
public final class FileChangedException extends FileSystemException {

    private static final long serialVersionUID = 1L;

    FileChangedException(String path, String reason) {
        super(StrangersText.plain(path), null, reason);
    }
}
