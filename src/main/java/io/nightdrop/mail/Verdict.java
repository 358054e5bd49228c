package io.nightdrop.mail;

import jakarta.mail.MessagingException;
import java.util.Set;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure to hand a message to the mail server means. The reply codes are those of RFC 5321, the words are the
 * server's.
 *
 * @param kind what it is about
 * @param words the server's words, in one line
 */
record Verdict(Kind kind, String words) {

    /** What a failure is about. */
    enum Kind {
        /** This message will never be taken. */
        REFUSED,
        /** This message was not taken now. */
        LATER,
        /** The connection was lost while this message was handed over; perhaps the server has it. */
        LOST,
        /** The server takes nothing from us now. */
        SERVER
    }

    /** Codes that are about us and the session, not about the recipient: bad sequence, authentication, encryption. */
    private static final Set<Integer> SESSION = Set.of(503, 530, 534, 535, 538);

    /** A full mailbox, which its owner may empty. */
    private static final int FULL = 552;

    /** What a failure to connect means. */
    static Verdict ofConnecting(MessagingException failure) {
        return new Verdict(Kind.SERVER, words(failure));
    }

    /** What a failure to send one message to one recipient means. */
    static Verdict ofSending(MessagingException failure) {
        for (Exception cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof SMTPAddressFailedException refused) {
                return ofReply(refused.getReturnCode(), words(refused));
            }
            if (cause instanceof SMTPSendFailedException refused) {
                boolean sender = refused.getCommand().startsWith("MAIL");
                return sender && refused.getReturnCode() >= 400
                        ? new Verdict(Kind.SERVER, words(refused))
                        : ofReply(refused.getReturnCode(), words(refused));
            }
        }
        return new Verdict(Kind.LOST, words(failure));
    }

    private static Verdict ofReply(int code, String words) {
        if (code < 400) {
            return new Verdict(Kind.LOST, words);
        }
        if (SESSION.contains(code)) {
            return new Verdict(Kind.SERVER, words);
        }
        // 5.7.x is the server's policy towards us, such as a relay that is not allowed: the operator can mend it
        boolean forever = code >= 500 && code != FULL && !words.matches("\\d{3}[ -]5\\.7\\.\\d.*");
        return new Verdict(forever ? Kind.REFUSED : Kind.LATER, words);
    }

    private static @Nullable Exception next(Exception failure) {
        return failure instanceof MessagingException messaging ? messaging.getNextException() : null;
    }

    /** What the failure says, with the last cause where that says more, in one line. */
    static String words(Exception failure) {
        Exception last = failure;
        for (Exception cause = failure; cause != null; cause = next(cause)) {
            last = cause;
        }
        String own = line(failure);
        String deeper = line(last);
        return own.contains(deeper) ? own : own + ": " + deeper;
    }

    private static String line(Exception failure) {
        String message = failure.getMessage();
        String text = message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
        return text.replaceAll("[\\s\\p{Cc}]+", " ").strip();
    }
}
