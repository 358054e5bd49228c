package io.nightdrop.partner;

import io.nightdrop.database.Rows;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.partner.PartnerRequest.State;
import io.nightdrop.time.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The table {@code PARTNER_REQUEST}, and {@code DISCLOSURE} with what is in each. A row is there before its request is sent, and is written
 * by the owner of the drop's inbox only.
 */
@Component
public class PartnerRequests {

    private static final int MAX_TRACE = 1000;
    private static final int MAX_NOTE = 4000;

    private static final String SELECT =
            "SELECT REQUEST_ID, DROP_KEY, PARTNER, FIRST_ITEM, ITEM_COUNT, STATE, TRIES, TRACE, NOTE, INTENDED_AT, TRIED_AT,"
                    + " SETTLED_AT"
                    + " FROM PARTNER_REQUEST ";

    private static final String INSERT = """
            INSERT INTO PARTNER_REQUEST
              (REQUEST_ID, DROP_KEY, PARTNER, FIRST_ITEM, ITEM_COUNT, STATE, TRIES, INTENDED_AT, TRIED_AT)
            SELECT CAST(? AS UUID), CAST(? AS BIGINT), CAST(? AS VARCHAR), CAST(? AS BIGINT), CAST(? AS BIGINT), 'INTENDED',
              1, CAST(? AS TIMESTAMP(3) WITH TIME ZONE), CAST(? AS TIMESTAMP(3) WITH TIME ZONE)
            WHERE""" + InboxClaims.OWNED_DROP;

    private static final Rows<Disclosure> ROWS = new Rows<Disclosure>()
            .number("item_index", Disclosure::itemIndex)
            .text("item_id", Disclosure::itemId)
            .text("subject", Disclosure::subject)
            .text("document_type", Disclosure::documentType)
            .text("fingerprint", Disclosure::fingerprint);

    private static final String DISCLOSE = """
            INSERT INTO DISCLOSURE (REQUEST_ID, DROP_KEY, ITEM_INDEX, ITEM_ID, SUBJECT, DOCUMENT_TYPE, FINGERPRINT)
            SELECT CAST(? AS UUID), CAST(? AS BIGINT), q.item_index, q.item_id, q.subject, q.document_type, q.fingerprint
            FROM\s""" + ROWS.table();

    private final JdbcTemplate jdbc;
    private final InboxClaims claims;
    private final Clock clock;

    PartnerRequests(JdbcTemplate jdbc, InboxClaims claims, Clock clock) {
        this.jdbc = jdbc;
        this.claims = claims;
        this.clock = clock;
    }

    /** The drop's request of which nothing has come back: its process has ended, since a live one settles each before the next. */
    public Optional<PartnerRequest> unanswered(long dropKey) {
        return query("WHERE DROP_KEY = ? AND STATE = 'INTENDED' ORDER BY FIRST_ITEM", dropKey).stream()
                .findFirst();
    }

    /** Those of a drop of which nobody knows the outcome, those that were tried last at the end. */
    public List<PartnerRequest> inDoubt(long dropKey) {
        return query(
                "WHERE DROP_KEY = ? AND STATE IN ('IN_DOUBT', 'TO_SETTLE', 'INTENDED') ORDER BY TRIED_AT, FIRST_ITEM, REQUEST_ID",
                dropKey);
    }

    /**
     * These are to be settled from now on; whose inbox the drop's is does not matter.
     *
     * @param chosen null for all of the drop that are in doubt
     * @return how many that are
     */
    public int toSettle(long dropKey, @Nullable UUID chosen) {
        return jdbc.update(
                "UPDATE PARTNER_REQUEST SET STATE = 'TO_SETTLE' WHERE DROP_KEY = ? AND STATE IN ('IN_DOUBT', 'TO_SETTLE')"
                        + " AND (CAST(? AS UUID) IS NULL OR REQUEST_ID = ?)",
                dropKey,
                chosen,
                chosen);
    }

    /** How many items stood in a request. */
    public long countOf(UUID id) {
        Long count = jdbc.queryForObject("SELECT COUNT(*) FROM DISCLOSURE WHERE REQUEST_ID = ?", Long.class, id);
        return count == null ? 0 : count;
    }

    /** The request that holds exactly these items and was not taken, so that it is tried again under its name. */
    Optional<PartnerRequest> notTaken(long dropKey, String partner, long firstItem, long itemCount) {
        return query(
                        "WHERE DROP_KEY = ? AND PARTNER = ? AND FIRST_ITEM = ? AND ITEM_COUNT = ? AND STATE = 'NOT_TAKEN'",
                        dropKey,
                        partner,
                        firstItem,
                        itemCount)
                .stream()
                .findFirst();
    }

    /**
     * Notes that a request is about to be sent for the first time, in the caller's transaction.
     *
     * @throws LeaseLostException when the drop's inbox is not ours any more
     */
    void intend(UUID id, String partner, Shipment shipment) {
        int inserted = jdbc.update(
                INSERT,
                id,
                shipment.dropKey(),
                partner,
                shipment.firstItem(),
                shipment.itemCount(),
                now(),
                now(),
                shipment.dropKey(),
                claims.owner());
        require(inserted, shipment.dropKey());
        jdbc.update(DISCLOSE, statement -> {
            statement.setObject(1, id);
            statement.setLong(2, shipment.dropKey());
            ROWS.set(statement, 3, shipment.disclosures());
        });
    }

    /** Notes that it is about to be sent once more; likewise. */
    void intendAgain(UUID id, long dropKey) {
        require(
                jdbc.update(
                        "UPDATE PARTNER_REQUEST SET STATE = 'INTENDED', TRIES = TRIES + 1, TRIED_AT = ?, SETTLED_AT = NULL"
                                + " WHERE REQUEST_ID = ? AND" + InboxClaims.OWNED_DROP,
                        now(),
                        id,
                        dropKey,
                        claims.owner()),
                dropKey);
    }

    /**
     * Notes what is known of it now; in the transaction that stores the results of its items, where it has any.
     *
     * @throws LeaseLostException when the drop's inbox is not ours any more
     */
    public void settle(UUID id, long dropKey, State state, @Nullable String trace, @Nullable String note) {
        require(
                jdbc.update(
                        "UPDATE PARTNER_REQUEST SET STATE = ?, TRACE = COALESCE(?, TRACE), NOTE = ?, SETTLED_AT = ?"
                                + " WHERE REQUEST_ID = ? AND" + InboxClaims.OWNED_DROP,
                        state.name(),
                        cut(trace, MAX_TRACE),
                        cut(note, MAX_NOTE),
                        now(),
                        id,
                        dropKey,
                        claims.owner()),
                dropKey);
    }

    private Object now() {
        return Objects.requireNonNull(Timestamps.column(Timestamps.now(clock)));
    }

    private static void require(int changed, long dropKey) {
        if (changed != 1) {
            throw new LeaseLostException("a request of the drop " + dropKey);
        }
    }

    private static @Nullable String cut(@Nullable String text, int most) {
        return text == null || text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    private List<PartnerRequest> query(String condition, Object... arguments) {
        return jdbc.query(SELECT + condition, PartnerRequests::map, arguments);
    }

    private static PartnerRequest map(ResultSet row, int number) throws SQLException {
        return new PartnerRequest(
                row.getObject(1, UUID.class),
                row.getLong(2),
                row.getString(3),
                row.getLong(4),
                row.getLong(5),
                State.valueOf(row.getString(6)),
                row.getInt(7),
                row.getString(8),
                row.getString(9),
                instant(row, 10),
                instant(row, 11),
                Timestamps.instant(row.getObject(12, OffsetDateTime.class)));
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
