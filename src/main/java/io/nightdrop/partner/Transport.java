package io.nightdrop.partner;

import io.nightdrop.settings.PartnerSettings;
import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * Apache's HTTP client, bare of all that it does unasked: no redirects, repeats, cookies, kept credentials, compression, proxies of the
 * environment or changes of protocol. HTTP/1.1; TLS 1.2 and later, with the server's certificate and name verified.
 */
final class Transport implements AutoCloseable {

    /** Longer headers, and more of them, are no answer of an API. */
    private static final int LONGEST_HEADER = 16 * 1024;

    private static final int MOST_HEADERS = 200;

    private static final String DEPARTURE = "nightdrop.departure";

    private final PoolingHttpClientConnectionManager connections;
    private final CloseableHttpClient client;
    private volatile boolean closed;

    private Transport(PoolingHttpClientConnectionManager connections, CloseableHttpClient client) {
        this.connections = connections;
        this.client = client;
    }

    /** Whether a byte of one request may have left. */
    static final class Departure {
        private volatile boolean begun;

        boolean hasBegun() {
            return begun;
        }
    }

    /** A connection has ended, or something stands on it that nobody asked for. Nothing was written. */
    static final class SpoiltConnectionException extends IOException {
        private static final long serialVersionUID = 1L;

        SpoiltConnectionException() {
            super("the connection was ended by the other side");
        }
    }

    /** Looks at the connection before it is used, and notes that it is. */
    private static final class NotedExecutor extends HttpRequestExecutor {

        NotedExecutor() {
            super(DefaultClientConnectionReuseStrategy.INSTANCE);
        }

        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                @Nullable HttpResponseInformationCallback interim,
                HttpContext context)
                throws IOException, HttpException {
            if (isUsed(connection) && isSpoilt(connection)) {
                throw new SpoiltConnectionException();
            }
            if (context.getAttribute(DEPARTURE) instanceof Departure departure) {
                departure.begun = true;
            }
            return super.execute(request, connection, interim, context);
        }

        private static boolean isUsed(HttpClientConnection connection) {
            return connection.getEndpointDetails().getRequestCount() > 0;
        }

        /** Bytes that stand there before anything was asked would be taken for the answer. */
        private static boolean isSpoilt(HttpClientConnection connection) throws IOException {
            return connection.isStale() || connection.isDataAvailable(Timeout.ofMilliseconds(1));
        }
    }

    /** @param bundle the partner's own; null for what the JDK trusts */
    static Transport of(PartnerSettings settings, @Nullable SslBundle bundle) {
        PoolingHttpClientConnectionManager connections = connections(settings, bundle);
        Timeout timeout = Timeout.of(settings.timeout());
        CloseableHttpClient client = HttpClients.custom()
                .setConnectionManager(connections)
                .setRequestExecutor(new NotedExecutor())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setRedirectsEnabled(false)
                        .setAuthenticationEnabled(false)
                        .setExpectContinueEnabled(false)
                        .setContentCompressionEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .setConnectionRequestTimeout(timeout)
                        .setResponseTimeout(timeout)
                        .build())
                .setUserAgent("Nightdrop")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                .build();
        return new Transport(connections, client);
    }

    private static PoolingHttpClientConnectionManager connections(
            PartnerSettings settings, @Nullable SslBundle bundle) {
        Timeout connectTimeout = Timeout.of(settings.connectTimeout());
        Timeout timeout = Timeout.of(settings.timeout());
        int most = 2 * settings.concurrency() + 2;
        Http1Config limits = Http1Config.custom()
                .setMaxLineLength(LONGEST_HEADER)
                .setMaxHeaderCount(MOST_HEADERS)
                .setMaxEmptyLineCount(1)
                .build();
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(limits)
                        .responseParserFactory(new DefaultHttpResponseParserFactory(limits))
                        .build())
                .setTlsSocketStrategy(tls(bundle))
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(connectTimeout).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connectTimeout)
                        .setSocketTimeout(timeout)
                        .setValidateAfterInactivity(TimeValue.NEG_ONE_MILLISECOND) // NotedExecutor looks each time
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoKeepAlive(true)
                        .setSoTimeout(timeout)
                        .build())
                .setMaxConnPerRoute(most)
                .setMaxConnTotal(2 * most)
                .build();
    }

    private static TlsSocketStrategy tls(@Nullable SslBundle bundle) {
        SSLContext context = bundle == null ? SSLContexts.createDefault() : bundle.createSslContext();
        SslOptions options = bundle == null ? SslOptions.NONE : bundle.getOptions();
        String[] protocols = options.getEnabledProtocols();
        return new DefaultClientTlsStrategy(
                context,
                protocols == null ? new String[] {TLS.V_1_3.getId(), TLS.V_1_2.getId()} : protocols,
                options.getCiphers(),
                SSLBufferMode.STATIC,
                HttpsSupport.getDefaultHostnameVerifier());
    }

    /**
     * Sends a request and reads the headers of its answer.
     *
     * @param departure is told before the first byte leaves
     */
    ClassicHttpResponse send(HttpPost request, Departure departure) throws IOException {
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(DEPARTURE, departure);
        try {
            return client.executeOpen(RoutingSupport.determineHost(request), request, context);
        } catch (HttpException impossible) {
            throw new IOException(impossible);
        }
    }

    /** Closes the connections that nobody has used for so long. */
    void closeIdle(Duration time) {
        connections.closeIdle(TimeValue.of(time));
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        client.close(CloseMode.IMMEDIATE);
        connections.close(CloseMode.IMMEDIATE);
    }
}
