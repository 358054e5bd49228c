package io.nightdrop.job;

import io.nightdrop.mail.Pass;
import io.nightdrop.notification.Notifier;
import io.nightdrop.report.OutdatedPages;
import io.nightdrop.report.Reports;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Drops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Tells applicants what is due and makes the pages of their drops again. It begins nothing once everything is to stop,
 * and the stop waits for a message under way only as long as it may: what a slow mail server still has in hand then is
 * told again later, under the same Message-ID.
 */
@Component
public class NotificationRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationRunner.class);
    private static final int SECONDS = 2;

    private final Notifier notifier;
    private final Drops drops;
    private final OutdatedPages pages;
    private final Reports reports;
    private final LiveSteps live;

    private final ReentrantLock underWay = new ReentrantLock();
    private volatile boolean running;

    NotificationRunner(Notifier notifier, Drops drops, OutdatedPages pages, Reports reports, LiveSteps live) {
        this.notifier = notifier;
        this.drops = drops;
        this.pages = pages;
        this.reports = reports;
        this.live = live;
    }

    /** One pass; what does not go through is left for the next one. */
    public Pass send() {
        return pass(() -> notifier.send(live::stopping));
    }

    /** One pass for a process that ends after it: what does not go through is tried twice more. */
    public Pass sendPatiently() {
        return pass(() -> notifier.sendPatiently(live::stopping));
    }

    private Pass pass(Supplier<Pass> sending) {
        underWay.lock();
        try {
            if (live.stopping()) {
                return Pass.NOTHING;
            }
            Pass pass = sending.get();
            writePages();
            return pass;
        } catch (RuntimeException failure) {
            if (live.stopping()) {
                LOG.debug("The pass was cut by the stop", failure);
                return Pass.NOTHING;
            }
            throw failure;
        } finally {
            underWay.unlock();
        }
    }

    private void writePages() {
        for (Long key : pages.drops()) {
            Drop drop = drops.get(key);
            if (drop.state() == DropState.DONE && !live.stopping()) {
                try {
                    pages.renew(key, () -> writePage(drop));
                } catch (UncheckedIOException failure) {
                    LOG.warn("The page of {} could not be made again: {}", drop.name(), failure.getMessage());
                }
            }
        }
    }

    private void writePage(Drop drop) {
        try {
            reports.writePage(drop);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        try {
            if (underWay.tryLock(SECONDS, TimeUnit.SECONDS)) {
                underWay.unlock();
            } else {
                LOG.warn(
                        "The mail server did not answer within {} s; what it has in hand is sent again later", SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After {@link GracefulStop}, which says that everything is to stop. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }
}
