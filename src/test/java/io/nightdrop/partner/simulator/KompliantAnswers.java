package io.nightdrop.partner.simulator;

import java.security.SecureRandom;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Kompliant's envelope (contract, A7) and its errors. */
final class KompliantAnswers {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int TRACE_LENGTH = 22;
    private static final SecureRandom RANDOM = new SecureRandom();

    private KompliantAnswers() {}

    /** An envelope with its {@code meta}. */
    static ObjectNode envelope(String status) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("meta").put("status", status).put("trace_id", traceId()).put("version", Kompliant.VERSION);
        return json;
    }

    /** A request that is refused whole. */
    static Answer refusal(int status, ObjectNode error) {
        ObjectNode json = envelope("ERROR");
        json.putArray("errors").add(error);
        return Answer.json(status, json);
    }

    static ObjectNode error(String code, String message) {
        return JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
    }

    /** An error with a status; all codes but BAD_REQUEST are our own (contract, K-16). */
    static Answer failure(int status) {
        return switch (status) {
            case 401 -> refusal(401, error("UNAUTHORIZED", "The credentials are not valid."));
            case 403 -> refusal(403, error("FORBIDDEN", "This is not allowed."));
            case 400, 404, 405, 408, 409, 410, 417, 422 ->
                refusal(status == 405 ? 400 : status, error("BAD_REQUEST", "No."));
            case 500 -> refusal(500, error("INTERNAL_ERROR", "It went wrong."));
            default -> infrastructure(status);
        };
    }

    /** What stands before the application answers without a trace. */
    private static Answer infrastructure(int status) {
        String code =
                switch (status) {
                    case 413 -> "REQUEST_TOO_LARGE";
                    case 415 -> "UNSUPPORTED_MEDIA_TYPE";
                    case 429 -> "THROTTLED";
                    case 503 -> "SERVICE_UNAVAILABLE";
                    case 504 -> "GATEWAY_TIMEOUT";
                    default -> "INTERNAL_ERROR";
                };
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("meta").put("status", "ERROR");
        json.putArray("errors").add(error(code, "No."));
        return Answer.json(status, json);
    }

    private static String traceId() {
        StringBuilder id = new StringBuilder("trc_");
        for (int i = 0; i < TRACE_LENGTH; i++) {
            id.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
        }
        return id.toString();
    }
}
