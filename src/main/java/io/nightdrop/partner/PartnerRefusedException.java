package io.nightdrop.partner;

/** A partner takes nothing from us until somebody changes something. The message tells the operator what. */
public final class PartnerRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong, and what to do. */
    public PartnerRefusedException(String message) {
        super(message);
    }
}
