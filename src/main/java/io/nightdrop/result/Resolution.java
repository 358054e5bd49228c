package io.nightdrop.result;

/** What an operator has found out or decided about items that are in doubt with a partner. */
public enum Resolution {
    /** They are sent to the partner once more. */
    RESEND,
    /** The partner has taken them. */
    AS_CREATED,
    /** The partner has not taken them, and they are not sent again. */
    AS_FAILED
}
