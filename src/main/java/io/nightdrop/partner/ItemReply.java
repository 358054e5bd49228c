package io.nightdrop.partner;

import org.jspecify.annotations.Nullable;

/** What an answer says of one item. */
public sealed interface ItemReply {

    /** The most characters of a {@code detail}. */
    int MAX_DETAIL = 32 * 1024;

    /** The most characters of a code. */
    int MAX_CODE = 60;

    /** The code of an error that the partner gave none. Ours; no page of the partners prints it. */
    String NO_CODE = "UNSPECIFIED";

    /**
     * It took effect.
     *
     * @param detail a JSON object with what the partner said of it beside its id and status, for example {@code document} and
     *     {@code verification}, at most {@link #MAX_DETAIL} characters; null when that is nothing
     */
    record Succeeded(@Nullable String detail) implements ItemReply {}

    /**
     * The partner refused it.
     *
     * @param code the partner's, also when we do not know it; at most {@link #MAX_CODE} characters
     * @param message for a person
     * @param detail a JSON object with the partner's {@code error} or {@code errors}, at most {@link #MAX_DETAIL} characters; null when there is
     *     none or it is longer
     */
    record Failed(String code, String message, @Nullable String detail) implements ItemReply {}

    /**
     * Nobody knows whether it took effect.
     *
     * @param reason for a person
     */
    record InDoubt(String reason) implements ItemReply {}
}
