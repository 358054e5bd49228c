package io.nightdrop.fsck;

/**
 * Something that should not be.
 *
 * @param kind what it is
 * @param thing which thing: a path under home, a drop, an execution, a required document
 * @param problem what is the matter with it, for the operator
 * @param advice what to do about it
 */
public record Finding(Kind kind, String thing, String problem, String advice) {

    /** How bad it is. */
    public enum Severity {
        /** Something is lost or wrong, and stays so until somebody mends it. */
        DAMAGE,
        /** Work that is under way, or that a command finishes. */
        UNFINISHED,
        /** Left over; nobody misses it. */
        HARMLESS
    }

    /** What was found. */
    public enum Kind {
        /** A row of the database points to bytes that are not there. */
        MISSING_BYTES(Severity.DAMAGE),
        /** A file of the vault has other bytes than its name says, or cannot be read. */
        DAMAGED_BYTES(Severity.DAMAGE),
        /** A drop's results, or what rests on them, do not add up. */
        WRONG_FIGURES(Severity.DAMAGE),
        /** A drop that is not done. */
        UNFINISHED_DROP(Severity.UNFINISHED),
        /** An execution of a drop's job that did not end. */
        UNFINISHED_EXECUTION(Severity.UNFINISHED),
        /** A drop that is done and has no report. */
        MISSING_REPORT(Severity.UNFINISHED),
        /** Bytes of the vault that no row points to. */
        ORPHAN_BYTES(Severity.HARMLESS),
        /** Bytes of the vault that no row pointed to, removed now. */
        REMOVED_BYTES(Severity.HARMLESS),
        /** A file or folder of a write that was cut. */
        TEMPORARY_FILE(Severity.HARMLESS),
        /** A folder under work that belongs to no unfinished drop. */
        STRAY_WORK(Severity.HARMLESS);

        private final Severity severity;

        Kind(Severity severity) {
            this.severity = severity;
        }

        /** How bad it is. */
        public Severity severity() {
            return severity;
        }
    }
}
