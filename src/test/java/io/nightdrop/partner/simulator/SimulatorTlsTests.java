package io.nightdrop.partner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS as it should be and as it should not; a client that verifies sends nothing when it should not. */
class SimulatorTlsTests {

    private static final Tls TLS = new Tls();
    private static PartnerSimulator simulator;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException {
        simulator = PartnerSimulator.start(SimulatorSettings.defaults().withTls(TLS));
    }

    @AfterAll
    static void stop() throws IOException {
        simulator.close();
    }

    @BeforeEach
    void heal() {
        TLS.fault(TlsFault.NONE).requireClientCertificate(false);
        simulator.faults().heal();
        simulator.ledger().forget();
    }

    private static HttpResponse<String> ask(boolean withCertificate, Duration limit)
            throws InterruptedException, ExecutionException {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(TLS.clientContext(withCertificate))
                .build();
        HttpRequest request =
                TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST).build();
        return TestCalls.send(client, request, limit).get();
    }

    @Test
    void aClientThatTrustsTheAuthorityIsAnswered() throws Exception {
        assertThat(simulator.baseUrl().getScheme()).isEqualTo("https");
        assertThat(ask(false, Duration.ofSeconds(20)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aClientThatVerifiesSendsNothing(TlsFault fault) {
        TLS.fault(fault);
        boolean stalls = fault == TlsFault.STALLED_HANDSHAKE;

        Throwable failure = catchThrowable(() -> ask(false, stalls ? Duration.ofMillis(200) : Duration.ofSeconds(20)));

        assertThat(failure.getCause()).isInstanceOf(stalls ? TimeoutException.class : IOException.class);
        assertThat(simulator.ledger().requests()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"EXPIRED", "NOT_YET_VALID", "WRONG_HOST", "UNKNOWN_ISSUER"})
    void aBadCertificateIsRefusedByTheClient(TlsFault fault) {
        TLS.fault(fault);

        assertThat(catchThrowable(() -> ask(false, Duration.ofSeconds(20))).getCause())
                .isInstanceOf(SSLException.class);
    }

    @Test
    void aClientCertificateIsAskedForWhereItIsWanted() throws Exception {
        TLS.requireClientCertificate(true);

        assertThat(catchThrowable(() -> ask(false, Duration.ofSeconds(20)))).isNotNull();
        assertThat(simulator.ledger().requests()).isEmpty();
        assertThat(ask(true, Duration.ofSeconds(20)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "RESET_AFTER_REQUEST",
                "RESET_IN_BODY",
                "HALF_BODY",
                "CLOSED_AFTER_REQUEST",
                "CLOSE_DELIMITED_CUT",
                "STALLED_AFTER_HEADERS",
                "SLOW",
                "CLOSE_DELIMITED"
            })
    void faultsAreTheSameInsideTls(Fault fault) throws Exception {
        simulator.faults().next(fault, 1);
        boolean well = fault.told() == Told.HAPPENED || fault == Fault.CLOSE_DELIMITED_CUT;
        simulator.times().stall(Duration.ofMillis(100)).delay(Duration.ofMillis(100));

        Throwable failure = catchThrowable(() -> ask(false, Duration.ofSeconds(20)));
        simulator.times().stall(Duration.ofSeconds(30));

        assertThat(failure == null).isEqualTo(well);
        assertThat(simulator.ledger().requests().get(0).effect()).isTrue();
    }

    @Test
    void theAuthorityAndAClientsKeyAreFilesForThosePrograms() throws Exception {
        Path authority = TLS.writeAuthority(folder.resolve("authority.pem"));
        Path key = TLS.writeClientKey(folder.resolve("client.p12"));

        try (InputStream pem = Files.newInputStream(authority)) {
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
            assertThat(certificate.getBasicConstraints()).isNotNegative();
        }
        assertThat(KeyStore.getInstance(key.toFile(), Tls.PASSWORD.toCharArray())
                        .size())
                .isEqualTo(1);
    }
}
