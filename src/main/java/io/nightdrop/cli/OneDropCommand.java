package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.ReceiptRunner;
import io.nightdrop.node.Node;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** A command that runs one drop: here and now, or by the process that runs drops in this home already. */
abstract class OneDropCommand extends DropCommand {

    @Parameters(paramLabel = "DROP", description = "The drop's id; INBOX/ID where several inboxes have it.")
    private String name = "";

    OneDropCommand(Container container) {
        super(container);
    }

    /** The drop that was named. To be called first. */
    final Drop named() {
        container().runsIfFree();
        return drop(name);
    }

    /** The inbox of a drop, if it can work. */
    final Inbox inbox(Drop drop) {
        return InboxChoice.usable(container(), List.of(drop.inbox())).get(0);
    }

    /** Runs it to its end, with the output of {@code run}; or says who will. */
    final ExitCode runNow(Inbox inbox, Drop drop) throws IOException {
        RunConsole console = new RunConsole(container(), out(), err(), json());
        if (!get(Node.class).mayRun() || !get(InboxRunner.class).run(inbox, drop, console)) {
            handOver(drop);
            return ExitCode.WELL;
        }
        if (get(Drops.class).find(drop.key()).isEmpty()) {
            err().println(Output.clean("nightdrop: " + drop.name() + " was withdrawn; the log says why"));
            return ExitCode.FAULT;
        }
        get(ReceiptRunner.class).handBackPatiently(inbox, console);
        return console.finish();
    }

    /** The process that runs drops goes on with every drop that is not done, at each look at its inbox. */
    private void handOver(Drop drop) throws IOException {
        Optional<String> runner = get(Node.class).other();
        String id = drop.inbox() + "/" + drop.name();
        if (json()) {
            ObjectNode node = mapper().createObjectNode();
            node.put("drop", id);
            node.put("state", drop.state().name());
            node.put("leftTo", runner.orElse("run"));
            print(node);
            return;
        }
        String who = runner.map(
                        process -> process + " runs drops in this home and takes it up at its next look at the inbox '"
                                + drop.inbox() + "'")
                .orElse("the next 'nightdrop run' takes it up");
        out().println(Output.clean(id + ": " + who + ". 'nightdrop show " + id + "' tells what becomes of it."));
    }
}
