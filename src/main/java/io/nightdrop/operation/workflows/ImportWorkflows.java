package io.nightdrop.operation.workflows;

import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.ManifestItem;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.ImportOperation;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.Problems;
import io.nightdrop.operation.ResultsBody;
import io.nightdrop.result.ItemResult;
import io.nightdrop.vault.Workflow;
import io.nightdrop.vault.Workflow.RequiredDocument;
import io.nightdrop.vault.Workflows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code workflows:import}: each item is a workflow with its applicant and its required documents. */
@Component
class ImportWorkflows extends ImportOperation<Workflow> {

    private static final int MAX_ID = 128;
    private static final int MAX_TEXT = 256;
    private static final int MAX_EMAIL = 320;
    private static final List<String> STATES = List.of("CREATED", "STARTED", "ENDED");

    private static final Layout LAYOUT = new Layout(
            "workflows:import",
            "workflows",
            Set.of("workflow_id", "type", "state", "applicant", "required_documents"),
            List.of(),
            Set.of(),
            null);

    private final Workflows workflows;

    ImportWorkflows(Workflows workflows, ResultsBody body) {
        super(LAYOUT, body);
        this.workflows = workflows;
    }

    @Override
    protected Optional<String> itemId(ManifestItem item) {
        JsonNode id = item.fields().path("workflow_id");
        return id.isString() && !id.stringValue().isEmpty() && id.stringValue().length() <= MAX_ID
                ? Optional.of(id.stringValue())
                : Optional.empty();
    }

    @Override
    protected String word() {
        return "workflow";
    }

    @Override
    protected void check(ObjectNode fields, Problems problems) {
        checkId(fields, "workflow_id", "w_", problems);
        problems.text(fields, "type", 100);
        problems.oneOf(fields, "state", STATES);
        problems.optionalText(fields, "applicant.name", MAX_TEXT);
        problems.optionalText(fields, "applicant.email", MAX_EMAIL);
        JsonNode documents = fields.path("required_documents");
        if (Problems.absent(documents)) {
            return;
        }
        if (!documents.isArray()) {
            problems.add("required_documents must be an array");
            return;
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < documents.size(); i++) {
            Problems own = new Problems();
            JsonNode document = documents.get(i);
            checkId(document, "required_document_id", "rd_", own);
            own.text(document, "document_type_code", MAX_TEXT);
            own.text(document, "name", MAX_TEXT);
            own.optionalText(document, "status", 60);
            String id = document.path("required_document_id").asString("");
            if (!id.isEmpty() && !ids.add(id)) {
                own.add("required_document_id stands there twice");
            }
            String place = "required_documents[" + i + "].";
            problems.addAll(place, own);
        }
    }

    private static void checkId(JsonNode parent, String field, String prefix, Problems problems) {
        String id = problems.text(parent, field, MAX_ID);
        if (!id.isEmpty() && (!id.startsWith(prefix) || id.length() == prefix.length())) {
            problems.add(field + " must begin with " + prefix);
        }
    }

    @Override
    protected Workflow read(ObjectNode fields) {
        List<RequiredDocument> documents = new ArrayList<>();
        for (JsonNode document : fields.path("required_documents")) {
            documents.add(new RequiredDocument(
                    document.path("required_document_id").asString(),
                    document.path("document_type_code").asString(),
                    document.path("name").asString(),
                    document.path("status").asString("OPEN")));
        }
        return new Workflow(
                fields.path("workflow_id").asString(),
                fields.path("type").asString(),
                fields.path("state").asString(),
                text(fields.path("applicant").path("name")),
                text(fields.path("applicant").path("email")),
                documents);
    }

    private static @Nullable String text(JsonNode value) {
        return value.isString() ? value.stringValue() : null;
    }

    @Override
    protected Plan<Workflow> plan(List<Workflow> items, Batch batch) {
        return new WorkflowPlan(
                workflows.known(items.stream().map(Workflow::id).distinct().toList()),
                workflows.workflowsOfRequired(items.stream()
                        .flatMap(workflow -> workflow.requiredDocuments().stream())
                        .map(RequiredDocument::id)
                        .distinct()
                        .toList()),
                batch);
    }

    /** Follows the batch's items in their order: the last one of a workflow counts, a required document has one workflow. */
    private final class WorkflowPlan implements Plan<Workflow> {
        private final Set<String> known;
        private final Map<String, String> owners;
        private final Batch batch;
        private final Map<String, Workflow> toSave = new LinkedHashMap<>();
        private boolean lastIsNew;

        WorkflowPlan(Set<String> known, Map<String, String> owners, Batch batch) {
            this.known = known;
            this.owners = owners;
            this.batch = batch;
        }

        @Override
        public Optional<ItemError> take(Workflow workflow) {
            for (RequiredDocument document : workflow.requiredDocuments()) {
                String owner = owners.get(document.id());
                if (owner != null && !owner.equals(workflow.id())) {
                    return Optional.of(new ItemError(
                            VALIDATION_ERROR,
                            "required_document_id " + document.id() + " belongs to another workflow"));
                }
            }
            workflow.requiredDocuments().forEach(document -> owners.put(document.id(), workflow.id()));
            lastIsNew = known.add(workflow.id());
            toSave.merge(workflow.id(), workflow, WorkflowPlan::merged);
            return Optional.empty();
        }

        private static Workflow merged(Workflow earlier, Workflow later) {
            Map<String, RequiredDocument> documents = new LinkedHashMap<>();
            earlier.requiredDocuments().forEach(document -> documents.put(document.id(), document));
            later.requiredDocuments().forEach(document -> documents.put(document.id(), document));
            return new Workflow(
                    later.id(),
                    later.type(),
                    later.state(),
                    later.applicantName(),
                    later.applicantEmail(),
                    List.copyOf(documents.values()));
        }

        @Override
        public String status(Workflow workflow) {
            return lastIsNew ? CREATED : UPDATED;
        }

        @Override
        public String detail(Workflow workflow) {
            ObjectNode detail = JsonNodeFactory.instance.objectNode();
            detail.putObject("workflow").put("workflow_id", workflow.id());
            return detail.toString();
        }

        @Override
        public void save() {
            workflows.save(List.copyOf(toSave.values()), batch.now());
        }
    }

    @Override
    public List<String> resultColumns() {
        return List.of("itemIndex", "itemId", "status", "workflowId", "code", "message");
    }

    @Override
    public List<String> resultCells(ItemResult result, ObjectNode detail) {
        return cells(result, detail.path("workflow").path("workflow_id").asString(""));
    }
}
