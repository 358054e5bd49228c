package io.nightdrop.result;

/** How a drop ended. */
public enum Outcome {
    /** Every item succeeded. */
    COMPLETED,
    /** Some or all items failed. */
    COMPLETED_WITH_FAILURES,
    /** Refused whole; no item was processed. */
    REJECTED,
    /** The same drop was already done in this inbox; nothing was run. */
    DUPLICATE
}
