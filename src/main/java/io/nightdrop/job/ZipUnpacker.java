package io.nightdrop.job;

import io.nightdrop.disk.Disk;
import io.nightdrop.inbox.DropFolder;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.manifest.Defect;
import io.nightdrop.manifest.Manifest;
import io.nightdrop.manifest.ManifestFormat;
import io.nightdrop.manifest.ZipBundle;
import io.nightdrop.operation.Operation;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFile;
import io.nightdrop.result.DropFiles;
import io.nightdrop.settings.InboxSettings.ZipLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes the manifest and the companions that it names out of a ZIP, into the drop's own folder. Can be done again. */
@Component
class ZipUnpacker {

    private static final int GROUP = 200;

    private final DropFiles files;

    ZipUnpacker(DropFiles files) {
        this.files = files;
    }

    /**
     * The manifest of a ZIP.
     *
     * @param file where it is now
     * @param format how it is written
     * @param name its name in the archive
     * @param defect why the ZIP is refused; null when it is not
     */
    record Unpacked(
            Path file,
            ManifestFormat format,
            String name,
            @Nullable Defect defect) {

        static Unpacked refused(Defect defect) {
            return new Unpacked(Path.of(""), ManifestFormat.JSON, "", defect);
        }
    }

    /** Checks the archive and takes its manifest out. */
    Unpacked manifest(Inbox inbox, DropFolder folder, Path zip) throws IOException {
        ZipBundle.Opening opening = open(inbox, zip);
        ZipBundle bundle = opening.bundle();
        if (bundle == null) {
            Defect defect = opening.defect();
            return Unpacked.refused(defect == null ? new Defect("not a readable ZIP archive") : defect);
        }
        try (bundle) {
            Path target =
                    folder.path().resolve("manifest" + bundle.manifestFormat().extension());
            Files.deleteIfExists(target);
            Optional<Defect> defect = bundle.extractManifest(target);
            return defect.map(Unpacked::refused)
                    .orElseGet(() -> new Unpacked(target, bundle.manifestFormat(), bundle.manifestName(), null));
        }
    }

    static ZipBundle.Opening open(Inbox inbox, Path zip) throws IOException {
        ZipLimits limits = inbox.settings().zip();
        return ZipBundle.open(
                zip,
                new ZipBundle.Limits(limits.maxEntries(), limits.maxSize().toBytes(), limits.maxRatio()),
                inbox.manifestNamesInside(),
                inbox::format);
    }

    /**
     * Takes out the companions that the manifest names and notes them as the drop's files.
     *
     * @return why the ZIP is refused, or empty when it is not
     */
    Optional<Defect> companions(
            Drop drop, Inbox inbox, DropFolder folder, Path zip, Manifest manifest, Operation operation)
            throws IOException {
        files.clear(drop.key());
        ZipBundle bundle = open(inbox, zip).bundle();
        if (bundle == null) {
            throw new IOException("The archive of " + drop.name() + " could be opened a moment ago, but not now");
        }
        try (bundle) {
            Group group = new Group(drop, inbox, folder, bundle);
            for (String own : manifest.companions()) {
                group.add(own);
            }
            manifest.read(operation.layout(), item -> {
                Optional<String> name = operation.companion(item);
                if (name.isPresent() && CompanionName.staysInside(name.get())) {
                    group.add(name.get());
                }
                return group.damaged == null;
            });
            group.flush();
            return Optional.ofNullable(group.damaged);
        }
    }

    static String damaged(String name) {
        return "the archive's entry '" + name + "' is damaged: its checksum or size is wrong";
    }

    private final class Group {
        private final Drop drop;
        private final Inbox inbox;
        private final DropFolder folder;
        private final ZipBundle bundle;
        private final Set<String> names = new LinkedHashSet<>();
        private @Nullable Defect damaged;
        private int position;

        Group(Drop drop, Inbox inbox, DropFolder folder, ZipBundle bundle) {
            this.drop = drop;
            this.inbox = inbox;
            this.folder = folder;
            this.bundle = bundle;
        }

        void add(String name) throws IOException {
            names.add(name);
            if (names.size() == GROUP) {
                flush();
            }
        }

        void flush() throws IOException {
            names.removeAll(files.named(drop.key(), names).keySet());
            List<DropFile> unpacked = new ArrayList<>();
            Set<Path> folders = new LinkedHashSet<>();
            for (String name : names) {
                Path target = folder.path().resolve(DropFolder.place(position));
                Path parent = target.resolveSibling(".").normalize();
                if (folders.add(parent)) {
                    Disk.makeFolder(parent);
                }
                unpacked.add(unpack(name, position++, target));
            }
            for (Path touched : folders) {
                Disk.syncFolder(touched);
            }
            if (!unpacked.isEmpty()) {
                files.insert(drop.key(), unpacked);
            }
            names.clear();
        }

        private DropFile unpack(String name, int number, Path target) throws IOException {
            ZipBundle.Entry entry = bundle.companion(name).orElse(null);
            if (entry == null) {
                return new DropFile(number, name, null, 0, null);
            }
            ContentFacts.Gatherer out = new ContentFacts.Gatherer(Files.newOutputStream(target));
            ZipBundle.Verdict verdict;
            try (out) {
                verdict = entry.copyTo(out, inbox.settings().maxFileSize().toBytes());
            }
            if (verdict == ZipBundle.Verdict.COPIED) {
                Disk.sync(target);
                ContentFacts facts = out.facts();
                return new DropFile(number, name, facts.fingerprint(), facts.size(), facts.kind());
            }
            Files.delete(target);
            if (verdict == ZipBundle.Verdict.CORRUPT) {
                damaged = new Defect(damaged(name));
            }
            return new DropFile(number, name, null, verdict == ZipBundle.Verdict.TOO_LARGE ? 1 : 0, null);
        }
    }
}
