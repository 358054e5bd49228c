package io.nightdrop.partner.simulator;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One item as it was sent, without the bytes of its file.
 *
 * @param fields all but {@code file}
 * @param file what the file's text decoded to; null when there was none
 */
record SubmittedItem(ObjectNode fields, FileSeen file) {

    private static final Set<String> INTENTS = Set.of("store_only", "attest", "issue");

    static final Set<String> KNOWN_FIELDS = Set.of(
            "itemId",
            "externalReference",
            "documentType",
            "file",
            "filename",
            "verificationIntent",
            "attestationReferenceId",
            "verificationMetadata",
            "metadata",
            "partnerReferenceId");

    /** A file's digest and length; not valid when its text was no Base64. */
    record FileSeen(String fingerprint, long length, boolean valid) {}

    /** Null when it has none that is a text. */
    String itemId() {
        return text("itemId");
    }

    String intent() {
        return fields.has("verificationIntent") ? text("verificationIntent") : "store_only";
    }

    boolean wantsVerification() {
        return !"store_only".equals(intent());
    }

    /** {@code SIS/S-77}. */
    String user() {
        JsonNode reference = fields.path("externalReference");
        return reference.path("namespace").asString("") + "/"
                + reference.path("externalId").asString("");
    }

    String fingerprint() {
        return file == null ? null : file.fingerprint();
    }

    /** What is wrong with it by itself, or null. */
    String problem(long maxFileSize) {
        String problem = problemOfReference();
        if (problem == null && isBlank(text("documentType"))) {
            problem = "documentType is required";
        }
        if (problem == null) {
            problem = problemOfFile(maxFileSize);
        }
        if (problem == null) {
            problem = problemOfIntent();
        }
        return problem == null ? problemOfTypes() : problem;
    }

    private String problemOfReference() {
        JsonNode reference = fields.get("externalReference");
        if (!(reference instanceof ObjectNode)) {
            return "externalReference is required";
        }
        if (isBlank(reference.path("namespace").stringValue(null))) {
            return "externalReference.namespace is required";
        }
        return isBlank(reference.path("externalId").stringValue(null))
                ? "externalReference.externalId is required"
                : null;
    }

    private String problemOfFile(long maxFileSize) {
        if (file == null) {
            return "file is required (base64 encoded content)";
        }
        if (!file.valid() || file.length() == 0) {
            return "file must be the base64 encoding of at least one byte";
        }
        return file.length() > maxFileSize ? "file is larger than " + maxFileSize + " bytes" : null;
    }

    private String problemOfIntent() {
        String intent = intent();
        if (intent == null || !INTENTS.contains(intent)) {
            return "verificationIntent must be one of store_only, attest, issue";
        }
        boolean attest = intent.equals("attest");
        boolean reference = !isBlank(text("attestationReferenceId"));
        if (attest && !reference) {
            return "attestationReferenceId is required when verificationIntent is attest";
        }
        return !attest && fields.has("attestationReferenceId")
                ? "attestationReferenceId is only valid when verificationIntent is attest"
                : null;
    }

    private String problemOfTypes() {
        for (String name : Set.of("metadata", "verificationMetadata")) {
            if (fields.has(name) && !fields.get(name).isObject()) {
                return name + " must be an object";
            }
        }
        for (String name : Set.of("filename", "partnerReferenceId")) {
            if (fields.has(name) && !fields.get(name).isString()) {
                return name + " must be a string";
            }
        }
        return null;
    }

    private String text(String name) {
        JsonNode value = fields.get(name);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }
}
