package io.nightdrop.inbox;

import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.manifest.CompanionName;
import io.nightdrop.manifest.ContentFacts;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.InboxSettings.ReadyWhen;
import io.nightdrop.time.Ticker;
import io.nightdrop.time.Timestamps;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** Clocks are also slewed; more than this between two looks is a jump. */
    private static final Duration CLOCK_DRIFT = Duration.ofSeconds(2);

    private final ManifestSightings sightings;
    private final Contents contents;
    private final Clock clock;
    private final Ticker ticker;
    private final Map<String, Moment> lastLooks = new ConcurrentHashMap<>();

    InboxLooker(ManifestSightings sightings, Contents contents, Clock clock, Ticker ticker) {
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
        List<Path> ready = new ArrayList<>();
        List<Look.Waiting> waiting = new ArrayList<>();
        Duration clockSet = clockSet(inbox);
        Set<String> gone = new HashSet<>(sightings.paths(inbox.name()));
        for (Path manifest : list(inbox)) {
            String path = inbox.relative(manifest);
            gone.remove(path);
            if (path.length() > MAX_PATH) {
                waiting.add(new Look.Waiting(path, "its path is longer than " + MAX_PATH + " characters", false));
                continue;
            }
            try {
                look(inbox, manifest, path, clockSet, ready, waiting);
            } catch (NoSuchFileException vanished) {
                gone.add(path);
            } catch (IOException unreadable) {
                waiting.add(new Look.Waiting(path, "cannot be read: " + unreadable, false));
            }
        }
        gone.forEach(path -> sightings.forget(inbox.name(), path));
        return new Look(ready, waiting);
    }

    /** The manifests that lie there, in the order of their paths. */
    private static List<Path> list(Inbox inbox) throws IOException {
        Path directory = inbox.directory();
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString(), null, "there is no such folder; make it, or mount it");
        }
        InboxScanner scanner = new InboxScanner();
        scanner.setFilter(new ManifestFilter(inbox));
        return scanner.listFiles(directory.toFile()).stream()
                .map(File::toPath)
                .sorted(Comparator.comparing(inbox::relative))
                .toList();
    }

    private void look(
            Inbox inbox, Path manifest, String path, Duration clockSet, List<Path> ready, List<Look.Waiting> waiting)
            throws IOException {
        Instant now = Timestamps.now(clock);
        String stamp = stamp(manifest);
        Optional<Sighting> before = sightings.find(inbox.name(), path).filter(sighting -> sighting.stamp()
                .equals(stamp));
        if (before.isPresent() && before.get().dropKey() != null) {
            return;
        }
        Snapshot snapshot = snapshot(inbox, manifest, stamp);
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
            ready.add(manifest);
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

    private static Verdict doneFile(Path manifest) {
        Path done = manifest.resolveSibling(manifest.getFileName() + DoneFile.SUFFIX);
        return Files.isRegularFile(done, LinkOption.NOFOLLOW_LINKS)
                ? Verdict.READY
                : new Verdict(false, "waits for the file " + done.getFileName(), false);
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

    private Snapshot snapshot(Inbox inbox, Path manifest, String stamp) throws IOException {
        MessageDigest digest = ContentFacts.sha256();
        digest.update(stamp.getBytes(StandardCharsets.UTF_8));
        Path folder = manifest.toAbsolutePath().getParent();
        List<String> missing = new ArrayList<>();
        int[] missingCount = {0};
        boolean readable = contents.companions(inbox, manifest, String.valueOf(manifest.getFileName()), name -> {
            Optional<Path> companion = folder == null ? Optional.empty() : inbox.companion(folder, name);
            digest.update((name + "\n" + (companion.isPresent() ? stamp(companion.get()) : "-") + "\n")
                    .getBytes(StandardCharsets.UTF_8));
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

    /** A file's size and time. */
    static String stamp(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.size() + "/" + attributes.lastModifiedTime().toMillis();
    }
}
