package io.nightdrop.mail;

import org.jspecify.annotations.Nullable;

/**
 * What came of sending all of an outbox that was due.
 *
 * @param sent how many messages the mail server took
 * @param inApp how many stay in their table, as there is no mail server
 * @param undeliverable how many cannot be told
 * @param waiting how many that are ready still wait, tried or not
 * @param trouble why they wait; null when none does, or none had trouble
 * @param serverDown whether the mail server as a whole was the trouble
 */
public record Pass(
        long sent,
        long inApp,
        long undeliverable,
        long waiting,
        @Nullable String trouble,
        boolean serverDown) {

    /** Nothing was done. */
    public static final Pass NOTHING = new Pass(0, 0, 0, 0, null, false);

    /** How many came to their end. */
    public long settled() {
        return sent + inApp + undeliverable;
    }
}
