package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.node.Node;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a dead node may leave in the job repository. */
@NightdropIntegrationTest
class RecoveryIntegrationTests {

    @Autowired
    private Sender sender;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ApplicationEventPublisher events;

    private Drop done() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(
                inbox,
                "users-manifest.csv",
                "namespace,externalId,email,firstName,lastName,roleName\nSIS,R-1,r@example.edu,R,S,student\n");
        return sender.runOne(inbox);
    }

    private String execution(Drop drop) {
        return String.valueOf(jdbc.queryForObject(
                "SELECT STATUS || ' ' || CASE WHEN END_TIME IS NULL THEN 'open' ELSE 'ended' END"
                        + " FROM BATCH_JOB_EXECUTION WHERE JOB_EXECUTION_ID = ?",
                String.class,
                drop.jobExecutionId()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNKNOWN", "STARTING", "STARTED"})
    void whatADeadNodeLeftOpenOfADropThatOthersFinishedIsEnded(String status) throws IOException {
        Drop drop = done();
        jdbc.update(
                "UPDATE BATCH_JOB_EXECUTION SET STATUS = ?, END_TIME = NULL WHERE JOB_EXECUTION_ID = ?",
                status,
                drop.jobExecutionId());
        events.publishEvent(new Node.Changed());
        assertThat(execution(drop)).isEqualTo("FAILED ended");
    }

    @Test
    void whatBelongsToADropThatIsNotDoneIsLeftToWhoeverGoesOnWithIt() throws IOException {
        Drop drop = done();
        jdbc.update("UPDATE NIGHT_DROP SET STATE = ? WHERE DROP_KEY = ?", DropState.RUNNING.name(), drop.key());
        jdbc.update(
                "UPDATE BATCH_JOB_EXECUTION SET STATUS = 'STARTED', END_TIME = NULL WHERE JOB_EXECUTION_ID = ?",
                drop.jobExecutionId());
        events.publishEvent(new Node.Changed());
        assertThat(execution(drop)).isEqualTo("STARTED open");
        jdbc.update("UPDATE NIGHT_DROP SET STATE = 'DONE' WHERE DROP_KEY = ?", drop.key());
        events.publishEvent(new Node.Changed());
        assertThat(execution(drop)).isEqualTo("FAILED ended");
    }
}
