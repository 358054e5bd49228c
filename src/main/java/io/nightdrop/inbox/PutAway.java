package io.nightdrop.inbox;

import io.nightdrop.disk.Disk;
import io.nightdrop.disk.Workers;
import io.nightdrop.inbox.Place.Found;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFile;
import io.nightdrop.result.DropFiles;
import io.nightdrop.settings.InboxSettings.After;
import io.nightdrop.settings.NightdropSettings;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.springframework.stereotype.Component;

/**
 * Puts a drop's sources away once its results are committed, as the inbox's {@code after} says. Can be done again after a
 * cut. The archive holds the manifest and the companions whose bytes the vault did not take; {@code contents.txt} names
 * every companion with its fingerprint, under which the vault has the others.
 */
@Component
public class PutAway {

    private static final int GROUP = 500;

    private final NightdropSettings settings;
    private final Places places;
    private final DropFiles files;
    private final ManifestSightings sightings;
    private final Workers workers = new Workers("put-away", 8);

    PutAway(NightdropSettings settings, Places places, DropFiles files, ManifestSightings sightings) {
        this.settings = settings;
        this.places = places;
        this.files = files;
        this.sightings = sightings;
    }

    /** Archives, deletes or keeps. */
    public void putAway(Inbox inbox, Drop drop) throws IOException {
        DropFolder folder = DropFolder.of(settings, drop);
        if (inbox.settings().after() == After.ARCHIVE) {
            archive(drop, folder);
        }
        if (inbox.settings().givesUp() && drop.againOf() == null) {
            removeCopiedSources(inbox, drop, folder);
        }
        Disk.deleteTree(folder.path());
        Disk.syncFolder(settings.work()); // or a power cut may bring it back after the drop is done
    }

    /** Where the archive has a drop's sources. */
    public Path archived(Drop drop) {
        return settings.archive().resolve(drop.inbox()).resolve(drop.name());
    }

    /** Where the archive has what was taken in as the manifest, whether it is there or not. */
    public Path archivedSource(Drop drop) {
        return archived(drop).resolve(fileName(drop));
    }

    /** A companion in the archive; empty when it does not lie there. */
    public Optional<Path> archivedCompanion(Drop drop, String name) throws IOException {
        return CompanionName.resolve(archived(drop).resolve("companions"), name);
    }

    private void archive(Drop drop, DropFolder folder) throws IOException {
        Path source = folder.source(drop.manifest());
        if (!Files.exists(source)) {
            return;
        }
        Path archive = archived(drop);
        Disk.makeFolder(archive);
        Disk.replace(archive.resolve("contents.txt"), path -> Files.write(path, listing(drop, folder, archive)));
        Files.move(source, archivedSource(drop), StandardCopyOption.ATOMIC_MOVE);
        Disk.syncFolder(archive);
    }

    private List<String> listing(Drop drop, DropFolder folder, Path archive) {
        List<String> lines = new ArrayList<>();
        lines.add("# sha256, bytes, where, name as the manifest writes it");
        boolean zip = DropFolder.isZip(drop.manifest());
        Path companions = archive.resolve("companions");
        boolean begun = Disk.isThere(companions);
        files.forEach(drop.key(), file -> {
            try {
                String where = zip && file.there() ? "zip" : where(file, folder.file(file), companions, begun);
                lines.add((file.fingerprint() == null ? "-" : file.fingerprint()) + "\t" + file.size() + "\t" + where
                        + "\t" + file.name());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        return lines;
    }

    /** Moves what the vault has left of a companion. A name that was never a file's may be one that this system has no bytes for. */
    private static String where(DropFile file, Path companion, Path companions, boolean begun) throws IOException {
        if (!file.there()) {
            return "missing";
        }
        boolean left = Disk.isThere(companion);
        if ((!left && !begun) || !CompanionName.staysInside(file.name())) {
            return "vault";
        }
        Path target = companions.resolve(file.name());
        if (left) {
            Disk.makeFolder(target.resolveSibling(".").normalize());
            Files.move(companion, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return Disk.isThere(target) ? "here" : "vault";
    }

    /** What had to be copied still lies in the inbox: it goes now, if it is still what was taken in. */
    private void removeCopiedSources(Inbox inbox, Drop drop, DropFolder folder) throws IOException {
        Place place = places.of(inbox);
        giveUp(place, drop, folder.done(), DoneFile.of(drop.manifest()));
        giveUp(place, drop, folder.source(drop.manifest()), drop.manifest());
        if (place.find(drop.manifest()).isEmpty()) {
            sightings.forget(inbox.name(), drop.manifest());
        }
        if (DropFolder.isZip(drop.manifest())) {
            return;
        }
        List<Callable<Boolean>> rest = new ArrayList<>();
        files.forEach(drop.key(), file -> {
            Path copy = folder.file(file);
            Optional<String> path = Disk.isThere(CopiedMark.of(copy))
                    ? inbox.companionPath(drop.manifest(), file.name())
                    : Optional.empty();
            path.ifPresent(known -> rest.add(() -> giveUp(place, drop, copy, known)));
            if (rest.size() == GROUP) {
                all(rest);
            }
        });
        all(rest);
    }

    /** Side by side: a server far away takes its time for each. */
    private void all(List<Callable<Boolean>> tasks) {
        try {
            workers.all(tasks);
            tasks.clear();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Returns whether there was anything to give up. */
    private static boolean giveUp(Place place, Drop drop, Path copy, String path) throws IOException {
        Optional<Found> taken = CopiedMark.read(copy, path);
        if (taken.isPresent()) {
            place.giveUp(taken.get(), drop.name());
        }
        return taken.isPresent();
    }

    @PreDestroy
    void close() {
        workers.close();
    }

    private static String fileName(Drop drop) {
        return drop.manifest().substring(drop.manifest().lastIndexOf('/') + 1);
    }
}
