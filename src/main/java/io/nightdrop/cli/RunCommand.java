package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.ExpectedDrops;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.MailRunner;
import io.nightdrop.job.ReceiptRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: one look at every inbox. */
@Command(
        name = "run",
        description =
                "Looks once at every inbox, runs what is ready and what an earlier run left, sends the mail that is "
                        + "due, and exits.")
final class RunCommand extends DropCommand {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    private static final int MAX_THREADS = 8;

    @Option(names = "--inbox", paramLabel = "NAME", description = "Only this inbox; may be given several times.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--failures-ok",
            description = "Exit with 0 also when items failed or drops were rejected; a fault still gives 1.")
    private boolean failuresOk;

    RunCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws Exception {
        container().runs();
        List<Inbox> inboxes = InboxChoice.usable(container(), names);
        InboxChoice.warnOfSilence(container(), inboxes);
        RunConsole console = new RunConsole(container(), out(), err(), json());
        InboxRunner runner = get(InboxRunner.class);
        ExpectedDrops expected = get(ExpectedDrops.class);
        ReceiptRunner receipts = get(ReceiptRunner.class);
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(MAX_THREADS, inboxes.size()));
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (Inbox inbox : inboxes) {
                runs.add(threads.submit(() -> {
                    runner.run(inbox, 1, console);
                    expected.look(inbox, console);
                    receipts.handBackPatiently(inbox, console);
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdown();
        }
        sendMail(console);
        ExitCode code = console.finish();
        return failuresOk && code != ExitCode.FAULT ? ExitCode.WELL : code;
    }

    /** Once for all inboxes: what the runs made, and what earlier runs left. */
    private void sendMail(RunConsole console) {
        try {
            console.mailed(get(MailRunner.class).sendPatiently());
        } catch (RuntimeException failure) {
            LOG.error("The mail that is due could not be sent", failure);
            console.notMailed(failure);
        }
    }
}
