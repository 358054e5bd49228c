package io.nightdrop.inbox;

import io.nightdrop.time.CronTimes;
import io.nightdrop.time.CronTimes.Moment;
import io.nightdrop.time.Timestamps;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The table {@code INBOX_LOOK}: the last look at each inbox, and which of the looks that a cron schedule wants was had. One that nobody was there
 * for, because everything was down or the machine slept, is missed; the next look is had for it, late.
 */
@Component
public class InboxLooks {

    private static final Logger LOG = LoggerFactory.getLogger(InboxLooks.class);

    /** A look that begins so much after its time is late. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    /** A look that begins so much before its time is had for it. */
    private static final Duration EARLY = Duration.ofSeconds(5);

    /** The schedule of an inbox that was looked at and never watched by a cron expression: nothing of it is missed. */
    private static final String NONE = "";

    private final JdbcTemplate jdbc;
    private final Clock clock;

    InboxLooks(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * The last look.
     *
     * @param at when it began
     * @param lateFor when it should have been; null when it was in time
     */
    public record Had(Instant at, @Nullable Instant lateFor) {}

    /** The last look at an inbox, of {@code watch} or {@code run}; empty when there was none. */
    public Optional<Had> last(Inbox inbox) {
        return jdbc
                .query(
                        "SELECT LOOKED_AT, LATE_FOR FROM INBOX_LOOK WHERE INBOX = ? AND LOOKED_AT IS NOT NULL",
                        (row, number) -> new Had(
                                row.getObject(1, OffsetDateTime.class).toInstant(),
                                Timestamps.instant(row.getObject(2, OffsetDateTime.class))),
                        inbox.name())
                .stream()
                .findFirst();
    }

    /** Whether a look that began then stands for that moment: a timer may come a little early. */
    public static boolean covers(Instant began, Instant moment) {
        return !began.isBefore(moment.minus(EARLY));
    }

    /** The inbox is watched by this schedule from now on; only what is missed after that is had late. */
    public void watched(Inbox inbox) {
        schedule(inbox).ifPresent(schedule -> {
            jdbc.update(
                    "UPDATE INBOX_LOOK SET SCHEDULE = ?, WATCHED_SINCE = ? WHERE INBOX = ? AND SCHEDULE <> ?",
                    schedule,
                    Timestamps.column(Timestamps.now(clock)),
                    inbox.name(),
                    schedule);
            known(inbox, schedule);
        });
    }

    /** Makes the inbox's row when there is none. */
    private void known(Inbox inbox, String schedule) {
        try {
            jdbc.update("""
                    INSERT INTO INBOX_LOOK (SCHEDULE, WATCHED_SINCE, INBOX)
                    SELECT CAST(? AS VARCHAR), CAST(? AS TIMESTAMP(3) WITH TIME ZONE), CAST(? AS VARCHAR)
                    WHERE NOT EXISTS (SELECT 1 FROM INBOX_LOOK WHERE INBOX = ?)""", schedule, Timestamps.column(Timestamps.now(clock)), inbox.name(), inbox.name());
        } catch (DuplicateKeyException meanwhile) {
            LOG.debug("Another node watches {}, too", inbox.name());
        }
    }

    /** The last look that should have been had by now and was not, for who only asks; empty when there is none. */
    public Optional<Moment> overdue(Inbox inbox) {
        return overdue(inbox, clock.instant());
    }

    /** Likewise, by then. */
    public Optional<Moment> overdue(Inbox inbox, Instant now) {
        Instant late = now.minus(TOLERANCE);
        return times(inbox).flatMap(times -> unhad(inbox).flatMap(since -> times.last(since, late)));
    }

    /** The last look whose time had just come by then, and that was not had yet, nor is late; for who only asks; empty when there is none. */
    public Optional<Moment> due(Inbox inbox, Instant now) {
        Instant late = now.minus(TOLERANCE);
        return times(inbox)
                .flatMap(times -> unhad(inbox).flatMap(since -> times.last(since.isAfter(late) ? since : late, now)));
    }

    /** What is overdue, for who has it then: what was written while the clock was ahead says nothing, so from now on it counts from now. */
    public Optional<Moment> missed(Inbox inbox) {
        if (written(inbox, null).filter(this::liesAhead).isPresent()) {
            jdbc.update(
                    "UPDATE INBOX_LOOK SET LOOKED_AT = NULL, LATE_FOR = NULL, WATCHED_SINCE = ? WHERE INBOX = ?",
                    Timestamps.column(Timestamps.now(clock)),
                    inbox.name());
        }
        return overdue(inbox);
    }

    /** A look was had, which began then; it stands for all that were missed before. Who only looks by hand misses nothing for that. */
    public void had(Inbox inbox, Instant began, Optional<Moment> missed) {
        if (!note(inbox, began, missed)) {
            known(inbox, NONE);
            note(inbox, began, missed);
        }
    }

    /** False when there is no row, or one with a later look. */
    private boolean note(Inbox inbox, Instant began, Optional<Moment> missed) {
        return jdbc.update(
                        "UPDATE INBOX_LOOK SET LOOKED_AT = ?, LATE_FOR = ? WHERE INBOX = ? AND (LOOKED_AT IS NULL OR LOOKED_AT < ?)",
                        Timestamps.column(began),
                        Timestamps.column(missed.map(Moment::at).orElse(null)),
                        inbox.name(),
                        Timestamps.column(began))
                > 0;
    }

    /** What should have been had after that may have been missed; empty when the inbox was not watched by this schedule. */
    private Optional<Instant> begin(Inbox inbox) {
        return schedule(inbox).flatMap(schedule -> written(inbox, schedule));
    }

    /** The latest time that is written of an inbox, under that schedule or, with null, under any. */
    private Optional<Instant> written(Inbox inbox, @Nullable String schedule) {
        return jdbc
                .query(
                        "SELECT GREATEST(COALESCE(LOOKED_AT, WATCHED_SINCE), WATCHED_SINCE) FROM INBOX_LOOK"
                                + " WHERE INBOX = ? AND SCHEDULE = COALESCE(CAST(? AS VARCHAR), SCHEDULE)",
                        (row, number) -> row.getObject(1, OffsetDateTime.class).toInstant(),
                        inbox.name(),
                        schedule)
                .stream()
                .findFirst();
    }

    /** After that no look was had; empty when the inbox was not watched by this schedule, or when what was written lies ahead. */
    private Optional<Instant> unhad(Inbox inbox) {
        return begin(inbox).filter(begin -> !liesAhead(begin)).map(begin -> begin.plus(EARLY));
    }

    private boolean liesAhead(Instant written) {
        return written.isAfter(clock.instant().plus(TOLERANCE));
    }

    private static Optional<String> schedule(Inbox inbox) {
        return times(inbox).map(times -> inbox.settings().schedule().text() + " " + times.zone());
    }

    private static Optional<CronTimes> times(Inbox inbox) {
        return inbox.settings().schedule().times(inbox.settings().zone());
    }
}
