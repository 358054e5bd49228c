package io.nightdrop.inbox;

/** The marker with which a sender says that a drop is complete. */
final class DoneFile {

    /** What follows the manifest's name. */
    static final String SUFFIX = ".done";

    private DoneFile() {}
}
