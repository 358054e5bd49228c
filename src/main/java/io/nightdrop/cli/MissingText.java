package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.result.Drop;
import io.nightdrop.settings.Deadlines;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Drops that had not come by the time that they were expected, in a line. */
final class MissingText {

    private static final DateTimeFormatter DUE = DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    /** So many of the manifests that wait are named. */
    private static final int NAMED = 3;

    private MissingText() {}

    static String missing(Inbox inbox, Instant due, List<Sighting> waiting) {
        StringBuilder line = new StringBuilder(
                inbox.name() + ": no drop was taken in by " + due(inbox, due) + ", when one was expected; ");
        if (waiting.isEmpty()) {
            return line.append("no manifest waits there").toString();
        }
        line.append(waiting.size()).append(waiting.size() == 1 ? " manifest waits: " : " manifests wait: ");
        waiting.stream().limit(NAMED).forEach(one -> line.append(one.path())
                .append(" (")
                .append(one.reason())
                .append(") "));
        return line.append(waiting.size() > NAMED ? "…" : "").toString().strip();
    }

    static String came(Inbox inbox, Instant due, Drop drop) {
        return inbox.name() + ": the drop that was expected by " + due(inbox, due) + " came after all, "
                + late(due, drop.receivedAt()) + " late: " + drop.name();
    }

    /** By when, as the clock shows it that the settings mean. */
    static String due(Inbox inbox, Instant due) {
        ZoneId zone = inbox.settings().deadlines().map(Deadlines::zone).orElse(ZoneOffset.UTC);
        return DUE.format(due.atZone(zone)) + " " + zone;
    }

    /** In hours and minutes, the last one begun counts. */
    static String late(Instant due, Instant came) {
        Duration late = Duration.between(due, came.plusSeconds(59));
        return late.toHours() + " h " + late.toMinutesPart() + " min";
    }
}
