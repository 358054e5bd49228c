package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooker;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.TakeIn;
import io.nightdrop.report.Receipts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Works through one inbox: finishes what an earlier run left, looks, takes in what is ready and runs it, one drop after
 * another in the order of their manifests' paths. A drop that fails does not hold up the next.
 */
@Component
public class InboxRunner {

    private static final Logger LOG = LoggerFactory.getLogger(InboxRunner.class);

    private final InboxLooker looker;
    private final TakeIn takeIn;
    private final TakeAgain takeAgain;
    private final Drops drops;
    private final DropRunner runner;
    private final Receipts receipts;
    private final LiveSteps live;
    private final GracefulStop gracefulStop;

    InboxRunner(
            InboxLooker looker,
            TakeIn takeIn,
            TakeAgain takeAgain,
            Drops drops,
            DropRunner runner,
            Receipts receipts,
            LiveSteps live,
            GracefulStop gracefulStop) {
        this.looker = looker;
        this.takeIn = takeIn;
        this.takeAgain = takeAgain;
        this.drops = drops;
        this.runner = runner;
        this.receipts = receipts;
        this.live = live;
        this.gracefulStop = gracefulStop;
    }

    /**
     * Works through the inbox once.
     *
     * @param moreLooks how often to look again, {@code settle} later, while something only has to lie still
     */
    public void run(Inbox inbox, int moreLooks, RunListener listener) {
        gracefulStop.begin();
        try {
            work(inbox, moreLooks, listener);
        } finally {
            gracefulStop.end();
        }
    }

    /** Goes on with one drop that is not done, out of its turn. */
    public void run(Inbox inbox, Drop drop, RunListener listener) {
        gracefulStop.begin();
        try {
            goOn(inbox, drop, listener);
        } finally {
            gracefulStop.end();
        }
    }

    private void work(Inbox inbox, int moreLooks, RunListener listener) {
        for (Drop drop : drops.unfinished(inbox.name())) {
            if (live.stopping()) {
                return;
            }
            goOn(inbox, drop, listener);
        }
        try {
            Look look = lookAndRun(inbox, listener);
            for (int more = 0; more < moreLooks && look.settling() && !live.stopping(); more++) {
                live.pause(inbox.settings().settle());
                look = lookAndRun(inbox, listener);
            }
            listener.looked(inbox, look);
        } catch (IOException | RuntimeException failure) {
            LOG.error("The inbox {} could not be looked at", inbox.name(), failure);
            listener.failed(inbox, inbox.directory().toString(), failure);
        }
    }

    private Look lookAndRun(Inbox inbox, RunListener listener) throws IOException {
        Look look = looker.look(inbox);
        for (Path manifest : look.ready()) {
            if (live.stopping()) {
                break;
            }
            takeInAndRun(inbox, manifest, listener);
        }
        return look;
    }

    private void takeInAndRun(Inbox inbox, Path manifest, RunListener listener) {
        try {
            Optional<Drop> drop = takeIn.takeIn(inbox, manifest);
            if (drop.isPresent()) {
                runTakenIn(inbox, drop.get(), listener);
            }
        } catch (IOException | RuntimeException failure) {
            LOG.error("{} of the inbox {} could not be taken in", manifest, inbox.name(), failure);
            listener.failed(inbox, String.valueOf(manifest.getFileName()), failure);
        }
    }

    private void goOn(Inbox inbox, Drop drop, RunListener listener) {
        try {
            Optional<Drop> takenIn = drop.state() == DropState.TAKING_IN ? takenIn(inbox, drop) : Optional.of(drop);
            if (takenIn.isPresent()) {
                runTakenIn(inbox, takenIn.get(), listener);
            }
        } catch (IOException | RuntimeException failure) {
            LOG.error("The drop {} of the inbox {} could not be taken in", drop.name(), inbox.name(), failure);
            listener.failed(inbox, drop.name(), failure);
        }
    }

    private Optional<Drop> takenIn(Inbox inbox, Drop drop) throws IOException {
        return drop.againOf() == null ? takeIn.resume(inbox, drop) : takeAgain.resume(drop);
    }

    private void runTakenIn(Inbox inbox, Drop drop, RunListener listener) throws IOException {
        receipts.received(drop, inbox.settings().replyTo());
        runner.run(drop, listener);
    }
}
