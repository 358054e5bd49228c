package io.nightdrop.cli;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.ManifestSightings.Sighting;
import io.nightdrop.job.InboxWatch;
import io.nightdrop.job.NotificationWatch;
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
import org.jspecify.annotations.Nullable;
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
        InboxWatch watch = get(InboxWatch.class);
        NotificationWatch notifications = get(NotificationWatch.class);
        RunListener log = new LogListener(notifications);
        for (Inbox inbox : inboxes) {
            LOG.info(
                    "Watching {} in {}, {}",
                    inbox.name(),
                    inbox.where(),
                    inbox.settings().schedule().text());
            watch.watch(inbox, log);
        }
        notifications.watch(log);
        get(ReceiptRunner.class).watch(inboxes, log);
        new CountDownLatch(1).await();
        return ExitCode.WELL;
    }

    private static final class LogListener implements RunListener {

        private final NotificationWatch notifications;
        private @Nullable String trouble;
        private final Map<String, String> unanswered = new HashMap<>();

        LogListener(NotificationWatch notifications) {
            this.notifications = notifications;
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
            notifications.wake(this);
        }

        /** What has changed: a mail server that stays away is told of once. */
        @Override
        public synchronized void notified(Pass pass) {
            if (pass.trouble() != null && !pass.trouble().equals(trouble)) {
                LOG.warn("{}", NotificationText.of(pass));
            } else if (pass.settled() > 0) {
                LOG.info("{}", NotificationText.of(pass));
            }
            trouble = pass.trouble();
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
            notifications.wake(this);
        }

        @Override
        public void came(Inbox inbox, Instant due, Drop drop) {
            LOG.warn("{}", Output.clean(MissingText.came(inbox, due, drop)));
            notifications.wake(this);
        }

        @Override
        public void looked(Inbox inbox, Look look) {
            look.waiting()
                    .forEach(waiting -> LOG.debug(
                            "{}: {} waits: {}", inbox.name(), Output.clean(waiting.path()), waiting.reason()));
        }
    }
}
