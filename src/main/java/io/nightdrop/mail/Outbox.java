package io.nightdrop.mail;

import io.nightdrop.database.Rows;
import io.nightdrop.time.Timestamps;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A table of messages that are sent by mail, a row for each. All such tables have the columns {@code STATE}, {@code RECIPIENT},
 * {@code ATTEMPTS}, {@code NEXT_TRY_AT}, {@code TROUBLE}, {@code CREATED_AT} and {@code SETTLED_AT}, and ids that grow with time.
 *
 * @param <M> its messages
 */
public abstract class Outbox<M extends Outgoing> {

    private static final int MAX_TROUBLE = 2000;

    private static final Rows<Settlement> SETTLEMENTS = new Rows<Settlement>()
            .text("id", Settlement::id)
            .text("state", Settlement::state)
            .text("address", Settlement::address)
            .number("attempts", settlement -> (long) settlement.attempts())
            .text("next_try_at", Settlement::nextTryAt)
            .text("trouble", settlement -> cut(settlement.trouble()));

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final String table;
    private final String id;
    private final String ready;
    private final String due;

    /**
     * An outbox over a table, which its statements call {@code n}.
     *
     * @param table the table's name
     * @param id the name of its primary key, a UUID
     * @param ready what must hold, besides its state, of one that may be told
     */
    protected Outbox(
            JdbcTemplate jdbc, PlatformTransactionManager transactions, String table, String id, String ready) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.table = table;
        this.id = "n." + id;
        this.ready = "n.STATE = 'PENDING' AND " + ready + " ";
        // a next try that lies further ahead than any pause is long comes from a clock that was set back, and counts as
        // come
        this.due = this.ready
                + "AND (n.NEXT_TRY_AT IS NULL OR (n.NEXT_TRY_AT - CAST(? AS TIMESTAMP(3) WITH TIME ZONE))"
                + " NOT BETWEEN INTERVAL '0.001' SECOND AND INTERVAL '70' MINUTE) ";
    }

    /** Those of the ids, the oldest first. */
    protected abstract List<M> get(List<UUID> ids);

    /** Those of an array of ids; a subquery over {@code UNNEST} H2 would run again for each row of the table. */
    protected static String among(String id) {
        return id + " = ANY(CAST(? AS UUID ARRAY)) ";
    }

    /** Sets the array of {@link #among}. */
    protected static void setIds(PreparedStatement statement, int index, List<UUID> ids) throws SQLException {
        Object[] texts = ids.stream().map(UUID::toString).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf("VARCHAR", texts));
    }

    /**
     * Some that are due, the oldest first.
     *
     * @param moment those whose next try is not after this moment
     */
    public List<UUID> due(Instant moment, int limit) {
        return jdbc.queryForList(
                "SELECT " + id + " FROM " + table + " n WHERE " + due + "ORDER BY " + id + " FETCH FIRST " + limit
                        + " ROWS ONLY",
                UUID.class,
                Timestamps.column(moment));
    }

    /**
     * Claims those of the ids that are still due, in a transaction of its own: until the lease ends nobody else can. The
     * rows are locked before they are marked, and looked at again under the lock, so that of two processes only one gets
     * each; one that is locked is left to the other process.
     *
     * @param moment those whose next try is not after this moment
     * @param lease when a claim ends whose process is gone
     */
    public List<M> claim(List<UUID> ids, Instant moment, Instant lease) {
        List<UUID> claimed = transaction.execute(status -> {
            List<UUID> locked = jdbc.query(
                    "SELECT " + id + " FROM " + table + " n WHERE " + among(id) + "AND " + due
                            + "FOR UPDATE SKIP LOCKED",
                    statement -> {
                        setIds(statement, 1, ids);
                        statement.setObject(2, Timestamps.column(moment));
                    },
                    (row, number) -> row.getObject(1, UUID.class));
            jdbc.update("UPDATE " + table + " n SET NEXT_TRY_AT = ? WHERE " + among(id), statement -> {
                statement.setObject(1, Timestamps.column(lease));
                setIds(statement, 2, locked);
            });
            return locked;
        });
        return claimed == null || claimed.isEmpty() ? List.of() : get(claimed);
    }

    /** Records what came of claimed ones, with one statement. What another process has settled since stays as it is. */
    public void record(Instant lease, Instant at, List<Settlement> settlements) {
        if (settlements.isEmpty()) {
            return;
        }
        jdbc.update("""
                MERGE INTO %s n
                USING (SELECT CAST(q.id AS UUID) AS id, q.state, q.address, q.attempts, q.trouble,
                    CAST(q.next_try_at AS TIMESTAMP(3) WITH TIME ZONE) AS next_try_at,
                    CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS lease, CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS at
                  FROM %s
                ) t ON (%s = t.id)
                WHEN MATCHED AND n.STATE = 'PENDING' AND (t.state <> 'PENDING' OR n.NEXT_TRY_AT = t.lease) THEN UPDATE SET
                  STATE = t.state,
                  RECIPIENT = COALESCE(t.address, n.RECIPIENT),
                  ATTEMPTS = n.ATTEMPTS + t.attempts,
                  NEXT_TRY_AT = t.next_try_at,
                  TROUBLE = CASE WHEN t.state = 'SENT' THEN NULL ELSE COALESCE(t.trouble, n.TROUBLE) END,
                  SETTLED_AT = CASE WHEN t.state = 'PENDING' THEN NULL ELSE t.at END""".formatted(table, SETTLEMENTS.table(), id), statement -> {
            statement.setObject(1, Timestamps.column(lease));
            statement.setObject(2, Timestamps.column(at));
            SETTLEMENTS.set(statement, 3, settlements);
        });
    }

    /** There is no mail server: all that are ready stay in their table; how many. */
    public long leaveInApp(Instant at) {
        return end("n.SETTLED_AT IS NULL AND " + ready, "STATE = 'IN_APP', TROUBLE = NULL", at);
    }

    /**
     * The mail server could not be used: those that are due and old enough are undeliverable, the other ones keep the
     * reason and are due again.
     *
     * @param createdBefore until when they were made that are given up
     * @return how many were given up
     */
    public long serverDown(Instant moment, Instant createdBefore, Instant at, String trouble) {
        String reason = cut(trouble);
        jdbc.update(
                "UPDATE " + table + " n SET TROUBLE = ? WHERE " + due + "AND n.TROUBLE IS DISTINCT FROM ?",
                reason,
                Timestamps.column(moment),
                reason);
        return end(
                "n.CREATED_AT <= CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AND " + due,
                "STATE = 'UNDELIVERABLE', TROUBLE = SUBSTRING('given up: ' || n.TROUBLE FROM 1 FOR 2000)",
                at,
                Timestamps.column(createdBefore),
                Timestamps.column(moment));
    }

    private long end(String condition, String change, Instant at, @Nullable Object... arguments) {
        List<@Nullable Object> all = new ArrayList<>();
        all.add(Timestamps.column(at));
        all.addAll(List.of(arguments));
        return jdbc.update(
                "UPDATE " + table + " n SET " + change + ", NEXT_TRY_AT = NULL, SETTLED_AT = ? WHERE " + condition,
                all.toArray());
    }

    /** How many that are ready are still to be told. */
    public long waiting() {
        Long count = jdbc.queryForObject("SELECT COUNT(*) FROM " + table + " n WHERE " + ready, Long.class);
        return count == null ? 0 : count;
    }

    /** The trouble of one that is still to be told; null when none has any. */
    public @Nullable String waitingTrouble() {
        return jdbc
                .queryForList(
                        "SELECT n.TROUBLE FROM " + table + " n WHERE " + ready + "AND n.TROUBLE IS NOT NULL ORDER BY "
                                + id + " DESC FETCH FIRST 1 ROWS ONLY",
                        String.class)
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String cut(@Nullable String trouble) {
        return trouble == null || trouble.length() <= MAX_TROUBLE ? trouble : trouble.substring(0, MAX_TROUBLE);
    }
}
