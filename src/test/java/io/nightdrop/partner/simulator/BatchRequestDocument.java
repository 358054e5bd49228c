package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /workflow.requiredDocument.batchRequestDocument}, as part A of the contract says, with the defaults of part D. */
final class BatchRequestDocument implements Endpoint {

    static final String PATH = "/workflow.requiredDocument.batchRequestDocument";

    private static final String NOT_THERE = "The given entity(s) does not exist.";

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Kompliant kompliant;

    BatchRequestDocument(Kompliant kompliant) {
        this.kompliant = kompliant;
    }

    @Override
    public Target target() {
        return Target.KOMPLIANT;
    }

    @Override
    public Reply answer(RequestHead head, RequestBody body, boolean effect) throws IOException, RequestCut {
        int refusal = refusal(head, body);
        if (refusal > 0) {
            return Reply.of(failure(refusal, head));
        }
        byte[] bytes = bytes(body);
        if (bytes == null) {
            return Reply.of(failure(413, head));
        }
        if (!KompliantSignature.fits(head, bytes)) {
            return Reply.of(failure(401, head));
        }
        JsonNode request = parse(bytes);
        String workflow = request.path("workflow_id").stringValue(null);
        List<String> remarks = remarks(head, request);
        Answer refused = refusal(request, workflow);
        if (refused != null) {
            String code = refused.json().get("errors").get(0).get("code").stringValue();
            List<SeenItem> items = unjudged(request, workflow, refused.status() + " " + code);
            return new Reply(refused, workflow, items, remarks);
        }
        return judge(workflow, (ArrayNode) request.get("required_documents"), remarks);
    }

    /** What the headers alone make of it; 0 when they are well. */
    private int refusal(RequestHead head, RequestBody body) {
        if (!head.method().equals("POST")) {
            return 405;
        }
        if (!KompliantSignature.verifies(kompliant, head)) {
            return 401;
        }
        if (!head.hasContentType("application/json")) {
            return 415;
        }
        if (body.length() > kompliant.maxBodySize()) {
            return 413;
        }
        String version = head.header("X-API-Version");
        return version == null || version.equals(Kompliant.VERSION) ? 0 : 400;
    }

    /** Null when it is too large. */
    private byte[] bytes(RequestBody body) throws IOException, RequestCut {
        body.limit(kompliant.maxBodySize());
        try {
            return body.readAllBytes();
        } catch (IOException problem) {
            if (body.cut()) {
                throw new RequestCut(List.of());
            }
            return null;
        }
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException notJson) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    /** What is wrong with the request as a whole, or null. */
    private Answer refusal(JsonNode request, String workflow) {
        if (workflow == null || !workflow.startsWith("w_")) {
            return bad("workflow_id is required, with the prefix w_.");
        }
        JsonNode documents = request.path("required_documents");
        if (!documents.isArray() || documents.isEmpty() || !allObjects(documents)) {
            return bad("required_documents is required, an array of objects.");
        }
        if (documents.size() > kompliant.maxItems()) {
            return bad("required_documents has more than " + kompliant.maxItems() + " items.");
        }
        if (!kompliant.exists(workflow)) {
            ObjectNode error = KompliantAnswers.error("ENTITY_NOT_FOUND", NOT_THERE);
            error.putArray("details").addObject().put("workflow_id", workflow);
            return KompliantAnswers.refusal(kompliant.unknownWorkflowStatus(), error);
        }
        if (kompliant.hasEnded(workflow)) {
            ObjectNode error = KompliantAnswers.error("SYSTEM_RULE_VIOLATION", "The workflow has ended.");
            error.put("entity_type", "Workflow").put("sub_code", "WORKFLOW_ENDED");
            return KompliantAnswers.refusal(400, error);
        }
        return null;
    }

    private static Answer bad(String message) {
        return KompliantAnswers.refusal(400, KompliantAnswers.error("BAD_REQUEST", message));
    }

    private static boolean allObjects(JsonNode array) {
        return array.values().stream().allMatch(JsonNode::isObject);
    }

    private Reply judge(String workflow, ArrayNode documents, List<String> remarks) {
        List<SeenItem> seen = new ArrayList<>();
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : documents) {
            String id = item.path("required_document_id").stringValue(null);
            ObjectNode error = problem(workflow, id);
            results.add(result(item, error));
            String code = error == null ? "SUCCESS" : error.get("code").stringValue();
            seen.add(new SeenItem(id, workflow, error == null, code, null));
        }
        int succeeded = (int) seen.stream().filter(SeenItem::effect).count();
        ObjectNode json = KompliantAnswers.envelope("BATCH_PROCESSED");
        ((ObjectNode) json.get("meta"))
                .put("total_requests", seen.size())
                .put("success_count", succeeded)
                .put("failure_count", seen.size() - succeeded);
        json.set("results", results);
        return new Reply(Answer.json(200, json), workflow, seen, remarks);
    }

    /** What is wrong with an item, or null. */
    private ObjectNode problem(String workflow, String id) {
        if (id == null || !id.startsWith("rd_")) {
            return KompliantAnswers.error("BAD_REQUEST", "required_document_id is required, with the prefix rd_.");
        }
        if (!kompliant.has(workflow, id)) {
            ObjectNode error = KompliantAnswers.error("ENTITY_NOT_FOUND", NOT_THERE);
            error.putArray("details").addObject().put("required_document_id", id);
            return error;
        }
        return kompliant.isActive(workflow, id)
                ? null
                : KompliantAnswers.error("BAD_REQUEST", "Cannot request files for an inactive required document.");
    }

    private static ObjectNode result(JsonNode item, ObjectNode error) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("status", error == null ? "SUCCESS" : "ERROR");
        result.set("request", item);
        if (error == null) {
            result.putObject("data");
        } else {
            result.putArray("errors").add(error);
        }
        return result;
    }

    private static List<SeenItem> unjudged(JsonNode request, String workflow, String code) {
        return request.path("required_documents").values().stream()
                .map(item -> item.path("required_document_id").stringValue(null))
                .map(id -> new SeenItem(id, workflow, false, code, null))
                .toList();
    }

    private static List<String> remarks(RequestHead head, JsonNode request) {
        List<String> remarks = new ArrayList<>();
        request.propertyNames().stream()
                .filter(name -> !List.of("workflow_id", "required_documents").contains(name))
                .forEach(name -> remarks.add("unknown field " + name));
        for (JsonNode item : request.path("required_documents").values()) {
            item.propertyNames().stream()
                    .filter(name -> !name.equals("required_document_id"))
                    .forEach(name -> remarks.add("unknown field required_documents." + name));
        }
        if (head.header("X-API-Version") == null) {
            remarks.add("no X-API-Version");
        }
        return remarks;
    }

    @Override
    public Answer failure(int status, RequestHead head) {
        return KompliantAnswers.failure(status);
    }
}
