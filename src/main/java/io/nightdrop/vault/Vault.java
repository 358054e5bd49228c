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
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.springframework.stereotype.Component;

/**
 * The bytes of documents, each content once, in files named by their SHA-256: {@code vault/14/14bcd090…}. What
 * {@link #store} was given is on disk when it returns, so that a row may point at it whatever happens next. Storing again
 * what is there changes nothing.
 */
@Component
public class Vault {

    private static final int REMEMBERED = 50_000;

    private final Path root;
    private final Workers syncers = new Workers("vault-sync", 16);

    /** What this process has synced itself; anything else that is there may still be on its way to the disk. */
    private final Set<String> durable = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
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
     * Stores contents and waits until they are on disk: renames, then fsync of the touched folders, in parallel. A source
     * that is gone while its content is here was moved by an earlier try.
     *
     * @throws NoSuchFileException when a content is neither here nor at its source
     * @throws IOException when the disk refuses; nothing that was stored before is harmed, the call may be repeated
     */
    public void store(Collection<Incoming> contents) throws IOException {
        Map<String, Path> sources = new LinkedHashMap<>();
        for (Incoming content : contents) {
            if (!durable.contains(content.fingerprint())) {
                sources.put(content.fingerprint(), content.source());
            }
        }
        if (sources.isEmpty()) {
            return;
        }
        Set<Path> folders = new LinkedHashSet<>();
        for (Map.Entry<String, Path> content : sources.entrySet()) {
            Path target = path(content.getKey());
            Path folder = folder(content.getKey());
            if (folders.add(folder)) {
                makeFolder(folder);
            }
            if (!Disk.isThere(target)) {
                move(content.getValue(), target);
            }
        }
        syncers.all(folders.stream()
                .<Callable<Void>>map(folder -> () -> {
                    Disk.syncFolder(folder);
                    return null;
                })
                .toList());
        durable.addAll(sources.keySet());
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
        return Files.exists(path(fingerprint));
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
