package io.nightdrop.operation.requests;

import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.Layout.Column;
import io.nightdrop.manifest.ManifestItem;
import io.nightdrop.manifest.ManifestRequest;
import io.nightdrop.notification.Notifications;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Checked;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Terms;
import io.nightdrop.operation.Verdict;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Refusal;
import io.nightdrop.result.Request;
import io.nightdrop.result.Requests;
import io.nightdrop.vault.RequiredDocuments;
import io.nightdrop.vault.RequiredDocuments.Asked;
import io.nightdrop.vault.RequiredDocuments.Known;
import io.nightdrop.vault.Workflows;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code workflow.requiredDocument.batchRequestDocument}: each request asks one workflow's applicant for documents, each item
 * is one of them.
 */
@Component
class RequestDocuments implements Operation {

    private static final String SUCCESS = "SUCCESS";
    private static final String ERROR = "ERROR";
    private static final String INACTIVE = "INACTIVE";
    private static final String ENDED = "ENDED";

    private static final Layout LAYOUT = new Layout(
            "workflow.requiredDocument.batchRequestDocument",
            RequestCheck.REQUIRED_DOCUMENTS,
            Set.of(RequestCheck.WORKFLOW_ID, RequestCheck.REQUIRED_DOCUMENTS),
            List.of(Column.of(RequestCheck.WORKFLOW_ID, true), Column.of(RequestCheck.REQUIRED_DOCUMENT_ID, true)),
            Set.of(),
            null,
            new Layout.Requests(RequestCheck.WORKFLOW_ID, RequestCheck.REQUIRED_DOCUMENTS));

    private final Requests requests;
    private final Workflows workflows;
    private final RequiredDocuments requiredDocuments;
    private final Notifications notifications;
    private final RequestsBody body;
    private final JsonMapper json;

    RequestDocuments(
            Requests requests,
            Workflows workflows,
            RequiredDocuments requiredDocuments,
            Notifications notifications,
            RequestsBody body,
            JsonMapper json) {
        this.requests = requests;
        this.workflows = workflows;
        this.requiredDocuments = requiredDocuments;
        this.notifications = notifications;
        this.body = body;
        this.json = json;
    }

    @Override
    public String name() {
        return LAYOUT.operation();
    }

    @Override
    public Layout layout() {
        return LAYOUT;
    }

    @Override
    public boolean itemIdsAreUnique() {
        return false;
    }

    @Override
    public Optional<Refusal> refuse(Terms terms) {
        return Optional.empty();
    }

    @Override
    public Refusal unreadable(String message) {
        return RequestCheck.badRequest(message);
    }

    @Override
    public Optional<String> companion(ManifestItem item) {
        return Optional.empty();
    }

    @Override
    public Checked check(ManifestItem item, Content content, Terms terms) {
        String told = RequestCheck.tellable(item.fields(), RequestCheck.REQUIRED_DOCUMENT_ID);
        String id = told == null ? madeId(item.index()) : told;
        return RequestCheck.item(item.fields())
                .map(error -> Checked.failed(id, error))
                .orElseGet(() -> Checked.fine(id));
    }

    private static String madeId(long index) {
        return "item " + (index + 1);
    }

    @Override
    public boolean isSendersId(ItemResult item) {
        String made = madeId(item.index());
        return !item.itemId().equals(made) && !item.itemId().endsWith("/" + made);
    }

    @Override
    public Optional<Refusal> check(ManifestRequest request) {
        return RequestCheck.request(request);
    }

    @Override
    public String requestKey(ManifestRequest request) {
        String told = RequestCheck.tellable(request.fields(), RequestCheck.WORKFLOW_ID);
        return told == null ? "" : told;
    }

    @Override
    public Map<Long, Refusal> judge(List<Request> unjudged) {
        Map<String, String> states =
                workflows.states(unjudged.stream().map(Request::key).collect(Collectors.toSet()));
        Map<Long, Refusal> refused = new HashMap<>();
        for (Request request : unjudged) {
            String state = states.get(request.key());
            if (state == null) {
                refused.put(request.index(), RequestCheck.noWorkflow());
            } else if (state.equals(ENDED)) {
                refused.put(request.index(), RequestCheck.workflowEnded());
            }
        }
        return refused;
    }

    /** A document that one request names twice is answered twice, but asked for once (K-7). */
    @Override
    public List<ItemResult> write(Batch batch) {
        Map<Long, Known> known = known(batch);
        List<ItemResult> results = new ArrayList<>();
        Map<List<Object>, Asked> events = new LinkedHashMap<>();
        for (StagedItem item : batch.items()) {
            Known document = known.get(item.index());
            ItemResult result = result(batch, item, document);
            if (result.succeeded() && document != null && !document.asked()) {
                Asked asked = asked(batch, item);
                events.putIfAbsent(List.of(asked.request(), asked.requiredDocumentId()), asked);
            }
            results.add(result);
        }
        if (!events.isEmpty()) {
            requiredDocuments.asked(batch.dropKey(), List.copyOf(events.values()), batch.now());
            notifications.open(
                    batch.dropKey(),
                    events.values().stream().map(Asked::workflowId).collect(Collectors.toSet()),
                    batch.now());
        }
        return results;
    }

    @Override
    public List<ItemResult> foresee(Batch batch) {
        Map<Long, Known> known = known(batch);
        return batch.items().stream()
                .map(item -> result(batch, item, known.get(item.index())))
                .toList();
    }

    private Map<Long, Known> known(Batch batch) {
        return requiredDocuments.find(
                batch.dropKey(),
                batch.items().stream()
                        .filter(item -> item.error() == null)
                        .filter(item -> request(batch, item).refusal() == null)
                        .map(item -> asked(batch, item))
                        .toList());
    }

    private static Request request(Batch batch, StagedItem item) {
        Request request = batch.requests().get(item.request());
        if (request == null) {
            throw new IllegalStateException("The request " + item.request() + " of an item is not there");
        }
        return request;
    }

    private static Asked asked(Batch batch, StagedItem item) {
        return new Asked(
                item.index(),
                item.request(),
                request(batch, item).key(),
                item.fields().path(RequestCheck.REQUIRED_DOCUMENT_ID).stringValue());
    }

    private ItemResult result(Batch batch, StagedItem item, @Nullable Known document) {
        ItemError error = error(batch, item, document);
        return tell(batch, item, error == null ? new Verdict.Succeeded(null) : new Verdict.Failed(error, null));
    }

    @Override
    public ItemResult tell(Batch batch, StagedItem item, Verdict verdict) {
        Request request = request(batch, item);
        String id = request.key().isEmpty() ? item.itemId() : request.key() + "/" + item.itemId();
        ObjectNode detail = json.createObjectNode();
        detail.put(RequestCheck.WORKFLOW_ID, request.key());
        detail.set("request", item.fields());
        if (!(verdict instanceof Verdict.Failed failed)) {
            return ItemResult.success(item.index(), id, SUCCESS, detail.toString());
        }
        if (failed.told() != null && failed.told().path(RequestsBody.ERRORS).isArray()) {
            detail.set(RequestsBody.ERRORS, failed.told().path(RequestsBody.ERRORS));
        }
        ItemError error = failed.error();
        ObjectNode source = item.source().deepCopy();
        if (!request.key().isEmpty()) {
            source.put(RequestCheck.WORKFLOW_ID, request.key());
        }
        return ItemResult.failure(item.index(), id, ERROR, error.code(), error.message(), source.toString())
                .withDetail(detail.toString());
    }

    @Override
    public StagedItem restore(ItemResult inDoubt, long request, Content.@Nullable Present content) {
        ObjectNode fields =
                (ObjectNode) json.readTree(String.valueOf(inDoubt.detail())).path("request");
        String id = fields.path(RequestCheck.REQUIRED_DOCUMENT_ID).stringValue();
        ArrayNode row = StagedItem.takeRow((ObjectNode) json.readTree(String.valueOf(inDoubt.source())));
        return new StagedItem(inDoubt.index(), request, id, fields, null, null, row);
    }

    @Override
    public String subject(Batch batch, StagedItem item) {
        return request(batch, item).key();
    }

    private static @Nullable ItemError error(Batch batch, StagedItem item, @Nullable Known document) {
        ItemError known = batch.error(item).orElse(null);
        if (known != null) {
            return known;
        }
        if (document == null) {
            return new ItemError(RequestCheck.ENTITY_NOT_FOUND, RequestCheck.NOT_FOUND_MESSAGE);
        }
        return document.status().equals(INACTIVE)
                ? new ItemError(RequestCheck.BAD_REQUEST, RequestCheck.INACTIVE_MESSAGE)
                : null;
    }

    @Override
    public int httpStatus(Drop drop, ItemResults.Counts counts) {
        return requests.count(drop.key()) > 1
                ? 200
                : requests.first(drop.key())
                        .map(Request::refusal)
                        .map(Refusal::httpStatus)
                        .orElse(200);
    }

    @Override
    public boolean allWell(Drop drop, ItemResults.Counts counts) {
        return counts.failed() == 0 && requests.countRefused(drop.key()) == 0;
    }

    @Override
    public String responseFile(Drop drop) {
        return many(drop) ? "responses.jsonl" : "response.json";
    }

    @Override
    public void writeResponse(OutputStream out, Drop drop, Iterable<ItemResult> results) throws IOException {
        body.write(out, drop, many(drop), results);
    }

    private boolean many(Drop drop) {
        return drop.refusal() == null && requests.count(drop.key()) > 1;
    }

    @Override
    public ObjectNode correction(ObjectNode source) {
        ObjectNode request = json.createObjectNode();
        ObjectNode item = source.deepCopy();
        if (item.has(RequestCheck.WORKFLOW_ID)) {
            request.set(RequestCheck.WORKFLOW_ID, item.remove(RequestCheck.WORKFLOW_ID));
        }
        request.putArray(RequestCheck.REQUIRED_DOCUMENTS).add(item);
        return request;
    }

    @Override
    public String advice(String code) {
        return switch (code) {
            case RequestCheck.ENTITY_NOT_FOUND ->
                "Check the ids against the workflows that were imported last: the workflow must exist, and the required document"
                        + " must be one of its own. Import the workflow first if it is new, then drop the corrections.";
            case RequestCheck.SYSTEM_RULE_VIOLATION ->
                "The workflow has ended and takes no more documents; leave the line out, or ask in the workflow that followed it.";
            case RequestCheck.BAD_REQUEST ->
                "An inactive document cannot be asked for; leave the line out or make the document active first. Anything else: correct"
                        + " the field named in the message.";
            default -> "";
        };
    }

    @Override
    public List<String> resultColumns() {
        return List.of(
                "itemIndex", RequestCheck.WORKFLOW_ID, RequestCheck.REQUIRED_DOCUMENT_ID, "status", "code", "message");
    }

    @Override
    public List<String> resultCells(ItemResult result, ObjectNode detail) {
        return List.of(
                Long.toString(result.index()),
                detail.path(RequestCheck.WORKFLOW_ID).asString(""),
                detail.path("request").path(RequestCheck.REQUIRED_DOCUMENT_ID).asString(""),
                result.status(),
                result.code() == null ? "" : result.code(),
                result.message() == null ? "" : result.message());
    }
}
