package io.nightdrop.node;

/**
 * This process does not own the inbox any more that it writes for: it was frozen or cut off from the database for longer than
 * its lease, and somebody else may have taken over. What it was about to write must not be written.
 */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what was about to be written. */
    public LeaseLostException(String what) {
        super(what + ": this process is not the owner of the inbox any more");
    }
}
