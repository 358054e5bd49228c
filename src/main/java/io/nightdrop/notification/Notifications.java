package io.nightdrop.notification;

import io.nightdrop.database.Ids;
import io.nightdrop.database.Rows;
import io.nightdrop.time.Timestamps;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The table {@code NOTIFICATION}: one message for each workflow and drop. What a message lists are the drop's events of
 * that workflow, each required document's name once.
 */
@Component
public class Notifications {

    /** The most documents that one message lists by name. */
    public static final int MAX_DOCUMENTS = 200;

    private static final int PAGE = 500;
    private static final int MAX_TROUBLE = 2000;
    private static final UUID FIRST = new UUID(0, 0);
    private static final UUID LAST = new UUID(-1, -1);

    private record New(UUID id, String workflowId) {}

    private static final Rows<New> NEW = new Rows<New>().text("id", New::id).text("workflow_id", New::workflowId);

    private static final String OPEN = """
            MERGE INTO NOTIFICATION n
            USING (SELECT CAST(q.id AS UUID) AS id, q.workflow_id, CAST(? AS BIGINT) AS drop_key,
                CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS at FROM\s""" + NEW.table() + """
            ) t ON (n.DROP_KEY = t.drop_key AND n.WORKFLOW_ID = t.workflow_id)
            WHEN NOT MATCHED THEN INSERT (NOTIFICATION_ID, DROP_KEY, WORKFLOW_ID, STATE, ATTEMPTS, CREATED_AT)
              VALUES (t.id, t.drop_key, t.workflow_id, 'PENDING', 0, t.at)""";

    /** Those of an array of ids; a subquery over {@code UNNEST} H2 would run again for each row of the table. */
    private static final String AMONG = "n.NOTIFICATION_ID = ANY(CAST(? AS UUID ARRAY)) ";

    /** Those that may be told: never before all items of their drop are done. */
    private static final String READY =
            "n.STATE = 'PENDING' AND EXISTS (SELECT 1 FROM NIGHT_DROP d WHERE d.DROP_KEY = n.DROP_KEY"
                    + " AND d.OUTCOME IS NOT NULL) ";

    /** A next try that lies further ahead than any pause is long comes from a clock that was set back, and counts as come. */
    private static final String DUE = READY
            + "AND (n.NEXT_TRY_AT IS NULL OR (n.NEXT_TRY_AT - CAST(? AS TIMESTAMP(3) WITH TIME ZONE))"
            + " NOT BETWEEN INTERVAL '0.001' SECOND AND INTERVAL '70' MINUTE) ";

    private static final String SELECT = """
            SELECT n.NOTIFICATION_ID, n.DROP_KEY, d.INBOX, COALESCE(d.DROP_ID, d.MANIFEST), n.WORKFLOW_ID, w.APPLICANT_NAME,
              CASE WHEN n.STATE = 'PENDING' THEN w.APPLICANT_EMAIL ELSE COALESCE(n.RECIPIENT, w.APPLICANT_EMAIL) END,
              n.STATE, n.ATTEMPTS, n.NEXT_TRY_AT, n.TROUBLE, n.CREATED_AT, n.SETTLED_AT
            FROM NOTIFICATION n
            JOIN NIGHT_DROP d ON d.DROP_KEY = n.DROP_KEY
            JOIN VAULT_WORKFLOW w ON w.WORKFLOW_ID = n.WORKFLOW_ID
            WHERE\s""";

    private static final String DOCUMENTS = """
            SELECT x.id, x.name, x.names FROM (
              SELECT n.NOTIFICATION_ID AS id, r.NAME AS name,
                ROW_NUMBER() OVER (PARTITION BY n.NOTIFICATION_ID ORDER BY MIN(e.ITEM_INDEX), r.NAME) AS place,
                COUNT(*) OVER (PARTITION BY n.NOTIFICATION_ID) AS names
              FROM NOTIFICATION n
              JOIN VAULT_DOCUMENT_EVENT e ON e.DROP_KEY = n.DROP_KEY AND e.WORKFLOW_ID = n.WORKFLOW_ID
              JOIN VAULT_REQUIRED_DOCUMENT r ON r.REQUIRED_DOCUMENT_ID = e.REQUIRED_DOCUMENT_ID
              WHERE\s""" + AMONG + """
              GROUP BY n.NOTIFICATION_ID, r.NAME
            ) x WHERE x.place <=\s""" + MAX_DOCUMENTS + " ORDER BY x.id, x.place";

    private static final Rows<Settlement> SETTLEMENTS = new Rows<Settlement>()
            .text("id", Settlement::id)
            .text("state", Settlement::state)
            .text("address", Settlement::address)
            .number("attempts", settlement -> (long) settlement.attempts())
            .text("next_try_at", Settlement::nextTryAt)
            .text("trouble", settlement -> cut(settlement.trouble()));

    private static final String RECORD = """
            MERGE INTO NOTIFICATION n
            USING (SELECT CAST(q.id AS UUID) AS id, q.state, q.address, q.attempts, q.trouble,
                CAST(q.next_try_at AS TIMESTAMP(3) WITH TIME ZONE) AS next_try_at,
                CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS lease, CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS at
              FROM\s""" + SETTLEMENTS.table() + """
            ) t ON (n.NOTIFICATION_ID = t.id)
            WHEN MATCHED AND n.STATE = 'PENDING' AND (t.state <> 'PENDING' OR n.NEXT_TRY_AT = t.lease) THEN UPDATE SET
              STATE = t.state,
              RECIPIENT = COALESCE(t.address, n.RECIPIENT),
              ATTEMPTS = n.ATTEMPTS + t.attempts,
              NEXT_TRY_AT = t.next_try_at,
              TROUBLE = CASE WHEN t.state = 'SENT' THEN NULL ELSE COALESCE(t.trouble, n.TROUBLE) END,
              SETTLED_AT = CASE WHEN t.state = 'PENDING' THEN NULL ELSE t.at END""";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    Notifications(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** How many notifications of a drop are in each state. */
    public record Counts(long pending, long inApp, long sent, long undeliverable) {

        /** All of them. */
        public long total() {
            return pending + inApp + sent + undeliverable;
        }
    }

    /**
     * Opens a notification for each of the workflows that has none for this drop yet, in the caller's transaction; one
     * statement whatever their number. Opening again changes nothing.
     *
     * @param at when the events were stored
     */
    public void open(long dropKey, Collection<String> workflowIds, Instant at) {
        List<New> rows = workflowIds.stream()
                .distinct()
                .map(workflowId -> new New(Ids.next(), workflowId))
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        jdbc.update(OPEN, statement -> {
            statement.setLong(1, dropKey);
            statement.setObject(2, Timestamps.column(at));
            NEW.set(statement, 3, rows);
        });
    }

    /** Counts a drop's notifications. */
    public Counts count(long dropKey) {
        Map<NotificationState, Long> counts = new EnumMap<>(NotificationState.class);
        jdbc.query(
                "SELECT STATE, COUNT(*) FROM NOTIFICATION WHERE DROP_KEY = ? GROUP BY STATE",
                row -> {
                    counts.put(NotificationState.valueOf(row.getString(1)), row.getLong(2));
                },
                dropKey);
        return new Counts(
                counts.getOrDefault(NotificationState.PENDING, 0L),
                counts.getOrDefault(NotificationState.IN_APP, 0L),
                counts.getOrDefault(NotificationState.SENT, 0L),
                counts.getOrDefault(NotificationState.UNDELIVERABLE, 0L));
    }

    /**
     * All notifications, the newest first, fetched by the page: memory stays flat whatever their number.
     *
     * @param workflowId only of that workflow, or null
     */
    public Iterable<Notification> newest(@Nullable String workflowId) {
        String condition = workflowId == null ? "" : "AND n.WORKFLOW_ID = ? ";
        Object[] arguments = workflowId == null ? new Object[0] : new Object[] {workflowId};
        return () -> new Pages(
                "n.NOTIFICATION_ID < CAST(? AS UUID) " + condition + "ORDER BY n.NOTIFICATION_ID DESC",
                LAST,
                arguments);
    }

    /** The undeliverable ones of a drop, the oldest first, likewise. */
    public Iterable<Notification> undeliverable(long dropKey) {
        return () -> new Pages(
                "n.NOTIFICATION_ID > CAST(? AS UUID) AND n.DROP_KEY = ? AND n.STATE = 'UNDELIVERABLE'"
                        + " ORDER BY n.NOTIFICATION_ID",
                FIRST,
                dropKey);
    }

    /**
     * Some that are due, the oldest first.
     *
     * @param due those whose next try is not after this moment
     */
    List<UUID> due(Instant due, int limit) {
        return jdbc.queryForList(
                "SELECT n.NOTIFICATION_ID FROM NOTIFICATION n WHERE " + DUE + "ORDER BY n.NOTIFICATION_ID FETCH FIRST "
                        + limit + " ROWS ONLY",
                UUID.class,
                Timestamps.column(due));
    }

    /**
     * Claims those of the ids that are still due, in a transaction of its own: until the lease ends nobody else can. The
     * rows are locked before they are marked, and looked at again under the lock, so that of two processes only one gets
     * each; one that is locked is left to the other process.
     *
     * @param due those whose next try is not after this moment
     * @param lease when a claim ends whose process is gone
     */
    List<Notification> claim(List<UUID> ids, Instant due, Instant lease) {
        List<UUID> claimed = transaction.execute(status -> {
            List<UUID> locked = jdbc.query(
                    "SELECT n.NOTIFICATION_ID FROM NOTIFICATION n WHERE " + AMONG + "AND " + DUE
                            + "FOR UPDATE SKIP LOCKED",
                    statement -> {
                        setIds(statement, 1, ids);
                        statement.setObject(2, Timestamps.column(due));
                    },
                    (row, number) -> row.getObject(1, UUID.class));
            jdbc.update("UPDATE NOTIFICATION n SET NEXT_TRY_AT = ? WHERE " + AMONG, statement -> {
                statement.setObject(1, Timestamps.column(lease));
                setIds(statement, 2, locked);
            });
            return locked;
        });
        return claimed == null || claimed.isEmpty() ? List.of() : get(claimed);
    }

    private List<Notification> get(List<UUID> ids) {
        return withDocuments(jdbc.query(
                SELECT + AMONG + "ORDER BY n.NOTIFICATION_ID",
                statement -> setIds(statement, 1, ids),
                Notifications::map));
    }

    /** Records what came of claimed ones, with one statement. What another process has settled since stays as it is. */
    void record(Instant lease, Instant at, List<Settlement> settlements) {
        if (settlements.isEmpty()) {
            return;
        }
        jdbc.update(RECORD, statement -> {
            statement.setObject(1, Timestamps.column(lease));
            statement.setObject(2, Timestamps.column(at));
            SETTLEMENTS.set(statement, 3, settlements);
        });
    }

    /** There is no mail server: all that are ready stay in their table; how many. */
    long leaveInApp(Instant at) {
        return end("n.SETTLED_AT IS NULL AND " + READY, "STATE = 'IN_APP', TROUBLE = NULL", at);
    }

    /**
     * The mail server could not be used: those that are due and old enough are undeliverable, the other ones keep the
     * reason and are due again.
     *
     * @param createdBefore until when they were made that are given up
     * @return how many were given up
     */
    long serverDown(Instant due, Instant createdBefore, Instant at, String trouble) {
        String reason = cut(trouble);
        jdbc.update(
                "UPDATE NOTIFICATION n SET TROUBLE = ? WHERE " + DUE + "AND n.TROUBLE IS DISTINCT FROM ?",
                reason,
                Timestamps.column(due),
                reason);
        return end(
                "n.CREATED_AT <= CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AND " + DUE,
                "STATE = 'UNDELIVERABLE', TROUBLE = SUBSTRING('given up: ' || n.TROUBLE FROM 1 FOR 2000)",
                at,
                Timestamps.column(createdBefore),
                Timestamps.column(due));
    }

    private long end(String condition, String change, Instant at, @Nullable Object... arguments) {
        List<@Nullable Object> all = new ArrayList<>();
        all.add(Timestamps.column(at));
        all.addAll(List.of(arguments));
        return jdbc.update(
                "UPDATE NOTIFICATION n SET " + change + ", NEXT_TRY_AT = NULL, SETTLED_AT = ? WHERE " + condition,
                all.toArray());
    }

    /** How many of drops that have their outcome are still to be told. */
    long waiting() {
        Long count = jdbc.queryForObject("SELECT COUNT(*) FROM NOTIFICATION n WHERE " + READY, Long.class);
        return count == null ? 0 : count;
    }

    /** The trouble of one that is still to be told; null when none has any. */
    @Nullable
    String waitingTrouble() {
        return jdbc
                .queryForList(
                        "SELECT n.TROUBLE FROM NOTIFICATION n WHERE " + READY
                                + "AND n.TROUBLE IS NOT NULL ORDER BY n.NOTIFICATION_ID DESC FETCH FIRST 1 ROWS ONLY",
                        String.class)
                .stream()
                .findFirst()
                .orElse(null);
    }

    private List<Notification> withDocuments(List<Notification> page) {
        if (page.isEmpty()) {
            return page;
        }
        Map<UUID, List<String>> documents = new HashMap<>();
        Map<UUID, Long> names = new HashMap<>();
        List<UUID> ids = page.stream().map(Notification::id).toList();
        jdbc.query(DOCUMENTS, statement -> setIds(statement, 1, ids), row -> {
            UUID id = row.getObject(1, UUID.class);
            documents.computeIfAbsent(id, key -> new ArrayList<>()).add(row.getString(2));
            names.put(id, row.getLong(3));
        });
        return page.stream()
                .map(one -> {
                    List<String> own = documents.getOrDefault(one.id(), List.of());
                    return one.with(List.copyOf(own), names.getOrDefault(one.id(), 0L) - own.size());
                })
                .toList();
    }

    private static void setIds(PreparedStatement statement, int index, List<UUID> ids) throws SQLException {
        Object[] texts = ids.stream().map(UUID::toString).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf("VARCHAR", texts));
    }

    private static @Nullable String cut(@Nullable String trouble) {
        return trouble == null || trouble.length() <= MAX_TROUBLE ? trouble : trouble.substring(0, MAX_TROUBLE);
    }

    private static Notification map(ResultSet row, int number) throws SQLException {
        return new Notification(
                row.getObject(1, UUID.class),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                List.of(),
                0,
                NotificationState.valueOf(row.getString(8)),
                row.getInt(9),
                instant(row, 10),
                row.getString(11),
                row.getObject(12, OffsetDateTime.class).toInstant(),
                instant(row, 13));
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        return Timestamps.instant(row.getObject(column, OffsetDateTime.class));
    }

    private final class Pages implements Iterator<Notification> {
        private final String condition;
        private final Object[] arguments;
        private UUID last;
        private Iterator<Notification> page = List.<Notification>of().iterator();
        private boolean ended;

        /** The condition's first parameter is the id after which the next page begins. */
        Pages(String condition, UUID before, Object... arguments) {
            this.condition = condition;
            this.last = before;
            this.arguments = arguments;
        }

        @Override
        public boolean hasNext() {
            if (!page.hasNext() && !ended) {
                List<@Nullable Object> all = new ArrayList<>();
                all.add(last);
                all.addAll(List.of(arguments));
                List<Notification> next = jdbc.query(
                        SELECT + condition + " FETCH FIRST " + PAGE + " ROWS ONLY", Notifications::map, all.toArray());
                ended = next.size() < PAGE;
                page = withDocuments(next).iterator();
            }
            return page.hasNext();
        }

        @Override
        public Notification next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Notification one = page.next();
            last = one.id();
            return one;
        }
    }
}
