package io.nightdrop.vault;

import io.nightdrop.database.Rows;
import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Workflow.RequiredDocument;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The workflows and their required documents. */
@Component
public class Workflows {

    private static final Rows<String> IDS = new Rows<String>().text("id", id -> id);

    private static final Rows<Workflow> WORKFLOWS = new Rows<Workflow>()
            .text("workflow_id", Workflow::id)
            .text("workflow_type", Workflow::type)
            .text("state", Workflow::state)
            .text("applicant_name", Workflow::applicantName)
            .text("applicant_email", Workflow::applicantEmail);

    private static final String SAVE = """
            MERGE INTO VAULT_WORKFLOW w
            USING (SELECT q.workflow_id, q.workflow_type, q.state, q.applicant_name, q.applicant_email,
                CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS at FROM\s""" + WORKFLOWS.table() + """
            ) n ON (w.WORKFLOW_ID = n.workflow_id)
            WHEN MATCHED THEN UPDATE SET WORKFLOW_TYPE = n.workflow_type, STATE = n.state,
              APPLICANT_NAME = n.applicant_name, APPLICANT_EMAIL = n.applicant_email, UPDATED_AT = n.at
            WHEN NOT MATCHED THEN INSERT (WORKFLOW_ID, WORKFLOW_TYPE, STATE, APPLICANT_NAME, APPLICANT_EMAIL, CREATED_AT,
              UPDATED_AT)
              VALUES (n.workflow_id, n.workflow_type, n.state, n.applicant_name, n.applicant_email, n.at, n.at)""";

    private record Required(String workflowId, RequiredDocument document) {}

    private static final Rows<Required> REQUIRED = new Rows<Required>()
            .text("id", required -> required.document().id())
            .text("workflow_id", Required::workflowId)
            .text("type_code", required -> required.document().typeCode())
            .text("name", required -> required.document().name())
            .text("status", required -> required.document().status());

    private static final String SAVE_REQUIRED = """
            MERGE INTO VAULT_REQUIRED_DOCUMENT d
            USING (SELECT q.id, q.workflow_id, q.type_code, q.name, q.status,
                CAST(? AS TIMESTAMP(3) WITH TIME ZONE) AS at FROM\s""" + REQUIRED.table() + """
            ) n ON (d.REQUIRED_DOCUMENT_ID = n.id)
            WHEN MATCHED THEN UPDATE SET DOCUMENT_TYPE_CODE = n.type_code, NAME = n.name, STATUS = n.status,
              UPDATED_AT = n.at
            WHEN NOT MATCHED THEN INSERT (REQUIRED_DOCUMENT_ID, WORKFLOW_ID, DOCUMENT_TYPE_CODE, NAME, STATUS, CREATED_AT,
              UPDATED_AT)
              VALUES (n.id, n.workflow_id, n.type_code, n.name, n.status, n.at, n.at)""";

    private final JdbcTemplate jdbc;

    Workflows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of the ids that are known, with one query. */
    public Set<String> known(Collection<String> ids) {
        List<String> list = List.copyOf(ids);
        return new HashSet<>(jdbc.query(
                "SELECT w.WORKFLOW_ID FROM VAULT_WORKFLOW w JOIN " + IDS.table() + " ON w.WORKFLOW_ID = q.id",
                statement -> IDS.set(statement, 1, list),
                (row, number) -> row.getString(1)));
    }

    /** The states of those of the workflows that are known, by id, with one query. */
    public Map<String, String> states(Collection<String> ids) {
        List<String> list = List.copyOf(ids);
        Map<String, String> states = new HashMap<>();
        jdbc.query(
                "SELECT w.WORKFLOW_ID, w.STATE FROM VAULT_WORKFLOW w JOIN " + IDS.table() + " ON w.WORKFLOW_ID = q.id",
                statement -> IDS.set(statement, 1, list),
                row -> {
                    states.put(row.getString(1), row.getString(2));
                });
        return states;
    }

    /** The workflow of each of those required documents that is known, with one query. */
    public Map<String, String> workflowsOfRequired(Collection<String> requiredDocumentIds) {
        List<String> list = List.copyOf(requiredDocumentIds);
        Map<String, String> workflows = new HashMap<>();
        jdbc.query(
                "SELECT d.REQUIRED_DOCUMENT_ID, d.WORKFLOW_ID FROM VAULT_REQUIRED_DOCUMENT d JOIN " + IDS.table()
                        + " ON d.REQUIRED_DOCUMENT_ID = q.id",
                statement -> IDS.set(statement, 1, list),
                row -> {
                    workflows.put(row.getString(1), row.getString(2));
                });
        return workflows;
    }

    /** Adds the workflows that are new, updates the others, with their required documents; each once. Two statements. */
    public void save(List<Workflow> workflows, Instant at) {
        if (workflows.isEmpty()) {
            return;
        }
        jdbc.update(SAVE, statement -> {
            statement.setObject(1, Timestamps.column(at));
            WORKFLOWS.set(statement, 2, workflows);
        });
        List<Required> required = workflows.stream()
                .flatMap(workflow ->
                        workflow.requiredDocuments().stream().map(document -> new Required(workflow.id(), document)))
                .toList();
        if (!required.isEmpty()) {
            jdbc.update(SAVE_REQUIRED, statement -> {
                statement.setObject(1, Timestamps.column(at));
                REQUIRED.set(statement, 2, required);
            });
        }
    }
}
