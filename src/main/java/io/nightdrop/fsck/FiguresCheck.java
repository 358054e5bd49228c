package io.nightdrop.fsck;

import io.nightdrop.fsck.Finding.Kind;
import io.nightdrop.operation.Batch;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Adds up: results against items, documents against results, events against requests, counts and notifications against
 * events. A batch writes all of these in one transaction, so they agree at any moment, also while drops are run.
 */
@Component
class FiguresCheck {

    private static final int DROPS = 200;
    private static final int ROWS = 1000;

    private static final String LAST_OF_PAGE = """
            SELECT MAX(DROP_KEY) FROM (SELECT DROP_KEY FROM NIGHT_DROP WHERE DROP_KEY > ? ORDER BY DROP_KEY
              FETCH FIRST %d ROWS ONLY) p""".formatted(DROPS);

    /** Results come in order, but for documents, whose batches several threads write side by side: {@link #BATCHES_IN_PART}. */
    private static final String RESULTS = """
            SELECT d.DROP_KEY, d.OUTCOME, d.ITEM_COUNT, d.SUCCEEDED_COUNT, d.FAILED_COUNT, r.total, r.succeeded, r.behind
            FROM NIGHT_DROP d
            LEFT JOIN (SELECT DROP_KEY, COUNT(*) AS total, SUM(CASE WHEN SUCCEEDED THEN 1 ELSE 0 END) AS succeeded,
                  MAX(ITEM_INDEX) + 1 AS behind
                FROM BATCH_ITEM_RESULT WHERE DROP_KEY > ? AND DROP_KEY <= ? GROUP BY DROP_KEY) r
              ON r.DROP_KEY = d.DROP_KEY
            WHERE d.DROP_KEY > ? AND d.DROP_KEY <= ?
              AND ((r.behind <> r.total AND (d.STATE = 'DONE' OR d.WRITER <> 'vault' OR d.OPERATION <> 'documents:submitBatch'))
                OR (d.STATE = 'DONE' AND (d.OUTCOME IS NULL
                  OR COALESCE(r.total, 0) <> COALESCE(d.ITEM_COUNT, 0)
                  OR COALESCE(r.succeeded, 0) <> COALESCE(d.SUCCEEDED_COUNT, 0)
                  OR COALESCE(r.total, 0) - COALESCE(r.succeeded, 0) <> COALESCE(d.FAILED_COUNT, 0))))
            ORDER BY d.DROP_KEY""";

    private static final String ITEMS_WITHOUT_DOCUMENT = """
            SELECT d.DROP_KEY, COUNT(*)
            FROM NIGHT_DROP d JOIN BATCH_ITEM_RESULT r ON r.DROP_KEY = d.DROP_KEY
            WHERE d.DROP_KEY > ? AND d.DROP_KEY <= ? AND d.OPERATION = 'documents:submitBatch' AND d.WRITER = 'vault'
              AND r.SUCCEEDED
              AND NOT EXISTS (SELECT 1 FROM VAULT_DOCUMENT v
                WHERE v.DROP_KEY = r.DROP_KEY AND v.ITEM_INDEX = r.ITEM_INDEX)
            GROUP BY d.DROP_KEY ORDER BY d.DROP_KEY""";

    private static final String ITEMS_WITHOUT_DISCLOSURE = """
            SELECT d.DROP_KEY, COUNT(*)
            FROM NIGHT_DROP d JOIN BATCH_ITEM_RESULT r ON r.DROP_KEY = d.DROP_KEY
            WHERE d.DROP_KEY > ? AND d.DROP_KEY <= ? AND d.WRITER <> 'vault' AND r.SUCCEEDED
              AND NOT EXISTS (SELECT 1 FROM DISCLOSURE c WHERE c.DROP_KEY = r.DROP_KEY AND c.ITEM_INDEX = r.ITEM_INDEX)
            GROUP BY d.DROP_KEY ORDER BY d.DROP_KEY""";

    private static final String DOCUMENTS_WITHOUT_ITEM = """
            SELECT v.DROP_KEY, COUNT(*) FROM VAULT_DOCUMENT v
            WHERE v.DROP_KEY > ? AND v.DROP_KEY <= ?
              AND NOT EXISTS (SELECT 1 FROM BATCH_ITEM_RESULT r
                WHERE r.DROP_KEY = v.DROP_KEY AND r.ITEM_INDEX = v.ITEM_INDEX AND r.SUCCEEDED)
            GROUP BY v.DROP_KEY ORDER BY v.DROP_KEY""";

    private static final String BATCHES_IN_PART = """
            SELECT b.DROP_KEY, COUNT(*)
            FROM (SELECT d.DROP_KEY, d.ITEM_COUNT, r.ITEM_INDEX / %1$d AS batch, COUNT(*) AS results
              FROM NIGHT_DROP d JOIN BATCH_ITEM_RESULT r ON r.DROP_KEY = d.DROP_KEY
              WHERE d.DROP_KEY > ? AND d.DROP_KEY <= ? AND d.STATE <> 'DONE' AND d.WRITER = 'vault'
              GROUP BY d.DROP_KEY, d.ITEM_COUNT, r.ITEM_INDEX / %1$d) b
            WHERE b.results <> LEAST(%1$d, b.ITEM_COUNT - b.batch * %1$d)
            GROUP BY b.DROP_KEY ORDER BY b.DROP_KEY""".formatted(Batch.SIZE);

    /** No foreign key keeps that from happening (docs/decisions/0020-foreign-keys.md). */
    private static final String DOCUMENTS_WITHOUT_USER = """
            SELECT v.DROP_KEY, COUNT(*) FROM VAULT_DOCUMENT v
            WHERE v.DROP_KEY > ? AND v.DROP_KEY <= ?
              AND NOT EXISTS (SELECT 1 FROM VAULT_USER u WHERE u.USER_ID = v.USER_ID)
            GROUP BY v.DROP_KEY ORDER BY v.DROP_KEY""";

    private static final String EVENTS_WITHOUT_ITEM = """
            SELECT e.DROP_KEY, COUNT(*) FROM VAULT_DOCUMENT_EVENT e
            WHERE e.DROP_KEY > ? AND e.DROP_KEY <= ?
              AND NOT EXISTS (SELECT 1 FROM BATCH_ITEM_RESULT r
                WHERE r.DROP_KEY = e.DROP_KEY AND r.ITEM_INDEX = e.ITEM_INDEX AND r.SUCCEEDED)
            GROUP BY e.DROP_KEY ORDER BY e.DROP_KEY""";

    /** A document that one request names twice has two results and one event. */
    private static final String REQUESTS = """
            SELECT w.DROP_KEY, COUNT(*)
            FROM (SELECT q.DROP_KEY,
                (SELECT COUNT(DISTINCT r.ITEM_ID) FROM BATCH_ITEM_RESULT r WHERE r.DROP_KEY = q.DROP_KEY
                  AND r.ITEM_INDEX >= q.FIRST_ITEM AND r.ITEM_INDEX < q.FIRST_ITEM + q.ITEM_COUNT AND r.SUCCEEDED) AS asked,
                (SELECT COUNT(*) FROM VAULT_DOCUMENT_EVENT e WHERE e.DROP_KEY = q.DROP_KEY
                  AND e.REQUEST_INDEX = q.REQUEST_INDEX) AS events
              FROM NIGHT_DROP_REQUEST q JOIN NIGHT_DROP d ON d.DROP_KEY = q.DROP_KEY
              WHERE q.DROP_KEY > ? AND q.DROP_KEY <= ? AND d.WRITER = 'vault') w
            WHERE w.asked <> w.events GROUP BY w.DROP_KEY ORDER BY w.DROP_KEY""";

    private static final String WORKFLOWS_WITHOUT_NOTIFICATION = """
            SELECT e.DROP_KEY, COUNT(DISTINCT e.WORKFLOW_ID) FROM VAULT_DOCUMENT_EVENT e
            WHERE e.DROP_KEY > ? AND e.DROP_KEY <= ?
              AND NOT EXISTS (SELECT 1 FROM NOTIFICATION n
                WHERE n.DROP_KEY = e.DROP_KEY AND n.WORKFLOW_ID = e.WORKFLOW_ID)
            GROUP BY e.DROP_KEY ORDER BY e.DROP_KEY""";

    private static final String NOTIFICATIONS_WITHOUT_EVENT = """
            SELECT n.DROP_KEY, COUNT(*) FROM NOTIFICATION n
            WHERE n.DROP_KEY > ? AND n.DROP_KEY <= ?
              AND NOT EXISTS (SELECT 1 FROM VAULT_DOCUMENT_EVENT e
                WHERE e.DROP_KEY = n.DROP_KEY AND e.WORKFLOW_ID = n.WORKFLOW_ID)
            GROUP BY n.DROP_KEY ORDER BY n.DROP_KEY""";

    private static final String REQUEST_COUNTS = """
            SELECT c.REQUIRED_DOCUMENT_ID, c.REQUEST_COUNT, c.events
            FROM (SELECT d.REQUIRED_DOCUMENT_ID, d.REQUEST_COUNT,
                (SELECT COUNT(*) FROM VAULT_DOCUMENT_EVENT e
                  WHERE e.REQUIRED_DOCUMENT_ID = d.REQUIRED_DOCUMENT_ID) AS events
              FROM VAULT_REQUIRED_DOCUMENT d WHERE d.REQUIRED_DOCUMENT_ID > ?) c
            WHERE c.REQUEST_COUNT <> c.events ORDER BY c.REQUIRED_DOCUMENT_ID FETCH FIRST %d ROWS ONLY""".formatted(ROWS);

    /**
     * A difference between two tables.
     *
     * @param sql finds the drops that have it, and how often
     * @param problem what it means; the number comes in front
     * @param canEnd whether a drop that is not done and has it may still come to its end
     */
    private record Difference(String sql, String problem, boolean canEnd) {
        Difference(String sql, String problem) {
            this(sql, problem, true);
        }
    }

    private static final List<Difference> DIFFERENCES = List.of(
            new Difference(ITEMS_WITHOUT_DOCUMENT, "succeeded item(s) without their document"),
            new Difference(
                    ITEMS_WITHOUT_DISCLOSURE,
                    "succeeded item(s) without the record that they were handed to a partner"),
            new Difference(BATCHES_IN_PART, "batch(es) that are written in part", false),
            new Difference(DOCUMENTS_WITHOUT_ITEM, "document(s) without an item that succeeded"),
            new Difference(DOCUMENTS_WITHOUT_USER, "document(s) of a user who is not there"),
            new Difference(REQUESTS, "request(s) with other events than items that succeeded"),
            new Difference(EVENTS_WITHOUT_ITEM, "event(s) of required documents without an item that succeeded"),
            new Difference(WORKFLOWS_WITHOUT_NOTIFICATION, "workflow(s) with events and without a notification"),
            new Difference(NOTIFICATIONS_WITHOUT_EVENT, "notification(s) without an event"));

    private final JdbcTemplate jdbc;
    private final DropNames drops;
    private final FiguresAdvice advice;

    FiguresCheck(JdbcTemplate jdbc, DropNames drops, FiguresAdvice advice) {
        this.jdbc = jdbc;
        this.drops = drops;
        this.advice = advice;
    }

    void check(Fsck.Watcher watcher) {
        long from = -1;
        Long to;
        do {
            to = jdbc.queryForObject(LAST_OF_PAGE, Long.class, from);
            check(from, to == null ? Long.MAX_VALUE : to, watcher);
            from = to == null ? from : to;
        } while (to != null);
        requestCounts(watcher);
    }

    private void check(long from, long to, Fsck.Watcher watcher) {
        jdbc.query(RESULTS, FiguresCheck::wrong, from, to, from, to)
                .forEach(wrong -> watcher.found(finding(wrong, true)));
        for (Difference difference : DIFFERENCES) {
            jdbc.query(
                            difference.sql(),
                            (row, number) -> new Wrong(row.getLong(1), row.getLong(2) + " " + difference.problem()),
                            from,
                            to)
                    .forEach(wrong -> watcher.found(finding(wrong, difference.canEnd())));
        }
    }

    private record Wrong(long drop, String problem) {}

    private static Wrong wrong(ResultSet row, int number) throws SQLException {
        long total = row.getLong("total");
        long succeeded = row.getLong("succeeded");
        long behind = row.getLong("behind");
        String problem;
        if (behind != total) {
            problem = total + " results, but the last one is that of item " + behind + ": there is a gap";
        } else if (row.getString("OUTCOME") == null) {
            problem = "is DONE and has no outcome";
        } else {
            problem = "says that of " + text(row.getObject("ITEM_COUNT", Long.class)) + " items "
                    + text(row.getObject("SUCCEEDED_COUNT", Long.class)) + " succeeded and "
                    + text(row.getObject("FAILED_COUNT", Long.class)) + " failed, but has " + total + " results: "
                    + succeeded + " succeeded and " + (total - succeeded) + " failed";
        }
        return new Wrong(row.getLong("DROP_KEY"), problem);
    }

    private static String text(@Nullable Long count) {
        return count == null ? "0" : count.toString();
    }

    private Finding finding(Wrong wrong, boolean canEnd) {
        return new Finding(
                Kind.WRONG_FIGURES, drops.of(wrong.drop()), wrong.problem(), advice.of(wrong.drop(), canEnd));
    }

    private record Counted(String id, long count, long events) {}

    private void requestCounts(Fsck.Watcher watcher) {
        List<Counted> page;
        String last = "";
        do {
            page = jdbc.query(
                    REQUEST_COUNTS,
                    (row, number) -> new Counted(row.getString(1), row.getLong(2), row.getLong(3)),
                    last);
            for (Counted counted : page) {
                last = counted.id();
                watcher.found(new Finding(
                        Kind.WRONG_FIGURES,
                        "required document " + counted.id(),
                        "its count says that it was requested " + counted.count() + " times, its events say "
                                + counted.events(),
                        FiguresAdvice.RESTORE));
            }
        } while (page.size() == ROWS);
    }
}
