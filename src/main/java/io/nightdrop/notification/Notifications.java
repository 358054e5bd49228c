package io.nightdrop.notification;

import io.nightdrop.database.Ids;
import io.nightdrop.database.Rows;
import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Outbox;
import io.nightdrop.time.Timestamps;
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

/**
 * The table {@code NOTIFICATION}: one message for each workflow and drop. What a message lists are the drop's events of
 * that workflow, each required document's name once.
 */
@Component
public class Notifications extends Outbox<Notification> {

    /** The most documents that one message lists by name. */
    public static final int MAX_DOCUMENTS = 200;

    private static final int PAGE = 500;
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

    private static final String AMONG = among("n.NOTIFICATION_ID");

    /** Never before all items of their drop are done. */
    private static final String READY =
            "EXISTS (SELECT 1 FROM NIGHT_DROP d WHERE d.DROP_KEY = n.DROP_KEY AND d.OUTCOME IS NOT NULL)";

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

    private final JdbcTemplate jdbc;

    Notifications(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        super(jdbc, transactions, "NOTIFICATION", "NOTIFICATION_ID", READY);
        this.jdbc = jdbc;
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
        Map<MailState, Long> counts = new EnumMap<>(MailState.class);
        jdbc.query(
                "SELECT STATE, COUNT(*) FROM NOTIFICATION WHERE DROP_KEY = ? GROUP BY STATE",
                row -> {
                    counts.put(MailState.valueOf(row.getString(1)), row.getLong(2));
                },
                dropKey);
        return new Counts(
                counts.getOrDefault(MailState.PENDING, 0L),
                counts.getOrDefault(MailState.IN_APP, 0L),
                counts.getOrDefault(MailState.SENT, 0L),
                counts.getOrDefault(MailState.UNDELIVERABLE, 0L));
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

    @Override
    protected List<Notification> get(List<UUID> ids) {
        return withDocuments(jdbc.query(
                SELECT + AMONG + "ORDER BY n.NOTIFICATION_ID",
                statement -> setIds(statement, 1, ids),
                Notifications::map));
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
                MailState.valueOf(row.getString(8)),
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
