package io.nightdrop.job;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.inbox.ManifestSightings;
import io.nightdrop.inbox.MissingDrop;
import io.nightdrop.inbox.MissingDrops;
import io.nightdrop.notice.Notices;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Drops;
import io.nightdrop.settings.Deadlines;
import io.nightdrop.time.CronTimes;
import io.nightdrop.time.CronTimes.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Finds out when an inbox did not get the drop that it expects by a deadline, and when that drop came after all; each is told once, also by mail, by whichever
 * node finds it out first.
 *
 * <p>What is brought after the deadline before counts, up to the deadline. After one that was missed, what is brought in the first half of the time to the next
 * one is what was missing, late, and does not count for the next.
 */
@Component
public class ExpectedDrops {

    private static final Logger LOG = LoggerFactory.getLogger(ExpectedDrops.class);

    /** Deadlines come once a week at least. */
    private static final Duration LONGEST = Duration.ofDays(8);

    private final MissingDrops missing;
    private final ManifestSightings sightings;
    private final Drops drops;
    private final Notices notices;
    private final TransientFaults faults;
    private final TransactionTemplate transaction;

    ExpectedDrops(
            MissingDrops missing,
            ManifestSightings sightings,
            Drops drops,
            Notices notices,
            TransientFaults faults,
            PlatformTransactionManager transactions) {
        this.missing = missing;
        this.sightings = sightings;
        this.drops = drops;
        this.notices = notices;
        this.faults = faults;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Finds out and tells what there is to tell by now; to be called again and again. */
    public void look(Inbox inbox, RunListener listener) {
        Optional<Deadlines> deadlines = inbox.settings().deadlines();
        if (deadlines.isEmpty()) {
            return;
        }
        CronTimes times = deadlines.get().times();
        try {
            late(inbox, times, listener);
            missing.unjudged(inbox, times, deadlines.get().text())
                    .ifPresent(due -> judge(inbox, times, due.at(), listener));
        } catch (RuntimeException failure) {
            if (faults.mayPass(failure)) {
                LOG.warn(
                        "{}: nobody knows now whether drops have come in time: {}", inbox.name(), faults.text(failure));
            } else {
                LOG.error("{}: nobody knows now whether drops have come in time", inbox.name(), failure);
            }
        }
    }

    private void judge(Inbox inbox, CronTimes times, Instant due, RunListener listener) {
        boolean came =
                drops.firstBrought(inbox.name(), begin(inbox, times, due), due).isPresent();
        boolean ours = Boolean.TRUE.equals(transaction.execute(status -> {
            boolean first = missing.judged(inbox, due);
            if (first && !came) {
                missing.missing(inbox, due);
                notices.missed(inbox.name(), due, inbox.settings().people());
            }
            return first;
        }));
        if (ours && !came) {
            List<ManifestSightings.Sighting> waiting = sightings.waiting(inbox.name());
            listener.missing(inbox, due, waiting);
        }
    }

    private Instant begin(Inbox inbox, CronTimes times, Instant due) {
        Instant before = times.last(due.minus(LONGEST), due.minusMillis(1))
                .map(Moment::at)
                .orElse(due.minus(LONGEST));
        return missing.of(inbox, before).isPresent() ? half(before, due) : before;
    }

    private void late(Inbox inbox, CronTimes times, RunListener listener) {
        Optional<MissingDrop> last = missing.newest(inbox.name(), 1).stream()
                .filter(open -> open.came() == null)
                .findFirst();
        if (last.isEmpty()) {
            return;
        }
        Instant due = last.get().due();
        Instant end = times.next(due).map(next -> half(due, next.at())).orElse(due.plus(LONGEST));
        Optional<Drop> drop = drops.firstBrought(inbox.name(), due, end);
        boolean ours = drop.isPresent()
                && Boolean.TRUE.equals(transaction.execute(status -> came(inbox, last.get(), drop.get())));
        if (ours) {
            listener.came(inbox, due, drop.get());
        }
    }

    private boolean came(Inbox inbox, MissingDrop last, Drop drop) {
        boolean first = missing.came(last, drop);
        if (first) {
            notices.cameAfterAll(
                    inbox.name(), last.due(), drop.key(), inbox.settings().people());
        }
        return first;
    }

    private static Instant half(Instant from, Instant to) {
        return from.plus(Duration.between(from, to).dividedBy(2));
    }
}
