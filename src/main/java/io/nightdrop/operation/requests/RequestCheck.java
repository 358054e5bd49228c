package io.nightdrop.operation.requests;

import io.nightdrop.manifest.ManifestRequest;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.Problems;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rules of a request and of its items, with the codes and messages of the API (contracts A7) and the defaults for what it
 * does not say (contracts D, K-6 to K-15).
 */
final class RequestCheck {

    static final String WORKFLOW_ID = "workflow_id";
    static final String REQUIRED_DOCUMENTS = "required_documents";
    static final String REQUIRED_DOCUMENT_ID = "required_document_id";

    static final String BAD_REQUEST = "BAD_REQUEST";
    static final String ENTITY_NOT_FOUND = "ENTITY_NOT_FOUND";
    static final String SYSTEM_RULE_VIOLATION = "SYSTEM_RULE_VIOLATION";

    static final String NOT_FOUND_MESSAGE = "The given entity(s) does not exist.";
    static final String INACTIVE_MESSAGE = "Cannot request files for an inactive required document.";

    private static final int MAX_ID = Request.MAX_KEY;

    private RequestCheck() {}

    static Refusal badRequest(String message) {
        return new Refusal(400, BAD_REQUEST, message, null);
    }

    /** The workflow does not exist; 404 as the API's own page prints it (K-8). */
    static Refusal noWorkflow() {
        return new Refusal(404, ENTITY_NOT_FOUND, NOT_FOUND_MESSAGE, null);
    }

    static Refusal workflowEnded() {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("entity_type", "Workflow").put("sub_code", "WORKFLOW_ENDED");
        return new Refusal(400, SYSTEM_RULE_VIOLATION, "The workflow has ended.", details);
    }

    /** What is wrong with the request as a whole, K-6 and K-14. */
    static Optional<Refusal> request(ManifestRequest request) {
        Problems problems = new Problems();
        id(request.fields(), WORKFLOW_ID, "w_", problems);
        switch (request.items()) {
            case MISSING -> problems.add(REQUIRED_DOCUMENTS + " is required");
            case WRONG -> problems.add(REQUIRED_DOCUMENTS + " must be an array of objects");
            case OBJECTS -> {
                if (request.itemCount() == 0) {
                    problems.add(REQUIRED_DOCUMENTS + " must not be empty");
                }
            }
        }
        return problems.error(BAD_REQUEST).map(error -> badRequest(error.message()));
    }

    /** What is wrong with an item; it alone fails for it (K-14, K-15). */
    static Optional<ItemError> item(ObjectNode fields) {
        Problems problems = new Problems();
        id(fields, REQUIRED_DOCUMENT_ID, "rd_", problems);
        return problems.error(BAD_REQUEST);
    }

    /** Only the prefix counts and that something follows it: what does not exist is looked up, not refused by its shape. */
    private static void id(ObjectNode fields, String field, String prefix, Problems problems) {
        String id = problems.text(fields, field, MAX_ID);
        if (!id.isEmpty() && (!id.startsWith(prefix) || id.length() == prefix.length())) {
            problems.add(field + " must begin with " + prefix);
        }
    }

    /** An id that can be told and kept; null when there is none. */
    static @Nullable String tellable(ObjectNode fields, String field) {
        JsonNode id = fields.path(field);
        return id.isString() && !id.stringValue().isBlank() && id.stringValue().length() <= MAX_ID
                ? id.stringValue()
                : null;
    }
}
