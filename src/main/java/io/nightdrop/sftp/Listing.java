package io.nightdrop.sftp;

import io.nightdrop.time.Ticker;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.CloseableHandle;
import org.apache.sshd.sftp.client.SftpClient.DirEntry;
import org.apache.sshd.sftp.common.SftpConstants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Walks the folders below one; holds one answer of the server and the names of the folders that are still to be walked. */
final class Listing {

    /** Deeper folders are told and not entered; nobody sorts files like that. */
    private static final int DEEPEST = 64;

    private static final int MOST_ENTRIES = 2_000_000;
    private static final int MOST_FOLDERS = 100_000;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** An entry with a longer path counts more than once: it takes as much memory. */
    private static final int USUAL_PATH = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Listing.class);

    private final RemoteFiles files;
    private final Predicate<String> entered;
    private final Consumer<RemoteFile> seen;
    private final Limits limits;
    private final Deque<String> folders = new ArrayDeque<>();
    private final long start;
    private int entriesSeen;
    private int foldersSeen;
    private @Nullable FileSystemException beyond;

    /** How far a listing goes: a server that never comes to an end would take all memory. */
    record Limits(int entries, int folders, Duration duration, Ticker ticker) {
        static final Limits USUAL = new Limits(MOST_ENTRIES, MOST_FOLDERS, LONGEST, System::nanoTime);
    }

    Listing(RemoteFiles files, Predicate<String> entered, Consumer<RemoteFile> seen, Limits limits) {
        this.files = files;
        this.entered = entered;
        this.seen = seen;
        this.limits = limits;
        this.start = limits.ticker().nanos();
    }

    /**
     * Walks them all. A folder below that cannot be looked into is told and left.
     *
     * @throws FileSystemException the folder itself cannot be listed, or there is no end to it
     */
    void walk() throws IOException {
        walk("");
        while (!folders.isEmpty()) {
            String folder = folders.removeLast();
            try {
                walk(folder);
            } catch (NoSuchFileException vanished) {
                // It was there when its parent was listed.
            } catch (FileSystemException closed) {
                if (closed == beyond) {
                    throw closed;
                }
                LOG.debug("{} cannot be looked into", files.named(folder), closed);
                seen.accept(new RemoteFile(folder, 0, Instant.EPOCH, RemoteFile.Kind.FOLDER));
            }
        }
    }

    private void walk(String folder) throws IOException {
        checkTime(folder);
        CloseableHandle handle = files.openFolder(folder);
        try {
            for (List<DirEntry> entries = next(folder, handle); entries != null; entries = next(folder, handle)) {
                checkTime(folder);
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
        entriesSeen += 1 + (folder.length() + wire.length()) / USUAL_PATH;
        if (entriesSeen > limits.entries()) {
            throw beyond(folder, String.format(Locale.ROOT, "more than %,d entries", limits.entries()));
        }
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
                enter(file.path());
            } else {
                seen.accept(file);
            }
        }
    }

    private void enter(String folder) throws FileSystemException {
        if (++foldersSeen > limits.folders()) {
            throw beyond(folder, String.format(Locale.ROOT, "more than %,d folders", limits.folders()));
        }
        folders.addLast(folder);
    }

    private void checkTime(String folder) throws FileSystemException {
        if (limits.ticker().nanos() - start > limits.duration().toNanos()) {
            throw beyond(folder, "not at its end after " + Reasons.text(limits.duration()));
        }
    }

    private FileSystemException beyond(String folder, String reason) {
        FileSystemException failure =
                new FileSystemException(files.named(folder), null, "the listing is given up: " + reason);
        beyond = failure;
        return failure;
    }

    /** Asks once more for what a server did not say in its listing. */
    private @Nullable RemoteFile known(String path, Attributes attributes) throws IOException {
        if (attributes.getType() != SftpConstants.SSH_FILEXFER_TYPE_UNKNOWN && attributes.getType() != 0) {
            return RemoteFiles.of(path, attributes);
        }
        try {
            return files.stat(path);
        } catch (FileSystemException closed) {
            LOG.debug("{} cannot be looked at", files.named(path), closed);
            return new RemoteFile(path, 0, Instant.EPOCH, RemoteFile.Kind.OTHER);
        }
    }
}
