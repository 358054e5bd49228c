package io.nightdrop.result;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why a drop was refused whole.
 *
 * @param httpStatus what the HTTP API would have answered
 * @param code from the operation's list of codes
 * @param message for a person, with the place in the manifest where there is one
 * @param details what the contract adds, or null
 */
public record Refusal(
        int httpStatus,
        String code,
        String message,
        @Nullable ObjectNode details) {}
