package io.nightdrop.fsck;

import io.nightdrop.database.Rows;
import io.nightdrop.disk.Workers;
import io.nightdrop.fsck.Finding.Kind;
import io.nightdrop.fsck.References.Reference;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.settings.NightdropSettings;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Reads every file of the vault and compares it with its name, and the names with the rows, one folder of the vault after
 * the other. The rows are read before the files: bytes are there before their rows, so nothing seems to be missing that a
 * batch is just storing.
 */
@Component
class VaultCheck {

    /** Files that a thread reads before it says so. */
    private static final int GROUP = 64;

    private static final Rows<Reference> DOCUMENTS = new Rows<Reference>().text("id", Reference::documentId);

    private static final String DOCUMENT = """
            SELECT d.FINGERPRINT, d.DOCUMENT_ID, d.FILENAME, d.ITEM_INDEX, d.DROP_KEY
            FROM VAULT_DOCUMENT d JOIN\s""" + DOCUMENTS.table() + """

            ON d.DOCUMENT_ID = CAST(q.id AS UUID)""";

    private final Path root;
    private final Path home;
    private final References references;
    private final DropNames drops;
    private final JdbcTemplate jdbc;
    private final Workers readers =
            new Workers("fsck", Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors())));

    VaultCheck(NightdropSettings settings, References references, DropNames drops, JdbcTemplate jdbc) {
        this.root = settings.vault();
        this.home = settings.home();
        this.references = references;
        this.drops = drops;
        this.jdbc = jdbc;
    }

    /** Who points to one content. */
    private static final class Pointers {
        private long documents;
        private @Nullable Reference document;
        private @Nullable Reference correction;
        private @Nullable Reference companion;

        void add(Reference reference) {
            switch (reference.kind()) {
                case DOCUMENT -> {
                    documents++;
                    document = document == null ? reference : document;
                }
                case CORRECTION -> correction = correction == null ? reference : correction;
                case COMPANION -> companion = companion == null ? reference : companion;
            }
        }

        /** A companion alone may also lie in the archive, or be deleted. */
        boolean need() {
            return document != null || correction != null;
        }
    }

    private record Damage(String fingerprint, String how) {}

    private record Stored(String fingerprint, String words, long drop) {}

    Fsck.Extent check(Fsck.Watcher watcher, Instant young, boolean removeOrphans) throws IOException {
        try (ReferenceFiles parts = new ReferenceFiles()) {
            references.forEach(parts::add);
            parts.finish();
            long total = strays(watcher, young);
            long files = 0;
            long bytes = 0;
            for (int part = 0; part < ReferenceFiles.PARTS; part++) {
                TreeMap<String, Pointers> pointers = new TreeMap<>();
                parts.forEach(
                        part, reference -> pointers.computeIfAbsent(reference.fingerprint(), none -> new Pointers())
                                .add(reference));
                Folder folder = new Folder(ReferenceFiles.prefix(part), pointers, watcher, young, removeOrphans);
                folder.check(total);
                files += folder.names.size();
                bytes += folder.bytes;
            }
            return new Fsck.Extent(files, bytes);
        }
    }

    /** Finds what no {@link Folder} looks at, and counts the rest. */
    private long strays(Fsck.Watcher watcher, Instant young) throws IOException {
        long count = 0;
        for (Path folder : list(root)) {
            boolean ours = folder.getFileName().toString().matches("[0-9a-f]{2}") && Files.isDirectory(folder);
            if (!ours) {
                stray(watcher, folder, young);
                continue;
            }
            for (Path file : list(folder)) {
                if (isContent(folder, file)) {
                    count++;
                } else {
                    stray(watcher, file, young);
                }
            }
        }
        return count;
    }

    private static boolean isContent(Path folder, Path file) {
        String name = file.getFileName().toString();
        return name.matches("[0-9a-f]{64}")
                && name.startsWith(folder.getFileName().toString())
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private void stray(Fsck.Watcher watcher, Path file, Instant young) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Ages.isOlder(file, young)) {
            watcher.found(new Finding(
                    Kind.TEMPORARY_FILE,
                    home.relativize(file).toString(),
                    "no content: its name is no SHA-256, or it lies in another one's place",
                    "harmless; Nightdrop never looks at it, and you may delete it"));
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** One of the vault's folders. */
    private final class Folder {
        private final Path path;
        private final Map<String, Pointers> pointers;
        private final Fsck.Watcher watcher;
        private final Instant young;
        private final boolean removeOrphans;
        private final TreeSet<String> names = new TreeSet<>();
        private long bytes;

        Folder(
                String prefix,
                Map<String, Pointers> pointers,
                Fsck.Watcher watcher,
                Instant young,
                boolean removeOrphans) {
            this.path = root.resolve(prefix);
            this.pointers = pointers;
            this.watcher = watcher;
            this.young = young;
            this.removeOrphans = removeOrphans;
        }

        void check(long total) throws IOException {
            for (Path file : list(path)) {
                if (isContent(path, file)) {
                    names.add(file.getFileName().toString());
                }
            }
            List<Damage> broken = read(total);
            for (Map.Entry<String, Pointers> entry : pointers.entrySet()) {
                if (entry.getValue().need() && !names.contains(entry.getKey())) {
                    broken.add(new Damage(entry.getKey(), ""));
                }
            }
            tell(broken);
            for (String name : names) {
                if (!pointers.containsKey(name)) {
                    orphan(path.resolve(name));
                }
            }
        }

        private List<Damage> read(long total) throws IOException {
            List<Callable<List<Damage>>> readings = new ArrayList<>();
            List<String> group = new ArrayList<>();
            for (String name : names) {
                group.add(name);
                if (group.size() == GROUP || name.equals(names.last())) {
                    List<String> some = List.copyOf(group);
                    readings.add(() -> read(some, total));
                    group.clear();
                }
            }
            List<Damage> damages = new ArrayList<>();
            readers.all(readings).forEach(damages::addAll);
            return damages;
        }

        private List<Damage> read(List<String> some, long total) {
            List<Damage> damages = new ArrayList<>();
            long size = 0;
            for (String name : some) {
                try {
                    ContentFacts facts = ContentFacts.of(path.resolve(name));
                    size += facts.size();
                    if (!facts.fingerprint().equals(name)) {
                        damages.add(new Damage(name, "has other bytes: their SHA-256 is " + facts.fingerprint()));
                    }
                } catch (IOException unreadable) {
                    damages.add(new Damage(name, "cannot be read: " + unreadable));
                }
            }
            synchronized (this) {
                bytes += size;
                watcher.read(some.size(), total);
            }
            return damages;
        }

        private void tell(List<Damage> broken) {
            List<Damage> needed = broken.stream()
                    .filter(damage -> pointers.containsKey(damage.fingerprint()))
                    .toList();
            Map<String, Stored> documents = documents(needed);
            for (Damage damage : needed) {
                boolean missing = damage.how().isEmpty();
                watcher.found(new Finding(
                        missing ? Kind.MISSING_BYTES : Kind.DAMAGED_BYTES,
                        place(damage.fingerprint()),
                        (missing ? "is missing" : damage.how()) + "; " + whoNeedsIt(damage.fingerprint(), documents),
                        (missing ? unfinished(damage.fingerprint(), documents) : "") + "restore "
                                + place(damage.fingerprint())
                                + " from a backup, or ask its sender for the file once more"));
            }
        }

        /** Until a drop's batches are all written, a power cut may take a content back to its folder. */
        private String unfinished(String fingerprint, Map<String, Stored> documents) {
            Pointers who = pointers.get(fingerprint);
            Stored document = documents.get(fingerprint);
            Reference kept = who == null ? null : who.correction;
            boolean waits = (document != null && !drops.isDone(document.drop()))
                    || (kept != null && !drops.isDone(kept.first()));
            return waits
                    ? "let the drop go on first, with `nightdrop run`: after a power cut it puts its contents back; if it is missing still, "
                    : "";
        }

        private String place(String fingerprint) {
            return home.relativize(path.resolve(fingerprint)).toString();
        }

        private String whoNeedsIt(String fingerprint, Map<String, Stored> documents) {
            Pointers who = pointers.get(fingerprint);
            if (who == null) {
                throw new IllegalStateException("Nobody needs " + fingerprint);
            }
            Stored first = documents.get(fingerprint);
            if (first != null) {
                return (who.documents == 1
                                ? "the bytes of the document "
                                : "the bytes of " + who.documents + " documents, one of them ")
                        + first.words()
                        + drops.of(first.drop());
            }
            Reference kept = who.correction;
            if (kept != null) {
                return "kept for the corrections of item " + (kept.second() + 1) + " of " + drops.of(kept.first());
            }
            Reference companion = who.companion;
            return companion == null ? "" : "a companion of " + drops.of(companion.first());
        }

        /** The first document of each of the contents. */
        private Map<String, Stored> documents(List<Damage> damages) {
            Map<String, Stored> byFingerprint = new HashMap<>();
            List<Reference> firsts = new ArrayList<>();
            for (Damage damage : damages) {
                Pointers who = pointers.get(damage.fingerprint());
                if (who != null && who.document != null) {
                    firsts.add(who.document);
                }
            }
            for (Stored stored : firsts.isEmpty() ? List.<Stored>of() : stored(firsts)) {
                byFingerprint.put(stored.fingerprint(), stored);
            }
            return byFingerprint;
        }

        private List<Stored> stored(List<Reference> documents) {
            return jdbc.query(DOCUMENT, statement -> DOCUMENTS.set(statement, 1, documents), (row, number) -> {
                String filename = row.getString(3);
                String name = filename == null ? "" : " ('" + filename + "')";
                return new Stored(
                        row.getString(1),
                        row.getString(2) + name + ", item " + (row.getLong(4) + 1) + " of ",
                        row.getLong(5));
            });
        }

        private void orphan(Path file) throws IOException {
            if (!Ages.isOlder(file, young)) {
                return;
            }
            String thing = home.relativize(file).toString();
            if (removeOrphans) {
                Files.delete(file);
                watcher.found(new Finding(
                        Kind.REMOVED_BYTES, thing, "no row pointed to it; it was removed", "nothing to do"));
            } else {
                watcher.found(new Finding(
                        Kind.ORPHAN_BYTES,
                        thing,
                        "no row points to it: left by a batch that was rolled back",
                        "harmless; `nightdrop fsck --remove-orphans` removes it"));
            }
        }
    }

    @PreDestroy
    void close() {
        readers.close();
    }
}
