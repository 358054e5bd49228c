package io.nightdrop.inbox;

import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.time.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The table {@code INBOX_MANIFEST}: every manifest that lies in an inbox, as the last look saw it. */
@Component
public class ManifestSightings {

    private static final String SELECT = """
            SELECT INBOX, PATH, SNAPSHOT, FILE_STAMP, FIRST_SEEN_AT, UNCHANGED_SINCE, LAST_SEEN_AT, REASON, DROP_KEY
            FROM INBOX_MANIFEST\s""";

    private static final String OWNED =
            " AND EXISTS (SELECT 1 FROM INBOX_CLAIM c WHERE c.INBOX = INBOX_MANIFEST.INBOX AND c.NODE_ID = ?)";

    private static final String UPDATE = """
            UPDATE INBOX_MANIFEST SET SNAPSHOT = ?, FILE_STAMP = ?, FIRST_SEEN_AT = ?, UNCHANGED_SINCE = ?,
              LAST_SEEN_AT = ?, REASON = ?, DROP_KEY = ?
            WHERE PATH = ? AND INBOX = ?""" + OWNED;

    /** Its parameters are those of {@link #UPDATE}. */
    private static final String INSERT = """
            INSERT INTO INBOX_MANIFEST (SNAPSHOT, FILE_STAMP, FIRST_SEEN_AT, UNCHANGED_SINCE, LAST_SEEN_AT,
              REASON, DROP_KEY, PATH, INBOX)
            SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS TIMESTAMP(3) WITH TIME ZONE),
              CAST(? AS TIMESTAMP(3) WITH TIME ZONE), CAST(? AS TIMESTAMP(3) WITH TIME ZONE), CAST(? AS VARCHAR),
              CAST(? AS BIGINT), CAST(? AS VARCHAR), c.INBOX
            FROM INBOX_CLAIM c WHERE c.INBOX = ? AND c.NODE_ID = ?""";

    private final JdbcTemplate jdbc;
    private final InboxClaims claims;

    ManifestSightings(JdbcTemplate jdbc, InboxClaims claims) {
        this.jdbc = jdbc;
        this.claims = claims;
    }

    /**
     * A manifest as it was seen.
     *
     * @param inbox the inbox's name
     * @param path its path there
     * @param snapshot a digest of names, sizes and times of it and its companions
     * @param stamp its own size and time
     * @param firstSeen when it, in this form, was seen first
     * @param unchangedSince when the snapshot was first what it is now
     * @param lastSeen when it was seen last
     * @param reason why it waits, for people; null when it does not
     * @param dropKey the drop it became; null when it became none yet
     */
    public record Sighting(
            String inbox,
            String path,
            String snapshot,
            String stamp,
            Instant firstSeen,
            Instant unchangedSince,
            Instant lastSeen,
            @Nullable String reason,
            @Nullable Long dropKey) {}

    Optional<Sighting> find(String inbox, String path) {
        return jdbc.query(SELECT + "WHERE INBOX = ? AND PATH = ?", ManifestSightings::map, inbox, path).stream()
                .findFirst();
    }

    /** Those that wait, of one inbox or of all. */
    public List<Sighting> waiting(@Nullable String inbox) {
        return jdbc.query(
                SELECT + "WHERE DROP_KEY IS NULL AND (CAST(? AS VARCHAR) IS NULL OR INBOX = ?) ORDER BY INBOX, PATH",
                ManifestSightings::map,
                inbox,
                inbox);
    }

    /**
     * Writes down what was seen. Who was frozen in the middle of a look must not write over what became of the manifest since.
     *
     * @throws LeaseLostException when the inbox is not ours any more
     */
    void save(Sighting sighting) {
        Object[] values = {
            sighting.snapshot(),
            sighting.stamp(),
            Timestamps.column(sighting.firstSeen()),
            Timestamps.column(sighting.unchangedSince()),
            Timestamps.column(sighting.lastSeen()),
            sighting.reason(),
            sighting.dropKey(),
            sighting.path(),
            sighting.inbox(),
            claims.owner()
        };
        if (jdbc.update(UPDATE, values) == 0 && jdbc.update(INSERT, values) == 0) {
            throw new LeaseLostException("looking at " + sighting.path());
        }
    }

    /** The manifest became that drop. */
    void became(String inbox, String path, long dropKey) {
        jdbc.update(
                "UPDATE INBOX_MANIFEST SET DROP_KEY = ?, REASON = NULL WHERE INBOX = ? AND PATH = ?",
                dropKey,
                inbox,
                path);
    }

    /** Forgets a manifest that is no longer there. */
    void forget(String inbox, String path) {
        jdbc.update("DELETE FROM INBOX_MANIFEST WHERE INBOX = ? AND PATH = ?" + OWNED, inbox, path, claims.owner());
    }

    /** The paths of all that were seen in an inbox. */
    List<String> paths(String inbox) {
        return jdbc.queryForList("SELECT PATH FROM INBOX_MANIFEST WHERE INBOX = ?", String.class, inbox);
    }

    private static Sighting map(ResultSet row, int number) throws SQLException {
        return new Sighting(
                row.getString("INBOX"),
                row.getString("PATH"),
                row.getString("SNAPSHOT"),
                row.getString("FILE_STAMP"),
                instant(row, "FIRST_SEEN_AT"),
                instant(row, "UNCHANGED_SINCE"),
                instant(row, "LAST_SEEN_AT"),
                row.getString("REASON"),
                row.getObject("DROP_KEY", Long.class));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
