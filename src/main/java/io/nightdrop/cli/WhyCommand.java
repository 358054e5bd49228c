package io.nightdrop.cli;

import io.nightdrop.inbox.FileStory;
import io.nightdrop.inbox.Inbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code why}: the story of one file. */
@Command(name = "why", description = "Says why a file of an inbox has not been taken, or what became of it.")
final class WhyCommand extends DropCommand {

    @Option(names = "--inbox", paramLabel = "NAME", description = "The inbox that PATH is relative to.")
    private @Nullable String inboxName;

    @Parameters(paramLabel = "PATH", description = "The file; with --inbox relative to that inbox.")
    private Path path = Path.of("");

    WhyCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws IOException {
        Inbox inbox = InboxChoice.forFile(container(), inboxName, path);
        String relative = relative(inbox);
        List<String> story = get(FileStory.class).tell(inbox, relative);
        if (json()) {
            ObjectNode node = mapper().createObjectNode();
            node.put("inbox", inbox.name());
            node.put("path", relative);
            story.forEach(node.putArray("why")::add);
            print(node);
        } else {
            story.forEach(sentence -> out().println(Output.clean(sentence)));
        }
        return ExitCode.WELL;
    }

    private String relative(Inbox inbox) {
        if (inboxName != null && (!inbox.isLocal() || !path.isAbsolute())) {
            return path.normalize().toString().replace('\\', '/');
        }
        return inbox.relative(path).orElseThrow(() -> new UsageException(path + " does not lie in an inbox"));
    }
}
