package io.nightdrop.cli;

import io.nightdrop.inbox.ManifestSightings;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.inbox.MissingDrop;
import io.nightdrop.inbox.MissingDrops;
import io.nightdrop.report.Summary;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Outcome;
import io.nightdrop.time.Timestamps;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;

/** {@code drops}: the drops, newest first. */
@Command(
        name = "drops",
        description =
                "Lists the drops, the newest first, and those that did not come by the time that they were expected; with "
                        + "--waiting what is not ready and why.")
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

    @Option(names = "--missing", description = "The drops that had not come by the time that they were expected.")
    private boolean missing;

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
        } else if (missing) {
            printMissing();
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

    private void printMissing() {
        List<MissingDrop> drops = get(MissingDrops.class).newest(inbox, limit);
        if (json()) {
            ArrayNode nodes = mapper().createArrayNode();
            drops.forEach(drop -> nodes.addObject()
                    .put("inbox", drop.inbox())
                    .put("expectedBy", Timestamps.iso(drop.due()))
                    .put("notedAt", Timestamps.iso(drop.noted()))
                    .put("cameAt", drop.came() == null ? null : Timestamps.iso(drop.came()))
                    .put("drop", name(drop)));
            print(nodes);
        } else if (drops.isEmpty()) {
            out().println("No drop was missing.");
        } else {
            Output.table(
                    out(),
                    List.of("EXPECTED BY", "INBOX", "CAME", "DROP"),
                    drops.stream()
                            .map(drop -> List.of(
                                    Timestamps.iso(drop.due()),
                                    drop.inbox(),
                                    drop.came() == null
                                            ? "not yet"
                                            : MissingText.late(drop.due(), drop.came()) + " late",
                                    drop.dropKey() == null ? "–" : String.valueOf(name(drop))))
                            .toList());
        }
    }

    private @Nullable String name(MissingDrop drop) {
        return drop.dropKey() == null
                ? null
                : get(Drops.class).find(drop.dropKey()).map(Drop::name).orElse(null);
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
        } else {
            List<List<String>> rows =
                    rows(drops, standing == null ? get(MissingDrops.class).newest(inbox, limit) : List.of());
            if (rows.isEmpty()) {
                out().println("There are no such drops.");
            } else {
                Output.table(out(), List.of("RECEIVED", "INBOX", "DROP", "OUTCOME", "ITEMS", "FAILED"), rows);
            }
        }
    }

    /** Those that did not come in time stand where they should have come. */
    private List<List<String>> rows(List<Drop> drops, List<MissingDrop> missing) {
        return Stream.concat(
                        drops.stream().map(drop -> new Row(drop.receivedAt(), row(drop))),
                        missing.stream().map(drop -> new Row(drop.due(), row(drop))))
                .sorted(Comparator.comparing(Row::at).reversed())
                .limit(Math.max(1, limit))
                .map(Row::cells)
                .toList();
    }

    private record Row(Instant at, List<String> cells) {}

    private static List<String> row(Drop drop) {
        return List.of(
                Timestamps.iso(drop.receivedAt()),
                drop.inbox(),
                drop.name(),
                drop.standing(),
                number(drop.itemCount()),
                number(drop.failed()));
    }

    private List<String> row(MissingDrop drop) {
        return List.of(
                "by " + Timestamps.iso(drop.due()),
                drop.inbox(),
                drop.dropKey() == null ? "–" : String.valueOf(name(drop)),
                drop.came() == null ? "MISSING" : "CAME LATE",
                "–",
                "–");
    }

    private static String number(@Nullable Long value) {
        return value == null ? "–" : String.format(Locale.ROOT, "%,d", value);
    }
}
