package io.nightdrop.receipt;

import org.jspecify.annotations.Nullable;

/**
 * What came of handing back what an inbox's sender had to get.
 *
 * @param handedBack how many files it has got now
 * @param waiting how many could not be handed back
 * @param trouble why, for people; null when none waits
 */
public record Delivery(
        int handedBack, int waiting, @Nullable String trouble) {

    /** Nothing was due, or somebody else is at it. */
    public static final Delivery NOTHING = new Delivery(0, 0, null);
}
