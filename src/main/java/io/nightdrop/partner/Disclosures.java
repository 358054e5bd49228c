package io.nightdrop.partner;

import io.nightdrop.partner.PartnerRequest.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What was handed to partners, from the side of those whom it is about: the tables {@code DISCLOSURE}, {@code PARTNER_REQUEST} and the results. */
@Component
public class Disclosures {

    private final JdbcTemplate jdbc;

    Disclosures(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An item that was handed to a partner, or was about to be.
     *
     * @param at when its request was sent first
     * @param tries how often it was sent
     * @param lastAt when it was sent last
     * @param partner the partner's name in the settings
     * @param requestId what the request was called towards the partner
     * @param trace what the partner calls it; null when it said nothing
     * @param state what is known of the request
     * @param drop the drop's inbox and id
     * @param itemIndex its place in the manifest, from 0
     * @param itemId its id
     * @param documentType null when it has none
     * @param fingerprint SHA-256 of its content, hex; null when it has none
     * @param status the operation's word for what became of it; null when it has no result yet
     * @param code its error's code; null when it has none
     */
    public record Entry(
            Instant at,
            int tries,
            Instant lastAt,
            String partner,
            UUID requestId,
            @Nullable String trace,
            State state,
            String drop,
            long itemIndex,
            String itemId,
            @Nullable String documentType,
            @Nullable String fingerprint,
            @Nullable String status,
            @Nullable String code) {

        /** The partner's answer in a word: the item's status, or that the request was surely not taken, or that nobody knows. */
        public String answer() {
            if (state == State.NOT_TAKEN) {
                return "not taken";
            }
            if (state == State.INTENDED || status == null) {
                return "unknown";
            }
            return code == null ? status : code;
        }
    }

    /** All that was handed on of that user ({@code namespace/externalId}) or workflow, the oldest first. */
    public List<Entry> of(String subject) {
        return jdbc.query("""
                SELECT p.INTENDED_AT, p.TRIES, p.TRIED_AT, p.PARTNER, p.REQUEST_ID, p.TRACE, p.STATE, n.INBOX, n.DROP_ID, d.ITEM_INDEX, d.ITEM_ID,
                  d.DOCUMENT_TYPE, d.FINGERPRINT, r.STATUS, r.CODE
                FROM DISCLOSURE d
                JOIN PARTNER_REQUEST p ON p.REQUEST_ID = d.REQUEST_ID
                JOIN NIGHT_DROP n ON n.DROP_KEY = d.DROP_KEY
                LEFT JOIN BATCH_ITEM_RESULT r ON r.DROP_KEY = d.DROP_KEY AND r.ITEM_INDEX = d.ITEM_INDEX
                WHERE d.SUBJECT = ? ORDER BY p.INTENDED_AT, d.DROP_KEY, d.ITEM_INDEX""", Disclosures::map, subject);
    }

    private static Entry map(ResultSet row, int number) throws SQLException {
        return new Entry(
                row.getObject(1, OffsetDateTime.class).toInstant(),
                row.getInt(2),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                row.getString(4),
                row.getObject(5, UUID.class),
                row.getString(6),
                State.valueOf(row.getString(7)),
                row.getString(8) + "/" + row.getString(9),
                row.getLong(10),
                row.getString(11),
                row.getString(12),
                row.getString(13),
                row.getString(14),
                row.getString(15));
    }
}
