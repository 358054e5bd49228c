package io.nightdrop.inbox;

import io.nightdrop.disk.Disk;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFile;
import io.nightdrop.result.DropFiles;
import io.nightdrop.settings.InboxSettings.After;
import io.nightdrop.settings.NightdropSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Puts a drop's sources away once its results are committed, as the inbox's {@code after} says. Can be done again after a
 * cut. The archive holds the manifest and the companions whose bytes the vault did not take; {@code contents.txt} names
 * every companion with its fingerprint, under which the vault has the others.
 */
@Component
public class PutAway {

    private final NightdropSettings settings;
    private final DropFiles files;
    private final ManifestSightings sightings;

    PutAway(NightdropSettings settings, DropFiles files, ManifestSightings sightings) {
        this.settings = settings;
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
        Path manifest = inbox.directory().resolve(drop.manifest());
        Path parent = manifest.getParent();
        Path done = manifest.resolveSibling(manifest.getFileName() + DoneFile.SUFFIX);
        if (Files.isRegularFile(done, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(done);
        }
        CopiedMark.deleteOriginal(folder.source(drop.manifest()), manifest);
        if (!Files.exists(manifest, LinkOption.NOFOLLOW_LINKS)) {
            sightings.forget(inbox.name(), drop.manifest());
        }
        if (parent == null || DropFolder.isZip(drop.manifest())) {
            return;
        }
        files.forEach(drop.key(), file -> {
            try {
                Path original = CompanionName.resolve(parent, file.name()).orElse(null);
                if (original != null) {
                    CopiedMark.deleteOriginal(folder.file(file), original);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    private static String fileName(Drop drop) {
        return drop.manifest().substring(drop.manifest().lastIndexOf('/') + 1);
    }
}
