package io.nightdrop.job;

import io.nightdrop.inbox.InboxLooks;
import io.nightdrop.time.CronTimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.TriggerContext;

/**
 * Says when an inbox with a cron schedule is to be looked at next. Each moment comes once, also when its timer comes a little early or the clock is
 * set back a little. What has passed meanwhile does not come any more: {@link InboxLooks} knows what was missed.
 */
final class LookTrigger implements Trigger {

    /** A clock that was set back by more showed a wrong time before: its moments are still to come. */
    private static final Duration SET_BACK = Duration.ofMinutes(1);

    private final CronTimes times;
    private final Clock clock;

    LookTrigger(CronTimes times, Clock clock) {
        this.times = times;
        this.clock = clock;
    }

    @Override
    public @Nullable Instant nextExecution(TriggerContext context) {
        Instant now = clock.instant();
        Instant last = context.lastScheduledExecution();
        Instant after = last != null && last.isAfter(now) && wasHad(last, context, now) ? last : now;
        return times.next(after).map(CronTimes.Moment::at).orElse(null);
    }

    /** Whether a moment that lies ahead has had its look: the clock was set back since, or the timer came a little early. */
    private static boolean wasHad(Instant ahead, TriggerContext context, Instant now) {
        Instant began = context.lastActualExecution();
        return ahead.isBefore(now.plus(SET_BACK)) && (began == null || InboxLooks.covers(began, ahead));
    }
}
