package io.nightdrop.inbox;

import io.nightdrop.disk.Disk;
import io.nightdrop.disk.Workers;
import io.nightdrop.inbox.Place.Bringing;
import io.nightdrop.inbox.Place.Sight;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFile;
import io.nightdrop.result.DropFiles;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what a drop's manifest names, some names at a time: those that are new to the drop get the next numbers, are brought, read and put on
 * disk. While the threads read one group, the next one is begun.
 */
final class Companions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Companions.class);
    private static final int GROUP = 500;

    private final Inbox inbox;
    private final Place place;
    private final Sight sight;
    private final Drop drop;
    private final DropFolder folder;
    private final DropFiles files;
    private final Workers workers;
    private final MessageDigest fingerprint;
    private final Set<String> names = new LinkedHashSet<>();
    private final Deque<Group> underWay = new ArrayDeque<>();
    private boolean repeating;
    private int position;

    /** @param fingerprint is told of all of them, in the order of their first mention */
    Companions(
            Inbox inbox,
            Place place,
            Sight sight,
            Drop drop,
            DropFolder folder,
            DropFiles files,
            Workers workers,
            MessageDigest fingerprint) {
        this.inbox = inbox;
        this.place = place;
        this.sight = sight;
        this.drop = drop;
        this.folder = folder;
        this.files = files;
        this.workers = workers;
        this.fingerprint = fingerprint;
    }

    /** Names that are being brought, and the folders that they go to. */
    private record Group(Set<String> names, Set<Path> folders, Workers.Work<DropFile> work) {}

    /** Takes in all that are named; to be called once for a drop, and nothing besides. */
    void addAll(Set<String> all) throws IOException {
        for (String name : all) {
            take(name);
        }
    }

    /** Takes in the companion of that name, unless it was named before. */
    void add(String name) throws IOException {
        repeating = true;
        take(name);
    }

    /** A name that leaves the drop's folder is nobody's. */
    private void take(String name) throws IOException {
        if (CompanionName.staysInside(name)) {
            names.add(name);
        }
        if (names.size() == GROUP) {
            begin();
        }
    }

    /** Waits until all of them are taken in. */
    void finish() throws IOException {
        begin();
        while (!underWay.isEmpty()) {
            conclude();
        }
    }

    private void begin() throws IOException {
        if (repeating) {
            underWay.forEach(group -> names.removeAll(group.names()));
            names.removeAll(files.named(drop.key(), names).keySet());
        }
        List<Callable<DropFile>> readings = new ArrayList<>();
        Set<Path> folders = new LinkedHashSet<>();
        for (String name : names) {
            int number = position++;
            Path target = folder.path().resolve(DropFolder.place(number));
            if (folders.add(parent(target))) {
                Disk.makeFolder(parent(target));
            }
            readings.add(reading(number, name, target));
        }
        underWay.add(new Group(Set.copyOf(names), folders, workers.start(readings)));
        names.clear();
        if (underWay.size() > 1) {
            conclude();
        }
    }

    private void conclude() throws IOException {
        List<DropFile> read = underWay.element().work().results();
        for (Path touched : underWay.element().folders()) {
            Disk.syncFolder(touched);
        }
        for (DropFile file : read) {
            fingerprint.update((file.name() + "\n" + file.fingerprint() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        if (!read.isEmpty()) {
            files.insert(drop.key(), read);
        }
        underWay.remove();
    }

    /** What may be moved is moved at once, because two names may mean one file; the rest is done side by side. */
    private Callable<DropFile> reading(int number, String name, Path target) throws IOException {
        Optional<String> path = inbox.companionPath(drop.manifest(), name);
        Bringing rest = path.isEmpty() ? null : unlessWithdrawn(name, () -> place.begin(sight, path.get(), target));
        return () -> {
            if (rest != null) {
                unlessWithdrawn(name, () -> {
                    rest.bring();
                    return rest;
                });
            }
            return read(number, name, target);
        };
    }

    private static DropFile read(int position, String name, Path target) throws IOException {
        if (!Disk.isThere(target)) {
            return new DropFile(position, name, null, 0, null);
        }
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ)) {
            ContentFacts facts = ContentFacts.of(Channels.newInputStream(channel));
            Disk.sync(channel);
            return new DropFile(position, name, facts.fingerprint(), facts.size(), facts.kind());
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException(path + " has no parent");
        }
        return parent;
    }

    private interface Step {
        @Nullable
        Bringing take() throws IOException;
    }

    private static @Nullable Bringing unlessWithdrawn(String name, Step step) throws IOException {
        try {
            return step.take();
        } catch (NoSuchFileException withdrawn) {
            LOG.debug("{} was there a moment ago", name);
            return null;
        }
    }

    /** Nothing is under way any more when this returns. */
    @Override
    public void close() {
        underWay.forEach(group -> group.work().leave());
    }
}
