package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooks;
import io.nightdrop.inbox.InboxLooks.Had;
import io.nightdrop.inbox.Inboxes;
import io.nightdrop.settings.LookSchedule;
import io.nightdrop.time.CronTimes;
import io.nightdrop.time.CronTimes.Moment;
import io.nightdrop.time.Timestamps;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code schedule}: the coming looks at the inboxes. */
@Command(
        name = "schedule",
        description =
                "Prints the coming looks of 'watch' at the inboxes, with what changes of the clocks do to them, the last "
                        + "look, one that is due now, and one that was missed.")
final class ScheduleCommand extends DropCommand {

    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    @Option(names = "--inbox", paramLabel = "NAME", description = "Only this inbox; may be given several times.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--next",
            paramLabel = "N",
            defaultValue = "20",
            description = "So many looks, of all inboxes together (${DEFAULT-VALUE}).")
    private int next;

    /** Nobody knows the times of these looks beforehand: each depends on how long the one before took, and the first on whoever starts it. */
    private static final String PAUSED = "from the start of 'watch' on, counted from the end of each look";

    ScheduleCommand(Container container) {
        super(container);
    }

    private record Coming(Inbox inbox, ZoneId zone, Moment moment) {}

    @Override
    ExitCode execute() {
        if (next < 1) {
            throw new UsageException("--next: " + next + " looks cannot be shown; ask for 1 or more");
        }
        List<Inbox> inboxes = InboxChoice.named(get(Inboxes.class), names);
        Instant now = get(Clock.class).instant();
        List<Coming> coming = coming(inboxes, now);
        if (json()) {
            printJson(inboxes, coming, now);
        } else {
            printText(inboxes, coming, now);
        }
        return ExitCode.WELL;
    }

    private List<Coming> coming(List<Inbox> inboxes, Instant now) {
        List<Coming> all = new ArrayList<>();
        for (Inbox inbox : inboxes) {
            Optional<CronTimes> times =
                    inbox.settings().schedule().times(inbox.settings().zone());
            Optional<Moment> moment = times.flatMap(known -> known.next(now));
            for (int i = 0; i < next && moment.isPresent(); i++) {
                all.add(new Coming(inbox, times.get().zone(), moment.get()));
                moment = times.get().next(moment.get().at());
            }
        }
        all.sort(Comparator.comparing((Coming look) -> look.moment().at())
                .thenComparing(look -> look.inbox().name()));
        return all.subList(0, Math.min(next, all.size()));
    }

    private void printText(List<Inbox> inboxes, List<Coming> coming, Instant now) {
        Output.table(
                out(),
                List.of("INBOX", "SCHEDULE", "ZONE", "LAST LOOK"),
                inboxes.stream()
                        .map(inbox -> List.of(
                                inbox.name(),
                                inbox.settings().schedule().text(),
                                times(inbox).map(times -> times.zone().getId()).orElse("–"),
                                lastLook(inbox)))
                        .toList());
        InboxLooks looked = get(InboxLooks.class);
        List<List<String>> looks = Stream.of(
                        come(inboxes, inbox -> looked.overdue(inbox, now))
                                .map(look -> row(look, "missed; it is had as soon as 'watch' runs, or 'run'")),
                        come(inboxes, inbox -> looked.due(inbox, now))
                                .map(look -> row(look, "due now; it is had as soon as 'watch' runs, or 'run'")),
                        inboxes.stream()
                                .filter(inbox -> times(inbox).isEmpty())
                                .map(inbox -> List.of(every(inbox), "–", inbox.name(), PAUSED)),
                        coming.stream().map(look -> row(look, note(look.moment()))))
                .flatMap(rows -> rows)
                .toList();
        if (!looks.isEmpty()) {
            out().println();
            Output.table(out(), List.of("COMING LOOK", "UTC", "INBOX", "NOTE"), looks);
        }
    }

    /** The looks that are not in the future: each is had before all others. */
    private static Stream<Coming> come(List<Inbox> inboxes, Function<Inbox, Optional<Moment>> look) {
        return inboxes.stream().flatMap(inbox -> times(inbox).stream()
                .flatMap(times -> look.apply(inbox).stream().map(moment -> new Coming(inbox, times.zone(), moment))));
    }

    private static String every(Inbox inbox) {
        return "every " + inbox.settings().schedule().text();
    }

    private static List<String> row(Coming look, String note) {
        Instant at = look.moment().at();
        return List.of(
                LOCAL.format(at.atZone(look.zone())),
                Timestamps.iso(at),
                look.inbox().name(),
                note);
    }

    private void printJson(List<Inbox> inboxes, List<Coming> coming, Instant now) {
        ObjectNode root = mapper().createObjectNode();
        ArrayNode configured = root.putArray("inboxes");
        for (Inbox inbox : inboxes) {
            InboxLooks looked = get(InboxLooks.class);
            LookSchedule schedule = inbox.settings().schedule();
            Optional<Had> had = looked.last(inbox);
            configured
                    .addObject()
                    .put("inbox", inbox.name())
                    .put("schedule", schedule.text())
                    .put("zone", times(inbox).map(times -> times.zone().getId()).orElse(null))
                    .put("lastLook", had.map(Had::at).map(Timestamps::iso).orElse(null))
                    .put("lateFor", had.map(Had::lateFor).map(Timestamps::iso).orElse(null))
                    .put("missed", at(looked.overdue(inbox, now)))
                    .put("due", at(looked.due(inbox, now)))
                    .put(
                            "pause",
                            times(inbox).isPresent() ? null : schedule.pause().toString())
                    .put("coming", times(inbox).isPresent() ? null : every(inbox) + ", " + PAUSED);
        }
        ArrayNode looks = root.putArray("looks");
        for (Coming look : coming) {
            looks.addObject()
                    .put("inbox", look.inbox().name())
                    .put("at", Timestamps.iso(look.moment().at()))
                    .put(
                            "local",
                            look.moment()
                                    .at()
                                    .atZone(look.zone())
                                    .toOffsetDateTime()
                                    .toString())
                    .put("meant", look.moment().meant().toString())
                    .put("shift", look.moment().shift().name());
        }
        print(root);
    }

    private static @Nullable String at(Optional<Moment> look) {
        return look.map(moment -> Timestamps.iso(moment.at())).orElse(null);
    }

    private static Optional<CronTimes> times(Inbox inbox) {
        return inbox.settings().schedule().times(inbox.settings().zone());
    }

    private String lastLook(Inbox inbox) {
        return get(InboxLooks.class)
                .last(inbox)
                .map(had -> Timestamps.iso(had.at()) + late(had.lateFor()))
                .orElse("–");
    }

    private static String late(@Nullable Instant lateFor) {
        return lateFor == null ? "" : ", late: it was due at " + Timestamps.iso(lateFor);
    }

    private static String note(Moment moment) {
        String meant = TIME.format(moment.meant());
        return switch (moment.shift()) {
            case NONE -> "";
            case LEFT_OUT -> "the clocks leave " + meant + " out: the first minute after it";
            case SHOWN_TWICE -> "the clocks show " + meant + " twice: the first time";
        };
    }
}
