package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/documents:submitBatch}, as part B of the contract says, with the defaults of its part D. */
final class SubmitBatch implements Endpoint {

    static final String PATH = "/v1/documents:submitBatch";

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Pearsana pearsana;
    private final Clock clock;

    SubmitBatch(Pearsana pearsana, Clock clock) {
        this.pearsana = pearsana;
        this.clock = clock;
    }

    @Override
    public Target target() {
        return Target.PEARSANA;
    }

    @Override
    public Reply answer(RequestHead head, RequestBody body, boolean effect) throws IOException, RequestCut {
        int refusal = refusal(head, body);
        if (refusal > 0) {
            return Reply.of(failure(refusal, head));
        }
        body.limit(pearsana.maxBodySize());
        SubmittedItems sent = new SubmittedItems();
        String problem = sent.read(body);
        if (body.cut()) {
            throw new RequestCut(unjudged(sent.items(), ""));
        }
        if (body.tooLarge()) {
            return refuse(413, failure(413, head), sent, head);
        }
        if (problem == null) {
            problem = problem(sent.items());
        }
        if (problem != null) {
            return refuse(400, PearsanaErrors.answer(pearsana, head, 400, "VALIDATION_ERROR", problem), sent, head);
        }
        Set<String> scopes = pearsana.tokens().scopes(head);
        boolean verifies = sent.items().stream().anyMatch(SubmittedItem::wantsVerification);
        if (scopes == null || (verifies && !scopes.contains(Pearsana.VERIFICATIONS))) {
            return refuse(403, insufficient(head, verifies), sent, head);
        }
        return judge(sent, head);
    }

    /** What the headers alone make of it; 0 when they are well. */
    private int refusal(RequestHead head, RequestBody body) {
        if (!head.method().equals("POST")) {
            return 405;
        }
        Set<String> scopes = pearsana.tokens().scopes(head);
        if (scopes == null) {
            return 401;
        }
        String version = head.header("X-API-Version");
        if (version != null && !pearsana.supports(version)) {
            return 410;
        }
        if (!head.hasContentType("application/json")) {
            return 415;
        }
        if (body.length() > pearsana.maxBodySize()) {
            return 413;
        }
        return scopes.containsAll(Set.of(Pearsana.DOCUMENTS, Pearsana.REFERENCES)) ? 0 : 403;
    }

    /** What is wrong with the request as a whole, or null. */
    private String problem(List<SubmittedItem> items) {
        if (items.isEmpty()) {
            return "items is required";
        }
        if (items.size() > pearsana.maxItems()) {
            return "Batch size exceeds maximum of " + pearsana.maxItems() + " items";
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            String id = items.get(i).itemId();
            if (id == null || id.isEmpty()) {
                return "items[" + i + "].itemId is required";
            }
            if (!ids.add(id)) {
                return "Duplicate itemId: " + id;
            }
        }
        return null;
    }

    private Reply judge(SubmittedItems sent, RequestHead head) {
        ObjectNode json = NODES.objectNode();
        ArrayNode results = json.putArray("results");
        List<SeenItem> seen = new ArrayList<>();
        for (SubmittedItem item : sent.items()) {
            ObjectNode result = result(item);
            results.add(result);
            boolean created = result.has("document");
            String code = created ? "created" : result.get("error").get("code").stringValue();
            seen.add(new SeenItem(item.itemId(), item.user(), created, code, item.fingerprint()));
        }
        long created = seen.stream().filter(SeenItem::effect).count();
        int status = created == seen.size() ? 201 : created > 0 ? 207 : 400;
        Answer answer = PearsanaErrors.withHeaders(pearsana, head, Answer.json(status, json));
        return new Reply(answer, null, seen, remarks(sent, head));
    }

    private ObjectNode result(SubmittedItem item) {
        String problem = item.problem(pearsana.maxFileSize());
        if (problem != null) {
            return failed(item, "VALIDATION_ERROR", problem);
        }
        if (!pearsana.knows(item.user())) {
            return failed(item, "NOT_FOUND", "User not found for external reference " + item.user());
        }
        String now = MILLIS.format(clock.instant());
        ObjectNode result = NODES.objectNode().put("itemId", item.itemId()).put("status", "created");
        result.putObject("document")
                .put("documentId", UUID.randomUUID().toString())
                .put("documentFingerprintId", item.fingerprint())
                .put("status", "received")
                .put("createdAt", now);
        if (item.wantsVerification()) {
            result.putObject("verification")
                    .put("verificationId", UUID.randomUUID().toString())
                    .put("intent", item.intent())
                    .put("status", "pending")
                    .put("createdAt", now);
        }
        return result;
    }

    private static ObjectNode failed(SubmittedItem item, String code, String message) {
        ObjectNode result = NODES.objectNode().put("itemId", item.itemId()).put("status", "failed");
        result.putObject("error").put("code", code).put("message", message);
        return result;
    }

    private static Reply refuse(int status, Answer answer, SubmittedItems sent, RequestHead head) {
        String code = answer.json().get("error").get("code").stringValue();
        return new Reply(answer, null, unjudged(sent.items(), status + " " + code), remarks(sent, head));
    }

    private static List<SeenItem> unjudged(List<SubmittedItem> items, String code) {
        return items.stream()
                .map(item -> new SeenItem(item.itemId(), item.user(), false, code, item.fingerprint()))
                .toList();
    }

    private static List<String> remarks(SubmittedItems sent, RequestHead head) {
        List<String> remarks = new ArrayList<>(sent.remarks());
        for (String name : List.of("X-API-Version", "X-Request-Id")) {
            if (head.header(name) == null) {
                remarks.add("no " + name);
            }
        }
        return remarks;
    }

    private Answer insufficient(RequestHead head, boolean verifies) {
        Set<String> required = new TreeSet<>(Set.of(Pearsana.DOCUMENTS, Pearsana.REFERENCES));
        if (verifies) {
            required.add(Pearsana.VERIFICATIONS);
        }
        return PearsanaErrors.insufficient(pearsana, head, required);
    }

    @Override
    public Answer failure(int status, RequestHead head) {
        return status == 403 ? insufficient(head, false) : PearsanaErrors.failure(pearsana, head, status);
    }
}
