package io.nightdrop.settings;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.IDN;
import java.nio.charset.StandardCharsets;

/** Reads what is to be the e-mail address of one recipient. */
public final class MailAddress {

    private MailAddress() {}

    /**
     * The one address that a text is.
     *
     * @throws AddressException when it is none, or several, or one that cannot be written in a mail's envelope
     */
    public static InternetAddress of(String text) throws AddressException {
        String plain = text.strip();
        int at = plain.lastIndexOf('@');
        if (at < 1 || !plain.matches("[^\\s\\p{Cc}<>()\\[\\]\\\\,;:\"]+")) {
            throw new AddressException("not an e-mail address", text);
        }
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(plain.substring(0, at))) {
            // cut to ASCII by the mail library, it would be somebody else's
            throw new AddressException("an e-mail address with letters beyond ASCII before the @ cannot be used", text);
        }
        return new InternetAddress(plain.substring(0, at + 1) + ascii(plain.substring(at + 1), text), true);
    }

    private static String ascii(String domain, String whole) throws AddressException {
        try {
            return IDN.toASCII(domain);
        } catch (IllegalArgumentException wrong) {
            throw new AddressException("not an e-mail address", whole);
        }
    }
}
