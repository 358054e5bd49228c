package io.nightdrop.receipt;

import org.jspecify.annotations.Nullable;

/**
 * What came of handing back what an inbox's sender had to get.
 *
 * @param handedBack how many files it has got now
 * @param waiting how many could not be handed back
 * @param trouble why, for people; null when none waits
 * @param end how it came to its end
 */
public record Delivery(
        int handedBack, int waiting, @Nullable String trouble, End end) {

    /** How a delivery came to its end. */
    public enum End {
        /** All was tried that was worth a try. */
        TRIED,
        /** The server's key or the login is not accepted. An operator has to mend that first: more tries would lock accounts. */
        REFUSED,
        /** Nothing was tried, because another process is at it. */
        ELSEWHERE
    }

    /** Nothing was due. */
    public static final Delivery NOTHING = new Delivery(0, 0, null);

    /** One that was tried. */
    public Delivery(int handedBack, int waiting, @Nullable String trouble) {
        this(handedBack, waiting, trouble, End.TRIED);
    }
}
