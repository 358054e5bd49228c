package io.nightdrop.vault;

import io.nightdrop.database.Rows;
import io.nightdrop.time.Timestamps;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Whom each inbox has named: the references that one of its drops named last and that are linked. What was linked before drops were noted with their references
 * is nobody's.
 */
@Component
public class Rosters {

    private static final int PAGE = 1000;

    private static final Rows<ExternalReference> REFERENCES = new Rows<ExternalReference>()
            .text("namespace", ExternalReference::namespace)
            .text("external_id", ExternalReference::externalId);

    private static final String OF_INBOX =
            " JOIN NIGHT_DROP d ON d.DROP_KEY = r.NAMED_BY WHERE d.INBOX = ? AND r.UNLINKED_AT IS NULL";

    private static final String KNOWN = "SELECT r.NAMESPACE, r.EXTERNAL_ID FROM VAULT_USER_REFERENCE r JOIN "
            + REFERENCES.table() + " ON r.NAMESPACE = q.namespace AND r.EXTERNAL_ID = q.external_id" + OF_INBOX;

    private final JdbcTemplate jdbc;

    Rosters(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of the references that the inbox has named; with one query. */
    public Set<ExternalReference> known(String inbox, Collection<ExternalReference> references) {
        Set<ExternalReference> known = new HashSet<>();
        List<ExternalReference> list = references.stream().distinct().toList();
        if (!list.isEmpty()) {
            jdbc.query(KNOWN, statement -> statement.setString(REFERENCES.set(statement, 1, list), inbox), row -> {
                known.add(new ExternalReference(row.getString(1), row.getString(2)));
            });
        }
        return known;
    }

    /** How many the inbox has named. */
    public long count(String inbox) {
        Long count = jdbc.queryForObject("SELECT COUNT(*) FROM VAULT_USER_REFERENCE r" + OF_INBOX, Long.class, inbox);
        return count == null ? 0 : count;
    }

    /**
     * Unlinks those that the inbox has named and that drop has not, and keeps a record of them; in the caller's transaction.
     *
     * @return how many the drop has unlinked so, in all
     */
    public long unlinkOthers(String inbox, long dropKey, Instant at) {
        jdbc.update("""
                UPDATE VAULT_USER_REFERENCE SET UNLINKED_AT = ?, UNLINKED_BY = ?
                WHERE UNLINKED_AT IS NULL AND NAMED_BY <> ? AND NAMED_BY IN (SELECT DROP_KEY FROM NIGHT_DROP WHERE INBOX = ?)""", Timestamps.column(at), dropKey, dropKey, inbox);
        jdbc.update("""
                INSERT INTO ROSTER_REMOVAL (DROP_KEY, NAMESPACE, EXTERNAL_ID)
                SELECT r.UNLINKED_BY, r.NAMESPACE, r.EXTERNAL_ID FROM VAULT_USER_REFERENCE r
                WHERE r.UNLINKED_BY = ? AND r.NAMED_BY <> ? AND NOT EXISTS (SELECT 1 FROM ROSTER_REMOVAL m
                  WHERE m.DROP_KEY = r.UNLINKED_BY AND m.NAMESPACE = r.NAMESPACE AND m.EXTERNAL_ID = r.EXTERNAL_ID)""", dropKey, dropKey);
        Long count = jdbc.queryForObject("SELECT COUNT(*) FROM ROSTER_REMOVAL WHERE DROP_KEY = ?", Long.class, dropKey);
        return count == null ? 0 : count;
    }

    /** Takes a reference. */
    @FunctionalInterface
    public interface Handler {
        /** Takes it. */
        void take(ExternalReference reference) throws IOException;
    }

    /** Tells those that a drop has unlinked so, in their order, however many they are. */
    public void unlinkedOthers(long dropKey, Handler handler) throws IOException {
        ExternalReference last = new ExternalReference("", "");
        List<ExternalReference> page;
        do {
            page = page(dropKey, last);
            for (ExternalReference reference : page) {
                handler.take(reference);
                last = reference;
            }
        } while (page.size() == PAGE);
    }

    private List<ExternalReference> page(long dropKey, ExternalReference after) {
        return jdbc.query(
                """
                SELECT NAMESPACE, EXTERNAL_ID FROM ROSTER_REMOVAL
                WHERE DROP_KEY = ? AND (NAMESPACE > ? OR (NAMESPACE = ? AND EXTERNAL_ID > ?))
                ORDER BY NAMESPACE, EXTERNAL_ID FETCH FIRST\s""" + PAGE + " ROWS ONLY",
                (row, number) -> new ExternalReference(row.getString(1), row.getString(2)),
                dropKey,
                after.namespace(),
                after.namespace(),
                after.externalId());
    }
}
