package io.nightdrop.partner;

import io.nightdrop.partner.ItemReply.Failed;
import io.nightdrop.partner.ItemReply.InDoubt;
import io.nightdrop.partner.ItemReply.Succeeded;
import io.nightdrop.settings.PartnerSettings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Kompliant's {@code workflow.requiredDocument.batchRequestDocument} (contracts A2 to A7): one request for each workflow, signed. Errors are known by
 * their codes, since the vendor's pages disagree about the statuses. No id is sent twice in a request, so equal echoes in an answer are double
 * results (K-7, K-22).
 */
final class KompliantApi extends JsonApi {

    private static final String PATH = "/workflow.requiredDocument.batchRequestDocument";

    private static final String ID = "required_document_id";

    /** K-16: the code of a 413 that brings none. Ours. */
    private static final String REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final KSig1 signature;

    KompliantApi(String name, PartnerSettings settings, StringToSign stringToSign) {
        super(name, settings);
        this.signature = new KSig1(
                Objects.requireNonNull(settings.apiKey()),
                Objects.requireNonNull(settings.secretKey()),
                Objects.requireNonNull(settings.authToken()),
                stringToSign);
    }

    @Override
    public String operation() {
        return PartnerSettings.Type.KOMPLIANT.operation();
    }

    @Override
    String path() {
        return PATH;
    }

    @Override
    String tooLargeCode() {
        return REQUEST_TOO_LARGE;
    }

    /** Consecutive items of one workflow, also where they come from several requests of the manifest. An id that comes again costs no bytes. */
    @Override
    public int cut(List<SentItem> ahead, int mostItems, long mostBytes) {
        if (ahead.isEmpty()) {
            return 0;
        }
        String workflow = ahead.get(0).requestKey();
        Set<String> ids = new LinkedHashSet<>();
        long length = body(workflow, ids).length;
        int count = 0;
        for (SentItem item : ahead) {
            String id = text(item.fields(), ID);
            if (ids.add(id)) {
                length += entry(id).toString().getBytes(StandardCharsets.UTF_8).length + (ids.size() == 1 ? 0 : 1);
            }
            boolean fits = count < mostItems
                    && length <= mostBytes
                    && item.requestKey().equals(workflow);
            if (count > 0 && !fits) {
                break;
            }
            count++;
        }
        return count;
    }

    @Override
    public OutgoingRequest compose(List<SentItem> items, UUID requestId, Instant now) {
        String workflow = first(items).requestKey();
        Set<String> ids = new LinkedHashSet<>();
        for (SentItem item : items) {
            if (workflow.isEmpty() || !item.requestKey().equals(workflow)) {
                throw new IllegalStateException("A request is for one workflow");
            }
            ids.add(text(item.fields(), ID));
        }
        byte[] body = body(workflow, ids);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", JSON);
        headers.put("X-API-Version", settings.apiVersion());
        headers.putAll(signature.headers(settings.apiVersion(), body, now));
        return new OutgoingRequest(PATH, headers, body.length, out -> out.write(body));
    }

    /** K-7: each id once. K-24: only the fields of A6. */
    private static byte[] body(String workflow, Set<String> ids) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("workflow_id", workflow);
        ArrayNode list = body.putArray("required_documents");
        ids.forEach(id -> list.add(entry(id)));
        return MAPPER.writeValueAsBytes(body);
    }

    private static ObjectNode entry(String id) {
        return JsonNodeFactory.instance.objectNode().put(ID, id);
    }

    /** The first of the {@code errors}, with the others in its message. */
    @Override
    Optional<PartnerError> error(ObjectNode body) {
        return error(body.path("errors"));
    }

    private static Optional<PartnerError> error(JsonNode errors) {
        if (!(errors.path(0) instanceof ObjectNode first) || !first.path("code").isString()) {
            return Optional.empty();
        }
        List<String> messages = new ArrayList<>();
        messages.add(Words.plain(first.path("message"), Words.MAX_MESSAGE));
        for (int i = 1; i < errors.size(); i++) {
            JsonNode other = errors.path(i);
            String message = Words.plain(other.path("message"), Words.MAX_MESSAGE);
            messages.add(new PartnerError(code(other.path("code")), message, null).toString());
        }
        ObjectNode rest = first.deepCopy();
        rest.remove("code");
        rest.remove("message");
        return Optional.of(new PartnerError(
                code(first.path("code")),
                Words.plain(String.join("; ", messages), Words.MAX_MESSAGE),
                Details.of(rest)));
    }

    /** Codes decide, not the status (contracts A7, conflict 1; K-8). */
    @Override
    boolean refusesWith(int status) {
        return true;
    }

    @Override
    Optional<String> trace(PartnerAnswer answer, Optional<ObjectNode> body) {
        return body.map(object -> Words.plain(object.path("meta").path("trace_id"), Words.MAX_NAME))
                .filter(id -> !id.isEmpty())
                .or(() -> answer.header("X-Request-Id"));
    }

    @Override
    List<ItemReply> results(
            List<SentItem> items, PartnerAnswer answer, ObjectNode body, ArrayNode results, Oddities oddities) {
        nameDuplicates(items, oddities);
        List<ItemReply> replies = new Matching(ID, oddities)
                .match(
                        items,
                        results,
                        item -> text(item.fields(), ID),
                        result -> result.path("request").path(ID),
                        (item, result) -> meaning(result));
        checkMeta(body.path("meta"), results, oddities);
        return replies;
    }

    /** K-7: they were sent once, and have one result. */
    private static void nameDuplicates(List<SentItem> items, Oddities oddities) {
        Map<String, Integer> times = new LinkedHashMap<>();
        items.forEach(item -> times.merge(text(item.fields(), ID), 1, Integer::sum));
        times.forEach((id, count) -> {
            if (count > 1) {
                oddities.add(ID + " " + Oddities.quoted(id) + " stands in the request " + count
                        + " times and was sent once");
            }
        });
    }

    private static ItemReply meaning(ObjectNode result) {
        String status = Words.plain(result.path("status"), Words.MAX_NAME);
        JsonNode errors = result.path("errors");
        boolean hasErrors = errors.isArray() && !errors.isEmpty();
        if (status.equals("SUCCESS") && !hasErrors) {
            return new Succeeded(detail("data", result.path("data")));
        }
        if (status.equals("ERROR")) {
            PartnerError error = error(errors)
                    .orElse(new PartnerError(
                            ItemReply.NO_CODE, Words.plain(errors.path(0).path("message"), Words.MAX_MESSAGE), null));
            return new Failed(error.code(), error.told(), detail("errors", errors));
        }
        return new InDoubt(
                hasErrors
                        ? "its result is " + Oddities.quoted(status) + " and has errors"
                        : "its result is neither SUCCESS nor ERROR, but " + Oddities.quoted(status));
    }

    private static @Nullable String detail(String name, JsonNode part) {
        if (!part.isContainer() || part.isEmpty()) {
            return null;
        }
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        detail.set(name, part);
        return Words.json(detail);
    }

    private void checkMeta(JsonNode meta, ArrayNode results, Oddities oddities) {
        String status = Words.plain(meta.path("status"), Words.MAX_NAME);
        if (!status.equals("BATCH_PROCESSED")) {
            oddities.add("meta.status is " + Oddities.quoted(status) + " beside results");
        }
        Map<String, Integer> words = new HashMap<>();
        results.forEach(result -> words.merge(result.path("status").asString(""), 1, Integer::sum));
        checkCount(meta, "total_requests", results.size(), oddities);
        checkCount(meta, "success_count", words.getOrDefault("SUCCESS", 0), oddities);
        checkCount(meta, "failure_count", words.getOrDefault("ERROR", 0), oddities);
        String version = Words.plain(meta.path("version"), Words.MAX_NAME);
        if (!version.isEmpty() && !version.equals(settings.apiVersion())) {
            oddities.add("the answer is of version " + Oddities.quoted(version) + " of the API, the request was of "
                    + settings.apiVersion());
        }
        for (JsonNode warning : meta.path("warnings")) {
            oddities.add("warning " + code(warning.path("code")) + ": "
                    + Words.plain(warning.path("message"), Words.MAX_MESSAGE));
        }
    }

    private static void checkCount(JsonNode meta, String name, int counted, Oddities oddities) {
        JsonNode told = meta.path(name);
        if (!told.isMissingNode() && !told.asString("").equals(Integer.toString(counted))) {
            oddities.add("meta." + name + " is " + Words.plain(told.toString(), Words.MAX_NAME)
                    + ", and the results make " + counted);
        }
    }

    /** There is no token to renew: the credentials are what they are. */
    @Override
    Reply unauthorised(Said said) {
        return stop(
                said,
                "answers " + said.told() + ": it does not know the credentials. Check " + key("api-key") + ", "
                        + key("secret-key") + " and " + key("auth-token")
                        + "; those of the sandbox (sb_) work in the sandbox only, then restart the drop.");
    }

    @Override
    Reply forbidden(Said said) {
        return stop(
                said,
                "answers " + said.told()
                        + ": these credentials may not do this. Have the right given to the API key, or"
                        + " set others in " + key("api-key") + ", " + key("secret-key") + " and " + key("auth-token")
                        + ", then restart the drop.");
    }
}
