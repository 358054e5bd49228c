package io.nightdrop.node;

/** The database belongs to another home. */
public final class ForeignHomeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForeignHomeException(String message) {
        super(message);
    }
}
