package io.nightdrop.cli;

import io.nightdrop.inbox.ManifestSightings;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.report.Summary;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import io.nightdrop.time.Timestamps;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;

/** {@code drops}: the drops, newest first. */
@Command(name = "drops", description = "Lists the drops, the newest first; with --waiting what is not ready and why.")
final class DropsCommand extends DropCommand {

    /** A drop that is done has an outcome, any other a state. */
    private static final List<String> STANDINGS = Stream.concat(
                    Arrays.stream(Outcome.values()),
                    Arrays.stream(DropState.values()).filter(state -> state != DropState.DONE))
            .map(Enum::name)
            .toList();

    @Option(names = "--inbox", paramLabel = "NAME", description = "Only of this inbox.")
    private @Nullable String inbox;

    @Option(
            names = "--outcome",
            paramLabel = "X",
            description = "Only with this outcome or state: COMPLETED, COMPLETED_WITH_FAILURES, REJECTED, DUPLICATE, "
                    + "FAILED, STOPPED, RUNNING, TAKEN_IN, TAKING_IN.")
    private @Nullable String outcome;

    @Option(names = "--waiting", description = "The manifests that are not ready, and why.")
    private boolean waiting;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    DropsCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() {
        if (waiting) {
            printWaiting();
        } else {
            printDrops();
        }
        return ExitCode.WELL;
    }

    private void printWaiting() {
        List<Sighting> sightings = get(ManifestSightings.class).waiting(inbox);
        if (json()) {
            ArrayNode nodes = mapper().createArrayNode();
            sightings.forEach(sighting -> nodes.addObject()
                    .put("inbox", sighting.inbox())
                    .put("manifest", sighting.path())
                    .put("since", Timestamps.iso(sighting.firstSeen()))
                    .put("reason", sighting.reason()));
            print(nodes);
        } else if (sightings.isEmpty()) {
            out().println("Nothing waits.");
        } else {
            Output.table(
                    out(),
                    List.of("SINCE", "INBOX", "MANIFEST", "REASON"),
                    sightings.stream()
                            .map(sighting -> List.of(
                                    Timestamps.iso(sighting.firstSeen()),
                                    sighting.inbox(),
                                    sighting.path(),
                                    String.valueOf(sighting.reason())))
                            .toList());
        }
    }

    private void printDrops() {
        String standing = outcome == null ? null : outcome.toUpperCase(Locale.ROOT);
        if (standing != null && !STANDINGS.contains(standing)) {
            throw new UsageException("--outcome: '" + outcome + "' is none of " + String.join(", ", STANDINGS));
        }
        List<Drop> drops = get(Drops.class).newest(inbox, standing, limit);
        if (json()) {
            ArrayNode nodes = mapper().createArrayNode();
            drops.forEach(drop -> nodes.add(DropJson.of(get(Summary.class), get(Drops.class), drop)));
            print(nodes);
        } else if (drops.isEmpty()) {
            out().println("There are no such drops.");
        } else {
            Output.table(
                    out(),
                    List.of("RECEIVED", "INBOX", "DROP", "OUTCOME", "ITEMS", "FAILED"),
                    drops.stream()
                            .map(drop -> List.of(
                                    Timestamps.iso(drop.receivedAt()),
                                    drop.inbox(),
                                    drop.name(),
                                    drop.standing(),
                                    number(drop.itemCount()),
                                    number(drop.failed())))
                            .toList());
        }
    }

    private static String number(@Nullable Long value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%,d", value);
    }
}
