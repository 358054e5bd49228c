package io.nightdrop.partner.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends bytes and sees bytes: what is really on the wire, without a client that means well. */
final class RawClient implements AutoCloseable {

    private static final Duration FIRST_BYTE = Duration.ofSeconds(20);
    private static final Duration NEXT_BYTE = Duration.ofMillis(250);
    private static final Duration AFTER_THE_LAST = Duration.ofMillis(10);

    /** How a connection was found after its last byte. */
    enum End {
        CLOSED,
        RESET,
        SILENT
    }

    /** The bytes that came, as Latin-1, and how it ended. */
    record Seen(String text, End end) {

        String head() {
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? text : text.substring(0, end + 4);
        }

        String body() {
            return text.substring(head().length());
        }

        /** The value of a header, or null. */
        String header(String name) {
            for (String line : head().lines().toList()) {
                if (line.startsWith(name + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return null;
        }

        /** Whether an answer is there to its end, and the connection is to go on. */
        boolean isWhole() {
            if (status() == 100 || status() == 103) {
                return new Seen(body(), end).isWhole();
            }
            boolean goesOn = text.startsWith("HTTP/1.1") && !"close".equals(header("Connection"));
            return goesOn && text.contains("\r\n\r\n") && (status() == 204 || hasWholeBody());
        }

        private boolean hasWholeBody() {
            String length = header("Content-Length");
            return length == null ? body().endsWith("\r\n0\r\n\r\n") : body().length() == Integer.parseInt(length);
        }

        int status() {
            return text.startsWith("HTTP/1.") && text.length() >= 12 ? Integer.parseInt(text.substring(9, 12)) : 0;
        }
    }

    private final Socket socket;

    RawClient(PartnerSimulator simulator) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
    }

    /** A whole, well-made Kompliant request. */
    static String request(String body) {
        return head("Content-Length: " + body.length()) + body;
    }

    /** The head of a well-made Kompliant request with these headers more. */
    static String head(String headers) {
        return "POST " + BatchRequestDocument.PATH + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: KSig1-HMAC-SHA256 "
                + KompliantSignature.sign(Kompliant.SECRET_KEY, Kompliant.API_KEY)
                + "\r\nX-API-Key: " + Kompliant.API_KEY
                + "\r\nX-API-Auth-Token: " + Kompliant.AUTH_TOKEN
                + "\r\nContent-Type: application/json\r\n" + headers + "\r\n\r\n";
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Waits for the first byte or the end, and reads on until nothing more comes for a while. */
    Seen read() throws IOException {
        return read(FIRST_BYTE);
    }

    /** The same, but waits only so long for the first byte. */
    Seen read(Duration patience) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        End end = null;
        socket.setSoTimeout((int) patience.toMillis());
        while (end == null) {
            try {
                int length = socket.getInputStream().read(buffer);
                if (length < 0) {
                    end = End.CLOSED;
                } else {
                    bytes.write(buffer, 0, length);
                }
                Seen soFar = new Seen(bytes.toString(StandardCharsets.ISO_8859_1), null);
                socket.setSoTimeout((int) (soFar.isWhole() ? AFTER_THE_LAST : NEXT_BYTE).toMillis());
            } catch (SocketTimeoutException silent) {
                end = End.SILENT;
            } catch (SocketException reset) {
                end = End.RESET;
            }
        }
        return new Seen(bytes.toString(StandardCharsets.ISO_8859_1), end);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
