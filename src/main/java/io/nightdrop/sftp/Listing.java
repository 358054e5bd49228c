package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.DirEntry;
import org.apache.sshd.sftp.common.SftpConstants;
import org.jspecify.annotations.Nullable;

/** Walks the folders below one; holds one answer of the server and the names of the folders that are still to be walked. */
final class Listing {

    /** Deeper folders are told and not entered; nobody sorts files like that. */
    private static final int DEEPEST = 64;

    private final RemoteFiles files;
    private final Predicate<String> entered;
    private final Consumer<RemoteFile> seen;
    private final Deque<String> folders = new ArrayDeque<>();

    Listing(RemoteFiles files, Predicate<String> entered, Consumer<RemoteFile> seen) {
        this.files = files;
        this.entered = entered;
        this.seen = seen;
    }

    void walk() throws IOException {
        walk("");
        while (!folders.isEmpty()) {
            String folder = folders.removeLast();
            try {
                walk(folder);
            } catch (NoSuchFileException vanished) {
                // It was there when its parent was listed.
            } catch (AccessDeniedException closed) {
                seen.accept(new RemoteFile(folder, 0, Instant.EPOCH, RemoteFile.Kind.FOLDER));
            }
        }
    }

    private void walk(String folder) throws IOException {
        CloseableHandle handle = files.openFolder(folder);
        try {
            for (List<DirEntry> entries = next(folder, handle); entries != null; entries = next(folder, handle)) {
                for (DirEntry entry : entries) {
                    tell(folder.isEmpty() ? "" : folder + "/", entry);
                }
            }
        } finally {
            files.release(handle);
        }
    }

    private @Nullable List<DirEntry> next(String folder, CloseableHandle handle) throws IOException {
        return files.ask(folder, client -> client.readDir(handle, new AtomicReference<>()));
    }

    private void tell(String folder, DirEntry entry) throws IOException {
        String wire = entry.getFilename();
        if (wire.equals(".") || wire.equals("..")) {
            return;
        }
        String name = RemoteNames.fromWire(wire);
        if (name == null) {
            RemoteFile file = RemoteFiles.of("", entry.getAttributes());
            seen.accept(new RemoteFile(
                    folder + RemoteNames.escaped(wire), file.size(), file.modified(), RemoteFile.Kind.UNREADABLE_NAME));
            return;
        }
        RemoteFile file = known(folder + name, entry.getAttributes());
        if (file == null) {
            return;
        }
        if (file.kind() != RemoteFile.Kind.FOLDER) {
            seen.accept(file);
        } else if (entered.test(file.path())) {
            if (file.path().chars().filter(c -> c == '/').count() < DEEPEST) {
                folders.addLast(file.path());
            } else {
                seen.accept(file);
            }
        }
    }

    /** Asks once more for what a server did not say in its listing. */
    private @Nullable RemoteFile known(String path, Attributes attributes) throws IOException {
        return attributes.getType() == SftpConstants.SSH_FILEXFER_TYPE_UNKNOWN || attributes.getType() == 0
                ? files.stat(path)
                : RemoteFiles.of(path, attributes);
    }
}
