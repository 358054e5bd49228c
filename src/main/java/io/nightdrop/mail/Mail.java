package io.nightdrop.mail;

import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
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
        setHeader("X-Auto-Response-Suppress", "OOF, AutoReply"); // the same for Exchange; what bounces is wanted
        if (letter.attachment() != null) {
            setContent(new MimeMultipart(words(letter), file(letter.attachment())));
        } else if (letter.html() != null) {
            setContent(alternatives(letter.text(), letter.html()));
        } else {
            setText(letter.text(), StandardCharsets.UTF_8.name(), "plain");
        }
        saveChanges();
    }

    private static MimeBodyPart words(Letter letter) throws MessagingException {
        if (letter.html() == null) {
            return part(letter.text(), "plain");
        }
        MimeBodyPart words = new MimeBodyPart();
        words.setContent(alternatives(letter.text(), letter.html()));
        return words;
    }

    private static MimeMultipart alternatives(String text, String html) throws MessagingException {
        MimeMultipart alternatives = new MimeMultipart("alternative");
        alternatives.addBodyPart(part(text, "plain"));
        alternatives.addBodyPart(part(html, "html"));
        return alternatives;
    }

    private static MimeBodyPart file(DataSource attachment) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setDataHandler(new DataHandler(attachment));
        part.setFileName(attachment.getName());
        part.setDisposition(Part.ATTACHMENT);
        part.setHeader("Content-Transfer-Encoding", "base64"); // any other changes line ends
        return part;
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
