package io.nightdrop.operation.documents;

import io.nightdrop.database.Ids;
import io.nightdrop.manifest.Layout;
import io.nightdrop.manifest.Layout.Column;
import io.nightdrop.manifest.ManifestItem;
import io.nightdrop.operation.Batch;
import io.nightdrop.operation.Checked;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.ItemError;
import io.nightdrop.operation.Operation;
import io.nightdrop.operation.Operations;
import io.nightdrop.operation.ResultsBody;
import io.nightdrop.operation.StagedItem;
import io.nightdrop.operation.Terms;
import io.nightdrop.operation.Verdict;
import io.nightdrop.result.Drop;
import io.nightdrop.result.ItemResult;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Refusal;
import io.nightdrop.time.Timestamps;
import io.nightdrop.vault.Document;
import io.nightdrop.vault.Documents;
import io.nightdrop.vault.ExternalReference;
import io.nightdrop.vault.Users;
import io.nightdrop.vault.Vault;
import io.nightdrop.vault.Verification;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code documents:submitBatch}: each item is a document for one user. */
@Component
class SubmitDocuments implements Operation {

    private static final Layout LAYOUT = new Layout(
            Operations.FALLBACK,
            "items",
            Set.of(
                    "itemId",
                    "externalReference",
                    "documentType",
                    "file",
                    "filename",
                    "verificationIntent",
                    "attestationReferenceId",
                    "verificationMetadata",
                    "metadata",
                    "partnerReferenceId",
                    "sha256"),
            List.of(
                    Column.of("itemId", true),
                    Column.of("externalReference.namespace", true, "namespace"),
                    Column.of("externalReference.externalId", true, "externalId"),
                    Column.of("documentType", true),
                    Column.of("filename", false),
                    Column.of("file", false),
                    Column.of("verificationIntent", false),
                    Column.of("attestationReferenceId", false),
                    Column.of("partnerReferenceId", false),
                    Column.of("sha256", false)),
            Set.of("metadata", "verificationMetadata"),
            "file");

    private final Users users;
    private final Documents documents;
    private final Vault vault;
    private final ResultsBody body;
    private final JsonMapper json;

    SubmitDocuments(Users users, Documents documents, Vault vault, ResultsBody body, JsonMapper json) {
        this.users = users;
        this.documents = documents;
        this.vault = vault;
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
        return true;
    }

    /** Each is for one user, whom it does not change. */
    @Override
    public boolean itemsAreIndependent() {
        return true;
    }

    @Override
    public Optional<Refusal> refuse(Terms terms) {
        return DocumentCheck.scopes(terms);
    }

    @Override
    public Refusal unreadable(String message) {
        return DocumentCheck.refusal(message);
    }

    @Override
    public Optional<String> companion(ManifestItem item) {
        JsonNode filename = item.fields().path("filename");
        boolean inline = item.content() != null || item.fields().hasNonNull("file");
        return inline || !filename.isString() || filename.stringValue().isBlank()
                ? Optional.empty()
                : Optional.of(filename.stringValue());
    }

    @Override
    public Checked check(ManifestItem item, Content content, Terms terms) {
        return DocumentCheck.check(item, content, terms);
    }

    @Override
    public Map<ExternalReference, UUID> users(List<StagedItem> items) {
        return users.find(items.stream()
                .filter(item -> item.error() == null)
                .map(SubmitDocuments::reference)
                .toList());
    }

    @Override
    public List<ItemResult> foresee(Batch batch) {
        return batch.items().stream()
                .map(item -> error(item, batch.users())
                        .map(error -> failed(item, error))
                        .orElseGet(() -> ItemResult.success(item.index(), item.itemId(), "created", null)))
                .toList();
    }

    @Override
    public List<ItemResult> write(Batch batch) throws IOException {
        Map<ExternalReference, UUID> known = batch.users();
        List<ItemResult> results = new ArrayList<>();
        List<Vault.Incoming> contents = new ArrayList<>();
        List<Document> created = new ArrayList<>();
        List<Verification> verifications = new ArrayList<>();
        String createdAt = Timestamps.iso(batch.now());
        for (StagedItem item : batch.items()) {
            Optional<ItemError> error = error(item, known);
            UUID user = known.get(reference(item));
            Content.Present content = item.content();
            if (error.isPresent() || user == null || content == null) {
                results.add(failed(item, error.orElseThrow()));
                continue;
            }
            contents.add(
                    new Vault.Incoming(content.fingerprint(), batch.folder().resolve(content.place())));
            Document document = document(batch, item, user, content);
            created.add(document);
            Verification verification = verification(item, document);
            if (verification != null) {
                verifications.add(verification);
            }
            results.add(ItemResult.success(
                    item.index(), item.itemId(), "created", detail(document, verification, createdAt)));
        }
        vault.store(contents);
        documents.insert(created);
        documents.insertVerifications(verifications);
        return results;
    }

    @Override
    public ItemResult tell(Batch batch, StagedItem item, Verdict verdict) {
        if (verdict instanceof Verdict.Failed failed) {
            return failed(item, failed.error());
        }
        ObjectNode told = ((Verdict.Succeeded) verdict).told();
        return ItemResult.success(item.index(), item.itemId(), "created", told == null ? null : told.toString());
    }

    @Override
    public StagedItem restore(ItemResult inDoubt, long request, Content.@Nullable Present content) {
        ObjectNode fields = (ObjectNode) json.readTree(String.valueOf(inDoubt.source()));
        ArrayNode row = StagedItem.takeRow(fields);
        return new StagedItem(inDoubt.index(), request, inDoubt.itemId(), fields, null, content, row);
    }

    @Override
    public String subject(Batch batch, StagedItem item) {
        return reference(item).toString();
    }

    private static ExternalReference reference(StagedItem item) {
        JsonNode reference = item.fields().path("externalReference");
        return new ExternalReference(
                reference.path("namespace").asString(""),
                reference.path("externalId").asString(""));
    }

    private static Optional<ItemError> error(StagedItem item, Map<ExternalReference, UUID> known) {
        if (item.error() != null) {
            return Optional.of(item.error());
        }
        ExternalReference reference = reference(item);
        return known.containsKey(reference)
                ? Optional.empty()
                : Optional.of(new ItemError("NOT_FOUND", "User not found for external reference " + reference));
    }

    private static ItemResult failed(StagedItem item, ItemError error) {
        return ItemResult.failure(
                item.index(),
                item.itemId(),
                "failed",
                error.code(),
                error.message(),
                item.source().toString());
    }

    private static Document document(Batch batch, StagedItem item, UUID user, Content.Present content) {
        ObjectNode fields = item.fields();
        String filename = text(fields, "filename");
        String type = fields.path("documentType").asString("");
        return new Document(
                Ids.next(),
                user,
                type,
                DocumentTypes.category(type),
                filename,
                FileTypes.mimeType(filename),
                content.fingerprint(),
                content.size(),
                "received",
                object(fields, "metadata"),
                object(fields, "verificationMetadata"),
                text(fields, "partnerReferenceId"),
                batch.dropKey(),
                item.index(),
                batch.now());
    }

    private static @Nullable Verification verification(StagedItem item, Document document) {
        String intent = item.fields().path("verificationIntent").asString(DocumentCheck.STORE_ONLY);
        if (intent.equals(DocumentCheck.STORE_ONLY)) {
            return null;
        }
        return new Verification(
                Ids.next(),
                document.id(),
                intent,
                "pending",
                text(item.fields(), "attestationReferenceId"),
                object(item.fields(), "verificationMetadata"),
                document.createdAt());
    }

    private static @Nullable String text(ObjectNode fields, String name) {
        JsonNode value = fields.path(name);
        return value.isString() ? value.stringValue() : null;
    }

    private static @Nullable String object(ObjectNode fields, String name) {
        JsonNode value = fields.path(name);
        return value.isObject() ? value.toString() : null;
    }

    private String detail(Document document, @Nullable Verification verification, String createdAt) {
        ObjectNode detail = json.createObjectNode();
        ObjectNode part = detail.putObject("document");
        part.put("documentId", document.id().toString());
        part.put("documentFingerprintId", "sha256:" + document.fingerprint());
        part.put("status", document.status());
        part.put("createdAt", createdAt);
        if (verification != null) {
            ObjectNode asked = detail.putObject("verification");
            asked.put("verificationId", verification.id().toString());
            asked.put("intent", verification.intent());
            asked.put("status", verification.status());
            asked.put("createdAt", createdAt);
        }
        return json.writeValueAsString(detail);
    }

    @Override
    public int httpStatus(Drop drop, ItemResults.Counts counts) {
        return ResultsBody.httpStatus(counts);
    }

    @Override
    public void writeResponse(OutputStream out, Drop drop, Iterable<ItemResult> results) throws IOException {
        body.write(out, drop, results);
    }

    @Override
    public String advice(String code) {
        return switch (code) {
            case DocumentCheck.VALIDATION_ERROR ->
                "Correct what the message names; a companion that was missing must lie beside the corrections.";
            case "NOT_FOUND" ->
                "Nobody has this reference yet. Correct it, or drop a roster (users:import) with that user first.";
            default -> "";
        };
    }

    @Override
    public String refusalAdvice(String code) {
        return code.equals(DocumentCheck.INSUFFICIENT_SCOPE)
                ? "The inbox may not do this. Its operator can add the missing scope to its settings; then drop it again."
                : Operation.super.refusalAdvice(code);
    }

    @Override
    public List<String> resultColumns() {
        return List.of(
                "itemIndex",
                "itemId",
                "status",
                "documentId",
                "documentFingerprintId",
                "verificationId",
                "code",
                "message");
    }

    @Override
    public List<String> resultCells(ItemResult result, ObjectNode detail) {
        return List.of(
                Long.toString(result.index()),
                result.itemId(),
                result.status(),
                detail.path("document").path("documentId").asString(""),
                detail.path("document").path("documentFingerprintId").asString(""),
                detail.path("verification").path("verificationId").asString(""),
                result.code() == null ? "" : result.code(),
                result.message() == null ? "" : result.message());
    }
}
