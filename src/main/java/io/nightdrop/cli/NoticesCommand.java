package io.nightdrop.cli;

import io.nightdrop.mail.MailState;
import io.nightdrop.notice.Notice;
import io.nightdrop.notice.Notices;
import io.nightdrop.time.Timestamps;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;

/** {@code notices}: what the people of the inboxes were or will be told. */
@Command(
        name = "notices",
        description = "Lists the mails to the people whom inboxes name under \"notify\", the newest first: pending, "
                + "in-app, sent or undeliverable, and why not.")
final class NoticesCommand extends DropCommand {

    @Option(names = "--inbox", paramLabel = "NAME", description = "Only of this inbox.")
    private @Nullable String inbox;

    @Option(names = "--waiting", description = "Only those that are still to be sent.")
    private boolean waiting;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    NoticesCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() {
        List<Notice> notices = get(Notices.class).newest(inbox, waiting ? MailState.PENDING : null, limit);
        if (json()) {
            ArrayNode nodes = mapper().createArrayNode();
            notices.forEach(notice -> nodes.add(NoticeText.json(mapper(), notice)));
            print(nodes);
        } else if (notices.isEmpty()) {
            out().println("There are no such notices.");
        } else {
            Output.table(
                    out(),
                    List.of("CREATED", "STATE", "WHEN", "INBOX", "ABOUT", "RECIPIENT", "WHY NOT"),
                    notices.stream().map(NoticesCommand::row).toList());
        }
        return ExitCode.WELL;
    }

    private static List<String> row(Notice notice) {
        return List.of(
                Timestamps.iso(notice.createdAt()),
                notice.state().word(),
                NoticeText.when(notice),
                notice.inbox(),
                NoticeText.about(notice),
                notice.address(),
                NotificationText.orDash(notice.trouble()));
    }
}
