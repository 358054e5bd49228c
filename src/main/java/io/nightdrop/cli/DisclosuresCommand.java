package io.nightdrop.cli;

import io.nightdrop.partner.Disclosures;
import io.nightdrop.time.Timestamps;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;

/** {@code disclosures}: what was handed to partners of a student or a workflow. */
@Command(
        name = "disclosures",
        description = "Lists what was handed to which partner of a student or a workflow, when, and with which answer.")
final class DisclosuresCommand extends DropCommand {

    @Parameters(
            paramLabel = "NAMESPACE/EXTERNALID",
            description = "How the sender names the student, for example SIS/S-77; or a workflow's id, w_….")
    private String subject = "";

    DisclosuresCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() {
        boolean isUser = subject.indexOf('/') > 0 && !subject.endsWith("/");
        if (!isUser && !subject.startsWith("w_")) {
            throw new UsageException("'" + subject + "' is neither NAMESPACE/EXTERNALID nor a workflow's id");
        }
        List<Disclosures.Entry> entries = get(Disclosures.class).of(subject);
        if (json()) {
            ArrayNode nodes = mapper().createArrayNode();
            entries.forEach(entry -> nodes.addObject()
                    .put("at", Timestamps.iso(entry.at()))
                    .put("tries", entry.tries())
                    .put("lastAt", Timestamps.iso(entry.lastAt()))
                    .put("partner", entry.partner())
                    .put("requestId", entry.requestId().toString())
                    .put("trace", entry.trace())
                    .put("requestState", entry.state().name())
                    .put("drop", entry.drop())
                    .put("itemIndex", entry.itemIndex())
                    .put("itemId", entry.itemId())
                    .put("documentType", entry.documentType())
                    .put("documentFingerprintId", entry.fingerprint() == null ? null : "sha256:" + entry.fingerprint())
                    .put("status", entry.status())
                    .put("code", entry.code()));
            print(nodes);
        } else if (entries.isEmpty()) {
            out().println(Output.clean("Nothing of " + subject + " was handed to a partner."));
        } else {
            Output.table(
                    out(),
                    List.of("AT", "PARTNER", "ANSWER", "TRIES", "DROP", "ITEM", "TYPE", "REQUEST"),
                    entries.stream()
                            .map(entry -> List.of(
                                    Timestamps.iso(entry.at()),
                                    entry.partner(),
                                    entry.answer(),
                                    Integer.toString(entry.tries()),
                                    entry.drop(),
                                    entry.itemId(),
                                    entry.documentType() == null ? "–" : entry.documentType(),
                                    entry.requestId().toString()))
                            .toList());
        }
        return ExitCode.WELL;
    }
}
