package io.nightdrop.partner.simulator;

import static io.nightdrop.partner.simulator.TestCalls.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.SettableClock;
import io.nightdrop.partner.simulator.RawClient.Seen;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the simulator says that it saw: the ledger in memory and on disk, and the figures. */
class SimulatorLedgerTests {

    @TempDir
    private Path folder;

    private static int ask(PartnerSimulator simulator) throws IOException, InterruptedException {
        return TestCalls.send(
                        TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST).build())
                .statusCode();
    }

    @Test
    void aRequestIsInTheLedgerWithItsItemsBeforeItIsAnswered() throws Exception {
        try (PartnerSimulator simulator = PartnerSimulator.start()) {
            simulator.pearsana().onlyUsers("SIS/S-77");
            HttpResponse<String> answer = TestCalls.send(TestCalls.batch(simulator, TestCalls.SAMPLE_BATCH)
                    .setHeader("X-Request-Id", "req-7")
                    .build());

            SeenRequest seen = simulator.ledger().requests(Target.PEARSANA).get(0);
            assertThat(answer.statusCode()).isEqualTo(seen.status()).isEqualTo(207);
            assertThat(seen.requestId()).isEqualTo("req-7");
            assertThat(seen.apiVersion()).isEqualTo("2026-01-30");
            assertThat(seen.path()).isEqualTo("/v1/documents:submitBatch");
            assertThat(seen.complete()).isTrue();
            assertThat(simulator.ledger().effects()).isEqualTo(Map.of("SIS/S-77 t-1", 1));
            assertThat(Ledger.sightings(simulator.ledger().requests()))
                    .isEqualTo(Map.of("SIS/S-77 t-1", 1, "LMS/L-12 t-2", 1));
            assertThat(seen.bytes()).isEqualTo(TestCalls.SAMPLE_BATCH.length());
            assertThat(seen.items())
                    .containsExactly(
                            new SeenItem(
                                    "t-1",
                                    "SIS/S-77",
                                    true,
                                    "created",
                                    "sha256:14bcd090baf31edba64e9cbd8cdfc15f943344aa72cb3675ad8e91bfcbce03ad"),
                            new SeenItem(
                                    "t-2",
                                    "LMS/L-12",
                                    false,
                                    "NOT_FOUND",
                                    "sha256:621a1020ca1bef8bd78b6d188abe4c7ec7c22d4a1d473be21aaefd9643f6a1aa"));
        }
    }

    @Test
    void aRequestThatItsClientBreaksOffIsInTheLedgerWithoutEffect() throws Exception {
        try (PartnerSimulator simulator = PartnerSimulator.start()) {
            String body = TestCalls.items("t-1", "t-2");
            String head =
                    "POST " + SubmitBatch.PATH + " HTTP/1.1\r\nAuthorization: Bearer " + TestCalls.token(simulator)
                            + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
            try (RawClient client = new RawClient(simulator)) {
                client.send(head + body.substring(0, body.length() - 30));
            }
            await(() -> simulator.ledger().requests().size() == 2);

            SeenRequest seen = simulator.ledger().requests(Target.PEARSANA).get(0);
            assertThat(seen.complete()).isFalse();
            assertThat(seen.effect()).isFalse();
            assertThat(seen.status()).isZero();
            assertThat(seen.itemIds()).containsExactly("t-1");
            assertThat(seen.bytes()).isEqualTo(body.length() - 30);
        }
    }

    @Test
    void aLedgerOnDiskIsGoneOnWithAlsoAfterHalfALine() throws Exception {
        Path file = folder.resolve("ledger.jsonl");
        SimulatorSettings settings = SimulatorSettings.defaults().withLedgerFile(file);
        try (PartnerSimulator simulator = PartnerSimulator.start(settings)) {
            ask(simulator);
            assertThat(Ledger.read(file)).isEqualTo(simulator.ledger().requests());
        }
        Files.writeString(file, "{\"number\":2,\"arr", StandardOpenOption.APPEND);
        try (PartnerSimulator simulator = PartnerSimulator.start(settings)) {
            ask(simulator);
        }

        assertThat(Ledger.read(file)).extracting(SeenRequest::number).containsExactly(1L, 2L);
        assertThat(Ledger.effects(Ledger.read(file)))
                .isEqualTo(Map.of(
                        "w_0aBcDeFgHiJkLmNoPqRsTu rd_0aBcDeFgHiJkLmNoPqRsT1",
                        2,
                        "w_0aBcDeFgHiJkLmNoPqRsTu rd_0aBcDeFgHiJkLmNoPqRsT2",
                        2));
    }

    @Test
    void aSimulatorThatWasStoppedIsOpenedOnTheSamePortWithItsTokens() throws Exception {
        try (PartnerSimulator simulator = PartnerSimulator.start()) {
            int port = simulator.port();
            String token = TestCalls.token(simulator);
            simulator.stop();
            assertThat(simulator.isOpen()).isFalse();
            assertThatThrownBy(() -> ask(simulator)).isInstanceOf(IOException.class);

            simulator.open();

            assertThat(simulator.port()).isEqualTo(port);
            assertThat(TestCalls.send(TestCalls.batch(simulator.baseUrl(), token, TestCalls.items("t-1"))
                                    .build())
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void requestsAreCountedBetweenTwoInstantsOfTheClock() throws Exception {
        SettableClock clock = new SettableClock();
        try (PartnerSimulator simulator =
                PartnerSimulator.start(SimulatorSettings.defaults().withClock(clock))) {
            ask(simulator);
            Instant from = clock.instant().plusSeconds(1);
            clock.pass(Duration.ofSeconds(1));
            ask(simulator);
            TestCalls.token(simulator);
            clock.pass(Duration.ofSeconds(1));
            ask(simulator);

            Traffic traffic = simulator.traffic();
            assertThat(traffic.between(from, from.plusSeconds(1))).isEqualTo(1);
            assertThat(traffic.between(from, from.plusSeconds(2))).isEqualTo(2);
            assertThat(traffic.between(Target.TOKEN, from, from.plusSeconds(1))).isEqualTo(1);
            assertThat(traffic.requests()).isEqualTo(3);
            assertThat(traffic.requests(Target.TOKEN)).isEqualTo(1);
            assertThat(traffic.arrivals(Target.KOMPLIANT)).last().isEqualTo(clock.instant());
            traffic.forget();
            assertThat(traffic.requests()).isZero();
        }
    }

    @Test
    void requestsAtOnceAndInOneSecondAreCounted() throws Exception {
        try (PartnerSimulator simulator = PartnerSimulator.start()) {
            simulator.times().delay(Duration.ofMillis(300));
            simulator.faults().next(Fault.SLOW, 3);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(TestCalls.send(
                        TestCalls.client(),
                        TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST).build(),
                        Duration.ofSeconds(20)));
            }
            await(() -> simulator.traffic().requests() == 3);
            answers.forEach(CompletableFuture::join);
            ask(simulator);
            ask(simulator);

            assertThat(simulator.traffic().mostAtOnce(Target.KOMPLIANT)).isEqualTo(3);
            assertThat(simulator.traffic().mostAtOnce(Target.PEARSANA)).isZero();
            assertThat(simulator.traffic().mostInOneSecond(Target.KOMPLIANT)).isBetween(2, 5);
        }
    }

    @Test
    void aClientThatAsksOneAfterTheOtherIsNeverSeenTwiceAtOnce() throws Exception {
        try (PartnerSimulator simulator = PartnerSimulator.start()) {
            for (int i = 0; i < 200; i++) {
                ask(simulator);
            }
            assertThat(simulator.traffic().mostAtOnce(Target.KOMPLIANT)).isEqualTo(1);
        }
    }

    @Test
    void aClientThatGivesUpAWaitIsNoLongerThere() throws Exception {
        try (PartnerSimulator simulator = PartnerSimulator.start()) {
            simulator.faults().next(Fault.STALLED_BEFORE_HEADERS, 3);
            for (int i = 1; i <= 3; i++) {
                try (RawClient client = new RawClient(simulator)) {
                    client.send(RawClient.request(TestCalls.SAMPLE_REQUEST));
                    int so = i;
                    await(() -> simulator.ledger().requests().size() == so);
                    assertThat(simulator.traffic().mostAtOnce(Target.KOMPLIANT)).isEqualTo(1);
                }
                await(() -> nobodyIsThere(simulator.traffic()));
            }
        }
    }

    /** Figures that begin anew begin with those who are there. */
    private static boolean nobodyIsThere(Traffic traffic) {
        traffic.forget();
        return traffic.mostAtOnce(Target.KOMPLIANT) == 0;
    }

    @Test
    void whatIsNoHttpIsAProblemThatIsTold() throws Exception {
        try (PartnerSimulator simulator = PartnerSimulator.start();
                RawClient client = new RawClient(simulator)) {
            Seen seen = client.send("HELLO\r\n").read();

            assertThat(seen.text()).isEmpty();
            assertThat(simulator.problems()).containsExactly("This is no HTTP request: HELLO");
        }
    }
}
