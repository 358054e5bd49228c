package io.nightdrop.mail;

import io.nightdrop.settings.NotifySettings.Smtp;
import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/**
 * The mail server of the settings. Every wait has an end; without these settings the mail library waits for ever.
 *
 * <p>Messages are handed over one by one, not with {@code JavaMailSender.send(MimeMessage...)}: what that throws when a
 * later connection fails does not always say which messages had been taken, and it does not stop between two.
 */
final class MailServer extends JavaMailSenderImpl {

    private static final Logger LOG = LoggerFactory.getLogger(MailServer.class);

    MailServer(Smtp smtp) {
        setHost(smtp.host());
        setPort(smtp.port());
        setUsername(smtp.username());
        setPassword(smtp.password());
        Properties properties = new Properties();
        properties.put("mail.smtp.connectiontimeout", millis(smtp.connectTimeout()));
        properties.put("mail.smtp.timeout", millis(smtp.timeout()));
        properties.put("mail.smtp.writetimeout", millis(smtp.timeout()));
        properties.put("mail.smtp.quitwait", "false");
        properties.put("mail.smtp.auth", String.valueOf(smtp.username() != null));
        properties.put("mail.smtp.ssl.enable", String.valueOf(smtp.tls()));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.starttls.enable", String.valueOf(smtp.startTls()));
        properties.put("mail.smtp.starttls.required", String.valueOf(smtp.startTlsRequired()));
        setJavaMailProperties(properties);
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }

    /** One connection at a time, opened when it is needed and again when it was lost. */
    final class Connection implements AutoCloseable {

        private final Transport transport;

        Connection() throws MessagingException {
            this.transport = connectTransport();
        }

        boolean isOpen() {
            return transport.isConnected();
        }

        void send(MimeMessage message) throws MessagingException {
            transport.sendMessage(message, message.getAllRecipients());
        }

        /** What was sent was answered for: a failure to say goodbye changes nothing. */
        @Override
        public void close() {
            try {
                transport.close();
            } catch (MessagingException gone) {
                LOG.debug("The mail server did not say goodbye", gone);
            }
        }
    }
}
