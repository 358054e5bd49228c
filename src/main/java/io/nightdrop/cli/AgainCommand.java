package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.TakeAgain;
import io.nightdrop.result.Drop;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code again}: a finished drop is taken in again from the archive. */
@Command(
        name = "again",
        description =
                "Takes a finished drop in again from the archive, on purpose and on record, as a new drop: documents are"
                        + " stored a second time, applicants are asked again.")
final class AgainCommand extends OneDropCommand {

    private static final int MAX_REASON = 500;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why, at most " + MAX_REASON + " characters; 'show' and the report tell it.")
    private String reason = "";

    @Option(
            names = "--accept-removals",
            description = "Let a bulk roster remove whom it leaves out, however many they are.")
    private boolean acceptRemovals;

    AgainCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws IOException {
        if (reason.isBlank() || reason.length() > MAX_REASON || reason.indexOf('\0') >= 0) {
            throw new UsageException("--reason must be a text of 1 to " + MAX_REASON + " characters");
        }
        Drop drop = named();
        Inbox inbox = inbox(drop);
        TakeAgain takeAgain = get(TakeAgain.class);
        Optional<TakeAgain.Objection> objection = takeAgain.objection(drop);
        if (objection.isPresent() && objection.get().lost()) {
            err().println(Output.clean("nightdrop: " + drop.name() + " cannot be taken again: "
                    + objection.get().why()));
            return ExitCode.FAULT;
        }
        if (objection.isPresent()) {
            throw new UsageException(objection.get().why());
        }
        return runNow(inbox, takeAgain.begin(drop, reason.strip(), acceptRemovals));
    }
}
