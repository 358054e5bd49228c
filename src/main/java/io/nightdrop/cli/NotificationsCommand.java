package io.nightdrop.cli;

import io.nightdrop.notification.Notification;
import io.nightdrop.notification.Notifications;
import io.nightdrop.time.Timestamps;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code notifications}: what applicants were or will be told. */
@Command(
        name = "notifications",
        description = "Lists what applicants were or will be told, the newest first: pending, in-app, sent or "
                + "undeliverable, and why not.")
final class NotificationsCommand extends DropCommand {

    @Option(names = "--workflow", paramLabel = "ID", description = "Only of this workflow.")
    private @Nullable String workflow;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    NotificationsCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() {
        Iterator<Notification> all = get(Notifications.class).newest(workflow).iterator();
        if (json()) {
            printJson(all);
        } else {
            printText(all);
        }
        return ExitCode.WELL;
    }

    private void printJson(Iterator<Notification> all) {
        out().print("[");
        for (int i = 0; i < Math.max(1, limit) && all.hasNext(); i++) {
            out().print((i == 0 ? "" : ",") + mapper().writeValueAsString(NotificationText.json(mapper(), all.next())));
        }
        out().println("]");
    }

    private void printText(Iterator<Notification> all) {
        List<List<String>> rows = new ArrayList<>();
        while (rows.size() < Math.max(1, limit) && all.hasNext()) {
            rows.add(row(all.next()));
        }
        if (rows.isEmpty()) {
            out().println("There are no such notifications.");
        }
        Output.table(
                out(),
                List.of("CREATED", "STATE", "WHEN", "WORKFLOW", "DROP", "RECIPIENT", "DOCUMENTS", "WHY NOT"),
                rows);
    }

    private static List<String> row(Notification one) {
        String more = one.moreDocuments() > 0 ? " and " + one.moreDocuments() + " more" : "";
        return List.of(
                Timestamps.iso(one.createdAt()),
                one.state().word(),
                when(one),
                one.workflowId(),
                one.inbox() + "/" + one.drop(),
                NotificationText.orDash(one.address()),
                String.join("; ", one.documents()) + more,
                NotificationText.orDash(one.trouble()));
    }

    /** When it came to its end, or when it is tried next. */
    private static String when(Notification one) {
        if (one.settledAt() != null) {
            return Timestamps.iso(one.settledAt());
        }
        return one.nextTryAt() == null ? "–" : "next " + Timestamps.iso(one.nextTryAt());
    }
}
