package io.nightdrop.cli;

import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code report}: the report files once more. */
@Command(name = "report", description = "Makes a drop's report files again, from the database.")
final class ReportCommand extends DropCommand {

    @Parameters(paramLabel = "DROP", description = "The drop's id; INBOX/ID where several inboxes have it.")
    private String name = "";

    ReportCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws IOException {
        Drop drop = drop(name);
        if (drop.outcome() == null) {
            throw new UsageException("the drop '" + name + "' has no outcome yet: it is " + drop.standing());
        }
        Reports reports = get(Reports.class);
        reports.write(drop);
        if (json()) {
            print(mapper().createObjectNode().put("folder", reports.folder(drop).toString()));
        } else {
            out().println("Written: " + reports.folder(drop));
        }
        return ExitCode.WELL;
    }
}
