package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.RunListener;
import io.nightdrop.result.Drop;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.ActiveProfiles;

/** Runs that are cut, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class RestartableRunsOnPostgresIntegrationTests extends RestartableRuns {

    /** Not on H2, which closes its file, and with it the database, when a thread that writes is interrupted. */
    @Test
    void anInterruptedThreadDoesNotPassForACompletedRun() throws Exception {
        Inbox inbox = sender.inbox();
        put(inbox);
        Thread thread = new Thread(() -> runner.run(inbox, 0, new RunListener() {
            @Override
            public void written(Drop drop, long items) {
                Thread.currentThread().interrupt();
            }
        }));
        thread.start();
        thread.join(30_000);

        assertThat(runUntilDone(inbox)).isTrue();
        assertComplete(inbox, lastDrop(inbox));
    }
}
