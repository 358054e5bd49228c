package io.nightdrop.sftp;

import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.impl.SftpInputStreamAsync;

/** Reads the content of a file on the server, many requests ahead, and makes sure that it was one file all the time. */
final class RemoteContent {

    /** What one request asks for: the most that OpenSSH gives. Other servers give less, and the client asks for that then. */
    private static final int REQUEST = 255 * 1024;

    private static final int BUFFER = 256 * 1024;

    private RemoteContent() {}

    /**
     * Copies a content.
     *
     * @param seen the file as it was looked at
     * @throws FileChangedException the file is not that one, or changed meanwhile
     */
    static void copy(RemoteFiles files, RemoteFile seen, OutputStream target) throws IOException {
        String path = seen.path();
        CloseableHandle handle = files.open(path, EnumSet.of(OpenMode.Read));
        boolean whole = false;
        try {
            unchanged(seen, files.stat(path, handle));
            long copied = copy(files, seen, handle, target);
            if (copied != seen.size()) {
                throw new FileChangedException(path, copied + " bytes instead of " + seen.size());
            }
            unchanged(seen, files.stat(path, handle));
            whole = true;
        } finally {
            if (whole) {
                files.close(path, handle);
            } else {
                // What was asked for ahead is still under way.
                files.connection().abandon();
            }
        }
    }

    private static long copy(RemoteFiles files, RemoteFile seen, CloseableHandle handle, OutputStream target)
            throws IOException {
        SftpInputStreamAsync in = files.ask(
                seen.path(),
                client -> new SftpInputStreamAsync(client, REQUEST, 0, seen.size(), seen.path(), handle, false));
        byte[] buffer = new byte[BUFFER];
        long copied = 0;
        for (int length = read(files, seen, in, buffer); length >= 0; length = read(files, seen, in, buffer)) {
            target.write(buffer, 0, length);
            copied += length;
            if (copied > seen.size()) {
                throw new FileChangedException(seen.path(), "it grows");
            }
        }
        files.tell(seen.path(), client -> in.close()); // takes the answers that are still to come
        return copied;
    }

    private static int read(RemoteFiles files, RemoteFile seen, SftpInputStreamAsync in, byte[] buffer)
            throws IOException {
        return files.ask(seen.path(), client -> in.read(buffer));
    }

    /** Refuses a file that is another one by now. */
    static void unchanged(RemoteFile seen, RemoteFile now) throws FileChangedException {
        if (now.kind() != RemoteFile.Kind.FILE) {
            throw new FileChangedException(seen.path(), "it is no regular file");
        }
        if (!now.looksLike(seen)) {
            throw new FileChangedException(
                    seen.path(),
                    "it had " + seen.size() + " bytes of " + seen.modified() + " and has " + now.size() + " bytes of "
                            + now.modified());
        }
    }
}
