package io.nightdrop.node;

import io.nightdrop.disk.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A locked file for each living process: the operating system gives a lock back when its process dies, however it dies, but not
 * while it is only frozen. So processes of one host see each other's death at once, and need not wait for a lease to run out.
 */
final class NodeLocks {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLocks.class);

    /** Those of this process: opening and closing such a file a second time would give its lock back. */
    private static final Map<UUID, FileChannel> OWN = new ConcurrentHashMap<>();

    private final Path folder;

    NodeLocks(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    private Path file(UUID node) {
        return folder.resolve(node + ".lock");
    }

    void hold(UUID node) throws IOException {
        Disk.makeFolder(folder);
        FileChannel channel = FileChannel.open(file(node), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            throw new IOException("A new file is locked: " + file(node));
        }
        OWN.put(node, channel);
    }

    void release(UUID node) {
        FileChannel channel = OWN.remove(node);
        if (channel != null) {
            try {
                forget(node);
                channel.close();
            } catch (IOException failure) {
                LOG.debug("The lock of {} could not be closed", node, failure);
            }
        }
    }

    /**
     * Whether that process, which ran on this host, is gone; in doubt it is not. One thread at a time asks, because while one has the
     * lock to see whether it can be had, another cannot have it.
     */
    boolean isFree(UUID node) {
        synchronized (OWN) {
            return canBeLocked(node);
        }
    }

    private boolean canBeLocked(UUID node) {
        if (OWN.containsKey(node)) {
            return false;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        if (!Files.exists(file(node))) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(file(node), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (IOException | OverlappingFileLockException unclear) {
            return false;
        }
    }

    void forget(UUID node) {
        try {
            Files.deleteIfExists(file(node));
        } catch (IOException failure) {
            LOG.debug("The lock of {} could not be removed", node, failure);
        }
    }
}
