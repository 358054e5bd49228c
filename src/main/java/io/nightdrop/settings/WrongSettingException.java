package io.nightdrop.settings;

/** A setting whose value can be read and yet not be used. The message names the property and stands for itself. */
public final class WrongSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says which property, and why, in one line. */
    public WrongSettingException(String message) {
        super(message.replaceAll("\\s+", " ").trim());
    }
}
