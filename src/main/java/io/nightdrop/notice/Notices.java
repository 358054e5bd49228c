package io.nightdrop.notice;

import io.nightdrop.database.Ids;
import io.nightdrop.database.Rows;
import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Outbox;
import io.nightdrop.notice.Notice.Kind;
import io.nightdrop.result.Drop;
import io.nightdrop.result.Outcome;
import io.nightdrop.settings.InboxSettings;
import io.nightdrop.settings.InboxSettings.NotifyOf;
import io.nightdrop.time.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The table {@code NOTICE}: what people are told, a row for each address. To make a notice again changes nothing, whoever does it; each
 * is made with one statement, in the caller's transaction when there is one.
 */
@Component
public class Notices extends Outbox<Notice> {

    private record New(UUID id, String address) {}

    private static final Rows<New> NEW = new Rows<New>().text("id", New::id).text("address", New::address);

    private static final String NOTE = """
            MERGE INTO NOTICE n
            USING (SELECT CAST(q.id AS UUID) AS id, q.address, CAST(? AS VARCHAR) AS kind, CAST(? AS VARCHAR) AS inbox,
                CAST(? AS VARCHAR) AS about, CAST(? AS BIGINT) AS drop_key, CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS due_at,
                CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS at FROM\s""" + NEW.table() + """
            ) t ON (n.KIND = t.kind AND n.INBOX = t.inbox AND n.ABOUT = t.about AND n.RECIPIENT = t.address)
            WHEN NOT MATCHED THEN
              INSERT (NOTICE_ID, KIND, INBOX, ABOUT, DROP_KEY, DUE_AT, RECIPIENT, STATE, ATTEMPTS, CREATED_AT)
              VALUES (t.id, t.kind, t.inbox, t.about, t.drop_key, t.due_at, t.address, 'PENDING', 0, t.at)""";

    /** What became of a drop is told when it is done; all else at once. */
    private static final String READY = "(n.KIND <> 'DROP' OR EXISTS (SELECT 1 FROM NIGHT_DROP d"
            + " WHERE d.DROP_KEY = n.DROP_KEY AND d.STATE = 'DONE'))";

    private static final String SELECT = """
            SELECT n.NOTICE_ID, n.KIND, n.INBOX, n.DROP_KEY, COALESCE(d.DROP_ID, d.MANIFEST), n.DUE_AT, n.RECIPIENT,
              n.STATE, n.ATTEMPTS, n.NEXT_TRY_AT, n.TROUBLE, n.CREATED_AT, n.SETTLED_AT
            FROM NOTICE n LEFT JOIN NIGHT_DROP d ON d.DROP_KEY = n.DROP_KEY WHERE\s""";

    private static final String NEWEST = """
            (CAST(? AS VARCHAR) IS NULL OR n.INBOX = ?) AND (CAST(? AS VARCHAR) IS NULL OR n.STATE = ?)
            ORDER BY n.NOTICE_ID DESC FETCH FIRST %d ROWS ONLY""";

    private final JdbcTemplate jdbc;
    private final Clock clock;

    Notices(JdbcTemplate jdbc, PlatformTransactionManager transactions, Clock clock) {
        super(jdbc, transactions, "NOTICE", "NOTICE_ID", READY);
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A drop has its outcome: its inbox's people are told once it is done, when they want to be told of such. */
    public void dropEnded(InboxSettings inbox, Drop drop) {
        boolean failure = drop.outcome() != Outcome.COMPLETED && drop.outcome() != Outcome.DUPLICATE;
        if (failure || inbox.notifyOf() == NotifyOf.ALL) {
            note(Kind.DROP, drop.inbox(), drop.key(), null, inbox.people());
        }
    }

    /** A drop's runs fail, and that has gone on for a while; people are told once of each such drop. */
    void dropFails(InboxSettings inbox, Drop drop) {
        note(Kind.FAILED, drop.inbox(), drop.key(), null, inbox.people());
    }

    /**
     * No drop was taken in by the moment at which one was expected.
     *
     * @param due that moment, which tells one such notice from the next
     * @param addresses who is told; nobody when it is empty
     */
    public void missed(String inbox, Instant due, List<String> addresses) {
        note(Kind.MISSED, inbox, null, due, addresses);
    }

    /**
     * The drop that was missed was taken in after all.
     *
     * @param due the moment by which it was expected
     * @param dropKey the drop
     * @param addresses who is told; nobody when it is empty
     */
    public void cameAfterAll(String inbox, Instant due, long dropKey, List<String> addresses) {
        note(Kind.CAME, inbox, dropKey, due, addresses);
    }

    private void note(Kind kind, String inbox, @Nullable Long drop, @Nullable Instant due, List<String> addresses) {
        List<New> rows = addresses.stream()
                .distinct()
                .map(address -> new New(Ids.next(), address))
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        jdbc.update(NOTE, statement -> {
            statement.setString(1, kind.name());
            statement.setString(2, inbox);
            statement.setString(3, due == null ? String.valueOf(drop) : Timestamps.iso(due));
            statement.setObject(4, drop);
            statement.setObject(5, Timestamps.column(due));
            statement.setObject(6, Timestamps.column(Timestamps.now(clock)));
            NEW.set(statement, 7, rows);
        });
    }

    /**
     * The newest notices.
     *
     * @param inbox only of that inbox, or null
     * @param state only in that state, or null
     */
    public List<Notice> newest(@Nullable String inbox, @Nullable MailState state, int limit) {
        String name = state == null ? null : state.name();
        return jdbc.query(SELECT + NEWEST.formatted(Math.max(1, limit)), Notices::map, inbox, inbox, name, name);
    }

    /** Those of a drop, the oldest first. */
    public List<Notice> of(long dropKey) {
        return jdbc.query(SELECT + "n.DROP_KEY = ? ORDER BY n.NOTICE_ID", Notices::map, dropKey);
    }

    @Override
    protected List<Notice> get(List<UUID> ids) {
        return jdbc.query(
                SELECT + among("n.NOTICE_ID") + "ORDER BY n.NOTICE_ID",
                statement -> setIds(statement, 1, ids),
                Notices::map);
    }

    private static Notice map(ResultSet row, int number) throws SQLException {
        return new Notice(
                row.getObject(1, UUID.class),
                Kind.valueOf(row.getString(2)),
                row.getString(3),
                row.getObject(4, Long.class),
                row.getString(5),
                instant(row, 6),
                row.getString(7),
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
}
