package io.nightdrop.partner;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error as a partner words it.
 *
 * @param code at most {@link ItemReply#MAX_CODE} characters
 * @param message perhaps empty
 * @param details see {@link Reply.Refused}
 */
record PartnerError(String code, String message, @Nullable ObjectNode details) {

    /** For a sentence of ours. */
    @Override
    public String toString() {
        return message.isEmpty() ? code : code + ": " + message;
    }

    /** The message, or what stands for it where the partner gave none. */
    String told() {
        return message.isEmpty() ? "The partner gives no reason." : message;
    }
}
