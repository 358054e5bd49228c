package io.nightdrop.partner.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes an answer wrong in what it says, not in how it comes. What has no results stays as it is. */
final class Distortions {

    private static final String FOREIGN = "foreign-1";

    private Distortions() {}

    /** Another answer; nothing when the fault finds nothing to distort. */
    static Optional<Answer> apply(Fault fault, Answer answer) {
        if (answer.json() == null || !(answer.json().get("results") instanceof ArrayNode before) || before.isEmpty()) {
            return Optional.empty();
        }
        if (fault == Fault.RESULTS_TWICE) {
            return Optional.of(answer.withBody(secondResults(answer.body())));
        }
        ObjectNode json = answer.json().deepCopy();
        ArrayNode results = (ArrayNode) json.get("results");
        ObjectNode first = (ObjectNode) results.get(0);
        int status = answer.status();
        switch (fault) {
            case FOREIGN_RESULT -> rename(first);
            case MISSING_RESULT -> results.remove(0);
            case CONTRADICTORY_RESULT -> results.add(contrary(first));
            case UNKNOWN_RESULT_STATUS -> first.put("status", "PERHAPS");
            case EXTRA_RESULT -> results.add(rename(first.deepCopy()));
            case DOUBLE_RESULT -> results.insert(1, first.deepCopy());
            case REVERSED_RESULTS -> reverse(results);
            case UNKNOWN_FIELDS -> addFields(json, first);
            case NO_DOCUMENT -> results.forEach(Distortions::removeDocument);
            case WRONG_COUNTS -> status = miscount(json, status);
            default -> throw new IllegalStateException(fault + " distorts nothing");
        }
        boolean same = json.equals(answer.json()) && status == answer.status();
        return same ? Optional.empty() : Optional.of(answer.with(status, json));
    }

    private static byte[] secondResults(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return (text.substring(0, text.length() - 1) + ",\"results\":[]}").getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode rename(ObjectNode result) {
        if (result.get("request") instanceof ObjectNode) {
            result.putObject("request").put("required_document_id", "rd_" + FOREIGN);
        } else {
            result.put("itemId", FOREIGN);
        }
        return result;
    }

    private static ObjectNode contrary(ObjectNode result) {
        ObjectNode contrary = result.deepCopy();
        contrary.remove("document");
        contrary.remove("data");
        boolean failed = contrary.has("error") || contrary.has("errors");
        contrary.remove("error");
        contrary.remove("errors");
        if (result.get("request") instanceof ObjectNode) {
            contrary.put("status", failed ? "SUCCESS" : "ERROR");
            if (failed) {
                contrary.putObject("data");
            } else {
                contrary.putArray("errors")
                        .addObject()
                        .put("code", "BAD_REQUEST")
                        .put("message", "No.");
            }
        } else {
            contrary.put("status", failed ? "created" : "failed");
            if (failed) {
                contrary.putObject("document").put("documentId", "00000000-0000-4000-8000-000000000000");
            } else {
                contrary.putObject("error").put("code", "VALIDATION_ERROR").put("message", "No.");
            }
        }
        return contrary;
    }

    private static void reverse(ArrayNode results) {
        ArrayNode before = results.deepCopy();
        results.removeAll();
        for (int i = before.size() - 1; i >= 0; i--) {
            results.add(before.get(i));
        }
    }

    private static void addFields(ObjectNode json, ObjectNode first) {
        json.putObject("links").put("self", "/");
        first.put("score", 7).putArray("tags").add("new");
    }

    private static void removeDocument(JsonNode result) {
        ((ObjectNode) result).remove("document");
        ((ObjectNode) result).remove("data");
    }

    private static int miscount(ObjectNode json, int status) {
        if (json.get("meta") instanceof ObjectNode meta) {
            meta.put("total_requests", meta.get("total_requests").intValue() + 1);
            meta.put("success_count", meta.get("success_count").intValue() + 2);
            return status;
        }
        return status == 201 ? 207 : status == 207 ? 201 : status;
    }
}
