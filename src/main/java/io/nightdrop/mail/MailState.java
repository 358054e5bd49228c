package io.nightdrop.mail;

/** How far a message is on its way to the mail server. */
public enum MailState {
    /** It will be told, or is being told. */
    PENDING("pending"),
    /** There is no mail server: it stays in its table, for others to show. */
    IN_APP("in-app"),
    /** The mail server has taken it. */
    SENT("sent"),
    /** It cannot be told; its trouble says why. */
    UNDELIVERABLE("undeliverable");

    private final String word;

    MailState(String word) {
        this.word = word;
    }

    /** The state for people. */
    public String word() {
        return word;
    }
}
