package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.DoubtResolver;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.result.Resolution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code resolve}: the items that are in doubt with a partner are settled. */
@Command(
        name = "resolve",
        description =
                "Settles the items of a finished drop of which nobody knows whether its partner has taken them, and makes its"
                        + " reports again. Ask the partner first: what it has taken and is sent again, it has twice.")
final class ResolveCommand extends OneDropCommand {

    @ArgGroup(multiplicity = "1")
    private Choice choice = new Choice();

    /** One of them. */
    static final class Choice {
        @Option(names = "--resend", description = "The partner does not have them: send them again.")
        private boolean resend;

        @Option(names = "--as-created", description = "The partner has them: they succeeded.")
        private boolean asCreated;

        @Option(names = "--as-failed", description = "The partner does not have them, and shall not: they failed.")
        private boolean asFailed;

        private Resolution resolution() {
            if (resend) {
                return Resolution.RESEND;
            }
            return asCreated && !asFailed ? Resolution.AS_CREATED : Resolution.AS_FAILED;
        }
    }

    @Option(
            names = "--request",
            paramLabel = "ID",
            description = "Only the items of this request, as 'show' names it; may be given several times.")
    private List<UUID> requests = new ArrayList<>();

    ResolveCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws IOException {
        Drop drop = named();
        Optional<String> objection = get(DoubtResolver.class).objection(drop);
        if (objection.isPresent()) {
            throw new UsageException(objection.get());
        }
        Inbox inbox = inbox(drop);
        if (!get(DoubtResolver.class).begin(drop, choice.resolution(), requests)) {
            throw new UsageException(
                    requests.isEmpty()
                            ? drop.name() + " is being settled by somebody else already"
                            : "not all of these are requests of " + drop.name()
                                    + " that are in doubt; 'nightdrop show' names them");
        }
        return runNow(inbox, get(Drops.class).get(drop.key()));
    }
}
