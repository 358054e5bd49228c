package io.nightdrop.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/**
 * A letter as a mail, in UTF-8. Its Message-ID is made of the message's id and the sender's domain, so that a mail that is
 * sent again after a crash is known for the same one.
 */
final class Mail extends MimeMessage {

    private final String messageId;

    Mail(Session session, InternetAddress from, UUID id, Letter letter, Instant at) throws MessagingException {
        super(session);
        this.messageId = messageId(id, from);
        setFrom(from);
        setRecipient(RecipientType.TO, letter.to());
        setSubject(letter.subject(), StandardCharsets.UTF_8.name());
        setSentDate(Date.from(at));
        setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no automatic answers, please
        if (letter.html() == null) {
            setText(letter.text(), StandardCharsets.UTF_8.name(), "plain");
        } else {
            MimeMultipart alternatives = new MimeMultipart("alternative");
            alternatives.addBodyPart(part(letter.text(), "plain"));
            alternatives.addBodyPart(part(letter.html(), "html"));
            setContent(alternatives);
        }
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

    private static String messageId(UUID id, InternetAddress from) {
        String address = from.getAddress();
        return "<" + id + address.substring(address.lastIndexOf('@')) + ">";
    }
}
