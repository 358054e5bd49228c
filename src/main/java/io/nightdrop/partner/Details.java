package io.nightdrop.partner;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The details of an error, as far as they can be kept. */
final class Details {

    private Details() {}

    /** A copy that a database keeps; null when it is no object, empty, or too long. */
    static @Nullable ObjectNode of(JsonNode node) {
        if (!(node instanceof ObjectNode) || node.isEmpty()) {
            return null;
        }
        String text = Words.json(node);
        return text == null ? null : (ObjectNode) AnswerBody.MAPPER.readTree(text);
    }
}
