package io.nightdrop.vault;

import io.nightdrop.disk.Disk;
import io.nightdrop.disk.Workers;
import io.nightdrop.settings.NightdropSettings;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/**
 * The bytes of documents, each content once, in files named by their SHA-256: {@code vault/14/14bcd090…}. {@link #store} moves a file whose
 * bytes are on disk here, so a row may point at it whatever happens next: after a power cut the file lies here or, until {@link #settle}, again
 * where it was. Storing again what is there changes nothing.
 */
@Component
public class Vault {

    private static final int REMEMBERED = 50_000;

    private final Path root;
    private final Workers syncers = new Workers("vault-sync", 16);
    private final Lock settling = new ReentrantLock();

    /** The folders with entries that may not be on disk yet; each is noted after its entry is there. */
    private final Set<Path> unsettled = ConcurrentHashMap.newKeySet();

    /** What this process has put here or found here; its folder is noted before. */
    private final Set<String> stored = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));

    Vault(NightdropSettings settings) {
        this.root = settings.vault();
    }

    /**
     * A content to be stored.
     *
     * @param fingerprint its SHA-256, hex
     * @param source a file of ours on the same file system, whose bytes are on disk; it is moved
     */
    public record Incoming(String fingerprint, Path source) {}

    /**
     * Stores contents: each is moved, so everybody finds it here at once. A source that is gone while its content is here was moved by an
     * earlier try. Sources must stay until {@link #settle} where a content was here before: it may have come by a move that is not on
     * disk yet.
     *
     * @throws NoSuchFileException when a content is neither here nor at its source
     * @throws IOException when the disk refuses; nothing that was stored before is harmed, the call may be repeated
     */
    public void store(Collection<Incoming> contents) throws IOException {
        for (Incoming content : contents) {
            if (!stored.contains(content.fingerprint())) {
                Path target = path(content.fingerprint());
                Path folder = folder(content.fingerprint());
                if (!Disk.isThere(target)) {
                    makeFolder(folder);
                    move(content.source(), target);
                }
                unsettled.add(folder);
                stored.add(content.fingerprint());
            }
        }
    }

    /**
     * Stores contents once more that an earlier process may have stored, as far as they are anywhere: what is neither here nor at its source is
     * left as it is.
     *
     * @throws IOException when the disk refuses; the call may be repeated
     */
    public void storeAgain(Collection<Incoming> contents) throws IOException {
        contents.forEach(content -> stored.remove(content.fingerprint()));
        store(contents.stream()
                .filter(content -> has(content.fingerprint()) || Disk.isThere(content.source()))
                .toList());
    }

    /**
     * Waits until all that was stored before this call is on disk here: fsync of the touched folders, in parallel. One caller at a time: what
     * another one has in hand is on disk, too, when this returns.
     *
     * @throws IOException when the disk refuses; the call may be repeated
     */
    public void settle() throws IOException {
        settling.lock();
        try {
            syncers.all(unsettled.stream()
                    .<Callable<Void>>map(folder -> () -> {
                        sync(folder);
                        return null;
                    })
                    .toList());
        } finally {
            settling.unlock();
        }
    }

    /** Who puts something into the folder meanwhile notes it anew. */
    private void sync(Path folder) throws IOException {
        unsettled.remove(folder);
        try {
            Disk.syncFolder(folder);
        } catch (IOException failure) {
            unsettled.add(folder);
            throw failure;
        }
    }

    /** Another thread may be about to store the same. */
    private static void move(Path source, Path target) throws IOException {
        try {
            Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException gone) {
            if (!Disk.isThere(target)) {
                throw gone;
            }
        }
    }

    /** Whether the content is here. */
    public boolean has(String fingerprint) {
        return Disk.isThere(path(fingerprint));
    }

    /** Where the content lies or would lie. */
    public Path path(String fingerprint) {
        if (!fingerprint.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a fingerprint: " + fingerprint);
        }
        return folder(fingerprint).resolve(fingerprint);
    }

    private Path folder(String fingerprint) {
        return root.resolve(fingerprint.substring(0, 2));
    }

    private void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Disk.makeFolder(folder);
            Disk.syncFolder(root);
            if (root.getParent() != null) {
                Disk.syncFolder(root.getParent());
            }
        }
    }

    @PreDestroy
    void close() {
        syncers.close();
    }
}
