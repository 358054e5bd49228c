package io.nightdrop.cli;

import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What all commands share. */
@Command(mixinStandardHelpOptions = true, usageHelpAutoWidth = true)
abstract class DropCommand implements Callable<Integer> {

    private final Container container;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    DropCommand(Container container) {
        this.container = container;
    }

    /** Does the work. */
    abstract ExitCode execute() throws Exception;

    @Override
    public final Integer call() throws Exception {
        ExitCode code = execute();
        out().flush();
        return code.code();
    }

    final Container container() {
        return container;
    }

    final <T> T get(Class<T> type) {
        return container.get(type);
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final boolean json() {
        return json;
    }

    final JsonMapper mapper() {
        return get(JsonMapper.class);
    }

    final void print(JsonNode node) {
        out().println(mapper().writeValueAsString(node));
    }

    /** The one drop of that name. */
    final Drop drop(String name) {
        List<Drop> found = get(Drops.class).named(name);
        if (found.isEmpty()) {
            throw new UsageException("there is no drop '" + name + "'; 'nightdrop drops' lists them");
        }
        if (found.size() > 1) {
            String names =
                    found.stream().map(drop -> drop.inbox() + "/" + drop.name()).collect(Collectors.joining(", "));
            throw new UsageException("several inboxes have a drop '" + name + "': name one of " + names);
        }
        return found.get(0);
    }
}
