package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooker;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.TakeIn;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.Node;
import io.nightdrop.report.Receipts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
    private final InboxClaims claims;
    private final Node node;

    InboxRunner(
            InboxLooker looker,
            TakeIn takeIn,
            TakeAgain takeAgain,
            Drops drops,
            DropRunner runner,
            Receipts receipts,
            LiveSteps live,
            GracefulStop gracefulStop,
            InboxClaims claims,
            Node node) {
        this.looker = looker;
        this.takeIn = takeIn;
        this.takeAgain = takeAgain;
        this.drops = drops;
        this.runner = runner;
        this.receipts = receipts;
        this.live = live;
        this.gracefulStop = gracefulStop;
        this.claims = claims;
        this.node = node;
    }

    /**
     * Works through the inbox once: finishes what is unfinished, whatever its next try, then looks. An inbox that another node
     * works on is left to it; one whose node is about to be declared dead is waited for.
     *
     * @param moreLooks how often to look again, {@code settle} later, while something only has to lie still
     */
    public void run(Inbox inbox, int moreLooks, RunListener listener) {
        claimed(inbox, node.lease().plusSeconds(5), listener, () -> {
            goOn(inbox, drops.unfinished(inbox.name()), listener);
            look(inbox, moreLooks, listener);
        });
    }

    /** Likewise for a service: what failed waits for its next try, and an inbox that another works on is left alone at once. */
    void watch(Inbox inbox, RunListener listener) {
        claimed(inbox, Duration.ZERO, listener, () -> {
            goOn(inbox, due(inbox), listener);
            look(inbox, Integer.MAX_VALUE, listener);
        });
    }

    /** Between two looks: goes on with what a dead node left and with failed drops whose next try has come. */
    void goOn(Inbox inbox, RunListener listener) {
        if (!due(inbox).isEmpty()) {
            claimed(inbox, Duration.ZERO, listener, () -> goOn(inbox, due(inbox), listener));
        }
    }

    private List<Drop> due(Inbox inbox) {
        return drops.due(inbox.name(), inbox.settings().retryFor());
    }

    private boolean claimed(Inbox inbox, Duration patience, RunListener listener, Runnable work) {
        gracefulStop.begin();
        try {
            Optional<InboxClaims.Claim> claim = claim(inbox, patience);
            if (claim.isEmpty()) {
                listener.busy(inbox, claims.holder(inbox.name()).orElse("another run"));
                return false;
            }
            try (InboxClaims.Claim ours = claim.get()) {
                LOG.debug("Working on {}", ours.inbox());
                work.run();
            }
        } catch (RuntimeException failure) {
            LOG.error("The inbox {} could not be worked on", inbox.name(), failure);
            listener.failed(inbox, inbox.directory().toString(), failure);
        } finally {
            gracefulStop.end();
        }
        return true;
    }

    /**
     * Goes on with one drop that is not done, out of its turn.
     *
     * @return false when somebody else works on its inbox
     */
    public boolean run(Inbox inbox, Drop drop, RunListener listener) {
        return claimed(inbox, Duration.ZERO, listener, () -> goOn(inbox, drop, listener));
    }

    /** Waits while the one that works on it shows no sign of life. */
    private Optional<InboxClaims.Claim> claim(Inbox inbox, Duration patience) {
        Optional<InboxClaims.Claim> claim = claims.claim(inbox.name());
        Optional<Instant> sign = claim.isPresent() ? Optional.empty() : claims.aliveUntil(inbox.name());
        long end = System.nanoTime() + patience.toNanos();
        while (claim.isEmpty()
                && sign.isPresent()
                && sign.equals(claims.aliveUntil(inbox.name()))
                && System.nanoTime() < end
                && !live.stopping()) {
            live.pause(Duration.ofMillis(500));
            claim = claims.claim(inbox.name());
        }
        return claim;
    }

    private void goOn(Inbox inbox, List<Drop> unfinished, RunListener listener) {
        for (Drop drop : unfinished) {
            if (live.stopping()) {
                return;
            }
            goOn(inbox, drop, listener);
        }
    }

    private void look(Inbox inbox, int moreLooks, RunListener listener) {
        if (live.stopping()) {
            return;
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
            Optional<Drop> takenIn = drop.fingerprint() == null ? takenIn(inbox, drop) : Optional.of(drop);
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
