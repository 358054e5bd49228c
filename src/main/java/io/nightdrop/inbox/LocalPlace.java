package io.nightdrop.inbox;

import io.nightdrop.disk.Disk;
import java.io.File;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder of this machine. A file that its sender gives up is moved when it lies on home's file system and has no second name; else it is
 * copied, and the original leaves the inbox only once the results are committed.
 */
final class LocalPlace implements Place {

    /** Elsewhere nobody can tell how many names a file has. */
    private static final boolean COUNTS_NAMES =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    private final Inbox inbox;
    private final Path root;

    LocalPlace(Inbox inbox, Path root) {
        this.inbox = inbox;
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public Sight look() throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NoSuchFileException(root.toString(), null, "there is no such folder; make it, or mount it");
        }
        InboxScanner scanner = new InboxScanner();
        ManifestFilter filter = new ManifestFilter(inbox, root);
        scanner.setFilter(filter);
        List<Found> manifests = new ArrayList<>();
        List<Found> unmatched = new ArrayList<>();
        for (File file : scanner.listFiles(root.toFile())) {
            try {
                (filter.isManifest(file.getName()) ? manifests : unmatched).add(found(file.toPath()));
            } catch (NoSuchFileException vanished) {
                // as if the look had come a moment later
            }
        }
        manifests.sort(Comparator.comparing(Found::path));
        unmatched.sort(Comparator.comparing(Found::path));
        return new Now(manifests, unmatched);
    }

    /** Files are looked at when they are asked for. */
    private final class Now implements Sight {
        private final List<Found> manifests;
        private final List<Found> unmatched;

        Now(List<Found> manifests, List<Found> unmatched) {
            this.manifests = manifests;
            this.unmatched = unmatched;
        }

        @Override
        public List<Found> manifests() {
            return manifests;
        }

        @Override
        public List<Found> unmatched() {
            return unmatched;
        }

        @Override
        public Optional<Found> find(String path) throws IOException {
            return LocalPlace.this.find(path);
        }

        @Override
        public boolean remembers() {
            return false;
        }
    }

    @Override
    public Sight glance() {
        return new Now(List.of(), List.of());
    }

    private Found found(Path file) throws IOException {
        return found(root.relativize(file.toAbsolutePath()).toString().replace('\\', '/'), attributes(file));
    }

    private static Found found(String path, BasicFileAttributes attributes) {
        return new Found(path, attributes.size(), attributes.lastModifiedTime().toMillis());
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public Optional<Found> find(String path) throws IOException {
        Optional<Path> file = Disk.below(root, path);
        try {
            return file.isEmpty()
                    ? Optional.empty()
                    : Optional.of(attributes(file.get()))
                            .filter(BasicFileAttributes::isRegularFile)
                            .map(attributes -> found(path, attributes));
        } catch (FileSystemException notThere) {
            return Optional.empty();
        }
    }

    @Override
    public @Nullable String objection(String path) {
        try {
            Path file = root.resolve(path);
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                            && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? "Not a regular file (a link, a folder, a pipe or a device): never taken."
                    : null;
        } catch (InvalidPathException unspeakable) {
            return null;
        }
    }

    @Override
    public Path readable(Found manifest) {
        return root.resolve(manifest.path());
    }

    @Override
    public @Nullable Bringing begin(Sight sight, String path, Path target) throws IOException {
        if (Disk.isThere(target)) {
            return null;
        }
        Path file = Disk.below(root, path).orElseThrow(() -> new NoSuchFileException(path));
        boolean moved = hasOneName(file) && inbox.settings().givesUp() && move(file, target);
        return moved ? null : () -> copy(file, target);
    }

    @Override
    public void giveUp(Found taken, String dropName) throws IOException {
        Optional<Found> now = find(taken.path());
        if (now.isPresent() && now.get().equals(taken)) {
            Files.deleteIfExists(root.resolve(taken.path()));
        }
    }

    /** Returns false when it has to be copied, because it lies on another file system. */
    private static boolean move(Path file, Path target) throws IOException {
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException otherMount) {
            return false;
        }
        requireBrought(target);
        return true;
    }

    /** What is found under the target's name after a power cut is whole. */
    private void copy(Path file, Path target) throws IOException {
        requireRegular(file);
        if (inbox.settings().givesUp()) {
            CopiedMark.write(target, found(file));
        }
        Path beside = target.resolveSibling(target.getFileName() + ".part");
        Files.deleteIfExists(beside); // of a try that was cut
        Files.copy(file, beside, LinkOption.NOFOLLOW_LINKS);
        requireBrought(beside);
        Disk.sync(beside);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void requireBrought(Path target) throws IOException {
        try {
            requireRegular(target);
        } catch (NoSuchFileException swapped) {
            Files.delete(target);
            throw swapped;
        }
    }

    private static void requireRegular(Path file) throws NoSuchFileException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw notRegular(file);
        }
    }

    private static NoSuchFileException notRegular(Path file) {
        return new NoSuchFileException(file.toString(), null, "not a regular file");
    }

    /**
     * A file with a second name could still be written to by its sender.
     *
     * @throws NoSuchFileException there is no regular file
     */
    private static boolean hasOneName(Path file) throws IOException {
        if (!COUNTS_NAMES) {
            requireRegular(file);
            return true;
        }
        try {
            Map<String, Object> attributes =
                    Files.readAttributes(file, "unix:isRegularFile,nlink", LinkOption.NOFOLLOW_LINKS);
            if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
                throw notRegular(file);
            }
            return Integer.valueOf(1).equals(attributes.get("nlink"));
        } catch (FileSystemException notThere) {
            throw notRegular(file);
        }
    }
}
