package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.InboxLooker;
import io.nightdrop.inbox.InboxLooks;
import io.nightdrop.inbox.Look;
import io.nightdrop.inbox.TakeIn;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.node.Node;
import io.nightdrop.partner.PartnerAwayException;
import io.nightdrop.partner.Partners;
import io.nightdrop.receipt.DueReceipts;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Resolution;
import io.nightdrop.time.CronTimes;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.JobInterruptedException;
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
    private final ItemResults results;
    private final DropRunner runner;
    private final DoubtResolver doubts;
    private final DueReceipts due;
    private final ReceiptRunner receipts;
    private final LiveSteps live;
    private final GracefulStop gracefulStop;
    private final InboxClaims claims;
    private final Node node;
    private final TransientFaults faults;
    private final Retries retries;
    private final OwedLooks owed;
    private final InboxLooks looks;
    private final Partners partners;
    private final Clock clock;

    InboxRunner(
            InboxLooker looker,
            TakeIn takeIn,
            TakeAgain takeAgain,
            Drops drops,
            ItemResults results,
            DropRunner runner,
            DoubtResolver doubts,
            DueReceipts due,
            ReceiptRunner receipts,
            LiveSteps live,
            GracefulStop gracefulStop,
            InboxClaims claims,
            Node node,
            TransientFaults faults,
            Retries retries,
            OwedLooks owed,
            InboxLooks looks,
            Partners partners,
            Clock clock) {
        this.looker = looker;
        this.takeIn = takeIn;
        this.takeAgain = takeAgain;
        this.drops = drops;
        this.results = results;
        this.runner = runner;
        this.doubts = doubts;
        this.due = due;
        this.receipts = receipts;
        this.live = live;
        this.gracefulStop = gracefulStop;
        this.claims = claims;
        this.node = node;
        this.faults = faults;
        this.retries = retries;
        this.owed = owed;
        this.looks = looks;
        this.partners = partners;
        this.clock = clock;
    }

    /**
     * Works through the inbox once: finishes what is unfinished, whatever its next try, then looks. An inbox that another node
     * works on is left to it; one whose node is about to be declared dead is waited for.
     *
     * @param moreLooks how often to look again, {@code settle} later, while something only has to lie still
     */
    public void run(Inbox inbox, int moreLooks, RunListener listener) {
        working(
                inbox,
                listener,
                () -> retries.runAround("The inbox " + inbox.name(), () -> {
                    claimed(inbox, node.lease().plusSeconds(5), listener, () -> {
                        goOn(inbox, drops.unfinished(inbox.name()), listener, listener::ended);
                        look(inbox, moreLooks, listener);
                    });
                }));
    }

    /** Likewise for a service, on the inbox's schedule: a look that cannot be had now is owed until it was had. */
    void watch(Inbox inbox, RunListener listener) {
        owed.owe(inbox.name());
        goOn(inbox, listener);
    }

    /**
     * Between two looks: goes on with what a dead node left, with failed drops whose next try has come, and looks if a look is owed or was
     * missed.
     */
    void goOn(Inbox inbox, RunListener listener) {
        working(inbox, listener, () -> {
            if (owed.isDue(inbox.name()) || isMissed(inbox) || !due(inbox).isEmpty()) {
                claimed(inbox, Duration.ZERO, listener, () -> {
                    goOn(inbox, due(inbox), listener, waiting -> {});
                    if (isMissed(inbox)) {
                        owed.owe(inbox.name());
                    }
                    if (owed.isDue(inbox.name())) {
                        owed.have(inbox.name(), () -> look(inbox, Integer.MAX_VALUE, listener));
                    }
                });
            }
        });
    }

    /**
     * Goes on with one drop that is not done, out of its turn.
     *
     * @return false when somebody else works on its inbox
     */
    public boolean run(Inbox inbox, Drop drop, RunListener listener) {
        boolean[] ours = {true};
        working(
                inbox,
                listener,
                () -> ours[0] = claimed(inbox, Duration.ZERO, listener, () -> goOn(inbox, drop, listener)));
        return ours[0];
    }

    private boolean isMissed(Inbox inbox) {
        return !owed.isOwed(inbox.name()) && looks.missed(inbox).isPresent();
    }

    private List<Drop> due(Inbox inbox) {
        return drops.due(inbox.name(), inbox.settings().retryFor()).stream()
                .filter(drop -> !waitsForPartner(drop))
                .toList();
    }

    /** One that has failed for its partner, which is still away: of many that wait, one finds out when it is back. */
    private boolean waitsForPartner(Drop drop) {
        boolean sends = drop.resolveAs() == Resolution.RESEND || (drop.resolveAs() == null && drop.outcome() == null);
        return drop.state() == DropState.FAILED && sends && partners.isAway(drop.writer());
    }

    /** What the world did to us is told in a line, what we did wrong with all that helps to mend it. */
    private void working(Inbox inbox, RunListener listener, Retries.Attempt work) {
        gracefulStop.begin();
        try {
            work.run();
        } catch (IOException | JobExecutionException | RuntimeException failure) {
            String why = faults.text(failure);
            if (faults.mayPass(failure)
                    || TransientFaults.isRefusal(failure)
                    || failure instanceof LeaseLostException) {
                LOG.warn("The inbox {} could not be worked on: {}", inbox.name(), why);
            } else {
                LOG.error("The inbox {} could not be worked on: {}", inbox.name(), why, failure);
            }
            listener.failed(inbox, why);
        } finally {
            gracefulStop.end();
        }
    }

    private boolean claimed(Inbox inbox, Duration patience, RunListener listener, Retries.Attempt work)
            throws IOException, JobExecutionException {
        Optional<InboxClaims.Claim> claim = claim(inbox, patience);
        if (claim.isEmpty()) {
            listener.busy(inbox, claims.holder(inbox.name()).orElse("another run"));
            return false;
        }
        try (InboxClaims.Claim ours = claim.get()) {
            LOG.debug("Working on {}", ours.inbox());
            work.run();
        }
        return true;
    }

    /** Waits while nobody alive works on it, or the one that does shows no new sign of life. */
    private Optional<InboxClaims.Claim> claim(Inbox inbox, Duration patience) {
        Optional<InboxClaims.Claim> claim = claims.claim(inbox.name());
        Optional<Instant> sign = Optional.empty();
        long end = System.nanoTime() + patience.toNanos();
        while (claim.isEmpty() && System.nanoTime() < end && !live.stopping()) {
            Optional<Instant> now = claims.aliveUntil(inbox.name());
            if (now.isPresent() && sign.isPresent() && !now.equals(sign)) {
                break;
            }
            sign = now;
            live.pause(Duration.ofMillis(500));
            claim = claims.claim(inbox.name());
        }
        return claim;
    }

    /** @param waiting is told of those that wait for their partner */
    private void goOn(Inbox inbox, List<Drop> unfinished, RunListener listener, Consumer<Drop> waiting) {
        for (Drop drop : unfinished) {
            if (live.stopping()) {
                return;
            }
            if (waitsForPartner(drop)) {
                waiting.accept(drop);
            } else {
                goOn(inbox, drop, listener);
            }
        }
    }

    /** What is ready is done before the look counts as had: who is killed in the middle of it has missed it. */
    private void look(Inbox inbox, int moreLooks, RunListener listener) throws IOException {
        Instant began = Timestamps.now(clock);
        Optional<CronTimes.Moment> missed = looks.missed(inbox);
        Look look = lookAndRun(inbox, listener);
        for (int more = 0; more < moreLooks && look.settling() && !live.stopping(); more++) {
            live.pause(inbox.settings().settle());
            began = Timestamps.now(clock);
            look = lookAndRun(inbox, listener);
        }
        if (!live.stopping() && !look.settling()) {
            missed.ifPresent(moment -> listener.late(inbox, moment));
            looks.had(inbox, began, missed);
        }
        listener.looked(inbox, look);
    }

    private Look lookAndRun(Inbox inbox, RunListener listener) throws IOException {
        Look look = live.stopping() ? Look.NOTHING : looker.look(inbox);
        List<Look.Waiting> changed = new ArrayList<>();
        for (String manifest : look.ready()) {
            if (live.stopping()) {
                break;
            }
            Optional<Drop> drop = takeIn.claim(inbox, manifest);
            if (drop.isPresent()) {
                goOn(inbox, drop.get(), listener);
                if (drops.find(drop.get().key()).isEmpty()) {
                    changed.add(new Look.Waiting(manifest, "it changed before it was taken in", true));
                }
            }
        }
        return look.with(changed);
    }

    /**
     * Takes a drop in, if that is still to be done, and runs it. A fault that may pass is tried again; one that stays is
     * recorded with the drop and does not hold up the next.
     *
     * @throws LeaseLostException when the inbox is not ours any more; nothing is recorded then
     */
    private void goOn(Inbox inbox, Drop drop, RunListener listener) {
        long before = results.position(drop.key());
        try {
            retries.run(
                    "The drop " + drop.inbox() + "/" + drop.name(),
                    () -> attempt(inbox, drops.get(drop.key()), listener));
        } catch (LeaseLostException lost) {
            throw lost;
        } catch (IOException | JobExecutionException | RuntimeException failure) {
            note(drop, failure, results.position(drop.key()) > before);
        }
        receipts.wake(inbox, listener);
        drops.find(drop.key()).ifPresent(listener::ended);
    }

    private void note(Drop drop, Exception failure, boolean moved) {
        String why = faults.text(failure);
        Optional<PartnerAwayException> away = TransientFaults.partnerAway(failure);
        if (live.stopping() && failure instanceof JobInterruptedException) {
            LOG.info("The drop {}/{} is stopped", drop.inbox(), drop.name());
        } else if (away.isPresent() || TransientFaults.isRefusal(failure)) {
            LOG.warn("The drop {}/{} cannot go on: {}", drop.inbox(), drop.name(), why);
        } else {
            LOG.error("The drop {}/{} could not be run", drop.inbox(), drop.name(), failure);
        }
        if (live.stopping()) {
            drops.stopped(drop.key());
        } else if (away.isPresent()) {
            drops.postponed(
                    drop.key(),
                    why,
                    Duration.between(clock.instant(), away.get().again()),
                    moved);
        } else {
            drops.failed(drop.key(), why);
        }
    }

    private void attempt(Inbox inbox, Drop drop, RunListener listener) throws IOException, JobExecutionException {
        node.ensureAlive();
        Resolution settling = drop.resolveAs();
        if (settling != null) {
            listener.started(drop);
            resolve(inbox, drop, settling);
            return;
        }
        Optional<Drop> takenIn = drop.fingerprint() == null ? takenIn(inbox, drop) : Optional.of(drop);
        if (takenIn.isPresent()) {
            due.received(inbox, takenIn.get());
            receipts.wake(inbox, listener);
            runner.run(takenIn.get(), listener);
        }
    }

    private void resolve(Inbox inbox, Drop drop, Resolution settling) throws IOException, JobExecutionException {
        try {
            doubts.resolve(inbox, drop, settling);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new JobInterruptedException("Interrupted while a request waited for its turn");
        }
    }

    private Optional<Drop> takenIn(Inbox inbox, Drop drop) throws IOException {
        return drop.againOf() == null ? takeIn.resume(inbox, drop) : takeAgain.resume(drop);
    }
}
