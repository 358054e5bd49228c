package io.nightdrop.partner;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What the answer to a request means for its items, and for what is sent next. All texts are bounded and safe to print. */
public sealed interface Reply {

    /** What the partner calls the exchange, to ask it about: {@code X-Request-Id} or {@code meta.trace_id}; null when it said nothing. */
    @Nullable
    String trace();

    /**
     * The partner has judged each item.
     *
     * @param items one for each item of the request, in the same order
     * @param oddities what does not fit in the answer (results that are missing, double or foreign, counts that do not add up, warnings), a
     *     sentence each; for the log and the operator, no result hangs on them
     */
    record Answered(
            List<ItemReply> items,
            List<String> oddities,
            @Nullable String trace) implements Reply {
        /** Keeps the lists from being changed. */
        public Answered {
            items = List.copyOf(items);
            oddities = List.copyOf(oddities);
        }
    }

    /**
     * The partner has refused the request as a whole: every item fails with this, and nothing took effect.
     *
     * @param httpStatus the answer's
     * @param code the partner's, at most {@link ItemReply#MAX_CODE} characters
     * @param message for a person
     * @param details what a refusal of the operation has beside them ({@code io.nightdrop.result.Refusal}): Pearsana's {@code error.details}; all
     *     of Kompliant's error beside code and message; null when there is nothing, or more than {@link ItemReply#MAX_DETAIL} characters
     */
    record Refused(
            int httpStatus,
            String code,
            String message,
            @Nullable ObjectNode details,
            @Nullable String trace) implements Reply {}

    /**
     * The request is too large, and nothing took effect: send the first half of its items, and go on from there. When it has one item only,
     * that item fails with this.
     *
     * @param code the partner's, or ours where it gives none
     * @param message for a person
     */
    record TooLarge(String code, String message, @Nullable String trace) implements Reply {}

    /**
     * Not now, and nothing took effect: send the same request again later.
     *
     * @param retryAfter how long the partner wants to be left alone, counted from {@link PartnerAnswer#at}, not negative; null when it did not say
     * @param reason for a person
     */
    record Later(
            @Nullable Duration retryAfter,
            String reason,
            @Nullable String trace) implements Reply {}

    /**
     * The access token is not good, and nothing took effect: drop it, fetch another, send the same request once more (P-21).
     *
     * @param reason for a person
     * @param otherwise what this answer means when the token was fetched for this very try
     */
    record NewToken(String reason, Stop otherwise, @Nullable String trace) implements Reply {}

    /**
     * Nothing can be sent until somebody changes something, and nothing took effect: the run ends.
     *
     * @param message for the operator: what is wrong, and what to do
     */
    record Stop(String message, @Nullable String trace) implements Reply {}

    /**
     * Nobody knows whether the request took effect: its items are in doubt.
     *
     * @param reason for a person
     */
    record Doubt(String reason, @Nullable String trace) implements Reply {}
}
