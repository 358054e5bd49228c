package io.nightdrop.partner.simulator;

/** What a client can know of the effect of its request from the answer that it had, if it had one. */
public enum Told {
    /** The answer says what became of each item. */
    HAPPENED,
    /** The answer, or that there was no connection, says that no item was processed. */
    DID_NOT_HAPPEN,
    /** All items may have been processed or not; only the ledger knows. */
    UNKNOWABLE,
    /** The answer says what became of each item but the first, of which it says nothing or too much. */
    UNKNOWABLE_FOR_THE_FIRST,
    /**
     * {@link #HAPPENED} for a client that waits for the answer to its end and can read it, {@link #UNKNOWABLE} for one whose
     * limit of time or size ends before, or that cannot read its form.
     */
    HAPPENED_IF_READ,
    /** {@link #DID_NOT_HAPPEN} for a client that gets the answer before the reset that follows, else {@link #UNKNOWABLE}. */
    DID_NOT_HAPPEN_IF_READ
}
