package io.nightdrop.settings;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How applicants are told what is asked of them, and the people of an inbox what became of its drops.
 *
 * @param from the sender's address, also with a name: {@code Documents Office <docs@example.edu>}; required with
 *     {@code smtp}
 * @param smtp the mail server; without one nothing is sent, and notifications and notices are marked as in-app
 * @param templates a folder with templates of one's own for applicants: {@code subject.txt}, {@code body.txt}, {@code body.html}; one
 *     that is not there is Nightdrop's
 * @param giveUpAfter how long after it was made a message is tried again; then it is undeliverable
 */
public record NotifySettings(
        @Nullable String from,
        @Nullable Smtp smtp,
        @Nullable Path templates,
        @DefaultValue("3d") Duration giveUpAfter) {

    /** Nothing is set: nothing is sent. */
    public static final NotifySettings NONE = new NotifySettings(null, null, null, Duration.ofDays(3));

    private static final String KEY = "nightdrop.notify.";

    /** Checks what belongs together. */
    public NotifySettings {
        if (smtp != null && (from == null || from.isBlank())) {
            throw new IllegalArgumentException(KEY + "from is required where " + KEY + "smtp is set");
        }
        if (from != null && !isAddress(from)) {
            throw new IllegalArgumentException(KEY + "from: '" + from + "' is not an e-mail address");
        }
        if (giveUpAfter.isNegative()) {
            throw new IllegalArgumentException(KEY + "give-up-after must not be negative");
        }
    }

    private static boolean isAddress(String text) {
        try {
            InternetAddress address = new InternetAddress(text, true);
            return !address.isGroup()
                    && address.getAddress().contains("@")
                    && text.chars().noneMatch(Character::isISOControl);
        } catch (AddressException wrong) {
            return false;
        }
    }

    /** How the connection to the mail server is kept from being read. */
    public enum Security {
        /** TLS on port 465; else STARTTLS when the server offers it, and always before a password leaves the machine. */
        AUTO,
        /** STARTTLS, or nothing is sent. */
        STARTTLS,
        /** TLS from the first byte. */
        TLS,
        /** None, also for the password. */
        NONE
    }

    /**
     * The mail server.
     *
     * @param host its name or address
     * @param port its port; 465 with {@code security: tls}, else 587 with a username and 25 without
     * @param username who Nightdrop is to the server; none by default
     * @param password never printed; best given in the environment
     * @param security how the connection is kept from being read
     * @param connectTimeout how long to wait for a connection
     * @param timeout how long to wait for an answer, or for the server to take what is sent
     */
    public record Smtp(
            @Nullable String host,
            @DefaultValue("0") int port,
            @Nullable String username,
            @Nullable String password,
            @DefaultValue("auto") Security security,
            @DefaultValue("10s") Duration connectTimeout,
            @DefaultValue("30s") Duration timeout) {

        /** Checks the ranges, chooses the port. */
        public Smtp {
            String key = KEY + "smtp.";
            if (host == null || host.isBlank()) {
                throw new IllegalArgumentException(key + "host is required");
            }
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(key + "port is a number from 1 to 65535");
            }
            username = emptyIsNone(username);
            password = emptyIsNone(password);
            if ((username == null) != (password == null)) {
                throw new IllegalArgumentException(
                        key + (username == null ? "username" : "password") + " is missing: both or none");
            }
            checkWait(key + "connect-timeout", connectTimeout);
            checkWait(key + "timeout", timeout);
            port = port == 0 ? defaultPort(security, username != null) : port;
        }

        private static @Nullable String emptyIsNone(@Nullable String text) {
            return text == null || text.isEmpty() ? null : text;
        }

        /** The mail library takes 0 for "for ever". */
        private static void checkWait(String key, Duration wait) {
            if (wait.toMillis() < 1 || wait.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException(key + " is at least 1ms and at most 1h");
            }
        }

        private static int defaultPort(Security security, boolean authenticates) {
            if (security == Security.TLS) {
                return 465;
            }
            return authenticates ? 587 : 25;
        }

        /** The server's name or address. */
        @Override
        public String host() {
            return String.valueOf(host);
        }

        /** Whether TLS begins with the first byte. */
        public boolean tls() {
            return security == Security.TLS || (security == Security.AUTO && port == 465);
        }

        /** Whether STARTTLS is used when the server offers it. */
        public boolean startTls() {
            return !tls() && security != Security.NONE;
        }

        /** Whether nothing may be sent without STARTTLS. */
        public boolean startTlsRequired() {
            return startTls() && (security == Security.STARTTLS || (password != null && !onThisMachine()));
        }

        private boolean onThisMachine() {
            return host().toLowerCase(Locale.ROOT).matches("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");
        }

        /** All but the password. */
        @Override
        public String toString() {
            return "Smtp[host=" + host + ", port=" + port + ", username=" + username + ", password="
                    + (password == null ? "none" : "***") + ", security=" + security + ", connectTimeout="
                    + connectTimeout + ", timeout=" + timeout + "]";
        }
    }
}
