package io.nightdrop.result;

import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.time.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code NIGHT_DROP}: every drop that was ever taken in. */
@Component
public class Drops {

    private static final int MAX_TROUBLE = 2000;

    private static final String SELECT = """
            SELECT DROP_KEY, INBOX, DROP_ID, MANIFEST, FINGERPRINT, OPERATION, WRITER, STATE, OUTCOME, DUPLICATE_OF, AGAIN_OF, ACCEPTS_REMOVALS,
              REASON, HTTP_STATUS, ITEM_COUNT, SUCCEEDED_COUNT, FAILED_COUNT, REMOVED_COUNT, MANIFEST_FORMAT, MANIFEST_HEADER, REFUSAL, TROUBLE, RESOLVE_AS,
              JOB_EXECUTION_ID, RESTARTS, RECEIVED_AT, STARTED_AT, FINISHED_AT
            FROM NIGHT_DROP\s""";

    private final JdbcTemplate jdbc;
    private final JsonMapper json;
    private final InboxClaims claims;

    Drops(JdbcTemplate jdbc, JsonMapper json, InboxClaims claims) {
        this.jdbc = jdbc;
        this.json = json;
        this.claims = claims;
    }

    /**
     * Claims a manifest: from now on nobody else can.
     *
     * @return the new drop, or empty when somebody else has claimed that path
     */
    public Optional<Drop> claim(String inbox, String manifest, Instant receivedAt) {
        Long key = jdbc.queryForObject("SELECT NEXTVAL('NIGHT_DROP_SEQ')", Long.class);
        try {
            int inserted =
                    jdbc.update("""
                    INSERT INTO NIGHT_DROP (DROP_KEY, INBOX, MANIFEST, CLAIM, STATE, RECEIVED_AT)
                    SELECT CAST(? AS BIGINT), c.INBOX, CAST(? AS VARCHAR), CAST(? AS VARCHAR), 'TAKING_IN',
                      CAST(? AS TIMESTAMP(3) WITH TIME ZONE)
                    FROM INBOX_CLAIM c WHERE c.INBOX = ? AND c.NODE_ID = ?""", key, manifest, manifest, Timestamps.column(receivedAt), inbox, claims.owner());
            if (inserted == 0) {
                throw new LeaseLostException("taking in " + manifest);
            }
        } catch (DuplicateKeyException claimed) {
            return Optional.empty();
        }
        return Optional.of(get(key == null ? 0 : key));
    }

    /**
     * Begins to take a finished drop in again, as a drop of its own. It has no claim, because it takes nothing out of its
     * inbox.
     *
     * @param acceptsRemovals whether it may leave out as many as it does, as a roster that lists everybody
     * @return the new drop, {@code TAKING_IN}, or empty when another one got the id meanwhile
     */
    public Optional<Drop> again(Drop original, String id, String reason, boolean acceptsRemovals, Instant receivedAt) {
        Long key = jdbc.queryForObject("SELECT NEXTVAL('NIGHT_DROP_SEQ')", Long.class);
        try {
            jdbc.update(
                    """
                    INSERT INTO NIGHT_DROP (DROP_KEY, INBOX, DROP_ID, MANIFEST, STATE, AGAIN_OF, REASON, ACCEPTS_REMOVALS,
                      RECEIVED_AT)
                    VALUES (?, ?, ?, ?, 'TAKING_IN', ?, ?, ?, ?)""",
                    key,
                    original.inbox(),
                    id,
                    original.manifest(),
                    original.key(),
                    reason,
                    acceptsRemovals,
                    Timestamps.column(receivedAt));
        } catch (DuplicateKeyException taken) {
            return Optional.empty();
        }
        return Optional.of(get(key == null ? 0 : key));
    }

    /** A drop that takes that one in again and is not done. */
    public Optional<Drop> unfinishedAgain(long key) {
        return query("WHERE AGAIN_OF = ? AND STATE <> 'DONE' ORDER BY DROP_KEY", key).stream()
                .findFirst();
    }

    /** Changes a drop whose inbox is ours; else {@link LeaseLostException}. */
    private void change(long key, String assignments, @Nullable Object... values) {
        if (changed(key, assignments, "", values) == 0) {
            throw new LeaseLostException("the drop " + key);
        }
    }

    private int changed(long key, String assignments, String condition, @Nullable Object... values) {
        List<@Nullable Object> arguments = new ArrayList<>(Arrays.asList(values));
        arguments.add(key);
        arguments.add(claims.owner());
        return jdbc.update(
                "UPDATE NIGHT_DROP SET " + assignments + " WHERE DROP_KEY = ?" + condition + " AND" + InboxClaims.OWNED,
                arguments.toArray());
    }

    /** Forgets a drop whose sources were gone before it could be taken in. */
    public void withdrawn(long key) {
        jdbc.update(
                "DELETE FROM NIGHT_DROP WHERE DROP_KEY = ? AND FINGERPRINT IS NULL AND" + InboxClaims.OWNED,
                key,
                claims.owner());
    }

    /**
     * Ends the taking in: the drop has its fingerprint and its id.
     *
     * @param writer where its batches will go, whatever its inbox says later
     */
    public void takenIn(long key, String id, String fingerprint, String writer) {
        change(
                key,
                "DROP_ID = ?, FINGERPRINT = ?, WRITER = ?, STATE = 'TAKEN_IN', CLAIM = NULL",
                id,
                fingerprint,
                writer);
    }

    /** Ends a drop that repeats one that was taken in before. */
    public void duplicate(long key, String id, String fingerprint, long duplicateOf, Instant finishedAt) {
        change(
                key,
                "DROP_ID = ?, FINGERPRINT = ?, OUTCOME = 'DUPLICATE', DUPLICATE_OF = ?, FINISHED_AT = ?,"
                        + " STATE = 'TAKEN_IN', CLAIM = NULL",
                id,
                fingerprint,
                duplicateOf,
                Timestamps.column(finishedAt));
    }

    /**
     * The drop of that inbox with that fingerprint which a repetition repeats. One that was refused whole did nothing, so
     * it counts for none: sent again, perhaps after the inbox's settings were mended, it is looked at again.
     */
    public Optional<Drop> original(String inbox, String fingerprint) {
        return query("""
                        WHERE INBOX = ? AND FINGERPRINT = ? AND DUPLICATE_OF IS NULL
                          AND (OUTCOME IS NULL OR OUTCOME <> 'REJECTED') ORDER BY DROP_KEY""", inbox, fingerprint).stream().findFirst();
    }

    /** How many drops of that inbox have that fingerprint, whatever became of them. */
    public long count(String inbox, String fingerprint) {
        Long count = jdbc.queryForObject(
                "SELECT COUNT(*) FROM NIGHT_DROP WHERE INBOX = ? AND FINGERPRINT = ?", Long.class, inbox, fingerprint);
        return count == null ? 0 : count;
    }

    /** Whether a drop of that inbox has that id. */
    public boolean exists(String inbox, String id) {
        return !query("WHERE INBOX = ? AND DROP_ID = ?", inbox, id).isEmpty();
    }

    /** A run begins or goes on. */
    public void running(long key, Instant startedAt) {
        change(
                key,
                "STATE = 'RUNNING', TROUBLE = NULL, STARTED_AT = COALESCE(STARTED_AT, ?)",
                Timestamps.column(startedAt));
    }

    /** What the manifest is. */
    public void recognised(long key, String operation, String format, List<String> header) {
        change(
                key,
                "OPERATION = ?, MANIFEST_FORMAT = ?, MANIFEST_HEADER = ?",
                operation,
                format,
                header.isEmpty() ? null : json.writeValueAsString(header));
    }

    /**
     * The manifest was read through: so many items, or refused whole.
     *
     * @param everybody whether it is a roster that lists everybody, and removes whom it leaves out
     */
    public void checked(long key, long itemCount, @Nullable Refusal refusal, boolean everybody) {
        change(
                key,
                "ITEM_COUNT = ?, REFUSAL = ?, REMOVED_COUNT = ?",
                itemCount,
                refusal == null ? null : json.writeValueAsString(refusal),
                everybody ? 0L : null);
    }

    /** It has removed so many in all, as a roster that lists everybody. */
    public void removed(long key, long count) {
        change(key, "REMOVED_COUNT = ?", count);
    }

    /** The items are done; said once, a repetition changes nothing. */
    public void concluded(
            long key,
            Outcome outcome,
            int httpStatus,
            long succeeded,
            long failed,
            long jobExecutionId,
            int restarts,
            Instant finishedAt) {
        int concluded = changed(
                key,
                "OUTCOME = ?, HTTP_STATUS = ?, SUCCEEDED_COUNT = ?, FAILED_COUNT = ?, JOB_EXECUTION_ID = ?, RESTARTS = ?,"
                        + " FINISHED_AT = ?",
                " AND OUTCOME IS NULL",
                outcome.name(),
                httpStatus,
                succeeded,
                failed,
                jobExecutionId,
                restarts,
                Timestamps.column(finishedAt));
        if (concluded == 0 && get(key).outcome() == null) {
            throw new LeaseLostException("the outcome of the drop " + key);
        }
    }

    /**
     * The items in doubt of a drop that is done, or whose settling has failed, are to be settled, by whoever runs drops.
     *
     * @return whether it was
     */
    public boolean settling(long key, Resolution how) {
        return jdbc.update(
                        "UPDATE NIGHT_DROP SET STATE = 'SETTLING', RESOLVE_AS = ? WHERE DROP_KEY = ?"
                                + " AND (STATE = 'DONE' OR (STATE IN ('FAILED', 'STOPPED') AND RESOLVE_AS IS NOT NULL))",
                        how.name(),
                        key)
                == 1;
    }

    /** What became of its items was found out later; of a drop that has its outcome. */
    public void recounted(long key, Outcome outcome, int httpStatus, long succeeded, long failed) {
        change(
                key,
                "OUTCOME = ?, HTTP_STATUS = ?, SUCCEEDED_COUNT = ?, FAILED_COUNT = ?",
                outcome.name(),
                httpStatus,
                succeeded,
                failed);
    }

    /** Its reports are written and its sources put away. */
    public void done(long key) {
        change(
                key,
                "STATE = 'DONE', TROUBLE = NULL, RESOLVE_AS = NULL, FAILED_TRIES = 0, FAILED_SINCE = NULL, NEXT_TRY_AT = NULL");
    }

    /** Its run was stopped; it goes on at the next opportunity. */
    public void stopped(long key) {
        change(key, "STATE = 'STOPPED', TROUBLE = NULL");
    }

    /**
     * A fault ended its run. It is tried again after 1 minute, then 2, 4 and so on up to an hour, on the database's clock.
     *
     * @param trouble what the operator should read about it
     */
    public void failed(long key, String trouble) {
        change(
                key,
                "STATE = 'FAILED', TROUBLE = ?, FAILED_TRIES = FAILED_TRIES + 1,"
                        + " FAILED_SINCE = COALESCE(FAILED_SINCE, CURRENT_TIMESTAMP), NEXT_TRY_AT = CURRENT_TIMESTAMP"
                        + " + LEAST(60, CAST(POWER(2, LEAST(FAILED_TRIES, 6)) AS INTEGER)) * INTERVAL '1' MINUTE",
                cut(trouble));
    }

    /**
     * Its run cannot go on before its partner can be asked again. It is tried again then, or after a quarter of the time that this has gone on, at most
     * 5 minutes; how often does not count.
     *
     * @param trouble what the operator should read about it
     * @param pause how long it has to wait at least
     * @param moved whether it has got further since its last try: then its time counts anew
     */
    public void postponed(long key, String trouble, Duration pause, boolean moved) {
        change(
                key,
                "STATE = 'FAILED', TROUBLE = ?, FAILED_SINCE = "
                        + (moved ? "CURRENT_TIMESTAMP" : "COALESCE(FAILED_SINCE, CURRENT_TIMESTAMP)")
                        + ", NEXT_TRY_AT = CURRENT_TIMESTAMP + GREATEST(CAST(? AS BIGINT), LEAST(300,"
                        + " CAST(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - COALESCE(FAILED_SINCE, CURRENT_TIMESTAMP))) / 4 AS BIGINT)))"
                        + " * INTERVAL '1' SECOND",
                cut(trouble),
                Math.min(pause.toSeconds() + 1, TimeUnit.HOURS.toSeconds(1)));
    }

    private static String cut(String trouble) {
        return trouble.length() <= MAX_TROUBLE ? trouble : trouble.substring(0, MAX_TROUBLE);
    }

    /** A failed drop is tried at the next opportunity, and from then on at growing intervals again. */
    public void tryNow(long key) {
        jdbc.update(
                "UPDATE NIGHT_DROP SET FAILED_TRIES = 0, FAILED_SINCE = CURRENT_TIMESTAMP,"
                        + " NEXT_TRY_AT = CURRENT_TIMESTAMP - INTERVAL '1' SECOND" // columns are rounded, also up
                        + " WHERE DROP_KEY = ? AND STATE = 'FAILED'",
                key);
    }

    /** When a failed drop is tried again by itself; empty when it is not failed. */
    public Optional<Instant> nextTry(long key) {
        return jdbc
                .query(
                        "SELECT NEXT_TRY_AT FROM NIGHT_DROP WHERE DROP_KEY = ? AND STATE = 'FAILED' AND NEXT_TRY_AT IS NOT NULL",
                        (row, number) -> required(row, "NEXT_TRY_AT"),
                        key)
                .stream()
                .findFirst();
    }

    /**
     * Those of the unfinished whose time has come. A next try that lies further ahead than any pause is long comes from a
     * clock that was set back, and counts as come.
     *
     * @param retryFor how long after its first failure a drop is tried again
     */
    public List<Drop> due(String inbox, Duration retryFor) {
        return query(
                "WHERE INBOX = ? AND STATE <> 'DONE' AND (STATE <> 'FAILED'"
                        + " OR ((NEXT_TRY_AT <= CURRENT_TIMESTAMP OR NEXT_TRY_AT > CURRENT_TIMESTAMP + INTERVAL '61' MINUTE)"
                        + " AND FAILED_SINCE > CURRENT_TIMESTAMP - CAST(? AS BIGINT) * INTERVAL '1' SECOND))"
                        + " ORDER BY MANIFEST, DROP_KEY",
                inbox,
                retryFor.toSeconds());
    }

    /** Those of an inbox that are failed, and whose first failure in a row lies that far back, on the database's clock. */
    public List<Drop> failingFor(String inbox, Duration patience) {
        return query(
                "WHERE INBOX = ? AND STATE = 'FAILED'"
                        + " AND FAILED_SINCE <= CURRENT_TIMESTAMP - CAST(? AS BIGINT) * INTERVAL '1' SECOND ORDER BY DROP_KEY",
                inbox,
                patience.toSeconds());
    }

    /** Since when the runs of a drop that is not through fail; empty when they do not. */
    public Optional<Instant> failingSince(long key) {
        return jdbc
                .query(
                        "SELECT FAILED_SINCE FROM NIGHT_DROP WHERE DROP_KEY = ? AND FAILED_SINCE IS NOT NULL",
                        (row, number) -> required(row, "FAILED_SINCE"),
                        key)
                .stream()
                .findFirst();
    }

    /**
     * The first drop that a sender brought of his own accord after that moment and until that one: none that repeats another, and no corrections that he
     * put back.
     */
    public Optional<Drop> firstBrought(String inbox, Instant after, Instant until) {
        return query("""
                        WHERE INBOX = ? AND RECEIVED_AT > ? AND RECEIVED_AT <= ? AND AGAIN_OF IS NULL AND DUPLICATE_OF IS NULL
                          AND MANIFEST NOT LIKE '%.corrections.csv' AND MANIFEST NOT LIKE '%.corrections.tsv'
                          AND MANIFEST NOT LIKE '%.corrections.jsonl'
                        ORDER BY RECEIVED_AT, DROP_KEY FETCH FIRST 1 ROWS ONLY""", inbox, Timestamps.column(after), Timestamps.column(until)).stream()
                .findFirst();
    }

    /** Those that are not done, of one inbox, in the order of their manifests' paths. */
    public List<Drop> unfinished(String inbox) {
        return query("WHERE INBOX = ? AND STATE <> 'DONE' ORDER BY MANIFEST, DROP_KEY", inbox);
    }

    /** That drop. */
    public Drop get(long key) {
        return find(key).orElseThrow(() -> new IllegalStateException("There is no drop with the key " + key));
    }

    /** That drop, if there is one. */
    public Optional<Drop> find(long key) {
        return query("WHERE DROP_KEY = ?", key).stream().findFirst();
    }

    /** The next drops behind that key, at most so many; all, or only those that are not done. */
    public List<Drop> after(long key, int most, boolean unfinished) {
        return query(
                "WHERE DROP_KEY > ? " + (unfinished ? "AND STATE <> 'DONE' " : "") + "ORDER BY DROP_KEY FETCH FIRST "
                        + most + " ROWS ONLY",
                key);
    }

    /** The drops of that id, in any inbox; {@code inbox/id} names one. */
    public List<Drop> named(String name) {
        int slash = name.indexOf('/');
        return slash < 0
                ? query("WHERE DROP_ID = ? ORDER BY DROP_KEY", name)
                : query(
                        "WHERE INBOX = ? AND DROP_ID = ? ORDER BY DROP_KEY",
                        name.substring(0, slash),
                        name.substring(slash + 1));
    }

    /** The drops whose manifest lay at that path, the newest first. */
    public List<Drop> ofManifest(String inbox, String manifest) {
        return query("WHERE INBOX = ? AND MANIFEST = ? ORDER BY DROP_KEY DESC", inbox, manifest);
    }

    /**
     * The newest drops.
     *
     * @param inbox only of that inbox, or null
     * @param standing only of that outcome or state, or null
     */
    public List<Drop> newest(@Nullable String inbox, @Nullable String standing, int limit) {
        return query("""
                WHERE (CAST(? AS VARCHAR) IS NULL OR INBOX = ?)
                  AND (CAST(? AS VARCHAR) IS NULL
                    OR CASE WHEN STATE = 'DONE' THEN OUTCOME ELSE STATE END = ?)
                ORDER BY DROP_KEY DESC FETCH FIRST\s""" + Math.max(1, limit) + " ROWS ONLY", inbox, inbox, standing, standing);
    }

    private List<Drop> query(String condition, @Nullable Object... arguments) {
        return jdbc.query(SELECT + condition, this::map, arguments);
    }

    private Drop map(ResultSet row, int number) throws SQLException {
        String outcome = row.getString("OUTCOME");
        String header = row.getString("MANIFEST_HEADER");
        String refusal = row.getString("REFUSAL");
        String resolveAs = row.getString("RESOLVE_AS");
        return new Drop(
                row.getLong("DROP_KEY"),
                row.getString("INBOX"),
                row.getString("DROP_ID"),
                row.getString("MANIFEST"),
                row.getString("FINGERPRINT"),
                row.getString("OPERATION"),
                row.getString("WRITER"),
                DropState.valueOf(row.getString("STATE")),
                outcome == null ? null : Outcome.valueOf(outcome),
                row.getObject("DUPLICATE_OF", Long.class),
                row.getObject("AGAIN_OF", Long.class),
                row.getBoolean("ACCEPTS_REMOVALS"),
                row.getString("REASON"),
                row.getObject("HTTP_STATUS", Integer.class),
                row.getObject("ITEM_COUNT", Long.class),
                row.getObject("SUCCEEDED_COUNT", Long.class),
                row.getObject("FAILED_COUNT", Long.class),
                row.getObject("REMOVED_COUNT", Long.class),
                row.getString("MANIFEST_FORMAT"),
                header == null ? List.of() : List.of(json.readValue(header, String[].class)),
                refusal == null ? null : json.readValue(refusal, Refusal.class),
                row.getString("TROUBLE"),
                resolveAs == null ? null : Resolution.valueOf(resolveAs),
                row.getObject("JOB_EXECUTION_ID", Long.class),
                row.getObject("RESTARTS", Integer.class),
                required(row, "RECEIVED_AT"),
                Timestamps.instant(row.getObject("STARTED_AT", OffsetDateTime.class)),
                Timestamps.instant(row.getObject("FINISHED_AT", OffsetDateTime.class)));
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
