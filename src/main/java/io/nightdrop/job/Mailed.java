package io.nightdrop.job;

import io.nightdrop.mail.Pass;

/**
 * What came of sending all mail that was due.
 *
 * @param applicants of the notifications
 * @param people of the notices to the people of the inboxes
 */
public record Mailed(Pass applicants, Pass people) {

    /** Nothing was done. */
    static final Mailed NOTHING = new Mailed(Pass.NOTHING, Pass.NOTHING);

    /** Whether the mail server as a whole was the trouble. */
    boolean serverDown() {
        return applicants.serverDown() || people.serverDown();
    }
}
