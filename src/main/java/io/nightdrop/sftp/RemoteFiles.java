package io.nightdrop.sftp;

import io.nightdrop.manifest.StrangersText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Collection;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.impl.AbstractSftpClient;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/** Single requests about the files below one folder, over one connection; what the server refuses is told as Java tells it. */
final class RemoteFiles {

    private final Connection connection;
    private final String directory;

    RemoteFiles(Connection connection, String directory) {
        this.connection = connection;
        this.directory = RemoteNames.toWire(directory.endsWith("/") ? directory : directory + "/");
    }

    Connection connection() {
        return connection;
    }

    /** A path for the client. */
    private String wire(String path) {
        return directory + RemoteNames.toWire(RemoteNames.checked(path));
    }

    /** Opens a folder for listing; the one that all paths are below for an empty path. */
    CloseableHandle openFolder(String path) throws IOException {
        String wire = path.isEmpty() ? directory + "." : wire(path);
        return ask(path, client -> client.openDir(wire));
    }

    /** Asks the server about a path. */
    <T> T ask(String path, Connection.Call<T> call) throws IOException {
        try {
            return connection.call(call);
        } catch (SftpException no) {
            throw refusal(path, no);
        }
    }

    /** What messages call a path; the folder itself for an empty one. */
    String named(String path) {
        return StrangersText.plain(path.isEmpty() ? directory : path);
    }

    private FileSystemException refusal(String asked, SftpException no) {
        String path = named(asked);
        FileSystemException refusal =
                switch (no.getStatus()) {
                    case SftpConstants.SSH_FX_NO_SUCH_FILE, SftpConstants.SSH_FX_NO_SUCH_PATH ->
                        new NoSuchFileException(path);
                    case SftpConstants.SSH_FX_PERMISSION_DENIED, SftpConstants.SSH_FX_WRITE_PROTECT ->
                        new AccessDeniedException(path, null, "the server denies it");
                    case SftpConstants.SSH_FX_FILE_ALREADY_EXISTS -> new FileAlreadyExistsException(path);
                    default -> new FileSystemException(path, null, "the server says: " + Reasons.of(no));
                };
        refusal.initCause(no);
        return refusal;
    }

    /** What is there, links not followed; null when nothing is, also because nothing can have such a long name. */
    @Nullable
    RemoteFile stat(String path) throws IOException {
        String wire = wire(path);
        if (RemoteNames.hasTooLongName(wire)) {
            return null;
        }
        try {
            return of(path, ask(path, client -> client.lstat(wire)));
        } catch (NoSuchFileException gone) {
            return null;
        } catch (FileSystemException refused) {
            if (refused.getCause() instanceof SftpException no
                    && no.getStatus() == SftpConstants.SSH_FX_BAD_MESSAGE) { // OpenSSH's word for too long a path
                return null;
            }
            throw refused;
        }
    }

    /** What an opened file is by now. */
    RemoteFile stat(String path, CloseableHandle handle) throws IOException {
        return of(path, ask(path, client -> client.stat(handle)));
    }

    static RemoteFile of(String path, Attributes attributes) {
        RemoteFile.Kind kind =
                switch (attributes.getType()) {
                    case SftpConstants.SSH_FILEXFER_TYPE_REGULAR -> RemoteFile.Kind.FILE;
                    case SftpConstants.SSH_FILEXFER_TYPE_DIRECTORY -> RemoteFile.Kind.FOLDER;
                    default -> RemoteFile.Kind.OTHER;
                };
        Instant modified = attributes.getModifyTime() == null
                ? Instant.EPOCH
                : attributes.getModifyTime().toInstant();
        return new RemoteFile(path, attributes.getSize(), modified, kind);
    }

    CloseableHandle open(String path, Collection<OpenMode> modes) throws IOException {
        String wire = wire(path);
        return ask(path, client -> client.open(wire, modes));
    }

    void close(String path, CloseableHandle handle) throws IOException {
        tell(path, client -> handle.close());
    }

    /** Gives a handle back when nothing depends on it any more; a connection that is lost has none. */
    void release(CloseableHandle handle) {
        try {
            close("", handle);
        } catch (IOException lost) {
            connection.abandon();
        }
    }

    /** Renames; a target that is there stays, on every server that keeps to the protocol. */
    void rename(String from, String to) throws IOException {
        String source = wire(from);
        String target = wire(to);
        tell(from, client -> client.rename(source, target));
    }

    void delete(String path) throws IOException {
        String wire = wire(path);
        try {
            tell(path, client -> client.remove(wire));
        } catch (NoSuchFileException gone) {
            // That is what was asked for.
        }
    }

    void makeFolders(String path) throws IOException {
        RemoteFile there = stat(path);
        if (there != null && there.kind() == RemoteFile.Kind.FOLDER) {
            return;
        }
        makeParent(path);
        String wire = wire(path);
        try {
            tell(path, client -> client.mkdir(wire));
        } catch (FileSystemException refused) {
            RemoteFile meanwhile = stat(path);
            if (meanwhile == null || meanwhile.kind() != RemoteFile.Kind.FOLDER) {
                throw refused;
            }
        }
    }

    /** Makes the folder that a file is to be in. */
    void makeParent(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            makeFolders(path.substring(0, slash));
        }
    }

    /** Asks the server for something that has no answer but that it is done. */
    void tell(String path, Connection.Command command) throws IOException {
        ask(path, (AbstractSftpClient client) -> {
            command.on(client);
            return true;
        });
    }
}
