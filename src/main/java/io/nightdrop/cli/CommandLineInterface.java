package io.nightdrop.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * The command line. Spring's own arguments, recognised by a dot in their name ({@code --nightdrop.home=…}), work on each
 * command; the container is only started by a command that needs it.
 */
public final class CommandLineInterface {

    private CommandLineInterface() {}

    /**
     * Runs the command that the arguments name.
     *
     * @return the exit code: 0 all well, 1 a fault, 2 usage or configuration, 3 items failed, 4 a drop was rejected
     */
    public static int execute(Class<?> application, String... arguments) {
        Map<Boolean, List<String>> split =
                Arrays.stream(arguments).collect(Collectors.partitioningBy(CommandLineInterface::springs));
        List<String> own = new ArrayList<>(split.getOrDefault(false, List.of()));
        List<String> spring = split.getOrDefault(true, List.of());
        try (Container container = new Container(application, spring.toArray(String[]::new))) {
            CommandLine line = new CommandLine(new Nightdrop(), new Commands(container));
            line.setExecutionExceptionHandler(new Faults());
            line.setCaseInsensitiveEnumValuesAllowed(true);
            line.setUsageHelpAutoWidth(true);
            return line.execute(own.toArray(String[]::new));
        }
    }

    private static boolean springs(String argument) {
        return argument.matches("--[a-z][A-Za-z0-9-]*\\.[^=\\s]+(=.*)?");
    }
}
