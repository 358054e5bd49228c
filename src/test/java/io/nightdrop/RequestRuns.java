package io.nightdrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.inbox.Inbox;
import io.nightdrop.job.InboxRunner;
import io.nightdrop.job.RunListener;
import io.nightdrop.result.Drop;
import io.nightdrop.result.DropState;
import io.nightdrop.result.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a drop of many requests does to the vault: each success one event, one count and one message, however it is cut. */
@Import(WatchedDatabase.Watching.class)
abstract class RequestRuns {

    /** Each workflow has seven documents, of which the seventh is inactive. */
    private static final int WORKFLOWS = 12;

    private static final String TRACE = "\"trc_[0-9A-Za-z]{22}\"";

    @Autowired
    private Sender sender;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private WatchedDatabase database;

    @Autowired
    private InboxRunner runner;

    private Inbox inbox;
    private String prefix;

    @BeforeEach
    void workflowsAreKnown() throws IOException {
        inbox = sender.inbox();
        prefix = inbox.name() + "_";
        sender.put(
                inbox,
                "workflows-manifest.jsonl",
                IntStream.range(0, WORKFLOWS).mapToObj(this::workflow).collect(Collectors.joining("\n")));
        sender.runOne(inbox);
        database.begin(commit -> false);
    }

    @AfterEach
    void commitsWorkAgain() {
        database.begin(commit -> false);
    }

    private String workflow(int number) {
        String documents = IntStream.range(0, 7)
                .mapToObj(i -> "{\"required_document_id\":\"" + document(number, i)
                        + "\",\"document_type_code\":\"TAX\",\"name\":\"Document " + i + "\",\"status\":\""
                        + (i == 6 ? "INACTIVE" : "OPEN") + "\"}")
                .collect(Collectors.joining(","));
        return "{\"workflow_id\":\"" + id(number)
                + "\",\"type\":\"BUSINESS_UNDERWRITING\",\"state\":\"STARTED\",\"applicant\":{\"email\":\"a@example.com\"},"
                + "\"required_documents\":[" + documents + "]}";
    }

    private String id(int workflow) {
        return "w_" + prefix + workflow;
    }

    private String document(int workflow, int number) {
        return "rd_" + prefix + workflow + "_" + number;
    }

    /** For each workflow: its seven documents, the first of them twice, and one that nobody has; 9 items. */
    private void putRequests(String name) throws IOException {
        sender.put(
                inbox,
                name,
                IntStream.range(0, WORKFLOWS)
                        .mapToObj(workflow -> "{\"workflow_id\":\"" + id(workflow) + "\",\"required_documents\":["
                                + IntStream.of(0, 1, 2, 3, 4, 5, 6, 0, 7)
                                        .mapToObj(i -> "{\"required_document_id\":\"" + document(workflow, i) + "\"}")
                                        .collect(Collectors.joining(","))
                                + "]}")
                        .collect(Collectors.joining("\n")));
    }

    private void assertComplete(Drop drop) throws IOException {
        assertThat(drop.state()).isEqualTo(DropState.DONE);
        assertThat(drop.outcome()).isEqualTo(Outcome.COMPLETED_WITH_FAILURES);
        assertThat(drop.httpStatus()).isEqualTo(200);
        assertThat(count("BATCH_ITEM_RESULT", drop)).isEqualTo(WORKFLOWS * 9);
        assertThat(count("VAULT_DOCUMENT_EVENT", drop)).isEqualTo(WORKFLOWS * 6);
        assertThat(count("NOTIFICATION", drop)).isEqualTo(WORKFLOWS);
        assertThat(count("NIGHT_DROP_REQUEST", drop)).isEqualTo(WORKFLOWS);
        assertThat(sender.report(drop, "responses.jsonl").lines())
                .hasSize(WORKFLOWS)
                .allSatisfy(line -> assertThat(line)
                        .contains("\"total_requests\":9,\"success_count\":7,\"failure_count\":2")
                        .matches(".*" + TRACE + ".*"));
        assertThat(sender.report(drop, "responses.jsonl")
                        .lines()
                        .map(line -> line.replaceAll(".*(" + TRACE + ").*", "$1"))
                        .distinct())
                .hasSize(WORKFLOWS);
    }

    private int count(String table, Drop drop) {
        Integer count =
                jdbc.queryForObject("SELECT COUNT(*) FROM " + table + " WHERE DROP_KEY = ?", Integer.class, drop.key());
        return count == null ? -1 : count;
    }

    /** How often each of this test's documents was asked for: active ones, then inactive ones. */
    private List<Long> timesAsked(boolean active) {
        return jdbc.queryForList(
                "SELECT DISTINCT REQUEST_COUNT FROM VAULT_REQUIRED_DOCUMENT WHERE REQUIRED_DOCUMENT_ID LIKE ?"
                        + " AND STATUS " + (active ? "<>" : "=") + " 'INACTIVE'",
                Long.class,
                "rd\\_" + prefix.replace("_", "\\_") + "%");
    }

    @Test
    void eachSuccessMovesItsDocumentOnOnce() throws IOException {
        putRequests("requests-manifest.jsonl");
        Drop drop = sender.runOne(inbox);
        assertComplete(drop);
        assertThat(timesAsked(true)).containsExactly(1L);
        assertThat(timesAsked(false)).containsExactly(0L);
        assertThat(jdbc.queryForObject(
                        "SELECT COUNT(*) FROM VAULT_REQUIRED_DOCUMENT d JOIN VAULT_DOCUMENT_EVENT e"
                                + " ON e.REQUIRED_DOCUMENT_ID = d.REQUIRED_DOCUMENT_ID AND e.CREATED_AT = d.REQUESTED_AT"
                                + " AND e.EVENT = 'DOCUMENT_FILES_REQUESTED' AND e.WORKFLOW_ID = d.WORKFLOW_ID"
                                + " WHERE e.DROP_KEY = ?",
                        Long.class,
                        drop.key()))
                .isEqualTo(WORKFLOWS * 6L);
    }

    @Test
    void aNewDropIsAReminder() throws IOException {
        putRequests("first-manifest.jsonl");
        Drop first = sender.runOne(inbox);
        putRequests("second-manifest.jsonl");
        sender.put(inbox, "second-manifest.jsonl", sender.report(first, "corrections.jsonl")); // not what was asked for
        assertThat(sender.runOne(inbox).failed()).isEqualTo(WORKFLOWS * 2L);
        assertThat(timesAsked(true)).containsExactly(1L);

        sender.put(
                inbox,
                "third-manifest.csv",
                "workflow_id,required_document_id\n"
                        + IntStream.range(0, WORKFLOWS)
                                .boxed()
                                .flatMap(workflow ->
                                        IntStream.range(0, 6).mapToObj(i -> id(workflow) + "," + document(workflow, i)))
                                .collect(Collectors.joining("\n")));
        Drop reminder = sender.runOne(inbox);
        assertThat(reminder.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(timesAsked(true)).containsExactly(2L);
        assertThat(count("VAULT_DOCUMENT_EVENT", reminder)).isEqualTo(WORKFLOWS * 6);
        assertThat(count("NOTIFICATION", reminder)).isEqualTo(WORKFLOWS);
    }

    @Test
    void twoRequestsForOneWorkflowAreTwoEventsAndOneMessage() throws IOException {
        sender.put(
                inbox,
                "requests-manifest.csv",
                "workflow_id,required_document_id\n" + id(0) + "," + document(0, 0) + "\n" + id(1) + ","
                        + document(1, 0) + "\n" + id(0) + "," + document(0, 0) + "\n");
        Drop drop = sender.runOne(inbox);
        assertThat(count("VAULT_DOCUMENT_EVENT", drop)).isEqualTo(3);
        assertThat(count("NOTIFICATION", drop)).isEqualTo(2);
        assertThat(jdbc.queryForObject(
                        "SELECT REQUEST_COUNT FROM VAULT_REQUIRED_DOCUMENT WHERE REQUIRED_DOCUMENT_ID = ?",
                        Long.class,
                        document(0, 0)))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 22, 24})
    void aCommitThatFailsOnceAsksNobodyTwice(int failing) throws IOException {
        putRequests("requests-manifest.jsonl");
        database.begin(commit -> commit == failing);
        for (int i = 0;
                i < 5
                        && sender.drops(inbox).stream()
                                        .filter(d -> d.state() == DropState.DONE)
                                        .count()
                                < 2;
                i++) {
            runner.run(inbox, 0, RunListener.NONE);
        }
        Drop drop = sender.drops(inbox).get(0);
        assertComplete(drop);
        assertThat(timesAsked(true)).containsExactly(1L);
    }

    @Test
    void aBatchIsAtMostSevenStatements() throws IOException {
        putRequests("requests-manifest.jsonl");
        database.begin(commit -> false);
        sender.runOne(inbox);
        List<Integer> sizes = new ArrayList<>();
        List<String> transaction = new ArrayList<>();
        for (String entry : database.log()) {
            if (entry.equals(WatchedDatabase.BEGIN) || entry.equals(WatchedDatabase.COMMIT)) {
                if (transaction.stream().anyMatch(sql -> sql.contains("INSERT INTO BATCH_ITEM_RESULT"))) {
                    sizes.add(transaction.size());
                }
                transaction.clear();
            } else {
                transaction.add(entry);
            }
        }
        assertThat(sizes).hasSize((WORKFLOWS * 9 + 24) / 25);
        assertThat(sizes.subList(1, sizes.size()))
                .allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(7));
        assertThat(sizes.get(0))
                .as("the first also fetches its drop and the requests, and stores its context")
                .isLessThanOrEqualTo(10);
    }
}
