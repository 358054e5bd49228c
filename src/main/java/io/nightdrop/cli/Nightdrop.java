package io.nightdrop.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command above the commands: it says what there is. */
@Command(
        name = "nightdrop",
        description = "Reads file drops, writes their items in restartable batches, and answers with a report.",
        mixinStandardHelpOptions = true,
        version = "Nightdrop " + Nightdrop.VERSION,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            WatchCommand.class,
            ScheduleCommand.class,
            CheckCommand.class,
            DropsCommand.class,
            ShowCommand.class,
            RestartCommand.class,
            AgainCommand.class,
            ResolveCommand.class,
            ReportCommand.class,
            NotificationsCommand.class,
            NoticesCommand.class,
            FsckCommand.class,
            WhyCommand.class,
            DocumentsCommand.class,
            DisclosuresCommand.class,
            ExportCommand.class
        },
        footer = {
            "",
            "Settings come from config/application.yml in the working directory, from the environment, or as",
            "--nightdrop.home=DIR and the like on any command.",
            "Exit codes: 0 all well; 1 a fault; 2 usage or configuration; 3 items failed; 4 a drop was rejected."
        })
final class Nightdrop implements Runnable {

    static final String VERSION = "0.1.0";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
}
