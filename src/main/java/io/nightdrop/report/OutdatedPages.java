package io.nightdrop.report;

import io.nightdrop.node.InboxClaims;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The report pages that do not tell yet how some notifications of their drop have ended. */
@Component
public class OutdatedPages {

    /** Claimed by whoever makes one; no inbox can have this name. */
    private static final String CLAIM = ":pages";

    private static final String OWNED =
            " AND EXISTS (SELECT 1 FROM INBOX_CLAIM c WHERE c.INBOX = '" + CLAIM + "' AND c.NODE_ID = ?)";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final InboxClaims claims;

    OutdatedPages(JdbcTemplate jdbc, PlatformTransactionManager transactions, InboxClaims claims) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.claims = claims;
    }

    /** The keys of their drops, in order. */
    public List<Long> drops() {
        return jdbc.queryForList("""
                SELECT DROP_KEY FROM PAGE_IN_HAND
                UNION
                SELECT DROP_KEY FROM NOTIFICATION WHERE SHOWN = FALSE AND SETTLED_AT IS NOT NULL
                ORDER BY DROP_KEY""", Long.class);
    }

    /**
     * Has one made again, unless another thread or process is making one. What ends meanwhile, and all when it cannot be
     * made, is left to the next time. A process that was frozen over it may have put an older page over a newer one, so
     * it leaves the page to be made once more.
     *
     * @param makePage makes the page, and throws when it cannot
     */
    public void renew(long dropKey, Runnable makePage) {
        Optional<InboxClaims.Claim> claimed = claims.claim(CLAIM);
        if (claimed.isEmpty()) {
            return;
        }
        try (InboxClaims.Claim claim = claimed.get()) {
            transaction.executeWithoutResult(status -> {
                takeInHand(dropKey);
                jdbc.update(
                        "UPDATE NOTIFICATION SET SHOWN = TRUE"
                                + " WHERE DROP_KEY = ? AND SHOWN = FALSE AND SETTLED_AT IS NOT NULL",
                        dropKey);
            });
            makePage.run();
            if (jdbc.update("DELETE FROM PAGE_IN_HAND WHERE DROP_KEY = ?" + OWNED, dropKey, claim.owner()) == 0) {
                takeInHand(dropKey);
            }
        }
    }

    private void takeInHand(long dropKey) {
        jdbc.update(
                "INSERT INTO PAGE_IN_HAND (DROP_KEY) SELECT d.DROP_KEY FROM NIGHT_DROP d WHERE d.DROP_KEY = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM PAGE_IN_HAND p WHERE p.DROP_KEY = d.DROP_KEY)",
                dropKey);
    }
}
