package io.nightdrop.database;

/** Another process runs drops in the same home. The message says which. */
public final class HomeInUseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HomeInUseException(String message) {
        super(message);
    }
}
