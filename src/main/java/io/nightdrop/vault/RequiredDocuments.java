package io.nightdrop.vault;

import io.nightdrop.database.Rows;
import io.nightdrop.time.Timestamps;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What applicants were asked for: the required documents' counts, and an event for each time. */
@Component
public class RequiredDocuments {

    /** The event of a required document that was asked for. */
    public static final String REQUESTED = "DOCUMENT_FILES_REQUESTED";

    private static final Rows<Asked> ASKED = new Rows<Asked>()
            .number("item", Asked::item)
            .number("request", Asked::request)
            .text("workflow_id", Asked::workflowId)
            .text("id", Asked::requiredDocumentId);

    private static final String FIND = """
            SELECT q.item, d.STATUS, e.REQUIRED_DOCUMENT_ID FROM\s""" + ASKED.table() + """

            JOIN VAULT_REQUIRED_DOCUMENT d ON d.REQUIRED_DOCUMENT_ID = q.id AND d.WORKFLOW_ID = q.workflow_id
            LEFT JOIN VAULT_DOCUMENT_EVENT e ON e.DROP_KEY = ? AND e.REQUEST_INDEX = q.request
              AND e.REQUIRED_DOCUMENT_ID = q.id""";

    private static final String EVENTS = """
            INSERT INTO VAULT_DOCUMENT_EVENT (DROP_KEY, REQUEST_INDEX, REQUIRED_DOCUMENT_ID, EVENT, WORKFLOW_ID, ITEM_INDEX,
              CREATED_AT)
            SELECT CAST(? AS BIGINT), q.request, q.id, CAST(? AS VARCHAR), q.workflow_id, q.item,
              CAST(? AS TIMESTAMP(3) WITH TIME ZONE)
            FROM\s""" + ASKED.table();

    private static final String COUNT = """
            MERGE INTO VAULT_REQUIRED_DOCUMENT d
            USING (SELECT q.id, COUNT(*) AS times, CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS at
                FROM\s""" + ASKED.table() + """

            GROUP BY q.id) n ON (d.REQUIRED_DOCUMENT_ID = n.id)
            WHEN MATCHED THEN UPDATE SET REQUESTED_AT = n.at, REQUEST_COUNT = d.REQUEST_COUNT + n.times""";

    private final JdbcTemplate jdbc;

    RequiredDocuments(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * An item that asks for a required document.
     *
     * @param item the item's index
     * @param request its request's index
     * @param workflowId whose document it must be
     * @param requiredDocumentId the document
     */
    public record Asked(long item, long request, String workflowId, String requiredDocumentId) {}

    /**
     * A required document that an item asks for.
     *
     * @param status its status; {@code INACTIVE} is known
     * @param asked whether this request has asked for it before
     */
    public record Known(String status, boolean asked) {}

    /** What is known of those that the items ask for, by item; nothing of those that belong to another workflow. One query. */
    public Map<Long, Known> find(long dropKey, List<Asked> items) {
        Map<Long, Known> known = new HashMap<>();
        if (!items.isEmpty()) {
            jdbc.query(FIND, statement -> statement.setLong(ASKED.set(statement, 1, items), dropKey), row -> {
                known.put(row.getLong(1), new Known(row.getString(2), row.getString(3) != null));
            });
        }
        return known;
    }

    /**
     * Stores an event for each and moves the documents' counts on, in the caller's transaction. Two statements.
     *
     * @throws org.springframework.dao.DuplicateKeyException when one was stored before; the batch must roll back
     */
    public void asked(long dropKey, List<Asked> items, Instant at) {
        if (items.isEmpty()) {
            return;
        }
        jdbc.update(EVENTS, statement -> {
            statement.setLong(1, dropKey);
            statement.setString(2, REQUESTED);
            statement.setObject(3, Timestamps.column(at));
            ASKED.set(statement, 4, items);
        });
        jdbc.update(COUNT, statement -> {
            statement.setObject(1, Timestamps.column(at));
            ASKED.set(statement, 2, items);
        });
    }
}
