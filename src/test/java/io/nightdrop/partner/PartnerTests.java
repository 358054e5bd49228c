package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.SettableClock;
import io.nightdrop.partner.Reply.Answered;
import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.Reply.Stop;
import io.nightdrop.partner.simulator.Fault;
import io.nightdrop.partner.simulator.PartnerSimulator;
import io.nightdrop.partner.simulator.SimulatorSettings;
import io.nightdrop.partner.simulator.Target;
import io.nightdrop.settings.PartnerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How partners are asked: how often, how many at once, with which token, and not at all. */
class PartnerTests {

    private final SettableClock clock = new SettableClock();
    private PartnerSimulator simulator;
    private SimulatedPartners partners;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        simulator = PartnerSimulator.start(SimulatorSettings.defaults().withClock(clock));
        partners = new SimulatedPartners(simulator, clock, folder);
    }

    @AfterEach
    void stop() throws IOException {
        simulator.close();
        assertThat(simulator.problems()).isEmpty();
    }

    private Reply send(Partner partner, Target target) throws IOException {
        return SimulatedPartners.send(partner, partners.items(target, 1));
    }

    private static boolean mayBeAsked(Partner partner) throws InterruptedException {
        try {
            return partner.turn(Duration.ZERO)
                    .map(turn -> {
                        turn.close();
                        return true;
                    })
                    .orElse(false);
        } catch (PartnerAwayException away) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"THROTTLED_SECONDS", "THROTTLED_DATE", "UNAVAILABLE_SECONDS", "UNAVAILABLE_DATE"})
    void noRequestComesBeforeRetryAfterIsOver(Fault fault) throws Exception {
        Partner partner = partners.partner(Target.KOMPLIANT);
        clock.pass(Duration.ofMillis(1));
        simulator.times().retryAfter(Duration.ofSeconds(20));
        simulator.faults().next(fault, 1);

        assertThat(send(partner, Target.KOMPLIANT)).isInstanceOf(Later.class);
        assertThat(partner.turn(Duration.ZERO)).isEmpty();
        clock.pass(Duration.ofSeconds(20).minusMillis(1));
        assertThat(partner.turn(Duration.ZERO)).isEmpty();
        clock.pass(Duration.ofSeconds(1));
        assertThat(send(partner, Target.KOMPLIANT)).isInstanceOf(Answered.class);
        assertThat(simulator.traffic().requests()).isEqualTo(2);
        partner.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"PEARSANA", "KOMPLIANT"})
    void halfAnHourAwayCostsAtMostSixtyTriesAndThenItGoesOn(Target target) throws Exception {
        Partner partner = partners.partner(target);
        simulator.stop();
        Instant end = clock.instant().plus(Duration.ofMinutes(30));
        int tries = 0;
        while (clock.instant().isBefore(end)) {
            if (mayBeAsked(partner)) {
                assertThat(send(partner, target)).isInstanceOf(Later.class);
                tries++;
            }
            clock.pass(Duration.ofSeconds(1));
        }
        simulator.open();
        clock.pass(Patience.LONGEST_PROBE);

        assertThat(tries).isBetween(20, 60);
        assertThat(send(partner, target)).isInstanceOf(Answered.class);
        assertThat(partner.awayUntil()).isEmpty();
        partner.close();
    }

    @Test
    void aPartnerThatIsAwaySaysWhyAndWhenItIsAskedAgain() throws Exception {
        Partner partner = partners.partner(Target.KOMPLIANT);
        simulator.times().retryAfter(Duration.ofSeconds(90));
        simulator.faults().next(Fault.UNAVAILABLE_SECONDS, 1);
        send(partner, Target.KOMPLIANT);

        assertThatThrownBy(() -> partner.turn(Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(PartnerAwayException.class, away -> {
                    assertThat(away.partner()).isEqualTo("simulated");
                    assertThat(away.reason()).startsWith("answered 503");
                    assertThat(away.again()).isEqualTo(clock.instant().plusSeconds(90));
                });
        assertThat(partner.awayUntil()).contains(clock.instant().plusSeconds(90));
        partner.close();
    }

    /** Sends so many requests of one item by ten threads, by the real time. */
    private List<Reply> sendAll(Partner partner, Target target, int requests) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(10);
        try {
            List<Future<Reply>> replies = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                replies.add(threads.submit(() -> send(partner, target)));
            }
            List<Reply> all = new ArrayList<>();
            for (Future<Reply> reply : replies) {
                all.add(reply.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    private SimulatedPartners inRealTime() {
        return new SimulatedPartners(simulator, clock, System::nanoTime, folder);
    }

    @Test
    void noMoreAreThereAtOnceThanAllowed() throws Exception {
        Partner partner = inRealTime().partner(Target.KOMPLIANT, "concurrency", "3");
        simulator.times().delay(Duration.ofMillis(30));
        simulator.faults().always(Fault.SLOW);

        assertThat(sendAll(partner, Target.KOMPLIANT, 30)).allMatch(Answered.class::isInstance);
        assertThat(simulator.traffic().mostAtOnce(Target.KOMPLIANT)).isEqualTo(3);
        assertThat(simulator.traffic().connections()).isLessThan(10);
        partner.close();
    }

    @Test
    void noMoreComeInASecondThanAllowed() throws Exception {
        Partner partner = inRealTime().partner(Target.KOMPLIANT, "requests-per-second", "20", "concurrency", "8");

        long begin = System.nanoTime();
        assertThat(sendAll(partner, Target.KOMPLIANT, 50)).allMatch(Answered.class::isInstance);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(49 * 50));
        int some = 4; // which lost their distance on the way, when the machine is busy
        assertThat(simulator.traffic().mostInOneSecond(Target.KOMPLIANT)).isLessThanOrEqualTo(20 + some);
        partner.close();
    }

    @Test
    void aTurnIsGivenBackAndIsForOneRequest() throws Exception {
        Partner partner = partners.partner(Target.KOMPLIANT, "concurrency", "1");
        Turn turn = partner.turn(Duration.ZERO).orElseThrow();
        assertThat(partner.turn(Duration.ZERO)).isEmpty();
        turn.close();
        turn.close();

        try (Turn next = partner.turn(Duration.ZERO).orElseThrow()) {
            List<SentItem> items = partners.items(Target.KOMPLIANT, 1);
            assertThat(next.send(items, UUID.randomUUID(), () -> {})).isInstanceOf(Answered.class);
            assertThatThrownBy(() -> next.send(items, UUID.randomUUID(), () -> {}))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(simulator.traffic().requests()).isOne();
        partner.close();
    }

    @Test
    void aTokenIsFetchedOnceForAllAndRenewedBeforeItsEnd() throws Exception {
        SimulatedPartners real = inRealTime();
        PartnerSettings settings = real.settings(Target.PEARSANA);
        Line line = real.line(settings);
        AccessTokens tokens = new AccessTokens("simulated", settings, line, clock);
        Partner partner = real.partner(settings, line, tokens);

        sendAll(partner, Target.PEARSANA, 20);
        assertThat(simulator.traffic().requests(Target.TOKEN)).isOne();
        clock.pass(Duration.ofMinutes(59).minusMillis(1));
        send(partner, Target.PEARSANA);
        assertThat(simulator.traffic().requests(Target.TOKEN)).isOne();
        clock.pass(Duration.ofMillis(1));
        send(partner, Target.PEARSANA);
        assertThat(simulator.traffic().requests(Target.TOKEN)).isEqualTo(2);
        partner.close();
    }

    @Test
    void aTokenThatIsRefusedIsRenewedOnceAndTheRequestSentAgain() throws Exception {
        Partner partner = partners.partner(Target.PEARSANA);
        send(partner, Target.PEARSANA);
        simulator.pearsana().revokeTokens();
        clock.pass(Duration.ofSeconds(1));

        assertThat(send(partner, Target.PEARSANA)).isInstanceOf(Answered.class);
        assertThat(simulator.traffic().requests(Target.TOKEN)).isEqualTo(2);
        simulator.faults().next(Target.PEARSANA, Fault.UNAUTHORIZED, 2);
        clock.pass(Duration.ofSeconds(1));
        assertThat(send(partner, Target.PEARSANA)).isInstanceOf(Stop.class);
        assertThat(simulator.traffic().requests(Target.TOKEN)).isEqualTo(3);
        partner.close();
    }

    @Test
    void aTokenThatIsRefusedAsSoonAsItWasFetchedIsASetting() throws Exception {
        Partner partner = partners.partner(Target.PEARSANA);
        simulator.faults().next(Target.PEARSANA, Fault.UNAUTHORIZED, 1);

        assertThat(((Stop) send(partner, Target.PEARSANA)).message())
                .contains("answers 401", "nightdrop.partners.simulated.client-secret");
        assertThat(simulator.traffic().requests(Target.TOKEN)).isOne();
        partner.close();
    }

    @Test
    void aSecretThatTheTokenServerDoesNotKnowIsASetting() throws Exception {
        Partner partner = partners.partner(Target.PEARSANA, "client-secret", "canary-of-another");

        assertThat(((Stop) send(partner, Target.PEARSANA)).message())
                .isEqualTo("The partner 'simulated' gives no access token: its token server answers 401"
                        + " (invalid_client: Client authentication failed). Check"
                        + " nightdrop.partners.simulated.client-id, nightdrop.partners.simulated.client-secret and"
                        + " nightdrop.partners.simulated.token-url, then restart the drop.");
        assertThat(simulator.traffic().requests()).isZero();
        partner.close();
    }

    @Test
    void aTokenServerThatWantsToBeLeftAloneIs() throws Exception {
        Partner partner = partners.partner(Target.PEARSANA);
        simulator.times().retryAfter(Duration.ofSeconds(25));
        simulator.faults().next(Target.TOKEN, Fault.THROTTLED_SECONDS, 1);

        assertThat(((Later) send(partner, Target.PEARSANA)).retryAfter()).isEqualTo(Duration.ofSeconds(25));
        clock.pass(Duration.ofSeconds(24));
        assertThat(partner.turn(Duration.ZERO)).isEmpty();
        partner.close();
    }

    @Test
    void aContentThatWasChangedIsNotSentWholeAndIsNoFaultOfThePartner() throws Exception {
        Partner partner = partners.partner(Target.PEARSANA);
        List<SentItem> items = partners.items(Target.PEARSANA, 3);
        Path content = items.get(1).content();
        assertThat(content).isNotNull();
        Files.writeString(content, "changed".repeat(100));
        Files.writeString(content, Files.readString(content).substring(0, (int)
                items.get(1).size()));

        assertThatThrownBy(() -> SimulatedPartners.send(partner, items)).isInstanceOf(ContentLostException.class);
        clock.pass(Duration.ofSeconds(1));
        assertThat(send(partner, Target.PEARSANA)).isInstanceOf(Answered.class);
        assertThat(simulator.ledger().effects()).hasSize(1);
        partner.close();
    }

    @Test
    void theLimitHoldsWhileALargeBodyIsNotTaken() throws Exception {
        Partner partner = partners.partner(Target.PEARSANA, "timeout", "1s");
        send(partner, Target.PEARSANA);
        clock.pass(Duration.ofSeconds(1));
        simulator.faults().next(Target.PEARSANA, Fault.STALLED_AT_HALF_REQUEST, 1);
        Path large = Files.write(folder.resolve("large"), new byte[40 << 20]);
        List<SentItem> items = List.of(PartnerFixture.document(0, "large", large, ""));
        long begin = System.nanoTime();

        assertThat(((Doubt) SimulatedPartners.send(partner, items)).reason()).startsWith("gave no answer within 1 s");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        partner.close();
    }

    /** The client's own state may be torn down between any two looks at it. */
    @Test
    void whenTheTimeEndsAtAnyMomentItIsKnownWhetherAnythingLeft() throws Exception {
        simulator.stop();
        PartnerSettings settings = partners.settings(Target.KOMPLIANT);
        OutgoingRequest request = PartnerApi.of("simulated", settings)
                .compose(partners.items(Target.KOMPLIANT, 1), UUID.randomUUID(), clock.instant());
        try (Line line = partners.line(settings);
                Socket holder = new Socket()) {
            // held without listening: thousands of connections would else once come from this very port, and reach
            // themselves
            holder.setReuseAddress(true);
            holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), simulator.port()));
            for (int i = 0; i < 5000; i++) {
                assertThat(line.post(
                                settings.uri(request.path()),
                                Line.Message.of(request, null),
                                Duration.ofNanos(i % 500 * 1000L)))
                        .isInstanceOf(Line.Outcome.NotSent.class);
            }
        }
        simulator.open();
    }

    @Test
    void connectionsAreUsedAgainButNotThoseThatLayIdle() throws Exception {
        Partner partner = new SimulatedPartners(simulator, Clock.systemUTC(), clock, folder).partner(Target.KOMPLIANT);
        for (int i = 0; i < 20; i++) {
            assertThat(send(partner, Target.KOMPLIANT)).isInstanceOf(Answered.class);
            clock.pass(Duration.ofSeconds(1));
        }

        assertThat(simulator.traffic().connections()).isLessThan(10);
        simulator.refuse(Duration.ofMillis(1)); // which ends the connections that lie idle
        while (!simulator.isOpen()) {
            Thread.onSpinWait();
        }
        assertThat(send(partner, Target.KOMPLIANT)).isInstanceOf(Answered.class);
        partner.close();
    }

    @Test
    void nothingIsSentAfterTheEnd() throws Exception {
        Partner partner = partners.partner(Target.KOMPLIANT);
        partner.close();

        assertThat(send(partner, Target.KOMPLIANT)).isInstanceOf(Later.class);
        assertThat(simulator.traffic().connections()).isZero();
    }
}
