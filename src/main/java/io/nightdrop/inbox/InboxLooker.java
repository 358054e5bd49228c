package io.nightdrop.inbox;

import io.nightdrop.inbox.Contents.Source;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.inbox.Place.Found;
import io.nightdrop.inbox.Place.Sight;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.InboxSettings.ReadyWhen;
import io.nightdrop.sftp.FileChangedException;
import io.nightdrop.time.Ticker;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Looks at an inbox: which manifests lie there, which of them are ready, and why the others wait. What was seen is kept
 * in the database, so that readiness is the same question for every process and survives a restart.
 */
@Component
public class InboxLooker {

    /** What the tables can hold of a manifest's path, and of a reason. */
    private static final int MAX_PATH = 1000;

    private static final int MAX_REASON = 2000;

    /** So many names that match nothing are told of; who has more knows what is wrong. */
    private static final int MAX_UNMATCHED = 100;

    private static final String NO_SNAPSHOT = "0".repeat(64);

    /** Clocks are also slewed; more than this between two looks is a jump. */
    private static final Duration CLOCK_DRIFT = Duration.ofSeconds(2);

    /** What was looked at no longer ago is not looked at again before it is taken in. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Places places;
    private final ManifestSightings sightings;
    private final Contents contents;
    private final Clock clock;
    private final Ticker ticker;
    private final Map<String, Moment> lastLooks = new ConcurrentHashMap<>();
    private final Map<String, SoftReference<Judged>> judged = new ConcurrentHashMap<>();

    InboxLooker(Places places, ManifestSightings sightings, Contents contents, Clock clock, Ticker ticker) {
        this.places = places;
        this.sightings = sightings;
        this.contents = contents;
        this.clock = clock;
        this.ticker = ticker;
    }

    private record Moment(Instant time, long nanos) {}

    /**
     * What a look has found ready.
     *
     * @param nanos when it ended, by the ticker
     */
    private record Judged(Sight sight, Set<String> ready, long nanos) {}

    /**
     * By how much the clock was set since this process looked at the inbox last; zero when it was not. What was noted before is
     * moved along, so that neither a wait ends early nor goes on for as long as the clock was set back.
     */
    private Duration clockSet(Inbox inbox) {
        Moment now = new Moment(Timestamps.now(clock), ticker.nanos());
        Moment last = lastLooks.put(inbox.name(), now);
        if (last == null) {
            return Duration.ZERO;
        }
        Duration by = Duration.between(last.time(), now.time()).minusNanos(now.nanos() - last.nanos());
        return by.abs().compareTo(CLOCK_DRIFT) < 0 ? Duration.ZERO : by;
    }

    /**
     * One look.
     *
     * @throws IOException when the inbox or something in it cannot be read
     */
    public Look look(Inbox inbox) throws IOException {
        List<String> ready = new ArrayList<>();
        List<Look.Waiting> waiting = new ArrayList<>();
        Duration clockSet = clockSet(inbox);
        Set<String> gone = new HashSet<>(sightings.paths(inbox.name()));
        Place place = places.of(inbox);
        judged.remove(inbox.name()); // or two would be in memory
        Instant began = Timestamps.now(clock);
        Sight sight = place.look();
        Map<String, Found> unmatched = unmatched(inbox, sight);
        for (Found manifest : sight.manifests()) {
            String path = manifest.path();
            gone.remove(path);
            if (path.length() > MAX_PATH) {
                waiting.add(new Look.Waiting(path, "its path is longer than " + MAX_PATH + " characters", false));
                continue;
            }
            try {
                look(new Manifest(inbox, place, sight, manifest, unmatched, began), clockSet, ready, waiting);
            } catch (NoSuchFileException vanished) {
                gone.add(path);
            } catch (FileChangedException changing) {
                waiting.add(new Look.Waiting(path, "it changed while it was read", true));
            } catch (IOException unreadable) {
                if (!inbox.isLocal() && !(unreadable instanceof FileSystemException)) {
                    throw unreadable; // not this file: the way to all of them
                }
                String reason = "cannot be read: " + unreadable;
                saveUnread(inbox, manifest, reason);
                waiting.add(new Look.Waiting(path, reason, false));
            }
        }
        unmatched.values().forEach(file -> {
            gone.remove(file.path());
            waiting.add(unmatched(inbox, file));
        });
        gone.forEach(path -> sightings.forget(inbox.name(), path));
        judged.put(inbox.name(), new SoftReference<>(new Judged(sight, Set.copyOf(ready), ticker.nanos())));
        return new Look(ready, waiting);
    }

    /**
     * What there is to take in of a manifest, if that still is what was judged. Hours may lie between the look and the taking in, when
     * there are others before it.
     *
     * @return empty when the manifest or a companion is another by now, and has to settle anew
     */
    Optional<Sight> confirmed(Inbox inbox, String manifest) throws IOException {
        SoftReference<Judged> reference = judged.get(inbox.name());
        Judged last = reference == null ? null : reference.get();
        if (last != null
                && last.ready().contains(manifest)
                && (last.sight().remembers() || ticker.nanos() - last.nanos() < FRESH.toNanos())) {
            return Optional.of(last.sight());
        }
        Place place = places.of(inbox);
        Sight sight = place.glance();
        Optional<Found> file = sight.find(manifest);
        Optional<Sighting> before = sightings.find(inbox.name(), manifest);
        InboxSettings settings = inbox.settings();
        if (file.isEmpty()
                || before.isEmpty()
                || settings.readyWhen() == ReadyWhen.DONE_FILE
                || settings.settle().isZero()) {
            return Optional.of(sight);
        }
        Snapshot now = snapshot(new Manifest(inbox, place, sight, file.get(), new HashMap<>(), Timestamps.now(clock)));
        return before.get().snapshot().equals(now.digest()) ? Optional.of(sight) : Optional.empty();
    }

    /** Where files stay, those of earlier drops lie beside the new ones, and nobody could tell which is which. */
    private static Map<String, Found> unmatched(Inbox inbox, Sight sight) {
        Map<String, Found> unmatched = new TreeMap<>();
        if (inbox.settings().givesUp()) {
            sight.unmatched().stream()
                    .filter(file -> file.path().length() <= MAX_PATH)
                    .limit(MAX_UNMATCHED)
                    .forEach(file -> unmatched.put(file.path(), file));
        }
        return unmatched;
    }

    /** A name that nobody will ever take for a manifest is a mistake that somebody should hear of. */
    private Look.Waiting unmatched(Inbox inbox, Found file) {
        String name = file.path().substring(file.path().lastIndexOf('/') + 1);
        String reason = "no manifest: its name matches none of the globs, the nearest is "
                + Names.nearest(inbox.settings().manifests(), name) + "; and no manifest names it";
        Optional<Sighting> before = sightings
                .find(inbox.name(), file.path())
                .filter(sighting -> sighting.stamp().equals(file.stamp()) && reason.equals(sighting.reason()));
        if (before.isEmpty()) {
            Instant now = Timestamps.now(clock);
            sightings.save(
                    new Sighting(inbox.name(), file.path(), NO_SNAPSHOT, file.stamp(), now, now, now, reason, null));
        }
        return new Look.Waiting(file.path(), reason, false);
    }

    private void saveUnread(Inbox inbox, Found manifest, String reason) {
        Instant now = Timestamps.now(clock);
        Instant firstSeen = sightings
                .find(inbox.name(), manifest.path())
                .filter(sighting -> sighting.stamp().equals(manifest.stamp()))
                .map(Sighting::firstSeen)
                .orElse(now);
        sightings.save(new Sighting(
                inbox.name(),
                manifest.path(),
                NO_SNAPSHOT,
                manifest.stamp(),
                firstSeen,
                now,
                now,
                Verdict.shortened(reason),
                null));
    }

    /**
     * One manifest of a look, with what it needs.
     *
     * @param unmatched loses what the manifest names
     * @param began when the look began: how long something lay still is counted from the end of one look to the beginning of another
     */
    private record Manifest(
            Inbox inbox, Place place, Sight sight, Found file, Map<String, Found> unmatched, Instant began) {}

    private void look(Manifest manifest, Duration clockSet, List<String> ready, List<Look.Waiting> waiting)
            throws IOException {
        Inbox inbox = manifest.inbox();
        String path = manifest.file().path();
        String stamp = manifest.file().stamp();
        Optional<Sighting> any = sightings.find(inbox.name(), path);
        Optional<Sighting> before = any.filter(sighting -> sighting.stamp().equals(stamp));
        if (before.isPresent() && before.get().dropKey() != null) {
            return;
        }
        Snapshot snapshot = snapshot(manifest);
        Instant now = Timestamps.now(clock);
        Duration moved = before.map(sighting -> moved(sighting, clockSet, now)).orElse(Duration.ZERO);
        Instant firstSeen = before.map(Sighting::firstSeen).orElse(now).plus(moved);
        Instant unchangedSince = before.filter(sighting -> sighting.snapshot().equals(snapshot.digest()))
                .map(sighting -> sighting.unchangedSince().plus(moved))
                .orElse(now);
        Verdict verdict;
        String digest = snapshot.digest();
        if (inbox.settings().readyWhen() == ReadyWhen.DONE_FILE) {
            DoneFile done = new DoneFile(path, manifest.sight().find(DoneFile.of(path)));
            verdict = done.isThere() && !done.isUsed(any) ? Verdict.READY : new Verdict(false, done.reason(any), false);
            digest = done.snapshot(any).orElse(digest);
        } else {
            Duration quiet = Duration.between(unchangedSince, manifest.began());
            Duration waited = Duration.between(firstSeen, now);
            verdict = settled(
                    inbox.settings(),
                    snapshot,
                    firstSeen,
                    quiet.isNegative() ? Duration.ZERO : quiet,
                    waited,
                    before.isPresent());
        }
        sightings.save(new Sighting(
                inbox.name(),
                path,
                digest,
                stamp,
                firstSeen,
                unchangedSince,
                now,
                verdict.ready() ? null : verdict.reason(),
                null));
        if (verdict.ready()) {
            ready.add(path);
        } else {
            waiting.add(new Look.Waiting(path, verdict.reason(), verdict.settling()));
        }
    }

    /** A sighting that lies ahead comes from before a clock was set back, whoever saw it. */
    private static Duration moved(Sighting sighting, Duration clockSet, Instant now) {
        Instant lastSeen = sighting.lastSeen().plus(clockSet);
        return lastSeen.isAfter(now) ? Duration.between(sighting.lastSeen(), now) : clockSet;
    }

    private record Verdict(boolean ready, String reason, boolean settling) {
        static final Verdict READY = new Verdict(true, "", false);

        Verdict {
            reason = shortened(reason);
        }

        static String shortened(String reason) {
            return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON - 1) + "…";
        }
    }

    private static Verdict settled(
            InboxSettings settings,
            Snapshot snapshot,
            Instant firstSeen,
            Duration quiet,
            Duration waited,
            boolean seenBefore) {
        if (quiet.compareTo(settings.settle()) < 0) {
            String reason = seenBefore
                    ? "it or a companion changed less than " + text(settings.settle()) + " ago"
                    : "seen for the first time; it must lie unchanged for " + text(settings.settle());
            return new Verdict(false, reason + snapshot.missingText(), snapshot.missingCount() == 0);
        }
        if (snapshot.missingCount() > 0 && waited.compareTo(settings.waitForCompanions()) < 0) {
            return new Verdict(
                    false,
                    "waits for companions until "
                            + Timestamps.iso(firstSeen.plus(settings.waitForCompanions()))
                            + snapshot.missingText(),
                    false);
        }
        return Verdict.READY;
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** What manifest and companions look like now. */
    private record Snapshot(String digest, List<String> missing, int missingCount) {
        static final int NAMED = 5;

        String missingText() {
            if (missingCount == 0) {
                return "";
            }
            String more = missingCount > missing.size() ? " and " + (missingCount - missing.size()) + " more" : "";
            return "; not there: " + String.join(", ", missing) + more;
        }
    }

    private Snapshot snapshot(Manifest manifest) throws IOException {
        Inbox inbox = manifest.inbox();
        String path = manifest.file().path();
        MessageDigest digest = ContentFacts.sha256();
        digest.update(manifest.file().stamp().getBytes(StandardCharsets.UTF_8));
        List<String> missing = new ArrayList<>();
        int[] missingCount = {0};
        Source file = () -> manifest.place().readable(manifest.file());
        boolean readable = contents.companions(inbox, file, path, name -> {
            Optional<String> beside = inbox.companionPath(path, name);
            beside.ifPresent(manifest.unmatched()::remove);
            Optional<Found> companion = beside.isPresent() ? manifest.sight().find(beside.get()) : Optional.empty();
            digest.update(
                    (name + "\n" + companion.map(Found::stamp).orElse("-") + "\n").getBytes(StandardCharsets.UTF_8));
            if (companion.isEmpty() && CompanionName.staysInside(name)) {
                missingCount[0]++;
                if (missing.size() < Snapshot.NAMED) {
                    missing.add(name);
                }
            }
        });
        String hex = HexFormat.of().formatHex(digest.digest());
        return readable ? new Snapshot(hex, missing, missingCount[0]) : new Snapshot(hex, List.of(), 0);
    }
}
