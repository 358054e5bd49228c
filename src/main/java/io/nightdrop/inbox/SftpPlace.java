package io.nightdrop.inbox;

import io.nightdrop.disk.Disk;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.manifest.StrangersText;
import io.nightdrop.settings.InboxSettings.After;
import io.nightdrop.settings.SftpSettings;
import io.nightdrop.sftp.RemoteFile;
import io.nightdrop.sftp.RemoteFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder on an SFTP server. A look is one listing; nothing is fetched for it but the manifests that name companions, once for each form that they are seen
 * in. What is taken in is fetched, and leaves the server once the results are committed.
 */
final class SftpPlace implements Place {

    private static final Logger LOG = LoggerFactory.getLogger(SftpPlace.class);

    private final Inbox inbox;
    private final RemoteFolder folder;
    private final String archive;
    private final Set<String> closed = new HashSet<>();
    private final Path looks;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * A place.
     *
     * @param sftp where the folder is, and which folders in it are ours
     * @param looks where manifests are kept that are read before they are taken in
     */
    SftpPlace(Inbox inbox, RemoteFolder folder, SftpSettings sftp, Path looks) {
        this.inbox = inbox;
        this.folder = folder;
        this.archive = sftp.archive();
        closed.add(archive);
        inbox.settings().repliesInside().ifPresent(closed::add);
        this.looks = looks;
    }

    @Override
    public Sight look() throws IOException {
        Map<String, Found> files = listing();
        Predicate<String> isManifest = inbox.manifestNames();
        List<Found> manifests = new ArrayList<>();
        List<Found> unmatched = new ArrayList<>();
        files.values().stream()
                .filter(file -> !Names.temporary(name(file.path())))
                .sorted(Comparator.comparing(Found::path))
                .forEach(file -> {
                    if (isManifest.test(name(file.path()))) {
                        manifests.add(file);
                    } else if (Names.likeManifest(inbox, name(file.path()))) {
                        unmatched.add(file);
                    }
                });
        forgetOthers(manifests);
        return new Listed(manifests, unmatched, files);
    }

    @Override
    public Sight glance() throws IOException {
        return new Listed(List.of(), List.of(), listing());
    }

    private Map<String, Found> listing() throws IOException {
        Map<String, Found> files = new HashMap<>();
        folder.list(this::isOpen, file -> {
            if (file.kind() == RemoteFile.Kind.FILE) {
                files.put(file.path(), found(file));
            } else if (told.add(file.path())) {
                LOG.warn("{}: {} is never taken: {}", inbox.name(), StrangersText.plain(file.path()), why(file));
            }
        });
        return files;
    }

    /** Whether a folder is the sender's. */
    private boolean isOpen(String path) {
        return !closed.contains(path) && !Names.temporary(name(path));
    }

    /** What a listing has shown. */
    private record Listed(List<Found> manifests, List<Found> unmatched, Map<String, Found> files) implements Sight {

        @Override
        public Optional<Found> find(String path) {
            return Optional.ofNullable(files.get(path));
        }

        @Override
        public boolean remembers() {
            return true;
        }
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Found found(RemoteFile file) {
        return new Found(file.path(), file.size(), file.modified().toEpochMilli());
    }

    private static String why(RemoteFile file) {
        return switch (file.kind()) {
            case FILE -> "it changed";
            case FOLDER -> "a folder that cannot be looked into";
            case OTHER -> "not a regular file (a link, a pipe or a device)";
            case UNREADABLE_NAME -> "its name is not UTF-8";
        };
    }

    @Override
    public Optional<Found> find(String path) throws IOException {
        if (!isReachable(path)) {
            return Optional.empty();
        }
        RemoteFile file = folder.stat(path);
        return file == null || file.kind() != RemoteFile.Kind.FILE ? Optional.empty() : Optional.of(found(file));
    }

    /** The server follows links on the way to a file: where one is, or a folder that is not the sender's, a listing does not come. */
    private boolean isReachable(String path) throws IOException {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            RemoteFile there = isOpen(parent) ? folder.stat(parent) : null;
            if (there == null || there.kind() != RemoteFile.Kind.FOLDER) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable String objection(String path) throws IOException {
        RemoteFile file = folder.stat(path);
        return file == null || file.kind() == RemoteFile.Kind.FILE
                ? null
                : "Not a regular file (a link, a folder, a pipe or a device): never taken.";
    }

    /** Fetched once for each stamp; what is kept of manifests that are gone or have changed goes at the next look. */
    @Override
    public Path readable(Found manifest) throws IOException {
        Path kept = kept(manifest);
        if (!Files.exists(kept)) {
            Disk.makeFolder(looks);
            Path own = looks.resolve(ProcessHandle.current().pid() + "-" + kept.getFileName()); // others may look, too
            download(manifest, own);
            Files.move(own, kept, StandardCopyOption.ATOMIC_MOVE);
        }
        return kept;
    }

    private Path kept(Found manifest) {
        String extension = ManifestFormat.of(manifest.path())
                .map(ManifestFormat::extension)
                .orElse(".bin");
        byte[] digest = ContentFacts.sha256()
                .digest((manifest.path() + "\n" + manifest.stamp()).getBytes(StandardCharsets.UTF_8));
        return looks.resolve(HexFormat.of().formatHex(digest, 0, 16) + extension);
    }

    private void forgetOthers(List<Found> manifests) throws IOException {
        if (!Files.isDirectory(looks)) {
            return;
        }
        Set<Path> current = new HashSet<>();
        manifests.forEach(manifest -> current.add(kept(manifest)));
        List<Path> others;
        try (Stream<Path> all = Files.list(looks)) {
            others = new ArrayList<>(all.filter(file -> !current.contains(file)).toList());
        }
        for (Path other : others) {
            Files.deleteIfExists(other);
        }
    }

    private static RemoteFile remote(Found file) {
        return new RemoteFile(file.path(), file.size(), Instant.ofEpochMilli(file.modified()), RemoteFile.Kind.FILE);
    }

    /** What was judged is what is fetched: a file that is another by now is refused, one that came later is not there. */
    @Override
    public @Nullable Bringing begin(Sight sight, String path, Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        Found seen = sight.find(path).orElseThrow(() -> new NoSuchFileException(path));
        return () -> fetch(seen, target);
    }

    private void fetch(Found seen, Path target) throws IOException {
        if (inbox.settings().givesUp()) {
            CopiedMark.write(target, seen);
        }
        download(seen, target);
    }

    /** A sender must not fill the disk that all drops need. */
    private void download(Found file, Path target) throws IOException {
        Disk.requireSpace(target, file.size());
        folder.download(remote(file), target);
    }

    /** Done again after a cut it finds the file gone, and that is well. */
    @Override
    public void giveUp(Found taken, String dropName) throws IOException {
        if (!isReachable(taken.path())) {
            return;
        }
        if (inbox.settings().after() == After.ARCHIVE) {
            folder.move(remote(taken), archive + "/" + dropName + "/" + taken.path());
        } else {
            folder.delete(remote(taken));
        }
    }
}
