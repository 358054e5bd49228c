package io.nightdrop.manifest;

/** Ends the reading of a manifest that is refused; its message is the defect's. */
final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
        super(message, null, false, false);
    }

    static Unreadable of(Defect defect) {
        return new Unreadable(defect.message());
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    Defect defect() {
        return new Defect(getMessage());
    }
}
