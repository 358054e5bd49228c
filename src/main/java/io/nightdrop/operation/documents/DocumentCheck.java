package io.nightdrop.operation.documents;

import io.nightdrop.manifest.ContentKind;
import io.nightdrop.manifest.ManifestItem;
import io.nightdrop.operation.Checked;
import io.nightdrop.operation.Content;
import io.nightdrop.operation.Problems;
import io.nightdrop.operation.Terms;
import io.nightdrop.result.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The rules of a document item that need no database (product 3.1; lengths from contracts D, P-9). */
final class DocumentCheck {

    static final String VALIDATION_ERROR = "VALIDATION_ERROR";
    static final String INSUFFICIENT_SCOPE = "INSUFFICIENT_SCOPE";
    static final String STORE_ONLY = "store_only";
    static final String ATTEST = "attest";

    private static final List<String> INTENTS = List.of(STORE_ONLY, ATTEST, "issue");
    private static final List<String> BASE_SCOPES =
            List.of("pearsana-partner/partners.documents:write", "pearsana-partner/partners.externalRefs:read");
    private static final String VERIFICATIONS_SCOPE = "pearsana-partner/partners.verifications:write";

    private static final int MAX_ID = 128;
    private static final int MAX_TEXT = 256;
    private static final int MAX_FILENAME = 255;

    private DocumentCheck() {}

    static Optional<Refusal> scopes(Terms terms) {
        return terms.scopes().containsAll(BASE_SCOPES)
                ? Optional.empty()
                : Optional.of(scopeMissing(BASE_SCOPES, terms));
    }

    static Refusal refusal(String message) {
        return new Refusal(400, VALIDATION_ERROR, message, null);
    }

    private static Refusal scopeMissing(List<String> required, Terms terms) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        required.forEach(details.putArray("requiredScopes")::add);
        terms.scopes().forEach(details.putArray("providedScopes")::add);
        return new Refusal(403, INSUFFICIENT_SCOPE, "Insufficient OAuth scopes for this operation.", details);
    }

    static Checked check(ManifestItem item, Content content, Terms terms) {
        JsonNode itemId = item.fields().path("itemId");
        if (!itemId.isString() || itemId.stringValue().isBlank()) {
            return Checked.refused(refusal(where(item) + ": itemId is required and must be a string"));
        }
        String id = itemId.stringValue();
        if (id.length() > MAX_ID || id.chars().anyMatch(Character::isISOControl)) {
            return Checked.refused(refusal(where(item) + ": itemId must be 1 to " + MAX_ID + " printable characters"));
        }
        Problems problems = new Problems();
        checkReference(item.fields(), problems);
        problems.text(item.fields(), "documentType", MAX_TEXT);
        String filename = problems.optionalText(item.fields(), "filename", MAX_FILENAME);
        String intent = checkIntent(item.fields(), problems);
        if (INTENTS.contains(intent)
                && !intent.equals(STORE_ONLY)
                && !terms.scopes().contains(VERIFICATIONS_SCOPE)) {
            return Checked.refused(scopeMissing(List.of(VERIFICATIONS_SCOPE), terms));
        }
        problems.optionalObject(item.fields(), "metadata");
        problems.optionalObject(item.fields(), "verificationMetadata");
        problems.optionalText(item.fields(), "partnerReferenceId", MAX_TEXT);
        checkContent(item.fields(), content, filename, terms, problems);
        return problems.error(VALIDATION_ERROR)
                .map(error -> Checked.failed(id, error))
                .orElseGet(() -> Checked.fine(id));
    }

    static String where(ManifestItem item) {
        return "item " + (item.index() + 1) + " (" + item.position() + ")";
    }

    private static void checkReference(ObjectNode fields, Problems problems) {
        JsonNode reference = fields.path("externalReference");
        if (Problems.absent(reference)) {
            problems.add("externalReference is required");
        } else if (!reference.isObject()) {
            problems.add("externalReference must be an object");
        } else {
            problems.text(fields, "externalReference.namespace", MAX_TEXT);
            problems.text(fields, "externalReference.externalId", MAX_TEXT);
        }
    }

    private static String checkIntent(ObjectNode fields, Problems problems) {
        JsonNode wanted = fields.path("verificationIntent");
        boolean given = !Problems.absent(wanted)
                && !(wanted.isString() && wanted.stringValue().isBlank());
        String intent = given ? problems.oneOf(fields, "verificationIntent", INTENTS) : STORE_ONLY;
        String attestation = problems.optionalText(fields, "attestationReferenceId", MAX_TEXT);
        JsonNode reference = fields.path("attestationReferenceId");
        boolean none = Problems.absent(reference)
                || (reference.isString() && reference.stringValue().isBlank());
        if (intent.equals(ATTEST) && none) {
            problems.add("attestationReferenceId is required when verificationIntent is attest");
        }
        if (!intent.equals(ATTEST) && !intent.isEmpty() && attestation != null) {
            problems.add("attestationReferenceId is only valid when verificationIntent is attest");
        }
        return intent;
    }

    private static void checkContent(
            ObjectNode fields, Content content, @Nullable String filename, Terms terms, Problems problems) {
        String sha256 = sha256(fields, problems);
        JsonNode file = fields.path("file");
        if (!Problems.absent(file)) {
            problems.add("file must be a string (base64 encoded content)");
            return;
        }
        if (content instanceof Content.None) {
            problems.add("file is required (base64 encoded content)");
        } else if (content instanceof Content.Missing missing) {
            problems.add("file '" + missing.name() + "' is not in the drop");
        } else if (content instanceof Content.NotBase64) {
            problems.add("file is not valid Base64");
        } else if (content instanceof Content.TooLarge) {
            problems.add("file is larger than the limit of " + terms.maxContent() + " bytes");
        } else if (content instanceof Content.Present present) {
            checkPresent(sha256, present, filename, terms, problems);
        }
    }

    /** Plain hex, or as our own fingerprints are written. */
    private static @Nullable String sha256(ObjectNode fields, Problems problems) {
        String text = problems.optionalText(fields, "sha256", MAX_TEXT);
        if (text == null) {
            return null;
        }
        String hex = text.toLowerCase(Locale.ROOT);
        hex = hex.startsWith("sha256:") ? hex.substring("sha256:".length()) : hex;
        if (!hex.matches("[0-9a-f]{64}")) {
            problems.add("sha256 must be 64 hex digits");
            return null;
        }
        return hex;
    }

    private static void checkPresent(
            @Nullable String sha256,
            Content.Present content,
            @Nullable String filename,
            Terms terms,
            Problems problems) {
        if (content.size() == 0) {
            problems.add("file is empty");
            return;
        }
        if (content.size() > terms.maxContent()) {
            problems.add("file is larger than the limit of " + terms.maxContent() + " bytes");
            return;
        }
        if (sha256 != null && !sha256.equals(content.fingerprint())) {
            problems.add("sha256 differs: the content's is " + content.fingerprint());
        }
        Optional<ContentKind> promised = FileTypes.promised(filename);
        if (terms.verifyContent() && promised.isPresent() && promised.get() != content.kind()) {
            problems.add("file is not what its name promises: filename '" + filename + "' is not a " + promised.get()
                    + " file");
        }
    }
}
