package io.nightdrop.job;

import io.nightdrop.database.Durability;
import io.nightdrop.disk.Disk;
import io.nightdrop.disk.Workers;
import io.nightdrop.inbox.DropFolder;
import io.nightdrop.inbox.DropIds;
import io.nightdrop.inbox.PutAway;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFile;
import io.nightdrop.result.DropFiles;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Outcome;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Vault;
import jakarta.annotation.PreDestroy;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

/**
 * Takes a finished drop in again, on purpose and on record: its files are copied back from the archive and the vault into
 * the own folder of a new drop, each checked against its fingerprint. The archive keeps what it has.
 *
 * <p>{@link #begin} writes a row only, and may be called while another process runs drops; the files are the runner's
 * business. {@link #resume} can be done again, so a taking in that was cut goes on from where it was.
 */
@Component
public class TakeAgain {

    private static final Logger LOG = LoggerFactory.getLogger(TakeAgain.class);
    private static final int GROUP = 500;

    private final NightdropSettings settings;
    private final Drops drops;
    private final DropFiles files;
    private final ItemResults results;
    private final DropIds ids;
    private final PutAway putAway;
    private final Vault vault;
    private final RunningInboxes inboxes;
    private final Durability durability;
    private final Clock clock;
    private final Workers workers = new Workers("again", 8);

    TakeAgain(
            NightdropSettings settings,
            Drops drops,
            DropFiles files,
            ItemResults results,
            DropIds ids,
            PutAway putAway,
            Vault vault,
            RunningInboxes inboxes,
            Durability durability,
            Clock clock) {
        this.settings = settings;
        this.drops = drops;
        this.files = files;
        this.results = results;
        this.ids = ids;
        this.putAway = putAway;
        this.vault = vault;
        this.inboxes = inboxes;
        this.durability = durability;
        this.clock = clock;
    }

    /**
     * What speaks against taking a drop again.
     *
     * @param why for the operator
     * @param lost whether something is not there any more, or was changed; else the drop is not one to be taken again
     */
    public record Objection(String why, boolean lost) {}

    /** What lies in the archive is not what was put there. The message says which file. */
    private static final class ChangedException extends IOException {
        private static final long serialVersionUID = 1L;

        ChangedException(String message) {
            super(message);
        }
    }

    /** Reads all that the drop's files are to be made from; empty when nothing speaks against taking it again. */
    public Optional<Objection> objection(Drop drop) throws IOException {
        String name = drop.inbox() + "/" + drop.name();
        if (drop.state() != DropState.DONE) {
            return Optional.of(new Objection(
                    name + " is " + drop.standing() + ", not finished: let it finish first, with 'nightdrop run'",
                    false));
        }
        if (drop.outcome() == Outcome.DUPLICATE && drop.duplicateOf() != null) {
            Drop original = drops.get(drop.duplicateOf());
            return Optional.of(new Objection(
                    name + " is a DUPLICATE and has nothing of its own: take " + original.inbox() + "/"
                            + original.name() + " again, which it repeats",
                    false));
        }
        if (results.countInDoubt(drop.key()) > 0) {
            return Optional.of(new Objection(
                    name + " has items in doubt with a partner: settle them first, with 'nightdrop resolve'", false));
        }
        Optional<Drop> already = drops.unfinishedAgain(drop.key());
        if (already.isPresent()) {
            return Optional.of(new Objection(
                    name + " is being taken again already, as " + already.get().name() + ", which is "
                            + already.get().standing(),
                    false));
        }
        if (!Files.isDirectory(putAway.archived(drop))) {
            return Optional.of(new Objection(
                    "there is no archive of " + name + " in " + putAway.archived(drop)
                            + ": its inbox says 'after: keep' or"
                            + " 'delete', or it was removed. Let its sender drop it again, changed in any way",
                    false));
        }
        try {
            check(drop);
            return Optional.empty();
        } catch (ChangedException changed) {
            return Optional.of(new Objection(String.valueOf(changed.getMessage()), true));
        }
    }

    /**
     * Begins: from now on there is a new drop, and whoever runs drops in this home finishes taking it in.
     *
     * @param drop one that nothing speaks against
     * @param reason why, in the operator's words
     * @param acceptsRemovals whether it may leave out as many as it does, as a roster that lists everybody
     */
    public Drop begin(Drop drop, String reason, boolean acceptsRemovals) {
        Optional<Drop> begun;
        do {
            begun = drops.again(
                    drop, ids.next(drop, fingerprint(drop)), reason, acceptsRemovals, Timestamps.now(clock));
        } while (begun.isEmpty());
        durability.settle();
        return begun.get();
    }

    /**
     * Goes on with a drop that is {@code TAKING_IN} again; empty when the archive was changed meanwhile, and the drop
     * withdrawn.
     *
     * @throws IOException when the disk refuses; to be called again
     */
    Optional<Drop> resume(Drop drop) throws IOException {
        Drop original = drops.get(drop.againOf() == null ? drop.key() : drop.againOf());
        DropFolder folder = DropFolder.of(settings, drop);
        Disk.makeFolder(folder.path());
        files.clear(drop.key());
        try {
            bring(original, folder);
        } catch (ChangedException changed) {
            LOG.error("{} is not taken again as {}: {}", original.name(), drop.name(), changed.getMessage());
            Disk.deleteTree(folder.path());
            drops.withdrawn(drop.key());
            return Optional.empty();
        }
        if (!DropFolder.isZip(drop.manifest())) {
            files.copy(original.key(), drop.key());
        }
        Disk.syncFolder(folder.path());
        Disk.syncFolder(settings.work());
        drops.takenIn(
                drop.key(),
                drop.name(),
                fingerprint(original),
                inboxes.of(drop).settings().writer());
        return Optional.of(drops.get(drop.key()));
    }

    private static String fingerprint(Drop drop) {
        String fingerprint = drop.fingerprint();
        if (fingerprint == null) {
            throw new IllegalStateException("The drop " + drop.name() + " has no fingerprint");
        }
        return fingerprint;
    }

    private void check(Drop original) throws IOException {
        Path source = putAway.archivedSource(original);
        requireRegular(source);
        requireFingerprint(original, ContentFacts.of(source).fingerprint());
        forGroups(
                original,
                group -> workers.all(group.stream()
                        .<Callable<Path>>map(file -> () -> sourceOf(original, file))
                        .toList()));
    }

    private void bring(Drop original, DropFolder folder) throws IOException {
        Path archived = putAway.archivedSource(original);
        requireRegular(archived);
        requireFingerprint(original, copy(archived, folder.source(original.manifest())));
        forGroups(original, group -> {
            Set<Path> folders = new LinkedHashSet<>();
            List<Callable<Path>> copies = new ArrayList<>();
            for (DropFile file : group) {
                Path target = folder.file(file);
                Path parent = target.resolveSibling(".").normalize();
                if (folders.add(parent)) {
                    Disk.makeFolder(parent);
                }
                copies.add(() -> bring(original, file, target));
            }
            workers.all(copies);
            for (Path touched : folders) {
                Disk.syncFolder(touched);
            }
        });
    }

    private Path bring(Drop original, DropFile file, Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                && ContentFacts.of(target).fingerprint().equals(file.fingerprint())) {
            Disk.sync(target);
            return target;
        }
        Path source = sourceOf(original, file);
        if (!copy(source, target).equals(file.fingerprint())) {
            throw new ChangedException(source + " was changed while it was read");
        }
        return target;
    }

    /** The copy is on disk when it has its name; of one that was cut only a {@code .part} is there. */
    private static String copy(Path source, Path target) throws IOException {
        Path beside = target.resolveSibling(target.getFileName() + ".part");
        ContentFacts.Gatherer out = new ContentFacts.Gatherer(new BufferedOutputStream(Files.newOutputStream(beside)));
        try (out) {
            Files.copy(source, out);
        }
        Disk.sync(beside);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return out.facts().fingerprint();
    }

    /** Where the bytes of a companion are: in the archive, or in the vault. */
    private Path sourceOf(Drop original, DropFile file) throws IOException {
        String fingerprint = String.valueOf(file.fingerprint());
        Optional<Path> archived = putAway.archivedCompanion(original, file.name());
        Path stored = vault.path(fingerprint);
        for (Path candidate : archived.isPresent() ? List.of(archived.get(), stored) : List.of(stored)) {
            if (Files.exists(candidate)
                    && ContentFacts.of(candidate).fingerprint().equals(fingerprint)) {
                return candidate;
            }
        }
        if (archived.isPresent()) {
            throw new ChangedException(archived.get() + " was changed since it was archived");
        }
        throw new ChangedException(
                "the companion '" + file.name() + "' is not in the archive any more, and its bytes in the" + " vault, "
                        + stored + ", are " + (Files.exists(stored) ? "damaged" : "gone"));
    }

    private static void requireRegular(Path file) throws ChangedException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ChangedException(file + " is not there any more");
        }
    }

    /** The fingerprint of a drop is that of its manifest with those of its companions, as they were noted. */
    private void requireFingerprint(Drop original, String manifest) throws ChangedException {
        MessageDigest digest = ContentFacts.sha256();
        digest.update(manifest.getBytes(StandardCharsets.US_ASCII));
        if (!DropFolder.isZip(original.manifest())) {
            files.forEach(
                    original.key(),
                    file -> digest.update(
                            (file.name() + "\n" + file.fingerprint() + "\n").getBytes(StandardCharsets.UTF_8)));
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(original.fingerprint())) {
            throw new ChangedException(putAway.archivedSource(original) + " was changed since it was archived");
        }
    }

    @FunctionalInterface
    private interface GroupHandler {
        void take(List<DropFile> group) throws IOException;
    }

    /** Some companions that were there at a time; those of a ZIP are inside it. */
    private void forGroups(Drop original, GroupHandler handler) throws IOException {
        if (DropFolder.isZip(original.manifest())) {
            return;
        }
        List<DropFile> group = new ArrayList<>();
        try {
            files.forEach(original.key(), file -> {
                if (file.there()) {
                    group.add(file);
                }
                if (group.size() == GROUP) {
                    take(handler, group);
                }
            });
            take(handler, group);
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        }
    }

    private static void take(GroupHandler handler, List<DropFile> group) {
        try {
            handler.take(List.copyOf(group));
            group.clear();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @PreDestroy
    void close() {
        workers.close();
    }
}
