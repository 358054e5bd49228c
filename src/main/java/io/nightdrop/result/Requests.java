package io.nightdrop.result;

import io.nightdrop.database.Rows;
import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The table {@code NIGHT_DROP_REQUEST}: the requests of drops whose manifest may hold many, with the verdict on each. Written
 * when the manifest is read through; batches cross the boundaries of requests, responses do not.
 */
@Component
public class Requests {

    private static final int PAGE = 500;

    private static final String COLUMNS = "r.REQUEST_INDEX, r.REQUEST_KEY, r.FIRST_ITEM, r.ITEM_COUNT, r.REFUSAL";

    private final JdbcTemplate jdbc;
    private final JsonMapper json;
    private final InboxClaims claims;
    private final Rows<Request> rows;
    private final String insert;

    Requests(JdbcTemplate jdbc, JsonMapper json, InboxClaims claims) {
        this.jdbc = jdbc;
        this.claims = claims;
        this.json = json;
        this.rows = new Rows<Request>()
                .number("request_index", Request::index)
                .text("request_key", Request::key)
                .number("first_item", Request::firstItem)
                .number("item_count", Request::itemCount)
                .text(
                        "refusal",
                        request -> request.refusal() == null ? null : json.writeValueAsString(request.refusal()));
        this.insert = """
                INSERT INTO NIGHT_DROP_REQUEST (DROP_KEY, REQUEST_INDEX, REQUEST_KEY, FIRST_ITEM, ITEM_COUNT, REFUSAL)
                SELECT CAST(? AS BIGINT), q.request_index, q.request_key, q.first_item, q.item_count, q.refusal
                FROM\s""" + rows.table() + " WHERE" + InboxClaims.OWNED_DROP;
    }

    /**
     * A request with what became of its items.
     *
     * @param succeeded how many of its items succeeded
     */
    public record Answered(Request request, long succeeded) {}

    /** Forgets what an interrupted reading has noted. */
    public void clear(long dropKey) {
        jdbc.update(
                "DELETE FROM NIGHT_DROP_REQUEST WHERE DROP_KEY = ? AND" + InboxClaims.OWNED_DROP,
                dropKey,
                dropKey,
                claims.owner());
    }

    /** Notes some more. */
    public void insert(long dropKey, List<Request> requests) {
        if (requests.isEmpty()) {
            return;
        }
        int inserted = jdbc.update(insert, statement -> {
            statement.setLong(1, dropKey);
            int next = rows.set(statement, 2, requests);
            statement.setLong(next, dropKey);
            statement.setObject(next + 1, claims.owner());
        });
        if (inserted != requests.size()) {
            throw new LeaseLostException("requests of the drop " + dropKey);
        }
    }

    /** Notes that a request was refused whole after all, in the caller's transaction. */
    public void refuse(long dropKey, long index, Refusal refusal) {
        int changed = jdbc.update(
                "UPDATE NIGHT_DROP_REQUEST SET REFUSAL = ? WHERE DROP_KEY = ? AND REQUEST_INDEX = ? AND"
                        + InboxClaims.OWNED_DROP,
                json.writeValueAsString(refusal),
                dropKey,
                index,
                dropKey,
                claims.owner());
        if (changed != 1) {
            throw new LeaseLostException("a request of the drop " + dropKey);
        }
    }

    /** That drop's requests that have items, in order, from that index on, at most so many. */
    public List<Request> withItems(long dropKey, long fromIndex, int most) {
        return jdbc.query(
                "SELECT " + COLUMNS + " FROM NIGHT_DROP_REQUEST r WHERE r.DROP_KEY = ? AND r.REQUEST_INDEX >= ?"
                        + " AND r.ITEM_COUNT > 0 ORDER BY r.DROP_KEY, r.REQUEST_INDEX FETCH FIRST " + most
                        + " ROWS ONLY",
                this::map,
                dropKey,
                fromIndex);
    }

    /** The request that the item of that index belongs to. */
    public Optional<Request> around(long dropKey, long itemIndex) {
        return jdbc
                .query(
                        "SELECT " + COLUMNS + " FROM NIGHT_DROP_REQUEST r WHERE r.DROP_KEY = ? AND r.FIRST_ITEM <= ?"
                                + " AND r.ITEM_COUNT > 0 ORDER BY r.FIRST_ITEM DESC FETCH FIRST 1 ROWS ONLY",
                        this::map,
                        dropKey,
                        itemIndex)
                .stream()
                .findFirst();
    }

    /** How many requests the drop has. */
    public long count(long dropKey) {
        return number("SELECT COUNT(*) FROM NIGHT_DROP_REQUEST WHERE DROP_KEY = ?", dropKey);
    }

    /** How many of them were refused whole. */
    public long countRefused(long dropKey) {
        return number("SELECT COUNT(*) FROM NIGHT_DROP_REQUEST WHERE DROP_KEY = ? AND REFUSAL IS NOT NULL", dropKey);
    }

    /** The drop's first request. */
    public Optional<Request> first(long dropKey) {
        return jdbc
                .query(
                        "SELECT " + COLUMNS + " FROM NIGHT_DROP_REQUEST r WHERE r.DROP_KEY = ? AND r.REQUEST_INDEX = 0",
                        this::map,
                        dropKey)
                .stream()
                .findFirst();
    }

    /** The first of those that were refused whole, in order. */
    public List<Request> refused(long dropKey, int most) {
        return jdbc.query(
                "SELECT " + COLUMNS + " FROM NIGHT_DROP_REQUEST r WHERE r.DROP_KEY = ? AND r.REFUSAL IS NOT NULL"
                        + " ORDER BY r.DROP_KEY, r.REQUEST_INDEX FETCH FIRST " + most + " ROWS ONLY",
                this::map,
                dropKey);
    }

    /** All requests of a drop with what became of them, in order, fetched by the page. */
    public Iterable<Answered> answered(long dropKey) {
        return () -> new Pages(dropKey);
    }

    private long number(String sql, long dropKey) {
        Long number = jdbc.queryForObject(sql, Long.class, dropKey);
        return number == null ? 0 : number;
    }

    private List<Answered> page(long dropKey, long from) {
        return jdbc.query(
                "SELECT " + COLUMNS + """
                , (SELECT COUNT(*) FROM BATCH_ITEM_RESULT i WHERE i.DROP_KEY = r.DROP_KEY
                    AND i.ITEM_INDEX >= r.FIRST_ITEM AND i.ITEM_INDEX < r.FIRST_ITEM + r.ITEM_COUNT AND i.SUCCEEDED)
                FROM NIGHT_DROP_REQUEST r WHERE r.DROP_KEY = ? AND r.REQUEST_INDEX >= ? AND r.REQUEST_INDEX < ?
                ORDER BY r.DROP_KEY, r.REQUEST_INDEX""",
                (row, number) -> new Answered(map(row, number), row.getLong(6)),
                dropKey,
                from,
                from + PAGE);
    }

    private Request map(ResultSet row, int number) throws SQLException {
        return new Request(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), refusal(row.getString(5)));
    }

    private @Nullable Refusal refusal(@Nullable String text) {
        return text == null ? null : json.readValue(text, Refusal.class);
    }

    private final class Pages implements Iterator<Answered> {
        private final long dropKey;
        private Iterator<Answered> page = List.<Answered>of().iterator();
        private long next;
        private boolean ended;

        Pages(long dropKey) {
            this.dropKey = dropKey;
        }

        @Override
        public boolean hasNext() {
            if (!page.hasNext() && !ended) {
                List<Answered> fetched = page(dropKey, next);
                next += PAGE;
                ended = fetched.size() < PAGE;
                page = fetched.iterator();
            }
            return page.hasNext();
        }

        @Override
        public Answered next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return page.next();
        }
    }
}
