package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.job.InboxWatch;
import io.nightdrop.job.MailWatch;
import io.nightdrop.job.Mailed;
import io.nightdrop.job.ReceiptRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.mail.Pass;
import io.nightdrop.receipt.Delivery;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.time.CronTimes;
import io.nightdrop.time.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code watch}: the service. */
@Command(
        name = "watch",
        description = "Watches every inbox on its schedule until it is stopped; SIGTERM ends the batches under way.")
final class WatchCommand extends DropCommand {

    private static final Logger LOG = LoggerFactory.getLogger(WatchCommand.class);

    @Option(names = "--inbox", paramLabel = "NAME", description = "Only this inbox; may be given several times.")
    private List<String> names = new ArrayList<>();

    WatchCommand(Container container) {
        super(container);
    }

    @Override
    ExitCode execute() throws InterruptedException {
        container().runs();
        container().serves();
        List<Inbox> inboxes = InboxChoice.usable(container(), names);
        InboxChoice.warnOfSilence(container(), inboxes);
        InboxWatch watch = get(InboxWatch.class);
        MailWatch mail = get(MailWatch.class);
        RunListener log = new LogListener(mail);
        for (Inbox inbox : inboxes) {
            LOG.info(
                    "Watching {} in {}, {}",
                    inbox.name(),
                    inbox.where(),
                    inbox.settings().schedule().text());
            watch.watch(inbox, log);
        }
        mail.watch(log);
        get(ReceiptRunner.class).watch(inboxes, log);
        new CountDownLatch(1).await();
        return ExitCode.WELL;
    }

    private static final class LogListener implements RunListener {

        private final MailWatch mail;
        private final Map<String, String> unsent = new HashMap<>();
        private final Map<String, String> unanswered = new HashMap<>();

        LogListener(MailWatch mail) {
            this.mail = mail;
        }

        @Override
        public void started(Drop drop) {
            LOG.info("{}: {} begins", drop.inbox(), Output.clean(drop.name()));
        }

        @Override
        public void ended(Drop drop) {
            if (drop.state() == DropState.FAILED) {
                LOG.error("{}: {} FAILED: {}", drop.inbox(), Output.clean(drop.name()), drop.trouble());
            } else if (drop.state() == DropState.STOPPED) {
                LOG.info("{}: {} STOPPED; it goes on at the next start", drop.inbox(), Output.clean(drop.name()));
            } else {
                LOG.info(
                        "{}: {} {}, {} succeeded, {} failed",
                        drop.inbox(),
                        Output.clean(drop.name()),
                        drop.standing(),
                        drop.succeeded() == null ? 0 : drop.succeeded(),
                        drop.failed() == null ? 0 : drop.failed());
            }
            mail.wake(this);
        }

        /** What has changed: a mail server that stays away is told of once. */
        @Override
        public synchronized void mailed(Mailed mailed) {
            tell("notifications", mailed.applicants());
            tell("notices", mailed.people());
        }

        private void tell(String what, Pass pass) {
            String before = pass.trouble() == null ? unsent.remove(what) : unsent.put(what, pass.trouble());
            if (pass.trouble() != null && !pass.trouble().equals(before)) {
                LOG.warn("{}", MailText.of(what, pass));
            } else if (pass.settled() > 0) {
                LOG.info("{}", MailText.of(what, pass));
            }
        }

        /** Likewise: a folder that stays away is told of once. */
        @Override
        public synchronized void handedBack(Inbox inbox, Delivery delivery) {
            if (delivery.equals(Delivery.NOTHING) || delivery.end() == Delivery.End.ELSEWHERE) {
                return;
            }
            String before = delivery.trouble() == null
                    ? unanswered.remove(inbox.name())
                    : unanswered.put(inbox.name(), delivery.trouble());
            if (delivery.trouble() != null && !delivery.trouble().equals(before)) {
                LOG.warn("{}", ReceiptText.of(inbox.name(), delivery));
            } else if (delivery.handedBack() > 0) {
                LOG.info("{}", ReceiptText.of(inbox.name(), delivery));
            }
        }

        @Override
        public void late(Inbox inbox, CronTimes.Moment missed) {
            LOG.warn("{}: the look of {} was missed; it was had now, late", inbox.name(), Timestamps.iso(missed.at()));
        }

        @Override
        public void missing(Inbox inbox, Instant due, List<Sighting> waiting) {
            LOG.warn("{}", Output.clean(MissingText.missing(inbox, due, waiting)));
            mail.wake(this);
        }

        @Override
        public void came(Inbox inbox, Instant due, Drop drop) {
            LOG.warn("{}", Output.clean(MissingText.came(inbox, due, drop)));
            mail.wake(this);
        }

        @Override
        public void looked(Inbox inbox, Look look) {
            look.waiting()
                    .forEach(waiting -> LOG.debug(
                            "{}: {} waits: {}", inbox.name(), Output.clean(waiting.path()), waiting.reason()));
        }
    }
}
