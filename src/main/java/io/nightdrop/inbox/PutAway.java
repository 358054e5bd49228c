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
import java.nio.file.LinkOption;
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
        files.forEach(drop.key(), file -> {
            try {
                lines.add(line(file, zip, folder, archive));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        return lines;
    }

    private static String line(DropFile file, boolean zip, DropFolder folder, Path archive) throws IOException {
        Path companion = folder.file(file);
        String where = zip ? "zip" : "vault";
        if (!file.there()) {
            where = "missing";
        } else if (!zip) { // a name that was never a file's may be one that this system has no bytes for
            Path target = archive.resolve("companions").resolve(file.name()).normalize();
            boolean inside = CompanionName.staysInside(file.name()) && target.startsWith(archive);
            if (inside && Files.exists(companion, LinkOption.NOFOLLOW_LINKS)) {
                Path parent = target.getParent();
                Disk.makeFolder(parent == null ? archive : parent);
                Files.move(companion, target, StandardCopyOption.ATOMIC_MOVE);
            }
            where = Files.exists(target, LinkOption.NOFOLLOW_LINKS) ? "here" : where;
        }
        return (file.fingerprint() == null ? "-" : file.fingerprint()) + "\t" + file.size() + "\t" + where + "\t"
                + file.name();
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
        files.forEach(drop.key(), file -> inbox.companionPath(drop.manifest(), file.name())
                .ifPresent(path -> {
                    rest.add(() -> giveUp(place, drop, folder.file(file), path));
                    if (rest.size() == GROUP) {
                        all(rest);
                    }
                }));
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
