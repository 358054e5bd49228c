package io.nightdrop.inbox;

import io.nightdrop.database.Durability;
import io.nightdrop.disk.Disk;
import io.nightdrop.disk.Workers;
import io.nightdrop.inbox.Place.Bringing;
import io.nightdrop.inbox.Place.Found;
import io.nightdrop.inbox.Place.Sight;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropFiles;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.InboxSettings.ReadyWhen;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.sftp.FileChangedException;
import io.nightdrop.time.Timestamps;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes a drop in: claims it, moves it into its own folder, puts it on disk and fingerprints it. Every step can be done
 * again, so a taking in that was cut goes on from where it was. What its sender gives up and could only be copied leaves the
 * inbox once the results are committed ({@link PutAway}).
 */
@Component
public class TakeIn {

    private static final Logger LOG = LoggerFactory.getLogger(TakeIn.class);

    private final NightdropSettings settings;
    private final Places places;
    private final InboxLooker looker;
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
            Places places,
            InboxLooker looker,
            Drops drops,
            DropFiles files,
            DropIds ids,
            ManifestSightings sightings,
            Contents contents,
            Durability durability,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.settings = settings;
        this.places = places;
        this.looker = looker;
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
    public Optional<Drop> claim(Inbox inbox, String manifest) {
        Optional<Drop> claimed = drops.claim(inbox.name(), manifest, Timestamps.now(clock));
        if (claimed.isPresent()) {
            durability.settle();
        }
        return claimed;
    }

    /**
     * Takes a claimed drop in, from wherever an earlier try was cut.
     *
     * @return the drop, taken in or found to be a duplicate; empty when its sender has withdrawn or changed it meanwhile
     * @throws IOException when the disk refuses; to be called again
     */
    public Optional<Drop> resume(Inbox inbox, Drop drop) throws IOException {
        DropFolder folder = DropFolder.of(settings, drop);
        Place place = places.of(inbox);
        Path source = folder.source(drop.manifest());
        boolean begun = Files.exists(source);
        Optional<Sight> confirmed =
                begun && inbox.isLocal() ? Optional.of(place.glance()) : looker.confirmed(inbox, drop.manifest());
        if (confirmed.isEmpty()) {
            return withdrawn(drop, folder);
        }
        try {
            return Optional.of(bring(inbox, drop, folder, confirmed.get()));
        } catch (FileChangedException changed) {
            LOG.warn("{}: {} changed while it was fetched; it has to settle anew", inbox.name(), changed.getFile());
            return withdrawn(drop, folder);
        } catch (NoSuchFileException gone) {
            if (Files.exists(source)) {
                throw gone;
            }
            return withdrawn(drop, folder);
        }
    }

    /** Nothing has left the inbox yet. */
    private Optional<Drop> withdrawn(Drop drop, DropFolder folder) throws IOException {
        Disk.deleteTree(folder.path());
        files.clear(drop.key());
        drops.withdrawn(drop.key());
        return Optional.empty();
    }

    private Drop bring(Inbox inbox, Drop drop, DropFolder folder, Sight sight) throws IOException {
        Place place = places.of(inbox);
        Path source = folder.source(drop.manifest());
        Disk.makeFolder(folder.path());
        boolean begun = Files.exists(source);
        if (!begun && inbox.settings().readyWhen() == ReadyWhen.DONE_FILE) {
            Optional<Found> done = sight.find(DoneFile.of(drop.manifest()));
            if (done.isPresent()) {
                CopiedMark.write(folder.done(), done.get());
            }
        }
        bring(place.begin(sight, drop.manifest(), source));
        MessageDigest fingerprint = ContentFacts.sha256();
        try (Companions companions = new Companions(inbox, place, sight, drop, folder, files, workers, fingerprint)) {
            bringCompanions(inbox, drop, source, fingerprint, companions);
        }
        Disk.syncFolder(folder.path());
        Disk.syncFolder(settings.work());
        boolean gone = inbox.settings().givesUp() && !Files.exists(CopiedMark.of(source));
        transactions.executeWithoutResult(status -> {
            conclude(inbox, drop, HexFormat.of().formatHex(fingerprint.digest()));
            if (gone) {
                sightings.forget(inbox.name(), drop.manifest()); // what comes under its name is another
            } else {
                sightings.became(inbox.name(), drop.manifest(), drop.key());
            }
        });
        durability.settle(); // batches move its files into the vault; only these rows know what they were
        Drop takenIn = drops.get(drop.key());
        giveUpMarker(inbox, place, takenIn, folder);
        return takenIn;
    }

    /** What comes under the manifest's name from now on is another drop, of which the marker says nothing. */
    private static void giveUpMarker(Inbox inbox, Place place, Drop drop, DropFolder folder) throws IOException {
        Optional<Found> done = CopiedMark.read(folder.done(), DoneFile.of(drop.manifest()));
        if (done.isPresent() && inbox.settings().givesUp()) {
            try {
                place.giveUp(done.get(), drop.name());
            } catch (IOException later) {
                LOG.debug("The marker of {} goes when its sources are put away", drop.name(), later);
            }
        }
    }

    private void conclude(Inbox inbox, Drop drop, String fingerprint) {
        Optional<Drop> original = drops.original(drop.inbox(), fingerprint);
        String id = ids.next(drop, fingerprint);
        if (original.isPresent() && original.get().key() != drop.key()) {
            drops.duplicate(drop.key(), id, fingerprint, original.get().key(), Timestamps.now(clock));
        } else {
            drops.takenIn(drop.key(), id, fingerprint, inbox.settings().writer());
        }
    }

    /** Takes the manifest's fingerprint, and brings what it names. A large manifest is hashed and read side by side. */
    private void bringCompanions(Inbox inbox, Drop drop, Path source, MessageDigest fingerprint, Companions companions)
            throws IOException {
        files.clear(drop.key());
        NamesRead names = new NamesRead();
        Callable<Boolean> hashing = () -> {
            ContentFacts facts = ContentFacts.of(source);
            Disk.sync(source);
            fingerprint.update(facts.fingerprint().getBytes(StandardCharsets.US_ASCII));
            return true;
        };
        Callable<Boolean> reading = () -> contents.companions(inbox, () -> source, drop.manifest(), names::add);
        boolean readable = workers.all(List.of(reading, hashing)).get(0);
        if (!readable) {
            return; // nothing that it names may leave the inbox
        }
        if (names.complete()) {
            companions.addAll(names.all);
        } else {
            contents.companions(inbox, () -> source, drop.manifest(), companions::add);
        }
        companions.finish();
    }

    /** The names of a manifest, so that it need not be read twice; of one with very many only the first. */
    private static final class NamesRead {
        private static final int MOST_CHARACTERS = 4_000_000;
        private static final int OVERHEAD = 50; // of an entry, as characters

        private final Set<String> all = new LinkedHashSet<>();
        private long characters;

        void add(String name) {
            if (complete() && all.add(name)) {
                characters += name.length() + OVERHEAD;
            }
        }

        boolean complete() {
            return characters <= MOST_CHARACTERS;
        }
    }

    private static void bring(@Nullable Bringing rest) throws IOException {
        if (rest != null) {
            rest.bring();
        }
    }

    @PreDestroy
    void close() {
        workers.close();
    }
}
