package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import io.nightdrop.Sender;
import io.nightdrop.WatchedDatabase;
import io.nightdrop.fsck.Finding;
import io.nightdrop.fsck.Fsck;
import io.nightdrop.inbox.Inbox;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

/** Drops whose batches several threads write side by side, on PostgreSQL; each slice is one batch here. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
@TestPropertySource(properties = "nightdrop.partitions.slice-size=25")
@Import(WatchedDatabase.Watching.class)
class PartitionedRunsOnPostgresIntegrationTests {

    private static final int ITEMS = 1010;

    @Autowired
    private Sender sender;

    @Autowired
    private InboxRunner runner;

    @Autowired
    private LiveSteps live;

    @Autowired
    private WatchedDatabase database;

    @Autowired
    private Fsck fsck;

    @Autowired
    private JdbcTemplate jdbc;

    @BeforeEach
    void usersAreKnown() throws IOException {
        database.begin(commit -> false);
        sender.roster();
    }

    /** All threads come across the same few contents; every tenth item is of an unknown user. */
    private Inbox inbox() throws IOException {
        Inbox inbox = sender.inbox("after", "delete");
        for (int i = 0; i < 7; i++) {
            sender.put(inbox, "files/" + i + ".pdf", "%PDF-1.4\n" + inbox.name() + i);
        }
        sender.put(
                inbox,
                "docs-manifest.csv",
                "itemId,namespace,externalId,documentType,filename\n"
                        + IntStream.range(0, ITEMS)
                                .mapToObj(i -> "i" + i + ",SIS," + (i % 10 == 9 ? "nobody" : "S-77") + ",DIPLOMA,files/"
                                        + i % 7 + ".pdf")
                                .collect(Collectors.joining("\n")));
        return inbox;
    }

    private void assertComplete(Drop drop) throws IOException {
        assertThat(drop.state()).isEqualTo(DropState.DONE);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertThat(drop.succeeded()).isEqualTo(ITEMS - 101);
        assertThat(jdbc.queryForList(
                        "SELECT ITEM_INDEX FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ? ORDER BY ITEM_INDEX",
                        Long.class,
                        drop.key()))
                .containsExactlyElementsOf(
                        IntStream.range(0, ITEMS).mapToObj(Long::valueOf).toList());
        assertThat(jdbc.queryForObject(
                        "SELECT COUNT(DISTINCT ITEM_INDEX) FROM VAULT_DOCUMENT WHERE DROP_KEY = ?",
                        Integer.class,
                        drop.key()))
                .isEqualTo(ITEMS - 101);
        assertThat(sender.report(drop, "results.csv").lines().skip(1).map(line -> line.split(",", 3)[1]))
                .as("the report is in manifest order")
                .containsExactlyElementsOf(
                        IntStream.range(0, ITEMS).mapToObj(i -> "i" + i).toList());
    }

    private List<String> steps(Drop drop) {
        return jdbc.queryForList("""
                SELECT s.STEP_NAME FROM BATCH_STEP_EXECUTION s JOIN BATCH_ITEM_RESULT r
                  ON r.STEP_EXECUTION_ID = s.STEP_EXECUTION_ID AND r.DROP_KEY = ?
                GROUP BY s.STEP_EXECUTION_ID, s.STEP_NAME ORDER BY s.STEP_EXECUTION_ID""", String.class, drop.key());
    }

    @Test
    void severalThreadsWriteOneDrop() throws IOException {
        Inbox inbox = inbox();
        Drop drop = sender.runOne(inbox);
        assertComplete(drop);
        assertThat(steps(drop)).containsExactly("batches:1", "batches:2", "batches:3", "batches:4");
        assertThat(jdbc.queryForList("""
                        SELECT STATUS FROM BATCH_STEP_EXECUTION WHERE STEP_NAME LIKE 'batches%' AND STATUS <> 'COMPLETED'
                          AND JOB_EXECUTION_ID IN (SELECT JOB_EXECUTION_ID FROM NIGHT_DROP WHERE DROP_KEY = ?)""", String.class, drop.key())).isEmpty();
    }

    @Test
    void whatOneThreadCouldNotWriteIsWrittenByTheNextExecution() throws IOException {
        Inbox inbox = inbox();
        database.begin(commit -> database.log().stream()
                        .filter(entry -> entry.contains("INSERT INTO BATCH_ITEM_RESULT"))
                        .count()
                >= 12);
        runner.run(inbox, 0, RunListener.NONE);
        database.begin(commit -> false);
        Drop cut = sender.drops(inbox).get(0);
        assertThat(cut.state()).isEqualTo(DropState.FAILED);
        assertThat(cut.trouble()).contains("The connection was cut at commit");
        remove(cut, "< 25"); // as if the first slice had been cut
        assertThat(findings(cut))
                .as("of a drop with a gap")
                .contains(Finding.Kind.UNFINISHED_DROP)
                .doesNotContain(Finding.Kind.WRONG_FIGURES);
        jdbc.update("""
                INSERT INTO BATCH_ITEM_RESULT (DROP_KEY, ITEM_INDEX, ITEM_ID, STATUS, SUCCEEDED, CODE, STEP_EXECUTION_ID, CREATED_AT)
                SELECT DROP_KEY, 7, 'i7', 'failed', FALSE, 'NOT_FOUND', STEP_EXECUTION_ID, CREATED_AT FROM BATCH_ITEM_RESULT
                WHERE DROP_KEY = ? FETCH FIRST ROW ONLY""", cut.key());
        assertThat(findings(cut)).as("of a batch in part").contains(Finding.Kind.WRONG_FIGURES);
        remove(cut, "< 25");
        runner.run(inbox, cut, RunListener.NONE);
        Drop done = sender.drops(inbox).get(0);
        assertComplete(done);
        assertThat(steps(done)).hasSizeGreaterThan(4);
    }

    private void remove(Drop drop, String indexes) {
        for (String table : List.of("BATCH_ITEM_RESULT", "VAULT_DOCUMENT")) {
            jdbc.update("DELETE FROM " + table + " WHERE DROP_KEY = ? AND ITEM_INDEX " + indexes, drop.key());
        }
    }

    private List<Finding.Kind> findings(Drop drop) throws IOException {
        List<Finding.Kind> kinds = new ArrayList<>();
        fsck.check(finding -> {
            if (finding.thing().contains(drop.inbox())) {
                kinds.add(finding.kind());
            }
        });
        return kinds;
    }

    /** In the middle of it all: each thread ends its batch. */
    @Test
    void aStopEndsEachBatchAndTheNextStartGoesOn() throws IOException {
        Inbox inbox = inbox();
        boolean[] stopped = {false};
        runner.run(inbox, 0, new RunListener() {
            @Override
            public synchronized void written(Drop drop, long items) {
                if (!stopped[0]) {
                    stopped[0] = true;
                    live.stop();
                }
            }
        });
        Drop cut = sender.drops(inbox).get(0);
        assertThat(cut.state()).isEqualTo(DropState.STOPPED);
        Integer written = jdbc.queryForObject(
                "SELECT COUNT(*) FROM BATCH_ITEM_RESULT WHERE DROP_KEY = ?", Integer.class, cut.key());
        assertThat(written).isBetween(25, ITEMS - 1);
        live.begin();
        runner.run(inbox, cut, RunListener.NONE);
        assertComplete(sender.drops(inbox).get(0));
    }
}
