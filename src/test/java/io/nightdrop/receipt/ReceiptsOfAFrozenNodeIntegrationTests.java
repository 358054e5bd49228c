package io.nightdrop.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.node.LeaseLostException;
import io.nightdrop.node.Node;
import io.nightdrop.result.Drop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

/** A node that could not renew its lease in time leaves a sender's folder to the one that has taken over. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
@TestPropertySource(properties = "nightdrop.lease=2s")
class ReceiptsOfAFrozenNodeIntegrationTests {

    @Autowired
    private Sender sender;

    @Autowired
    private ReceiptDelivery delivery;

    @Autowired
    private Node node;

    @Autowired
    private DataSource database;

    @Autowired
    private JdbcTemplate jdbc;

    @TempDir
    private Path replies;

    @Test
    void aNodeThatWakesUpDoesNotTouchTheSendersFolder() throws Exception {
        Inbox inbox = sender.inbox("reply-to", replies.toString());
        sender.put(
                inbox,
                "users-manifest.csv",
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,1,r@example.edu,R,S,student\n");
        Drop drop = sender.runOne(inbox);
        try (Stream<Path> files = Files.list(replies)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        jdbc.update("UPDATE RECEIPT SET STATE = 'DUE', PLACE = NULL WHERE DROP_KEY = ?", drop.key());

        try (Connection freezing = database.getConnection()) {
            freezing.setAutoCommit(false);
            assertThatThrownBy(() -> delivery.deliver(inbox, () -> frozen(freezing), () -> {}))
                    .isInstanceOf(LeaseLostException.class);
            freezing.rollback();
        }
        assertThat(replies).isEmptyDirectory();
    }

    /** The lease cannot be renewed until it has run out; what was to be handed back then goes on. */
    private boolean frozen(Connection freezing) {
        try (Statement statement = freezing.createStatement()) {
            statement.execute("SELECT NODE_ID FROM NIGHT_NODE FOR UPDATE");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        while (isAlive()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return false;
    }

    private boolean isAlive() {
        try {
            node.ensureAlive();
            return true;
        } catch (LeaseLostException lost) {
            return false;
        }
    }
}
