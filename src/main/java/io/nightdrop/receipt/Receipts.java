package io.nightdrop.receipt;

import io.nightdrop.node.InboxClaims;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.receipt.Receipt.State;
import io.nightdrop.time.Timestamps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The table {@code RECEIPT}. A drop is done only once the rows of all its receipts are there. */
@Component
public class Receipts {

    private static final int MAX_TROUBLE = 2000;

    private static final String SELECT =
            "SELECT r.DROP_KEY, r.FILE_NAME, r.STATE, r.PLACE, r.TROUBLE, r.HANDED_BACK_AT FROM RECEIPT r ";

    /** What says that a drop is taken in comes first, what says that all is there comes last. */
    private static final String ORDER = "ORDER BY r.DROP_KEY,"
            + " CASE r.FILE_NAME WHEN 'received.json' THEN 0 WHEN 'summary.json' THEN 2 ELSE 1 END, r.FILE_NAME";

    /** The few that are open are found by the index over the states, and an inequality would not use it. */
    static final String OPEN = SELECT
            + "JOIN NIGHT_DROP d ON d.DROP_KEY = r.DROP_KEY WHERE d.INBOX = ? AND r.STATE IN ('DUE', 'PREPARED') "
            + ORDER;

    private static final String CLAIMED =
            " AND EXISTS (SELECT 1 FROM INBOX_CLAIM c WHERE c.INBOX = ? AND c.NODE_ID = ?)";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    Receipts(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Notes that a file is to be handed back, unless that is noted already. */
    void owe(long dropKey, String file) {
        jdbc.update(
                "INSERT INTO RECEIPT (DROP_KEY, FILE_NAME, STATE) SELECT CAST(? AS BIGINT), CAST(? AS VARCHAR), 'DUE'"
                        + " WHERE NOT EXISTS (SELECT 1 FROM RECEIPT WHERE DROP_KEY = ? AND FILE_NAME = ?)",
                dropKey,
                file,
                dropKey,
                file);
    }

    /** What an inbox's sender has not got yet: those of a drop together, in the order in which they are to appear. */
    List<Receipt> open(String inbox) {
        return jdbc.query(OPEN, Receipts::map, inbox);
    }

    /** All of a drop. */
    public List<Receipt> of(long dropKey) {
        return jdbc.query(SELECT + "WHERE r.DROP_KEY = ? " + ORDER, Receipts::map, dropKey);
    }

    /**
     * Notes that files lie complete in a folder under temporary names, and that none of them has appeared.
     *
     * @throws LeaseLostException when the claim is not ours any more; nothing is noted then
     */
    void laid(InboxClaims.Claim claim, List<Receipt> receipts, String place) {
        update(claim, receipts, "STATE = '" + State.DUE + "', PLACE = ?", place);
    }

    /**
     * Notes that files which lie complete in a folder are let appear from now on.
     *
     * @throws LeaseLostException as {@link #laid}
     */
    void prepared(InboxClaims.Claim claim, List<Receipt> receipts, String place) {
        update(claim, receipts, "STATE = '" + State.PREPARED + "', PLACE = ?", place);
    }

    /**
     * Notes that files have appeared.
     *
     * @throws LeaseLostException as {@link #laid}
     */
    void handedBack(InboxClaims.Claim claim, List<Receipt> receipts, Instant now) {
        update(
                claim,
                receipts,
                "STATE = '" + State.HANDED_BACK + "', PLACE = NULL, TROUBLE = NULL, HANDED_BACK_AT = ?",
                Objects.requireNonNull(Timestamps.column(now)));
    }

    /**
     * Notes that what was prepared need not be there any more, though it has not appeared.
     *
     * @throws LeaseLostException as {@link #laid}
     */
    void lost(InboxClaims.Claim claim, List<Receipt> receipts) {
        update(claim, receipts, "STATE = '" + State.DUE + "', PLACE = NULL");
    }

    /** Notes why files could not be handed back. */
    void troubled(List<Receipt> receipts, String why) {
        String text = why.length() <= MAX_TROUBLE ? why : why.substring(0, MAX_TROUBLE - 1) + "…";
        jdbc.batchUpdate(
                "UPDATE RECEIPT SET TROUBLE = ? WHERE DROP_KEY = ? AND FILE_NAME = ? AND STATE <> 'HANDED_BACK'",
                receipts.stream()
                        .map(receipt -> new Object[] {text, receipt.dropKey(), receipt.file()})
                        .toList());
    }

    private void update(InboxClaims.Claim claim, List<Receipt> receipts, String assignments, Object... values) {
        transaction.executeWithoutResult(status -> {
            for (Receipt receipt : receipts) {
                List<Object> parameters = new ArrayList<>(List.of(values));
                parameters.addAll(List.of(receipt.dropKey(), receipt.file(), claim.inbox(), claim.owner()));
                if (jdbc.update(
                                "UPDATE RECEIPT SET " + assignments + " WHERE DROP_KEY = ? AND FILE_NAME = ?" + CLAIMED,
                                parameters.toArray())
                        != 1) {
                    throw new LeaseLostException("receipts: " + claim.inbox());
                }
            }
        });
    }

    private static Receipt map(ResultSet row, int number) throws SQLException {
        return new Receipt(
                row.getLong(1),
                row.getString(2),
                State.valueOf(row.getString(3)),
                row.getString(4),
                row.getString(5),
                Timestamps.instant(row.getObject(6, OffsetDateTime.class)));
    }
}
