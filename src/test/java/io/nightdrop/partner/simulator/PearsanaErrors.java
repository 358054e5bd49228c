package io.nightdrop.partner.simulator;

import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Pearsana's error envelope (contract, B6) and the headers of all its answers (B4). */
final class PearsanaErrors {

    private static final int LONGEST_REQUEST_ID = 128;

    private PearsanaErrors() {}

    /** An error with a status. Codes beside VALIDATION_ERROR, UNAUTHORIZED and INSUFFICIENT_SCOPE are our own (part D). */
    static Answer failure(Pearsana pearsana, RequestHead head, int status) {
        return switch (status) {
            case 401 -> answer(pearsana, head, 401, "UNAUTHORIZED", "Authentication required.");
            case 404 -> answer(pearsana, head, 404, "NOT_FOUND", "There is no such operation.");
            case 405 ->
                answer(pearsana, head, 405, "METHOD_NOT_ALLOWED", "Only POST.").with("Allow", "POST");
            case 410 -> unsupported(pearsana, head);
            case 413 -> answer(pearsana, head, 413, "PAYLOAD_TOO_LARGE", "The request is too large.");
            case 415 -> answer(pearsana, head, 415, "UNSUPPORTED_MEDIA_TYPE", "Only application/json.");
            case 429 -> answer(pearsana, head, 429, "RATE_LIMITED", "Too many requests.");
            case 503 -> answer(pearsana, head, 503, "SERVICE_UNAVAILABLE", "Later.");
            case 504 -> answer(pearsana, head, 504, "GATEWAY_TIMEOUT", "It took too long.");
            default -> answer(pearsana, head, status, status < 500 ? "REQUEST_REFUSED" : "INTERNAL_ERROR", "No.");
        };
    }

    static Answer answer(Pearsana pearsana, RequestHead head, int status, String code, String message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("error").put("code", code).put("message", message).put("requestId", requestId(head));
        return withHeaders(pearsana, head, Answer.json(status, json));
    }

    private static Answer unsupported(Pearsana pearsana, RequestHead head) {
        Answer answer = answer(pearsana, head, 410, "API_VERSION_UNSUPPORTED", "This version is supported no more.");
        ObjectNode json = answer.json().deepCopy();
        ((ObjectNode) json.get("error")).putObject("details").put("oldestSupportedVersion", pearsana.oldestVersion());
        return answer.with(410, json);
    }

    static Answer insufficient(Pearsana pearsana, RequestHead head, Set<String> required) {
        Set<String> scopes = pearsana.tokens().scopes(head);
        Answer answer =
                answer(pearsana, head, 403, "INSUFFICIENT_SCOPE", "Insufficient OAuth scopes for this operation.");
        ObjectNode json = answer.json().deepCopy();
        ObjectNode details = ((ObjectNode) json.get("error")).putObject("details");
        required.forEach(details.putArray("requiredScopes")::add);
        new TreeSet<>(scopes == null ? Set.of() : scopes).forEach(details.putArray("providedScopes")::add);
        return answer.with(403, json);
    }

    static Answer withHeaders(Pearsana pearsana, RequestHead head, Answer answer) {
        String version = head.header("X-API-Version");
        boolean supported = version != null && pearsana.supports(version);
        String named = answer.json().path("error").path("requestId").stringValue(null);
        return answer.with("X-Request-Id", named == null ? requestId(head) : named)
                .with("X-API-Version", supported ? version : pearsana.latestVersion())
                .with("X-API-Version-Latest", pearsana.latestVersion())
                .with("X-API-Version-Supported", pearsana.oldestVersion());
    }

    /** The client's own when it has up to 128 printable ASCII characters, else a new one (contract, P-19). */
    private static String requestId(RequestHead head) {
        String sent = head.header("X-Request-Id");
        boolean fit = sent != null && sent.length() <= LONGEST_REQUEST_ID && sent.matches("[!-~]+");
        return fit ? sent : UUID.randomUUID().toString();
    }
}
