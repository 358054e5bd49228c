package io.nightdrop.inbox;

import io.nightdrop.database.Durability;
import io.nightdrop.disk.Disk;
import io.nightdrop.disk.Workers;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFile;
import io.nightdrop.result.DropFiles;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.time.Timestamps;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes a drop in: claims it, moves it into its own folder, puts it on disk and fingerprints it. Every step can be done
 * again, so a taking in that was cut goes on from where it was.
 *
 * <p>A file that its sender gives up is moved when it lies on home's file system and has no second name; else it is
 * copied, and the original leaves the inbox only once the results are committed ({@link PutAway}).
 */
@Component
public class TakeIn {

    private static final Logger LOG = LoggerFactory.getLogger(TakeIn.class);
    private static final int GROUP = 500;

    private final NightdropSettings settings;
    private final Drops drops;
    private final DropFiles files;
    private final DropIds ids;
    private final ManifestSightings sightings;
    private final Contents contents;
    private final Durability durability;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final Workers workers = new Workers("take-in", 8);

    TakeIn(
            NightdropSettings settings,
            Drops drops,
            DropFiles files,
            DropIds ids,
            ManifestSightings sightings,
            Contents contents,
            Durability durability,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.settings = settings;
        this.drops = drops;
        this.files = files;
        this.ids = ids;
        this.sightings = sightings;
        this.contents = contents;
        this.durability = durability;
        this.transactions = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /**
     * Claims a manifest: from now on its drop is taken in by {@link #resume}.
     *
     * @return the drop, {@code TAKING_IN}; empty when somebody else has claimed the manifest
     */
    public Optional<Drop> claim(Inbox inbox, Path manifest) {
        Optional<Drop> claimed = drops.claim(inbox.name(), inbox.relative(manifest), Timestamps.now(clock));
        if (claimed.isPresent()) {
            durability.settle();
        }
        return claimed;
    }

    /**
     * Takes a claimed drop in, from wherever an earlier try was cut.
     *
     * @return the drop, taken in or found to be a duplicate; empty when its sender has withdrawn it meanwhile
     * @throws IOException when the disk refuses; to be called again
     */
    public Optional<Drop> resume(Inbox inbox, Drop drop) throws IOException {
        DropFolder folder = DropFolder.of(settings, drop);
        Path manifest = inbox.directory().resolve(drop.manifest());
        Path source = folder.source(drop.manifest());
        Disk.makeFolder(folder.path());
        try {
            if (!move(inbox, manifest, source)) {
                copy(inbox, manifest, source);
            }
        } catch (NoSuchFileException withdrawn) {
            Disk.deleteTree(folder.path());
            drops.withdrawn(drop.key());
            return Optional.empty();
        }
        ContentFacts facts = ContentFacts.of(source);
        Disk.sync(source);
        MessageDigest fingerprint = ContentFacts.sha256();
        fingerprint.update(facts.fingerprint().getBytes(StandardCharsets.US_ASCII));
        bringCompanions(inbox, drop, folder, manifest, source, fingerprint);
        Disk.syncFolder(folder.path());
        Disk.syncFolder(settings.work());
        boolean gone = inbox.settings().givesUp() && !Files.exists(CopiedMark.of(source));
        transactions.executeWithoutResult(status -> {
            conclude(drop, HexFormat.of().formatHex(fingerprint.digest()));
            if (gone) {
                sightings.forget(inbox.name(), drop.manifest()); // what comes under its name is another
            } else {
                sightings.became(inbox.name(), drop.manifest(), drop.key());
            }
        });
        durability.settle(); // batches move its files into the vault; only these rows know what they were
        return Optional.of(drops.get(drop.key()));
    }

    private void conclude(Drop drop, String fingerprint) {
        Optional<Drop> original = drops.original(drop.inbox(), fingerprint);
        String id = ids.next(drop, fingerprint);
        if (original.isPresent() && original.get().key() != drop.key()) {
            drops.duplicate(drop.key(), id, fingerprint, original.get().key(), Timestamps.now(clock));
        } else {
            drops.takenIn(drop.key(), id, fingerprint);
        }
    }

    private void bringCompanions(
            Inbox inbox, Drop drop, DropFolder folder, Path manifest, Path source, MessageDigest fingerprint)
            throws IOException {
        files.clear(drop.key());
        boolean readable = contents.companions(inbox, source, drop.manifest(), name -> {});
        Path beside = manifest.getParent();
        if (!readable || beside == null) {
            return;
        }
        Group group = new Group(inbox, drop, folder, beside, fingerprint);
        contents.companions(inbox, source, drop.manifest(), group::add);
        group.flush();
    }

    /** Some names at a time: those that are new to the drop get the next numbers, are brought, read and put on disk. */
    private final class Group {
        private final Inbox inbox;
        private final Drop drop;
        private final DropFolder folder;
        private final Path beside;
        private final MessageDigest fingerprint;
        private final Set<String> names = new LinkedHashSet<>();
        private int position;

        Group(Inbox inbox, Drop drop, DropFolder folder, Path beside, MessageDigest fingerprint) {
            this.inbox = inbox;
            this.drop = drop;
            this.folder = folder;
            this.beside = beside;
            this.fingerprint = fingerprint;
        }

        void add(String name) throws IOException {
            if (!CompanionName.staysInside(name)) {
                return;
            }
            names.add(name);
            if (names.size() == GROUP) {
                flush();
            }
        }

        void flush() throws IOException {
            names.removeAll(files.named(drop.key(), names).keySet());
            List<Callable<DropFile>> readings = new ArrayList<>();
            Set<Path> folders = new LinkedHashSet<>();
            for (String name : names) {
                int number = position++;
                Path target = folder.path().resolve(DropFolder.place(number));
                if (folders.add(parent(target))) {
                    Disk.makeFolder(parent(target));
                }
                Optional<Path> companion = inbox.companion(beside, name);
                if (companion.isPresent()) {
                    readings.add(reading(inbox, companion.get(), number, name, target));
                } else {
                    readings.add(() -> read(number, name, target));
                }
            }
            List<DropFile> read = workers.all(readings);
            for (Path touched : folders) {
                Disk.syncFolder(touched);
            }
            for (DropFile file : read) {
                fingerprint.update((file.name() + "\n" + file.fingerprint() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            if (!read.isEmpty()) {
                files.insert(drop.key(), read);
            }
            names.clear();
        }
    }

    /** Moves at once, because two names may mean one file; copying waits for the disk and is done side by side. */
    private static Callable<DropFile> reading(Inbox inbox, Path file, int number, String name, Path target)
            throws IOException {
        boolean[] copy = {false};
        unlessWithdrawn(file, () -> copy[0] = !move(inbox, file, target));
        return () -> {
            if (copy[0]) {
                unlessWithdrawn(file, () -> copy(inbox, file, target));
            }
            return read(number, name, target);
        };
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException(path + " has no parent");
        }
        return parent;
    }

    private static DropFile read(int position, String name, Path target) throws IOException {
        if (!Files.exists(target)) {
            return new DropFile(position, name, null, 0, null);
        }
        ContentFacts facts = ContentFacts.of(target);
        Disk.sync(target);
        return new DropFile(position, name, facts.fingerprint(), facts.size(), facts.kind());
    }

    private interface Bringing {
        void bring() throws IOException;
    }

    private static void unlessWithdrawn(Path file, Bringing bringing) throws IOException {
        try {
            bringing.bring();
        } catch (NoSuchFileException withdrawn) {
            LOG.debug("{} was there a moment ago", file);
        }
    }

    /**
     * Moves a file of the inbox if it may be moved, unless an earlier try has brought it.
     *
     * @return false when it has to be copied
     * @throws NoSuchFileException when its sender has withdrawn it, or has put a link or a pipe in its place
     */
    private static boolean move(Inbox inbox, Path file, Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        requireRegular(file);
        if (!inbox.settings().givesUp() || !movable(file, parent(target))) {
            return false;
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        requireBrought(target);
        return true;
    }

    /**
     * Copies a file of the inbox. The copy has its name only once its bytes are on disk: what is found under that name after
     * a power cut is whole.
     *
     * @throws NoSuchFileException as {@link #move}
     */
    private static void copy(Inbox inbox, Path file, Path target) throws IOException {
        requireRegular(file);
        if (inbox.settings().givesUp()) {
            CopiedMark.write(target, file);
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
            throw new NoSuchFileException(file.toString(), null, "not a regular file");
        }
    }

    /** A file with a second name could still be written to by its sender. */
    private static boolean movable(Path file, Path targetFolder) throws IOException {
        boolean sameStore = Files.getFileStore(file).equals(Files.getFileStore(targetFolder));
        boolean unix = Files.getFileStore(file).supportsFileAttributeView("unix")
                || file.getFileSystem().supportedFileAttributeViews().contains("unix");
        return sameStore
                && (!unix || ((Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)) == 1);
    }

    @PreDestroy
    void close() {
        workers.close();
    }
}
