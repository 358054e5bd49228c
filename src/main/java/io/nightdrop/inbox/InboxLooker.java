package io.nightdrop.inbox;

import io.nightdrop.inbox.Contents.Source;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.inbox.Place.Found;
import io.nightdrop.inbox.Place.Sight;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.InboxSettings.ReadyWhen;
import io.nightdrop.time.Ticker;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private final Places places;
    private final ManifestSightings sightings;
    private final Contents contents;
    private final Clock clock;
    private final Ticker ticker;
    private final Map<String, Moment> lastLooks = new ConcurrentHashMap<>();

    InboxLooker(Places places, ManifestSightings sightings, Contents contents, Clock clock, Ticker ticker) {
        this.places = places;
        this.sightings = sightings;
        this.contents = contents;
        this.clock = clock;
        this.ticker = ticker;
    }

    private record Moment(Instant time, long nanos) {}

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
        Place.Sight sight = place.look();
        Map<String, Found> unmatched = unmatched(inbox, sight);
        for (Found manifest : sight.manifests()) {
            String path = manifest.path();
            gone.remove(path);
            if (path.length() > MAX_PATH) {
                waiting.add(new Look.Waiting(path, "its path is longer than " + MAX_PATH + " characters", false));
                continue;
            }
            try {
                look(new Manifest(inbox, place, sight, manifest, unmatched), clockSet, ready, waiting);
            } catch (NoSuchFileException vanished) {
                gone.add(path);
            } catch (IOException unreadable) {
                waiting.add(new Look.Waiting(path, "cannot be read: " + unreadable, false));
            }
        }
        unmatched.values().forEach(file -> {
            gone.remove(file.path());
            waiting.add(unmatched(inbox, file));
        });
        gone.forEach(path -> sightings.forget(inbox.name(), path));
        return new Look(ready, waiting);
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

    /**
     * One manifest of a look, with what it needs.
     *
     * @param unmatched loses what the manifest names
     */
    private record Manifest(Inbox inbox, Place place, Sight sight, Found file, Map<String, Found> unmatched) {}

    private void look(Manifest manifest, Duration clockSet, List<String> ready, List<Look.Waiting> waiting)
            throws IOException {
        Inbox inbox = manifest.inbox();
        String path = manifest.file().path();
        String stamp = manifest.file().stamp();
        Instant now = Timestamps.now(clock);
        Optional<Sighting> before = sightings.find(inbox.name(), path).filter(sighting -> sighting.stamp()
                .equals(stamp));
        if (before.isPresent() && before.get().dropKey() != null) {
            return;
        }
        Snapshot snapshot = snapshot(manifest);
        Duration moved = before.map(sighting -> moved(sighting, clockSet, now)).orElse(Duration.ZERO);
        Instant firstSeen = before.map(Sighting::firstSeen).orElse(now).plus(moved);
        Instant unchangedSince = before.filter(sighting -> sighting.snapshot().equals(snapshot.digest()))
                .map(sighting -> sighting.unchangedSince().plus(moved))
                .orElse(now);
        Verdict verdict = inbox.settings().readyWhen() == ReadyWhen.DONE_FILE
                ? doneFile(manifest)
                : settled(inbox.settings(), snapshot, firstSeen, unchangedSince, now, before.isPresent());
        sightings.save(new Sighting(
                inbox.name(),
                path,
                snapshot.digest(),
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
            reason = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON - 1) + "…";
        }
    }

    private static Verdict doneFile(Manifest manifest) throws IOException {
        String done = manifest.file().path() + DoneFile.SUFFIX;
        return manifest.sight().find(done).isPresent()
                ? Verdict.READY
                : new Verdict(false, "waits for the file " + done.substring(done.lastIndexOf('/') + 1), false);
    }

    private static Verdict settled(
            InboxSettings settings,
            Snapshot snapshot,
            Instant firstSeen,
            Instant unchangedSince,
            Instant now,
            boolean seenBefore) {
        Duration quiet = Duration.between(unchangedSince, now);
        if (quiet.compareTo(settings.settle()) < 0) {
            String reason = seenBefore
                    ? "it or a companion changed less than " + text(settings.settle()) + " ago"
                    : "seen for the first time; it must lie unchanged for " + text(settings.settle());
            return new Verdict(false, reason + snapshot.missingText(), snapshot.missingCount() == 0);
        }
        Duration waited = Duration.between(firstSeen, now);
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
