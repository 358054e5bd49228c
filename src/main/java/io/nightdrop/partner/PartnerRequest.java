package io.nightdrop.partner;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request to a partner, as it is on record.
 *
 * @param id what it is called towards the partner, the same for each try
 * @param dropKey whose items it holds
 * @param partner the partner's name in the settings
 * @param firstItem its items are those from this index on
 * @param itemCount so many, of which those that failed before were not sent
 * @param state what is known of it
 * @param tries how often it was sent, or was about to be
 * @param trace what the partner calls the exchange; null when it said nothing
 * @param note what was odd, or why it was not taken, or why it is in doubt; null when there is nothing to say
 * @param intendedAt when it was tried first
 * @param triedAt when it was tried last
 * @param settledAt when its state was known; null when it is not
 */
public record PartnerRequest(
        UUID id,
        long dropKey,
        String partner,
        long firstItem,
        long itemCount,
        State state,
        int tries,
        @Nullable String trace,
        @Nullable String note,
        Instant intendedAt,
        Instant triedAt,
        @Nullable Instant settledAt) {

    /** What is known of a request. */
    public enum State {
        /** It is about to be sent, or was, and nothing has come back yet. */
        INTENDED,
        /** The partner has judged it; the results of its items say how. */
        ANSWERED,
        /** It surely had no effect; what was in it is sent again, or was in other requests. */
        NOT_TAKEN,
        /** Nobody knows whether it took effect. */
        IN_DOUBT,
        /** It was in doubt, and an operator has said how it is to be settled; that is under way. */
        TO_SETTLE,
        /** It was in doubt until an operator settled it, or what was in it went out in other requests. */
        SETTLED
    }
}
