package io.nightdrop.partner;

import io.nightdrop.partner.ItemReply.Failed;
import io.nightdrop.partner.ItemReply.InDoubt;
import io.nightdrop.partner.ItemReply.Succeeded;
import io.nightdrop.partner.Reply.NewToken;
import io.nightdrop.partner.Reply.Stop;
import io.nightdrop.settings.PartnerSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pearsana's {@code documents:submitBatch} (contracts B4 to B6): up to 25 documents in a request, their contents as Base64 in the body. The bearer
 * token is not its business.
 */
final class PearsanaApi extends JsonApi {

    private static final String PATH = "/v1/documents:submitBatch";

    private static final String ITEM_ID = "itemId";
    private static final String STORE_ONLY = "store_only";

    /** P-5: the code of a 413 that brings none. Ours. */
    private static final String PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE";

    private static final byte[] BEGIN = ascii("{\"items\":[");
    private static final byte[] BETWEEN = ascii(",");
    private static final byte[] END = ascii("]}");

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    PearsanaApi(String name, PartnerSettings settings) {
        super(name, settings);
    }

    @Override
    public String operation() {
        return PartnerSettings.Type.PEARSANA.operation();
    }

    @Override
    String path() {
        return PATH;
    }

    @Override
    String tooLargeCode() {
        return PAYLOAD_TOO_LARGE;
    }

    @Override
    public int cut(List<SentItem> ahead, int mostItems, long mostBytes) {
        int most = Math.min(mostItems, PartnerSettings.PEARSANA_MOST_ITEMS);
        Set<String> ids = new HashSet<>();
        long length = (long) BEGIN.length + END.length;
        int count = 0;
        for (SentItem item : ahead) {
            length += (count == 0 ? 0 : BETWEEN.length) + Part.of(item).length();
            boolean fits = count < most && length <= mostBytes && !ids.contains(text(item.fields(), ITEM_ID));
            if (count > 0 && !fits) {
                break;
            }
            ids.add(text(item.fields(), ITEM_ID));
            count++;
        }
        return count;
    }

    @Override
    public OutgoingRequest compose(List<SentItem> items, UUID requestId, Instant now) {
        first(items);
        Set<String> ids = new HashSet<>();
        items.forEach(item -> ids.add(text(item.fields(), ITEM_ID)));
        if (items.size() > PartnerSettings.PEARSANA_MOST_ITEMS || ids.size() < items.size()) {
            throw new IllegalStateException("A request of " + items.size() + " items with " + ids.size() + " ids");
        }
        List<Part> parts = items.stream().map(Part::of).toList();
        long length = BEGIN.length
                + END.length
                + (long) BETWEEN.length * (parts.size() - 1)
                + parts.stream().mapToLong(Part::length).sum();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", JSON);
        headers.put("X-API-Version", settings.apiVersion());
        headers.put("X-Request-Id", requestId.toString());
        return new OutgoingRequest(PATH, headers, length, out -> write(parts, out));
    }

    private static void write(List<Part> parts, OutputStream out) throws IOException {
        byte[] before = BEGIN;
        for (Part part : parts) {
            out.write(before);
            part.writeTo(out);
            before = BETWEEN;
        }
        out.write(END);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** An item of the body: what stands before its content, the content, and what stands behind it. */
    private static final class Part {
        private final SentItem item;
        private final byte[] head;
        private final byte[] tail;

        private Part(SentItem item, byte[] head, byte[] tail) {
            this.item = item;
            this.head = head;
            this.tail = tail;
        }

        static Part of(SentItem item) {
            String head = MAPPER.writeValueAsString(before(item.fields()));
            String tail = MAPPER.writeValueAsString(behind(item.fields()));
            return new Part(
                    item,
                    utf8(head.substring(0, head.length() - 1) + ",\"file\":\""),
                    utf8("\"" + (tail.equals("{}") ? "" : ",") + tail.substring(1)));
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        long length() {
            return head.length + Base64Content.length(item.size()) + tail.length;
        }

        void writeTo(OutputStream out) throws IOException {
            out.write(head);
            Base64Content.write(item, out);
            out.write(tail);
        }

        /** The fields that every item has; no others than those of B5 are sent (P-27). */
        private static ObjectNode before(ObjectNode fields) {
            if (!(fields.path("externalReference") instanceof ObjectNode reference)) {
                throw new IllegalStateException("An item without externalReference cannot be sent");
            }
            ObjectNode sent = JsonNodeFactory.instance.objectNode();
            sent.put(ITEM_ID, text(fields, ITEM_ID));
            sent.putObject("externalReference")
                    .put("namespace", text(reference, "namespace"))
                    .put("externalId", text(reference, "externalId"));
            return sent.put("documentType", text(fields, "documentType"));
        }

        /** The fields that an item may have; what counts as not given is left out. */
        private static ObjectNode behind(ObjectNode fields) {
            ObjectNode sent = JsonNodeFactory.instance.objectNode();
            copyText(fields, sent, "filename");
            copyText(fields, sent, "verificationIntent");
            copyText(fields, sent, "attestationReferenceId");
            copyObject(fields, sent, "verificationMetadata");
            copyObject(fields, sent, "metadata");
            copyText(fields, sent, "partnerReferenceId");
            return sent;
        }

        private static void copyText(ObjectNode from, ObjectNode to, String field) {
            JsonNode value = from.path(field);
            if (value.isString() && !value.stringValue().isBlank()) {
                to.set(field, value);
            }
        }

        private static void copyObject(ObjectNode from, ObjectNode to, String field) {
            JsonNode value = from.path(field);
            if (value.isObject()) {
                to.set(field, value);
            }
        }
    }

    @Override
    Optional<PartnerError> error(ObjectNode body) {
        return body.path("error") instanceof ObjectNode error
                        && error.path("code").isString()
                ? Optional.of(new PartnerError(
                        code(error.path("code")),
                        Words.plain(error.path("message"), Words.MAX_MESSAGE),
                        Details.of(error.path("details"))))
                : Optional.empty();
    }

    /** A success with an error is nothing that the API documents. */
    @Override
    boolean refusesWith(int status) {
        return status >= 400;
    }

    @Override
    Optional<String> trace(PartnerAnswer answer, Optional<ObjectNode> body) {
        return answer.header("X-Request-Id")
                .filter(id -> !id.isBlank())
                .or(() -> body.map(object -> Words.plain(object.path("error").path("requestId"), Words.MAX_NAME)));
    }

    @Override
    List<ItemReply> results(
            List<SentItem> items, PartnerAnswer answer, ObjectNode body, ArrayNode results, Oddities oddities) {
        List<ItemReply> replies = new Matching(ITEM_ID, oddities)
                .match(
                        items,
                        results,
                        item -> text(item.fields(), ITEM_ID),
                        result -> result.path(ITEM_ID),
                        (item, result) -> meaning(item, result, oddities));
        checkStatus(answer.status(), results, oddities);
        answer.header("X-API-Version")
                .filter(applied -> !applied.trim().equals(settings.apiVersion()))
                .ifPresent(applied -> oddities.add("the answer is of version " + Oddities.quoted(applied)
                        + " of the API, the request was of " + settings.apiVersion()));
        return replies;
    }

    private static ItemReply meaning(SentItem item, ObjectNode result, Oddities oddities) {
        String status = Words.plain(result.path("status"), Words.MAX_NAME);
        boolean hasError = result.path("error").isObject();
        boolean hasDocument = result.path("document").isObject();
        if (status.equals("created") && !hasError) {
            return created(item, result, oddities);
        }
        if (status.equals("failed") && !hasDocument) {
            return failed(result.path("error"));
        }
        return new InDoubt(
                status.equals("created") || status.equals("failed")
                        ? "its result is " + status + " and has " + (hasError ? "an error" : "a document")
                        : "its result is neither created nor failed, but " + Oddities.quoted(status));
    }

    private static ItemReply failed(JsonNode error) {
        String message = Words.plain(error.path("message"), Words.MAX_MESSAGE);
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        detail.set("error", error);
        return new Failed(
                code(error.path("code")),
                message.isEmpty() ? "The partner gives no reason." : message,
                error.isObject() ? Words.json(detail) : null);
    }

    private static ItemReply created(SentItem item, ObjectNode result, Oddities oddities) {
        String name = ITEM_ID + " " + Oddities.quoted(item.itemId());
        ObjectNode detail = JsonNodeFactory.instance.objectNode();
        for (String part : List.of("document", "verification")) {
            if (result.path(part).isObject()) {
                detail.set(part, result.path(part));
            }
        }
        if (!result.path("document").path("documentId").isString()) {
            oddities.add(name + " is created, and no documentId is told");
        }
        String intent = item.fields().path("verificationIntent").asString(STORE_ONLY);
        if (!intent.isBlank() && !intent.equals(STORE_ONLY) && !detail.has("verification")) {
            oddities.add(name + " is created, and no verification is told for its intent " + Oddities.quoted(intent));
        }
        checkFingerprint(name, item, result, oddities);
        return new Succeeded(bounded(name, detail, oddities));
    }

    /** P-15: the digest of the bytes that arrived; compared where it is a whole one. */
    private static void checkFingerprint(String name, SentItem item, ObjectNode result, Oddities oddities) {
        String told = result.path("document").path("documentFingerprintId").asString("");
        if (item.sha256() != null
                && told.matches("sha256:[0-9a-fA-F]{64}")
                && !told.equalsIgnoreCase("sha256:" + item.sha256())) {
            oddities.add(name + " is created, and its fingerprint is not that of the content that was sent");
        }
    }

    /** All of it, else the fields that are documented, else nothing. */
    private static @Nullable String bounded(String name, ObjectNode detail, Oddities oddities) {
        if (detail.isEmpty()) {
            return null;
        }
        String whole = Words.json(detail);
        if (whole != null) {
            return whole;
        }
        oddities.add("what the answer says of " + name + " is too long to be kept whole");
        ObjectNode least = JsonNodeFactory.instance.objectNode();
        ObjectNode document = least.putObject("document");
        for (String field : List.of("documentId", "documentFingerprintId", "status", "createdAt")) {
            String text = Words.plain(detail.path("document").path(field), Words.MAX_NAME);
            if (!text.isEmpty()) {
                document.put(field, text);
            }
        }
        return least.toString();
    }

    /** B6: 201 when every item was created, 207 when some were, 400 when none was. The results decide, whatever the status. */
    private static void checkStatus(int status, ArrayNode results, Oddities oddities) {
        int created = 0;
        int failed = 0;
        for (JsonNode result : results) {
            String word = result.path("status").asString("");
            created += word.equals("created") ? 1 : 0;
            failed += word.equals("failed") ? 1 : 0;
        }
        int expected = failed == 0 ? 201 : created == 0 ? 400 : 207;
        if (status != expected) {
            oddities.add("status " + status + " with " + created + " results created and " + failed + " failed");
        }
    }

    /** P-21: the token is renewed once. */
    @Override
    Reply unauthorised(Said said) {
        Stop otherwise = stop(
                said,
                "answers " + said.told() + " to a new access token. Check " + key("client-id") + ", "
                        + key("client-secret") + " and " + key("token-url")
                        + ", and that the app client still is there and belongs to the same environment, then restart the"
                        + " drop.");
        return new NewToken("answered " + said.told(), otherwise, said.trace());
    }

    @Override
    Reply forbidden(Said said) {
        JsonNode details = said.body()
                .map(body -> body.path("error").path("details"))
                .orElse(JsonNodeFactory.instance.missingNode());
        Set<String> required = scopes(details.path("requiredScopes"));
        Set<String> provided = scopes(details.path("providedScopes"));
        if (required.isEmpty()) {
            return stop(
                    said,
                    "answers " + said.told() + ": the app client may not do this. Have its rights looked at in the"
                            + " partner's portal, then restart the drop.");
        }
        List<String> missing = new ArrayList<>(required);
        missing.removeAll(provided);
        return stop(
                said,
                "answers " + said.told() + ". Required scopes: " + String.join(", ", required) + ". Provided: "
                        + (provided.isEmpty() ? "none" : String.join(", ", provided)) + ". Give the app client "
                        + (missing.isEmpty() ? "them" : String.join(", ", missing)) + " in the partner's portal, add "
                        + (missing.size() > 1 ? "them" : "it") + " to " + key("scopes") + ", then restart the drop.");
    }

    private static Set<String> scopes(JsonNode list) {
        Set<String> scopes = new TreeSet<>();
        for (JsonNode scope : list) {
            String text = Words.plain(scope, Words.MAX_NAME);
            if (!text.isEmpty() && scopes.size() < 20) {
                scopes.add(text);
            }
        }
        return scopes;
    }
}
