package io.nightdrop.result;

/** Where a drop is on its way. */
public enum DropState {
    /** Claimed; its files are being moved into its own folder. */
    TAKING_IN,
    /** In its own folder, with its fingerprint; not started. */
    TAKEN_IN,
    /** Its job runs. */
    RUNNING,
    /** A fault ended its run; it goes on from there at the next one. */
    FAILED,
    /** It was stopped; it goes on from there at the next run. */
    STOPPED,
    /** It was done, and its items that are in doubt are being settled. */
    SETTLING,
    /** It has its outcome, its reports, and its sources are put away. */
    DONE
}
