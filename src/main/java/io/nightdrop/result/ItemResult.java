package io.nightdrop.result;

import org.jspecify.annotations.Nullable;

/**
 * What became of one item.
 *
 * @param index its place in the manifest, from 0
 * @param itemId its id; what identifies it for its sender
 * @param status the operation's own word for it
 * @param succeeded whether it took effect
 * @param code the error's code; null when it succeeded
 * @param message the error for a person; null when it succeeded
 * @param detail the rest of its part of the response, a JSON object; null when there is none
 * @param source a failed item as its sender wrote it, a JSON object; null when it succeeded
 */
public record ItemResult(
        long index,
        String itemId,
        String status,
        boolean succeeded,
        @Nullable String code,
        @Nullable String message,
        @Nullable String detail,
        @Nullable String source) {

    /** The code of an item of which nobody knows whether its partner has taken it (product 3.4). */
    public static final String IN_DOUBT = "IN_DOUBT";

    /** The code of an item of which the operator has found out that its partner has not taken it. */
    public static final String NOT_TAKEN = "NOT_TAKEN";

    private static final int MAX_MESSAGE = 4000;

    /** Cuts a message that is too long for its column. */
    public ItemResult {
        if (message != null && message.length() > MAX_MESSAGE) {
            int end = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 2)) ? MAX_MESSAGE - 2 : MAX_MESSAGE - 1;
            message = message.substring(0, end) + "…";
        }
    }

    /** An item that took effect. */
    public static ItemResult success(long index, String itemId, String status, @Nullable String detail) {
        return new ItemResult(index, itemId, status, true, null, null, detail, null);
    }

    /** An item that was refused. */
    public static ItemResult failure(
            long index, String itemId, String status, String code, String message, String source) {
        return new ItemResult(index, itemId, status, false, code, message, null, source);
    }

    /** Whether nobody knows what became of it; then it counts as failed, and is settled later. */
    public boolean inDoubt() {
        return IN_DOUBT.equals(code);
    }

    /** The same with another detail. */
    public ItemResult withDetail(String newDetail) {
        return new ItemResult(index, itemId, status, succeeded, code, message, newDetail, source);
    }
}
