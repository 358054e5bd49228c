package io.nightdrop.result;

import io.nightdrop.database.Rows;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.time.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The table {@code BATCH_ITEM_RESULT}: exactly one row for each item of a drop, written in the transaction of its batch.
 */
@Component
public class ItemResults {

    private static final int PAGE = 500;
    private static final int BRIEF_PAGE = 5000;

    private static final Rows<ItemResult> ROWS = new Rows<ItemResult>()
            .number("item_index", ItemResult::index)
            .text("item_id", ItemResult::itemId)
            .text("status", ItemResult::status)
            .bool("succeeded", ItemResult::succeeded)
            .text("code", ItemResult::code)
            .text("message", ItemResult::message)
            .text("detail", ItemResult::detail)
            .text("source", ItemResult::source);

    private static final String INSERT = """
            INSERT INTO BATCH_ITEM_RESULT (DROP_KEY, ITEM_INDEX, ITEM_ID, STATUS, SUCCEEDED, CODE, MESSAGE, DETAIL, SOURCE,
              STEP_EXECUTION_ID, CREATED_AT)
            SELECT CAST(? AS BIGINT), q.item_index, q.item_id, q.status, q.succeeded, q.code, q.message, q.detail, q.source,
              CAST(? AS BIGINT), CAST(? AS TIMESTAMP(3) WITH TIME ZONE)
            FROM\s""" + ROWS.table() + " WHERE" + InboxClaims.OWNED_DROP;

    private static final String WHOLE = "ITEM_INDEX, ITEM_ID, STATUS, SUCCEEDED, CODE, MESSAGE, DETAIL, SOURCE";
    private static final String BRIEF = "ITEM_INDEX, ITEM_ID, STATUS, SUCCEEDED, CODE, NULL, NULL, NULL";
    private static final String FAILED = "AND NOT SUCCEEDED ";
    private static final String IN_DOUBT = "AND NOT SUCCEEDED AND CODE = '" + ItemResult.IN_DOUBT + "' ";
    private static final String CORRECTABLE = "AND NOT SUCCEEDED AND CODE <> '" + ItemResult.IN_DOUBT + "' ";

    private final JdbcTemplate jdbc;
    private final InboxClaims claims;
    private final ExecutorService fetchers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "results");
        thread.setDaemon(true);
        return thread;
    });

    ItemResults(JdbcTemplate jdbc, InboxClaims claims) {
        this.jdbc = jdbc;
        this.claims = claims;
    }

    /** How many there are of each kind. */
    public record Counts(long total, long succeeded) {

        /** Those that did not succeed. */
        public long failed() {
            return total - succeeded;
        }
    }

    /**
     * Writes a batch's results, in the caller's transaction.
     *
     * @throws org.springframework.dao.DuplicateKeyException when another writer was there first; the batch must roll back
     * @throws LeaseLostException when the drop's inbox is not ours any more; likewise
     */
    public void insert(long dropKey, long stepExecutionId, Instant createdAt, List<ItemResult> results) {
        int inserted = jdbc.update(INSERT, statement -> {
            statement.setLong(1, dropKey);
            statement.setLong(2, stepExecutionId);
            statement.setObject(3, Timestamps.column(createdAt));
            int next = ROWS.set(statement, 4, results);
            statement.setLong(next, dropKey);
            statement.setObject(next + 1, claims.owner());
        });
        if (inserted != results.size()) {
            throw new LeaseLostException("a batch of the drop " + dropKey);
        }
    }

    /** How many items have their result of a drop whose requests leave in order for a partner: the index of the first that has none. */
    public long position(long dropKey) {
        Long next = jdbc.queryForObject(
                "SELECT COALESCE(MAX(ITEM_INDEX) + 1, 0) FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ?",
                Long.class,
                dropKey);
        return next == null ? 0 : next;
    }

    /** Which of a drop's batches of so many items have their results, by their number from 0: they commit whole. */
    public BitSet written(long dropKey, int size) {
        BitSet written = new BitSet();
        String batch = "ITEM_INDEX / " + size;
        jdbc.query(
                "SELECT " + batch + " FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ? GROUP BY " + batch,
                row -> {
                    written.set(row.getInt(1));
                },
                dropKey);
        return written;
    }

    /** Counts a drop's results. */
    public Counts count(long dropKey) {
        Counts counts = jdbc.queryForObject("""
                SELECT COUNT(*), COALESCE(SUM(CASE WHEN SUCCEEDED THEN 1 ELSE 0 END), 0)
                FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ?""", (row, number) -> new Counts(row.getLong(1), row.getLong(2)), dropKey);
        if (counts == null) {
            throw new IllegalStateException("A count has no row");
        }
        return counts;
    }

    /** How often each code occurs among a drop's failed items, the most frequent first. */
    public Map<String, Long> codes(long dropKey) {
        Map<String, Long> codes = new LinkedHashMap<>();
        jdbc.query(
                """
                SELECT CODE, COUNT(*) FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ? AND NOT SUCCEEDED
                GROUP BY CODE ORDER BY COUNT(*) DESC, CODE""",
                row -> {
                    codes.put(String.valueOf(row.getString(1)), row.getLong(2));
                },
                dropKey);
        return codes;
    }

    /** All results of a drop in manifest order, fetched by the page: memory stays flat whatever their number. */
    public Iterable<ItemResult> all(long dropKey) {
        return () -> new Pages(WHOLE, PAGE, dropKey, "", 0);
    }

    /**
     * Likewise, for somebody who does much with each: a page is fetched while the one before it is used, with a connection of its own. Not to be
     * called in a transaction.
     */
    public Iterable<ItemResult> allAhead(long dropKey) {
        return () -> new ReadAhead<>(fetchers, new Pages(WHOLE, PAGE, dropKey, "", 0), PAGE);
    }

    /** The failed ones, likewise. */
    public Iterable<ItemResult> failed(long dropKey) {
        return () -> new Pages(WHOLE, PAGE, dropKey, FAILED, 0);
    }

    /** The failed ones but those that are in doubt, which nobody is to drop again; likewise. */
    public Iterable<ItemResult> correctable(long dropKey) {
        return () -> new Pages(WHOLE, PAGE, dropKey, CORRECTABLE, 0);
    }

    /** Those that are in doubt among so many from that index on. */
    public List<ItemResult> inDoubt(long dropKey, long from, long count) {
        return jdbc.query(
                "SELECT " + WHOLE + " FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ? AND ITEM_INDEX >= ? AND ITEM_INDEX < ? "
                        + IN_DOUBT + "ORDER BY DROP_KEY, ITEM_INDEX",
                ItemResults::map,
                dropKey,
                from,
                from + count);
    }

    /** How many are in doubt. */
    public long countInDoubt(long dropKey) {
        Long count = jdbc.queryForObject(
                "SELECT COUNT(*) FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ? " + IN_DOUBT, Long.class, dropKey);
        return count == null ? 0 : count;
    }

    /**
     * Puts results in the place of those that are in doubt, in the caller's transaction.
     *
     * @throws LeaseLostException when the drop's inbox is not ours any more, or one of them is not in doubt; the transaction must roll back
     */
    public void settle(long dropKey, List<ItemResult> results) {
        for (ItemResult result : results) {
            int changed = jdbc.update(
                    "UPDATE BATCH_ITEM_RESULT SET STATUS = ?, SUCCEEDED = ?, CODE = ?, MESSAGE = ?, DETAIL = ?, SOURCE = ?"
                            + " WHERE DROP_KEY = ? AND ITEM_INDEX = ? " + IN_DOUBT + "AND" + InboxClaims.OWNED_DROP,
                    result.status(),
                    result.succeeded(),
                    result.code(),
                    result.message(),
                    result.detail(),
                    result.source(),
                    dropKey,
                    result.index(),
                    dropKey,
                    claims.owner());
            if (changed != 1) {
                throw new LeaseLostException("item " + (result.index() + 1) + " of the drop " + dropKey);
            }
        }
    }

    /** All of them, likewise, without message, detail and source, which make a result long. */
    Iterable<ItemResult> allBriefly(long dropKey) {
        return () -> new Pages(BRIEF, BRIEF_PAGE, dropKey, "", 0);
    }

    /** The failed ones from that index on, likewise. */
    Iterable<ItemResult> failedBriefly(long dropKey, long from) {
        return () -> new Pages(BRIEF, BRIEF_PAGE, dropKey, FAILED, from);
    }

    private static ItemResult map(ResultSet row, int number) throws SQLException {
        return new ItemResult(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getBoolean(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8));
    }

    private final class Pages implements Iterator<ItemResult> {
        private final String columns;
        private final int size;
        private final long dropKey;
        private final String condition;
        private Iterator<ItemResult> page = List.<ItemResult>of().iterator();
        private long from;
        private boolean ended;

        Pages(String columns, int size, long dropKey, String condition, long from) {
            this.columns = columns;
            this.size = size;
            this.dropKey = dropKey;
            this.condition = condition;
            this.from = from;
        }

        @Override
        public boolean hasNext() {
            if (!page.hasNext() && !ended) {
                List<ItemResult> next = jdbc.query(
                        "SELECT " + columns + " FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ? AND ITEM_INDEX >= ? "
                                + condition + "ORDER BY DROP_KEY, ITEM_INDEX FETCH FIRST " + size + " ROWS ONLY",
                        ItemResults::map,
                        dropKey,
                        from);
                ended = next.size() < size;
                page = next.iterator();
            }
            return page.hasNext();
        }

        @Override
        public ItemResult next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ItemResult result = page.next();
            from = result.index() + 1;
            return result;
        }
    }
}
