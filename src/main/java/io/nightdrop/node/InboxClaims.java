package io.nightdrop.node;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The table {@code INBOX_CLAIM}: which node works on which inbox. Whoever looks at an inbox, takes a drop in, runs one or
 * restarts one has claimed its inbox first, so every drop is run by exactly one node and those of an inbox one after another.
 */
@Component
public class InboxClaims {

    /** A condition on a row of {@code NIGHT_DROP}: its inbox is claimed by the node in the one parameter. */
    public static final String OWNED =
            " EXISTS (SELECT 1 FROM INBOX_CLAIM c WHERE c.INBOX = NIGHT_DROP.INBOX AND c.NODE_ID = ?)";

    /** A condition anywhere: the inbox of a drop is claimed by a node; the parameters are the drop's key and the node. */
    public static final String OWNED_DROP =
            " EXISTS (SELECT 1 FROM NIGHT_DROP o JOIN INBOX_CLAIM c ON c.INBOX = o.INBOX"
                    + " WHERE o.DROP_KEY = ? AND c.NODE_ID = ?)";

    private static final String ALIVE =
            "EXISTS (SELECT 1 FROM NIGHT_NODE n WHERE n.NODE_ID = %s AND n.EXPIRES_AT > CURRENT_TIMESTAMP)";

    private static final String CLAIM = "UPDATE INBOX_CLAIM SET NODE_ID = ?, EPOCH = EPOCH + 1 WHERE INBOX = ?"
            + " AND (NODE_ID IS NULL OR NODE_ID = ? OR NOT " + String.format(ALIVE, "INBOX_CLAIM.NODE_ID") + ")"
            + " AND " + String.format(ALIVE, "?");

    private final JdbcTemplate jdbc;
    private final Node node;
    private final Set<String> here = ConcurrentHashMap.newKeySet();

    InboxClaims(JdbcTemplate jdbc, Node node) {
        this.jdbc = jdbc;
        this.node = node;
    }

    /** An inbox that is ours until it is closed. */
    public final class Claim implements AutoCloseable {
        private final String inbox;
        private final UUID owner;

        private Claim(String inbox, UUID owner) {
            this.inbox = inbox;
            this.owner = owner;
        }

        /** The inbox's name. */
        public String inbox() {
            return inbox;
        }

        /** The node that it belongs to. */
        public UUID owner() {
            return owner;
        }

        /** Gives it back; harmless when it was lost. */
        @Override
        public void close() {
            try {
                jdbc.update("UPDATE INBOX_CLAIM SET NODE_ID = NULL WHERE INBOX = ? AND NODE_ID = ?", inbox, owner);
            } finally {
                here.remove(inbox);
            }
        }
    }

    /** Claims an inbox, or a name that no inbox can have; empty when another node, or another thread of this one, works on it. */
    public Optional<Claim> claim(String inbox) {
        if (!here.add(inbox)) {
            return Optional.empty();
        }
        boolean claimed = false;
        try {
            node.reap();
            UUID owner = node.id();
            claimed = jdbc.update(CLAIM, owner, inbox, owner, owner) == 1
                    || (added(inbox) && jdbc.update(CLAIM, owner, inbox, owner, owner) == 1);
            return claimed ? Optional.of(new Claim(inbox, owner)) : Optional.empty();
        } finally {
            if (!claimed) {
                here.remove(inbox);
            }
        }
    }

    private boolean added(String inbox) {
        try {
            return jdbc.update(
                            "INSERT INTO INBOX_CLAIM (INBOX, NODE_ID, EPOCH) SELECT CAST(? AS VARCHAR), NULL, 0"
                                    + " WHERE NOT EXISTS (SELECT 1 FROM INBOX_CLAIM WHERE INBOX = ?)",
                            inbox,
                            inbox)
                    == 1;
        } catch (DuplicateKeyException meanwhile) {
            return true;
        }
    }

    /** Until when, on the database's clock, the one that works on an inbox counts as alive; empty when nobody alive does. */
    public Optional<Instant> aliveUntil(String inbox) {
        return jdbc
                .query(
                        "SELECT n.EXPIRES_AT FROM INBOX_CLAIM c JOIN NIGHT_NODE n ON n.NODE_ID = c.NODE_ID"
                                + " WHERE c.INBOX = ? AND n.EXPIRES_AT > CURRENT_TIMESTAMP",
                        (row, number) -> row.getObject(1, OffsetDateTime.class).toInstant(),
                        inbox)
                .stream()
                .findFirst();
    }

    /** Who works on an inbox, for people; empty when nobody alive does. */
    public Optional<String> holder(String inbox) {
        return jdbc
                .query(
                        "SELECT n.HOST, n.PID FROM INBOX_CLAIM c JOIN NIGHT_NODE n ON n.NODE_ID = c.NODE_ID"
                                + " WHERE c.INBOX = ? AND n.EXPIRES_AT > CURRENT_TIMESTAMP",
                        (row, number) -> "process " + row.getLong(2) + " on " + row.getString(1),
                        inbox)
                .stream()
                .findFirst();
    }

    /** Who we are, for {@link #OWNED} and {@link #OWNED_DROP}. */
    public UUID owner() {
        return node.id();
    }
}
