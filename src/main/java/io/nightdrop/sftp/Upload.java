package io.nightdrop.sftp;

import io.nightdrop.manifest.ContentFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHFsyncExtension;
import org.apache.sshd.sftp.client.impl.SftpOutputStreamAsync;
import org.springframework.core.io.Resource;

/** Delivers a file in two steps, each of which may be done again: beside the place where it shall appear, then there. */
record Upload(RemoteFiles files, String path) {

    private static final int BUFFER = 32 * 1024;

    /** Where it lies before it appears. */
    String beside() {
        int name = path.lastIndexOf('/') + 1;
        return path.substring(0, name) + "." + path.substring(name) + ".part";
    }

    /**
     * Whether that content is there already; what was left beside it is removed then.
     *
     * @throws FileAlreadyExistsException another file is there
     */
    boolean isDelivered(Path local) throws IOException {
        RemoteFile there = files.stat(path);
        if (there == null) {
            return false;
        }
        if (there.size() != Files.size(local) || !holds(there, ContentFacts.of(local))) {
            throw new FileAlreadyExistsException(path, null, "another file is there");
        }
        files.delete(beside());
        return true;
    }

    void prepare(Resource content) throws IOException {
        String beside = beside();
        CloseableHandle handle = files.open(beside, EnumSet.of(OpenMode.Write, OpenMode.Create, OpenMode.Truncate));
        boolean whole = false;
        try {
            copy(content, beside, handle);
            sync(beside, handle);
            long written = files.stat(beside, handle).size();
            if (written != content.contentLength()) {
                throw new FileSystemException(
                        beside, null, "the server has " + written + " bytes of " + content.contentLength());
            }
            whole = true;
        } finally {
            if (whole) {
                files.close(beside, handle);
            } else {
                files.connection().abandon();
            }
        }
    }

    private void copy(Resource content, String beside, CloseableHandle handle) throws IOException {
        SftpOutputStreamAsync out =
                files.ask(beside, client -> new SftpOutputStreamAsync(client, 0, beside, handle, false));
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = content.getInputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                int count = length;
                files.tell(beside, client -> out.write(buffer, 0, count));
            }
        }
        files.tell(beside, client -> out.close());
    }

    private void sync(String beside, CloseableHandle handle) throws IOException {
        files.tell(beside, client -> {
            OpenSSHFsyncExtension extension = client.getExtension(OpenSSHFsyncExtension.class);
            if (extension != null && extension.isSupported()) {
                extension.fsync(handle);
            }
        });
    }

    /** Returns false when nothing is prepared. */
    boolean publish() throws IOException {
        RemoteFile prepared = files.stat(beside());
        if (prepared == null) {
            return false;
        }
        RemoteFile there = files.stat(path);
        if (there == null) {
            Move.rename(files, beside(), path);
        } else if (there.size() == prepared.size() && holds(there, facts(prepared))) {
            files.delete(beside());
        } else {
            throw new FileAlreadyExistsException(path, null, "another file is there");
        }
        return true;
    }

    private boolean holds(RemoteFile there, ContentFacts content) throws IOException {
        return there.kind() == RemoteFile.Kind.FILE
                && facts(there).fingerprint().equals(content.fingerprint());
    }

    private ContentFacts facts(RemoteFile file) throws IOException {
        try (ContentFacts.Gatherer gatherer = new ContentFacts.Gatherer(OutputStream.nullOutputStream())) {
            RemoteContent.copy(files, file, gatherer);
            return gatherer.facts();
        }
    }
}
