package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** The simulator's TLS: an authority of its own, certificates good and bad, and client certificates where they are wanted. */
public final class Tls {

    /** The password of every key store that is written. */
    public static final String PASSWORD = "changeit";

    private static final String HERE = "127.0.0.1";

    private final Authority authority = new Authority("Nightdrop test authority");
    private final Authority stranger = new Authority("An authority that nobody trusts");
    private final Map<TlsFault, SSLContext> contexts = new ConcurrentHashMap<>();
    private volatile TlsFault fault = TlsFault.NONE;
    private volatile boolean clientCertificate;

    /** For connections to come. */
    public Tls fault(TlsFault wanted) {
        fault = wanted;
        return this;
    }

    /** Whether connections to come need a certificate of this authority from the client. */
    public Tls requireClientCertificate(boolean required) {
        clientCertificate = required;
        return this;
    }

    /** Writes the authority's certificate, which a client has to trust, in PEM. */
    public Path writeAuthority(Path file) throws IOException {
        return Files.writeString(file, authority.pem());
    }

    /** Writes a client's key and certificate as a PKCS#12 key store with {@link #PASSWORD}. */
    public Path writeClientKey(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            client().store(out, PASSWORD.toCharArray());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
        return file;
    }

    /** What a client in this process needs: trust in the authority and, if wanted, a certificate of its own. */
    public SSLContext clientContext(boolean withCertificate) {
        return context(withCertificate ? client() : null);
    }

    private KeyStore client() {
        Instant now = Instant.now();
        return authority.issue(
                "client.invalid", now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(30)), PASSWORD);
    }

    /** Shakes hands; null when the fault has ended the connection instead. */
    Socket speak(Socket raw, Duration stall) throws IOException {
        TlsFault now = fault;
        switch (now) {
            case CLOSED_HANDSHAKE -> {
                return end(raw);
            }
            case STALLED_HANDSHAKE -> {
                Line line = new Line(raw, raw);
                line.pause(stall);
                return end(raw);
            }
            case PLAIN_TEXT -> {
                raw.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                return end(raw);
            }
            default -> {
                return shakeHands(raw, now);
            }
        }
    }

    private static Socket end(Socket raw) throws IOException {
        new Line(raw, raw).hangUp();
        return null;
    }

    private Socket shakeHands(Socket raw, TlsFault now) throws IOException {
        SSLContext context = contexts.computeIfAbsent(now, wanted -> context(server(wanted)));
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, null, true);
        socket.setNeedClientAuth(clientCertificate);
        if (now == TlsFault.OLD_PROTOCOL) {
            socket.setEnabledProtocols(new String[] {"TLSv1.1"});
        }
        socket.startHandshake();
        return socket;
    }

    private KeyStore server(TlsFault wanted) {
        Instant now = Instant.now();
        Instant from = now.minus(Duration.ofDays(2));
        Instant to = now.plus(Duration.ofDays(30));
        Duration day = Duration.ofDays(1);
        return switch (wanted) {
            case EXPIRED -> authority.issue(HERE, from, now.minus(day), PASSWORD);
            case NOT_YET_VALID -> authority.issue(HERE, now.plus(day), to, PASSWORD);
            case WRONG_HOST -> authority.issue("elsewhere.invalid", from, to, PASSWORD);
            case UNKNOWN_ISSUER -> stranger.issue(HERE, from, to, PASSWORD);
            default -> authority.issue(HERE, from, to, PASSWORD);
        };
    }

    /** Trusts the authority. */
    private SSLContext context(KeyStore own) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authority.trusted());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, own == null ? null : PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
