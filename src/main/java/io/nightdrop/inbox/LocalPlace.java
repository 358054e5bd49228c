package io.nightdrop.inbox;

import io.nightdrop.disk.Disk;
import java.io.File;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
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

    /** Asks the file itself: the mount table is long, and is read anew for each file. */
    private static final boolean UNIX =
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
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String path = root.relativize(file.toAbsolutePath()).toString().replace('\\', '/');
        return new Found(path, attributes.size(), attributes.lastModifiedTime().toMillis());
    }

    @Override
    public Optional<Found> find(String path) throws IOException {
        Optional<Path> file = Disk.regularBelow(root, path);
        try {
            return file.isPresent() ? Optional.of(found(file.get())) : Optional.empty();
        } catch (NoSuchFileException vanished) {
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
        Path file = Disk.regularBelow(root, path).orElseThrow(() -> new NoSuchFileException(path));
        return move(file, target) ? null : () -> copy(file, target);
    }

    @Override
    public void giveUp(Found taken, String dropName) throws IOException {
        Optional<Found> now = find(taken.path());
        if (now.isPresent() && now.get().equals(taken)) {
            Files.deleteIfExists(root.resolve(taken.path()));
        }
    }

    /** Returns false when it has to be copied. */
    private boolean move(Path file, Path target) throws IOException {
        if (!inbox.settings().givesUp() || !movable(file, parent(target))) {
            return false;
        }
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

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException(path + " has no parent");
        }
        return parent;
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
            throw new NoSuchFileException(file.toString(), null, "not a regular file");
        }
    }

    /** A file with a second name could still be written to by its sender. */
    private static boolean movable(Path file, Path targetFolder) throws IOException {
        if (!UNIX) {
            return Files.getFileStore(file).equals(Files.getFileStore(targetFolder));
        }
        Map<String, Object> attributes = Files.readAttributes(file, "unix:dev,nlink", LinkOption.NOFOLLOW_LINKS);
        return Files.getAttribute(targetFolder, "unix:dev").equals(attributes.get("dev"))
                && Integer.valueOf(1).equals(attributes.get("nlink"));
    }
}
