package io.nightdrop.notification;

import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Workflow;
import io.nightdrop.vault.Workflow.RequiredDocument;
import io.nightdrop.vault.Workflows;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Puts into the database what requests of documents leave there. */
final class Asked {

    static final Instant AT = Instant.parse("2026-09-01T02:00:00Z");

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final JdbcTemplate jdbc;
    private final Workflows workflows;
    private final Notifications notifications;

    Asked(JdbcTemplate jdbc, Workflows workflows, Notifications notifications) {
        this.jdbc = jdbc;
        this.workflows = workflows;
        this.notifications = notifications;
    }

    /** Forgets what earlier tests have opened. */
    void clear() {
        jdbc.update("DELETE FROM NOTIFICATION");
    }

    /** A drop whose items are all done, or not. */
    long drop(boolean concluded) {
        long key = Objects.requireNonNull(jdbc.queryForObject("SELECT NEXTVAL('NIGHT_DROP_SEQ')", Long.class));
        jdbc.update(
                """
                INSERT INTO NIGHT_DROP (DROP_KEY, INBOX, DROP_ID, MANIFEST, FINGERPRINT, STATE, OUTCOME, RECEIVED_AT)
                VALUES (?, 'requests', ?, 'requests-manifest.json', ?, 'RUNNING', ?, ?)""",
                key,
                "requests-manifest-" + key,
                "0".repeat(64),
                concluded ? "COMPLETED" : null,
                Timestamps.column(AT));
        return key;
    }

    void conclude(long drop) {
        jdbc.update("UPDATE NIGHT_DROP SET OUTCOME = 'COMPLETED' WHERE DROP_KEY = ?", drop);
    }

    /** A workflow of which nothing is asked yet. */
    String workflow(@Nullable String name, @Nullable String email, String... documents) {
        String id = "w_asked" + NUMBERS.incrementAndGet();
        List<RequiredDocument> required = IntStream.range(0, documents.length)
                .mapToObj(i -> new RequiredDocument("rd_" + id + "_" + i, "OTHER", documents[i], "ACTIVE"))
                .toList();
        workflows.save(List.of(new Workflow(id, "BUSINESS_APPLICATION", "STARTED", name, email, required)), AT);
        return id;
    }

    /** Asks for all of a workflow's documents, in the order of their ids. */
    void ask(long drop, String workflow, int request) {
        jdbc.update("""
                INSERT INTO VAULT_DOCUMENT_EVENT (DROP_KEY, REQUEST_INDEX, REQUIRED_DOCUMENT_ID, EVENT, WORKFLOW_ID,
                  ITEM_INDEX, CREATED_AT)
                SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), REQUIRED_DOCUMENT_ID, 'DOCUMENT_FILES_REQUESTED', WORKFLOW_ID,
                  100 * CAST(? AS BIGINT) + ROW_NUMBER() OVER (ORDER BY REQUIRED_DOCUMENT_ID),
                  CAST(? AS TIMESTAMP(3) WITH TIME ZONE)
                FROM VAULT_REQUIRED_DOCUMENT WHERE WORKFLOW_ID = ?""", drop, request, request, Timestamps.column(AT), workflow);
        notifications.open(drop, List.of(workflow), AT);
    }

    /** One request to one applicant for one document. */
    String one(long drop, @Nullable String email) {
        String workflow = workflow("Ana Costa", email, "Passport");
        ask(drop, workflow, 0);
        return workflow;
    }

    /** The notification of a workflow. */
    Notification of(String workflow) {
        return notifications.newest(workflow).iterator().next();
    }
}
