package io.nightdrop.notification;

import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * A notification as a mail: text and HTML, in UTF-8. Its Message-ID is made of the notification's id and the sender's
 * domain, so that a mail that is sent again after a crash is known for the same one.
 */
final class ApplicantMail extends MimeMessage {

    private final String messageId;

    ApplicantMail(
            Session session, InternetAddress from, InternetAddress to, Notification one, Message words, Instant at)
            throws MessagingException {
        super(session);
        this.messageId = messageId(one, from);
        setFrom(from);
        setRecipient(RecipientType.TO, to);
        setSubject(words.subject(), StandardCharsets.UTF_8.name());
        setSentDate(Date.from(at));
        setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no automatic answers, please
        MimeMultipart alternatives = new MimeMultipart("alternative");
        alternatives.addBodyPart(part(words.text(), "plain"));
        alternatives.addBodyPart(part(words.html(), "html"));
        setContent(alternatives);
        saveChanges();
    }

    private static MimeBodyPart part(String content, String subtype) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(content, StandardCharsets.UTF_8.name(), subtype);
        part.setDisposition(Part.INLINE);
        return part;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
        setHeader("Message-ID", messageId);
    }

    private static String messageId(Notification one, InternetAddress from) {
        String address = from.getAddress();
        return "<" + one.id() + address.substring(address.lastIndexOf('@')) + ">";
    }

    /**
     * The one address that a text is.
     *
     * @throws AddressException when it is none, or several, or one that cannot be written in a mail's envelope
     */
    static InternetAddress address(@Nullable String text) throws AddressException {
        if (text == null || text.isBlank()) {
            throw new AddressException("the workflow has no e-mail address");
        }
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
