package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.SettableClock;
import io.nightdrop.partner.Reply.Answered;
import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.simulator.PartnerSimulator;
import io.nightdrop.partner.simulator.SimulatorSettings;
import io.nightdrop.partner.simulator.Target;
import io.nightdrop.partner.simulator.Tls;
import io.nightdrop.partner.simulator.TlsFault;
import io.nightdrop.settings.PartnerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/** A partner over TLS: who is not whom he should be is sent nothing. */
class PartnerTlsTests {

    private static final Tls TLS = new Tls();
    private static PartnerSimulator simulator;

    private SimulatedPartners partners;

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
        simulator.ledger().forget();
        partners = new SimulatedPartners(simulator, Clock.systemUTC(), new SettableClock(), folder);
    }

    private SslBundle bundle(boolean withCertificate) throws IOException {
        String authority = Files.readString(TLS.writeAuthority(folder.resolve("authority.pem")));
        Path key = TLS.writeClientKey(folder.resolve("client.p12"));
        SslStoreBundle trust = new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate(authority));
        SslStoreBundle own = new JksSslStoreBundle(
                JksSslStoreDetails.forLocation(key.toString()).withPassword(Tls.PASSWORD), null);
        return SslBundle.of(SslStoreBundle.of(
                withCertificate ? own.getKeyStore() : null,
                withCertificate ? Tls.PASSWORD : null,
                trust.getTrustStore()));
    }

    private Reply send(@Nullable SslBundle bundle, Target target) throws IOException {
        PartnerSettings settings = partners.settings(target, "connect-timeout", "1s");
        try (Line line = partners.line(settings, bundle)) {
            List<SentItem> items = partners.items(target, 2);
            return SimulatedPartners.send(partners.partner(settings, line, partners.tokens(settings, line)), items);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PEARSANA", "KOMPLIANT"})
    void aPartnerWhoseAuthorityIsInTheBundleIsSentTo(Target target) throws Exception {
        assertThat(send(bundle(false), target)).isInstanceOf(Answered.class);
    }

    @Test
    void anAuthorityThatTheMachineDoesNotKnowIsNotTrusted() throws Exception {
        assertThat(((Later) send(null, Target.KOMPLIANT)).reason())
                .contains("cannot be reached: no TLS with it", "unable to find valid certification path");
        assertThat(simulator.ledger().requests()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whoIsNotWhomHeShouldBeIsSentNothing(TlsFault fault) throws Exception {
        TLS.fault(fault);

        assertThat(send(bundle(false), Target.KOMPLIANT)).isInstanceOf(Later.class);
        assertThat(send(bundle(false), Target.PEARSANA)).isInstanceOf(Later.class);
        assertThat(simulator.ledger().requests()).isEmpty();
    }

    @Test
    void aClientCertificateComesFromTheBundle() throws Exception {
        TLS.requireClientCertificate(true);

        assertThat(send(bundle(true), Target.KOMPLIANT)).isInstanceOf(Answered.class);
        assertThat(send(bundle(true), Target.PEARSANA)).isInstanceOf(Answered.class);
    }

    @Test
    void inTls13AMissingClientCertificateIsToldAfterTheRequestAndLeavesADoubt() throws Exception {
        TLS.requireClientCertificate(true);

        assertThat(send(bundle(false), Target.KOMPLIANT)).isInstanceOfAny(Doubt.class, Later.class);
        assertThat(simulator.ledger().requests()).isEmpty();
    }
}
