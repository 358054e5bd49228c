package io.nightdrop.inbox;

import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.inbox.Place.Found;
import io.nightdrop.manifest.ContentFacts;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The marker with which a sender says that a drop is complete. It counts once: one that stays where it is, as {@code after: keep} leaves it,
 * says nothing of what its sender puts in the manifest's place afterwards.
 *
 * @param manifest the path of the manifest
 * @param marker the marker; empty when it is not there
 */
record DoneFile(String manifest, Optional<Found> marker) {

    /** What follows the manifest's name. */
    private static final String SUFFIX = ".done";

    /** The marker's path. */
    static String of(String manifest) {
        return manifest + SUFFIX;
    }

    boolean isThere() {
        return marker.isPresent();
    }

    /** Whether it was for what the manifest held before, as the last look had it. */
    boolean isUsed(Optional<Sighting> before) {
        return before.filter(sighting -> sighting.snapshot().equals(digest("used"))
                        || (sighting.dropKey() != null && sighting.snapshot().equals(digest("ready"))))
                .isPresent();
    }

    /** Why the manifest waits. */
    String reason(Optional<Sighting> before) {
        String name = of(manifest).substring(manifest.lastIndexOf('/') + 1);
        return "waits for the file " + name
                + (isThere() && isUsed(before) ? "; the one that is there was for what the manifest held before" : "");
    }

    /** What is noted of it in the place of a snapshot; empty when it is not there. */
    Optional<String> snapshot(Optional<Sighting> before) {
        return marker.map(there -> digest(isUsed(before) ? "used" : "ready"));
    }

    private String digest(String word) {
        String text = word + "\n" + marker.map(Found::stamp).orElse("");
        return HexFormat.of().formatHex(ContentFacts.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
