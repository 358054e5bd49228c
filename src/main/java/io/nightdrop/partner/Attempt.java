package io.nightdrop.partner;

import io.nightdrop.partner.Line.Message;
import io.nightdrop.partner.Line.Outcome;
import io.nightdrop.partner.Transport.Departure;
import io.nightdrop.partner.Transport.SpoiltConnectionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** One message on its way over one connection. */
final class Attempt {

    private final Transport transport;
    private final Duration limit;
    private final Clock clock;
    private final HttpPost post;
    private final Departure departure = new Departure();
    private volatile boolean expired;

    /** @param limit stands in sentences; who counts the time calls {@link #expire} */
    Attempt(Transport transport, URI uri, Message message, Duration limit, Clock clock) {
        this.transport = transport;
        this.limit = limit;
        this.clock = clock;
        this.post = new HttpPost(uri);
        message.headers().forEach(post::setHeader);
        post.setEntity(new Entity(message));
    }

    /** The body on its way to the connection. It could be written again, and says that it could not, so that nobody does. */
    private static final class Entity extends AbstractHttpEntity {
        private final Message message;

        Entity(Message message) {
            super((String) null, null, false);
            this.message = message;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            message.body().writeTo(out);
        }

        @Override
        public InputStream getContent() {
            throw new UnsupportedOperationException("A body that is written cannot be read");
        }

        @Override
        public long getContentLength() {
            return message.contentLength();
        }

        @Override
        public boolean isStreaming() {
            return true;
        }

        @Override
        public void close() {
            // Its files are open only while they are written.
        }
    }

    /** Its time is over: ends the connection, whatever it is doing. */
    void expire() {
        expired = true;
        post.cancel();
    }

    /**
     * Sends it, and reads the answer.
     *
     * @throws SpoiltConnectionException when the connection was not good any more; then nothing was sent, and another may be
     */
    Outcome run() throws ContentLostException, SpoiltConnectionException {
        try {
            return new Outcome.Answered(answer(transport.send(post, departure)));
        } catch (ContentLostException | SpoiltConnectionException known) {
            throw known;
        } catch (IOException failure) {
            return departure.hasBegun() ? new Outcome.Lost(lost(failure)) : new Outcome.NotSent(notSent(failure));
        } catch (RuntimeException failure) {
            if (expired) { // its connection was taken from it between two looks at it
                return departure.hasBegun() ? new Outcome.Lost(noAnswer()) : new Outcome.NotSent(noConnection());
            }
            if (failure instanceof IllegalStateException && transport.isClosed() && !departure.hasBegun()) {
                return new Outcome.NotSent(Line.CLOSING); // there are no connections any more
            }
            throw failure;
        }
    }

    private PartnerAnswer answer(ClassicHttpResponse response) {
        try {
            PartnerAnswer answer = read(response, clock.instant());
            if (answer.brokeOff().isPresent()) {
                post.cancel(); // or to close it would read the rest
            }
            return answer;
        } finally {
            close(response);
        }
    }

    private static void close(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException late) {
            // What was needed of it has been read.
        }
    }

    private PartnerAnswer read(ClassicHttpResponse response, Instant at) {
        int status = response.getCode();
        Map<String, List<String>> headers = headers(response);
        HttpEntity entity = response.getEntity();
        PartnerAnswer answer;
        try {
            InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
            answer = PartnerAnswer.read(status, headers, body, at);
        } catch (IOException failure) {
            return PartnerAnswer.brokenOff(status, headers, words(failure), at);
        }
        return expired && answer.brokeOff().isPresent()
                ? PartnerAnswer.brokenOff(status, headers, "not whole within " + told(limit), at)
                : answer;
    }

    private static Map<String, List<String>> headers(ClassicHttpResponse response) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName(), name -> new ArrayList<>()).add(String.valueOf(header.getValue()));
        }
        return headers;
    }

    private String notSent(IOException failure) {
        if (expired) {
            return noConnection();
        }
        if (failure instanceof UnknownHostException) {
            return "its host's name is not known";
        }
        return failure instanceof SSLException ? "no TLS with it, " + words(failure) : words(failure);
    }

    private String lost(IOException failure) {
        if (expired || failure instanceof SocketTimeoutException) {
            return noAnswer();
        }
        if (failure instanceof NoHttpResponseException) {
            return "ended the connection without an answer";
        }
        boolean noHttp = failure instanceof ClientProtocolException || failure instanceof CharacterCodingException;
        return noHttp ? "gave an answer that is no HTTP" : "broke the connection off: " + words(failure);
    }

    private String noConnection() {
        return "no connection within " + told(limit);
    }

    private String noAnswer() {
        return "gave no answer within " + told(limit);
    }

    /** The client's own words, none of the other side's. */
    private static String words(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : Words.plain(message, Words.MAX_NAME);
    }

    private static String told(Duration limit) {
        return limit.toMillis() % 1_000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }
}
