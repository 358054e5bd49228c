package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** A run that is cut goes on where it stopped: one result for each item, one document for each success, the bytes there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Import(WatchedDatabase.Watching.class)
abstract class RestartableRuns {

    private static final int ITEMS = 110;

    @Autowired
    Sender sender;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private WatchedDatabase database;

    @Autowired
    InboxRunner runner;

    @BeforeAll
    void usersAreKnown() throws IOException {
        sender.roster();
    }

    @AfterEach
    void commitsWorkAgain() {
        database.begin(commit -> false);
    }

    /** Every tenth item is of an unknown user; companions repeat. */
    final void put(Inbox inbox) throws IOException {
        for (int i = 0; i < 20; i++) {
            sender.put(inbox, "files/" + i + ".pdf", "%PDF-1.4\n" + inbox.name() + i);
        }
        sender.put(
                inbox,
                "docs-manifest.csv",
                "itemId,namespace,externalId,documentType,filename\n"
                        + IntStream.range(0, ITEMS)
                                .mapToObj(i -> "i" + i + ",SIS," + (i % 10 == 9 ? "nobody" : "S-77") + ",DIPLOMA,files/"
                                        + i % 20 + ".pdf")
                                .collect(Collectors.joining("\n")));
    }

    final void assertComplete(Inbox inbox, Drop drop) throws IOException {
        assertThat(drop.state()).isEqualTo(DropState.DONE);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertThat(count("BATCH_ITEM_RESULT", drop)).isEqualTo(ITEMS);
        assertThat(count("VAULT_DOCUMENT", drop)).isEqualTo(ITEMS - 11);
        assertThat(sender.report(drop, "results.csv").lines()).hasSize(ITEMS + 1);
        assertThat(sender.report(drop, "response.json").lines()).hasSize(ITEMS + 1);
        for (String fingerprint : jdbc.queryForList(
                "SELECT DISTINCT FINGERPRINT FROM VAULT_DOCUMENT WHERE DROP_KEY = ?", String.class, drop.key())) {
            assertThat(stored(fingerprint)).exists();
        }
        try (Stream<Path> left = Files.list(vault().resolveSibling("work"))) {
            assertThat(left).isEmpty();
        }
        try (Stream<Path> left = Files.walk(inbox.directory())) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    private Path vault() {
        return sender.home().resolve("vault");
    }

    private int count(String table, Drop drop) {
        Integer count =
                jdbc.queryForObject("SELECT COUNT(*) FROM " + table + " WHERE DROP_KEY = ?", Integer.class, drop.key());
        return count == null ? -1 : count;
    }

    @Test
    void aBatchIsOneCommitAndAtMostSevenStatements() throws IOException {
        Inbox inbox = sender.inbox();
        put(inbox);
        database.begin(commit -> false);

        assertComplete(inbox, sender.runOne(inbox));

        List<Integer> sizes = new ArrayList<>();
        int statements = 0;
        boolean batch = false;
        for (String entry : database.log()) {
            if (entry.equals(WatchedDatabase.BEGIN)) {
                statements = 0;
                batch = false;
                continue;
            }
            statements++;
            batch |= entry.contains("INSERT INTO BATCH_ITEM_RESULT");
            if (entry.equals(WatchedDatabase.COMMIT)) {
                if (batch) {
                    sizes.add(statements - 1);
                }
                statements = 0;
                batch = false;
            }
        }
        assertThat(sizes).hasSize((ITEMS + 24) / 25).allSatisfy(size -> assertThat(size)
                .isLessThanOrEqualTo(7));
        assertThat(sizes).as("documents, results; no sign of life").contains(2);
        assertThat(looksAtUsers()).isOne();
    }

    private long looksAtUsers() {
        return database.log().stream()
                .filter(entry -> entry.contains("FROM VAULT_USER_REFERENCE"))
                .count();
    }

    @Test
    void usersAreLookedUpForTenBatchesTogether() throws IOException {
        Inbox inbox = sender.inbox();
        sender.put(inbox, "a.pdf", "%PDF-1.4\n" + inbox.name());
        sender.put(
                inbox,
                "docs-manifest.csv",
                IntStream.range(0, 310)
                        .mapToObj(i -> "i" + i + ",SIS," + (i < 250 ? "S-77" : "STU-2024-001") + ",DIPLOMA,a.pdf")
                        .collect(
                                Collectors.joining("\n", "itemId,namespace,externalId,documentType,filename\n", "\n")));
        database.begin(commit -> false);

        Drop drop = sender.runOne(inbox);

        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(looksAtUsers()).isEqualTo(2);
        assertThat(jdbc.queryForList(
                        "SELECT COUNT(*) FROM VAULT_DOCUMENT WHERE DROP_KEY = ?"
                                + " GROUP BY USER_ID ORDER BY COUNT(*)",
                        Integer.class,
                        drop.key()))
                .containsExactly(60, 250);
    }

    @Test
    void aDropIsOneJobInstanceAndEachResultBelongsToItsStepExecution() throws IOException {
        Inbox inbox = sender.inbox();
        put(inbox);
        Drop drop = sender.runOne(inbox);
        assertThat(jdbc.queryForList("""
                        SELECT DISTINCT s.STEP_NAME || ' of ' || i.JOB_NAME || ' for ' || p.PARAMETER_VALUE
                        FROM BATCH_ITEM_RESULT r
                        JOIN BATCH_STEP_EXECUTION s ON s.STEP_EXECUTION_ID = r.STEP_EXECUTION_ID
                        JOIN BATCH_JOB_EXECUTION e ON e.JOB_EXECUTION_ID = s.JOB_EXECUTION_ID
                        JOIN BATCH_JOB_INSTANCE i ON i.JOB_INSTANCE_ID = e.JOB_INSTANCE_ID
                        JOIN BATCH_JOB_EXECUTION_PARAMS p ON p.JOB_EXECUTION_ID = e.JOB_EXECUTION_ID
                        WHERE r.DROP_KEY = ? AND p.IDENTIFYING = 'Y'""", String.class, drop.key()))
                .containsExactly("batches of process-drop for " + drop.key());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22, 24})
    void aCommitThatFailsOnceLosesNothingAndDoublesNothing(int failing) throws IOException {
        Inbox inbox = sender.inbox();
        put(inbox);
        database.begin(commit -> commit == failing);
        boolean done = runUntilDone(inbox);
        assertThat(done).isTrue();
        assertComplete(inbox, lastDrop(inbox));
    }

    @Test
    void aManifestThatStaysIsTakenInOnceAlsoWhenItsTakingInIsCutAtTheEnd() throws IOException {
        Inbox inbox = sender.inbox("after", "keep");
        put(inbox);
        database.failStatements(sql -> sql.startsWith("UPDATE INBOX_MANIFEST SET DROP_KEY"));
        runner.run(inbox, 0, RunListener.NONE);
        database.begin(commit -> false);

        assertThat(runUntilDone(inbox)).isTrue();
        runner.run(inbox, 0, RunListener.NONE);

        assertThat(sender.drops(inbox)).hasSize(1);
        assertThat(lastDrop(inbox).outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
    }

    @Test
    void aBatchThatCannotCommitLeavesNothingBehind() throws IOException {
        Inbox inbox = sender.inbox();
        put(inbox);
        database.begin(commit -> database.log().stream()
                        .filter(entry -> entry.contains("INSERT INTO BATCH_ITEM_RESULT"))
                        .count()
                >= 3);
        runner.run(inbox, 0, RunListener.NONE);
        database.begin(commit -> false);

        Drop cut = lastDrop(inbox);
        assertThat(count("BATCH_ITEM_RESULT", cut)).isEqualTo(50);
        assertThat(count("VAULT_DOCUMENT", cut)).isEqualTo(45);

        assertThat(runUntilDone(inbox)).isTrue();
        assertComplete(inbox, lastDrop(inbox));
    }

    /** A batch's rows are committed before the move of its contents is on disk; the bytes themselves are on disk in either place. */
    @Test
    void contentsThatAPowerCutTookBackToTheDropsFolderAreStoredOnceMore() throws IOException {
        Inbox inbox = sender.inbox();
        for (int i = 0; i < ITEMS; i++) {
            sender.put(inbox, i + ".pdf", "%PDF-1.4\n" + inbox.name() + " alone " + i);
        }
        sender.put(
                inbox,
                "docs-manifest.csv",
                "itemId,namespace,externalId,documentType,filename\n"
                        + IntStream.range(0, ITEMS)
                                .mapToObj(i -> "i" + i + ",SIS,S-77,DIPLOMA," + i + ".pdf")
                                .collect(Collectors.joining("\n")));
        database.begin(commit -> database.log().stream()
                        .filter(entry -> entry.contains("INSERT INTO BATCH_ITEM_RESULT"))
                        .count()
                >= 3);
        runner.run(inbox, 0, RunListener.NONE);
        database.begin(commit -> false);
        Drop cut = lastDrop(inbox);
        assertThat(count("VAULT_DOCUMENT", cut)).isEqualTo(50);
        jdbc.query(
                "SELECT f.POSITION, d.FINGERPRINT FROM NIGHT_DROP_FILE f JOIN VAULT_DOCUMENT d"
                        + " ON d.DROP_KEY = f.DROP_KEY AND d.FINGERPRINT = f.FINGERPRINT WHERE f.DROP_KEY = ?",
                (row, number) -> takeBack(cut, row.getInt(1), row.getString(2)),
                cut.key());

        assertThat(runUntilDone(inbox)).isTrue();

        List<String> fingerprints =
                jdbc.queryForList("SELECT FINGERPRINT FROM VAULT_DOCUMENT WHERE DROP_KEY = ?", String.class, cut.key());
        assertThat(fingerprints).hasSize(ITEMS).allSatisfy(fingerprint -> assertThat(stored(fingerprint))
                .exists());
    }

    private Path takeBack(Drop drop, int position, String fingerprint) {
        try {
            return Files.move(
                    stored(fingerprint), sender.home().resolve("work/" + drop.key() + "/files/0/" + position));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Path stored(String fingerprint) {
        return vault().resolve(fingerprint.substring(0, 2)).resolve(fingerprint);
    }

    @Test
    void aFailedDropGoesOnAtOnceWhenItIsRestarted() throws IOException {
        Inbox inbox = sender.inbox();
        put(inbox);
        database.begin(commit -> database.log().stream()
                        .filter(entry -> entry.contains("INSERT INTO BATCH_ITEM_RESULT"))
                        .count()
                >= 2);
        runner.run(inbox, 0, RunListener.NONE);
        database.begin(commit -> false);
        Drop failed = lastDrop(inbox);
        assertThat(failed.state()).isEqualTo(DropState.FAILED);
        assertThat(count("BATCH_ITEM_RESULT", failed)).isEqualTo(25);

        runner.run(inbox, failed, RunListener.NONE);

        assertComplete(inbox, lastDrop(inbox));
    }

    /** As an operator would whose cron runs it again. */
    final boolean runUntilDone(Inbox inbox) {
        for (int i = 0; i < 5; i++) {
            runner.run(inbox, 0, RunListener.NONE);
            List<Drop> drops = sender.drops(inbox);
            if (!drops.isEmpty() && drops.stream().allMatch(drop -> drop.state() == DropState.DONE)) {
                return true;
            }
        }
        return false;
    }

    final Drop lastDrop(Inbox inbox) {
        List<Drop> drops = sender.drops(inbox);
        assertThat(drops).hasSize(1);
        return drops.get(0);
    }
}
