package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code restart}: a drop whose run failed or was stopped goes on, at once. */
@Command(
        name = "restart",
        description =
                "Restarts a FAILED or STOPPED drop where it stopped, at once. While another process runs drops in this"
                        + " home, that one takes it up at its next look.")
final class RestartCommand extends OneDropCommand {

    RestartCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws IOException {
        Drop drop = named();
        if (drop.state() != DropState.FAILED && drop.state() != DropState.STOPPED) {
            throw new UsageException(drop.inbox() + "/" + drop.name() + " is " + drop.standing()
                    + "; only a FAILED or STOPPED drop can be restarted. " + advice(drop));
        }
        Inbox inbox = inbox(drop);
        get(Drops.class).tryNow(drop.key());
        return runNow(inbox, drop);
    }

    private static String advice(Drop drop) {
        return drop.state() == DropState.DONE
                ? "To have a finished one done once more: 'nightdrop again'"
                : "This one goes on by itself at the next look: 'nightdrop run'";
    }
}
