package io.nightdrop.inbox;

import io.nightdrop.result.Drop;
import io.nightdrop.time.CronTimes;
import io.nightdrop.time.CronTimes.Moment;
import io.nightdrop.time.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The tables {@code INBOX_DEADLINE} and {@code MISSING_DROP}: up to when it is known whether an inbox got the drops that it expects, and those that it did
 * not get.
 */
@Component
public class MissingDrops {

    private static final Logger LOG = LoggerFactory.getLogger(MissingDrops.class);

    /** What was written so far ahead of the clock was written by another clock. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    private static final String SELECT = "SELECT INBOX, DUE_AT, NOTED_AT, CAME_AT, DROP_KEY FROM MISSING_DROP ";

    private final JdbcTemplate jdbc;
    private final Clock clock;

    MissingDrops(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * The last deadline that has passed and was not judged yet; empty when there is none. What passed before anybody asked for the first time, or before the
     * deadlines became what they are, is not judged; of several that passed while nobody asked only the last one is.
     */
    public Optional<Moment> unjudged(Inbox inbox, CronTimes deadlines, String text) {
        Instant now = Timestamps.now(clock);
        Optional<Instant> judged = jdbc
                .query(
                        "SELECT JUDGED_UNTIL FROM INBOX_DEADLINE WHERE INBOX = ? AND DEADLINES = ? AND JUDGED_UNTIL <= ?",
                        (row, number) -> row.getObject(1, OffsetDateTime.class).toInstant(),
                        inbox.name(),
                        text,
                        Timestamps.column(now.plus(TOLERANCE)))
                .stream()
                .findFirst();
        if (judged.isEmpty()) {
            begin(inbox, text, now);
        }
        return judged.flatMap(since -> deadlines.last(since, now));
    }

    private void begin(Inbox inbox, String text, Instant now) {
        jdbc.update("DELETE FROM INBOX_DEADLINE WHERE INBOX = ?", inbox.name());
        try {
            jdbc.update(
                    "INSERT INTO INBOX_DEADLINE (INBOX, DEADLINES, JUDGED_UNTIL) VALUES (?, ?, ?)",
                    inbox.name(),
                    text,
                    Timestamps.column(now));
        } catch (DuplicateKeyException meanwhile) {
            LOG.debug("Another node expects drops of {}, too", inbox.name());
        }
    }

    /**
     * A deadline is judged.
     *
     * @return whether nobody else had done so
     */
    public boolean judged(Inbox inbox, Instant due) {
        return jdbc.update(
                        "UPDATE INBOX_DEADLINE SET JUDGED_UNTIL = ? WHERE INBOX = ? AND JUDGED_UNTIL < ?",
                        Timestamps.column(due),
                        inbox.name(),
                        Timestamps.column(due))
                == 1;
    }

    /** No drop had come by then; to be called by whoever judged it. */
    public void missing(Inbox inbox, Instant due) {
        jdbc.update(
                "INSERT INTO MISSING_DROP (INBOX, DUE_AT, NOTED_AT) VALUES (?, ?, ?)",
                inbox.name(),
                Timestamps.column(due),
                Timestamps.column(Timestamps.now(clock)));
    }

    /**
     * It came after all.
     *
     * @return whether nobody else had noted so
     */
    public boolean came(MissingDrop missing, Drop drop) {
        return jdbc.update(
                        "UPDATE MISSING_DROP SET DROP_KEY = ?, CAME_AT = ? WHERE INBOX = ? AND DUE_AT = ? AND CAME_AT IS NULL",
                        drop.key(),
                        Timestamps.column(drop.receivedAt()),
                        missing.inbox(),
                        Timestamps.column(missing.due()))
                == 1;
    }

    /** What had not come by that deadline. */
    public Optional<MissingDrop> of(Inbox inbox, Instant due) {
        return jdbc
                .query(
                        SELECT + "WHERE INBOX = ? AND DUE_AT = ?",
                        MissingDrops::map,
                        inbox.name(),
                        Timestamps.column(due))
                .stream()
                .findFirst();
    }

    /** The newest, of one inbox or of all. */
    public List<MissingDrop> newest(@Nullable String inbox, int limit) {
        return jdbc.query(
                SELECT + "WHERE CAST(? AS VARCHAR) IS NULL OR INBOX = ? ORDER BY DUE_AT DESC, INBOX FETCH FIRST "
                        + Math.max(1, limit) + " ROWS ONLY",
                MissingDrops::map,
                inbox,
                inbox);
    }

    private static MissingDrop map(ResultSet row, int number) throws SQLException {
        return new MissingDrop(
                row.getString("INBOX"),
                row.getObject("DUE_AT", OffsetDateTime.class).toInstant(),
                row.getObject("NOTED_AT", OffsetDateTime.class).toInstant(),
                Timestamps.instant(row.getObject("CAME_AT", OffsetDateTime.class)),
                row.getObject("DROP_KEY", Long.class));
    }
}
