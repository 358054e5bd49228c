package io.nightdrop.job;

import io.nightdrop.mail.Pass;
import io.nightdrop.mail.Postman;
import io.nightdrop.notice.Announcer;
import io.nightdrop.notice.FailingDrops;
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
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Tells applicants what is due, makes the pages of their drops again, and then tells people, who get those pages. It begins nothing once everything is to stop,
 * and the stop waits for a message under way only as long as it may: what a slow mail server still has in hand then is
 * told again later, under the same Message-ID.
 */
@Component
public class MailRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(MailRunner.class);
    private static final int SECONDS = 2;

    private final Notifier notifier;
    private final Announcer announcer;
    private final FailingDrops failing;
    private final Drops drops;
    private final OutdatedPages pages;
    private final Reports reports;
    private final LiveSteps live;

    private final ReentrantLock underWay = new ReentrantLock();
    private volatile boolean running;

    MailRunner(
            Notifier notifier,
            Announcer announcer,
            FailingDrops failing,
            Drops drops,
            OutdatedPages pages,
            Reports reports,
            LiveSteps live) {
        this.notifier = notifier;
        this.announcer = announcer;
        this.failing = failing;
        this.drops = drops;
        this.pages = pages;
        this.reports = reports;
        this.live = live;
    }

    /** One pass; what does not go through is left for the next one. */
    public Mailed send() {
        return pass(postman -> postman.send(live::stopping));
    }

    /** One pass for a process that ends after it: what does not go through is tried twice more. */
    public Mailed sendPatiently() {
        return pass(postman -> postman.sendPatiently(live::stopping));
    }

    private Mailed pass(Function<Postman<?>, Pass> sending) {
        underWay.lock();
        try {
            if (live.stopping()) {
                return Mailed.NOTHING;
            }
            Pass applicants = sending.apply(notifier);
            writePages();
            failing.note();
            // a server that takes nothing is not asked twice in a row: it locks accounts for that
            Pass people = applicants.serverDown() ? announcer.postpone(applicants.trouble()) : sending.apply(announcer);
            return new Mailed(applicants, people);
        } catch (RuntimeException failure) {
            if (live.stopping()) {
                LOG.debug("The pass was cut by the stop", failure);
                return Mailed.NOTHING;
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
