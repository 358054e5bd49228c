package io.nightdrop.notification;

import io.nightdrop.database.Ids;
import io.nightdrop.database.Rows;
import io.nightdrop.result.Timestamps;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The table {@code NOTIFICATION}: what applicants are told, one message for each workflow and drop. */
@Component
public class Notifications {

    private record New(String id, String workflowId) {}

    private static final Rows<New> ROWS = new Rows<New>().text("id", New::id).text("workflow_id", New::workflowId);

    private final JdbcTemplate jdbc;

    Notifications(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Opens the messages of those workflows that have none for this drop yet, in the caller's transaction. One statement. */
    public void open(long dropKey, Collection<String> workflowIds, Instant at) {
        List<New> rows = workflowIds.stream()
                .map(id -> new New(Ids.next().toString(), id))
                .toList();
        jdbc.update(
                "INSERT INTO NOTIFICATION (NOTIFICATION_ID, DROP_KEY, WORKFLOW_ID, STATE, CREATED_AT)"
                        + " SELECT CAST(q.id AS UUID), CAST(? AS BIGINT), q.workflow_id, 'PENDING',"
                        + " CAST(? AS TIMESTAMP(3) WITH TIME ZONE) FROM " + ROWS.table()
                        + " WHERE NOT EXISTS (SELECT 1 FROM NOTIFICATION n WHERE n.DROP_KEY = ? AND n.WORKFLOW_ID = q.workflow_id)",
                statement -> {
                    statement.setLong(1, dropKey);
                    statement.setObject(2, Timestamps.column(at));
                    statement.setLong(ROWS.set(statement, 3, rows), dropKey);
                });
    }
}
