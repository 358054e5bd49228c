package io.nightdrop.partner.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The simulator as a process of its own, told what to do over its second port, and killed. */
class SimulatorProcessTests {

    @TempDir
    private static Path sharedFolder;

    private static SimulatorProcess shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException {
        shared = SimulatorProcess.start("48m", sharedFolder.resolve("ledger.jsonl"));
    }

    @AfterAll
    static void itEndsWhenItIsClosed() throws IOException {
        assertThat(shared.figures().get("problems")).isEmpty();
        shared.close();
        assertThatThrownBy(() -> ask(shared)).isInstanceOf(ConnectException.class);
    }

    private static HttpResponse<String> ask(SimulatorProcess simulator) throws IOException, InterruptedException {
        return TestCalls.sendAnew(
                TestCalls.request(simulator.baseUrl(), TestCalls.SAMPLE_REQUEST).build());
    }

    @Test
    void itsLedgerSurvivesItsKillAlsoInTheMiddleOfARequest() throws Exception {
        Path ledger = folder.resolve("ledger.jsonl");
        int port;
        try (SimulatorProcess simulator = SimulatorProcess.start(ledger, "--unknown-workflows=w_0.*", "--stall=PT1M")) {
            port = simulator.port();
            assertThat(ask(simulator).statusCode()).isEqualTo(404);
            simulator.next(Fault.STALLED_BEFORE_HEADERS, 1);
            String token = TestCalls.token(simulator.tokenUrl());
            HttpRequest batch = TestCalls.batch(simulator.baseUrl(), token, TestCalls.items("t-1"))
                    .build();
            CompletableFuture<HttpResponse<String>> answer =
                    TestCalls.send(TestCalls.client(), batch, Duration.ofSeconds(20));
            TestCalls.await(() -> hasSeen(simulator, 3));
            assertThat(answer).isNotDone();
            simulator.kill();
            assertThatThrownBy(answer::join).hasCauseInstanceOf(IOException.class);
        }

        try (SimulatorProcess simulator =
                SimulatorProcess.start(ledger, "--port=" + port, "--chance=1", "--faults=SERVER_ERROR_DONE")) {
            assertThat(ask(simulator).statusCode()).isEqualTo(500);
            assertThat(simulator.ledger())
                    .extracting(SeenRequest::number, SeenRequest::target, SeenRequest::status, SeenRequest::effect)
                    .containsExactly(
                            tuple(1L, Target.KOMPLIANT, 404, false),
                            tuple(2L, Target.TOKEN, 200, false),
                            tuple(3L, Target.PEARSANA, 0, true),
                            tuple(4L, Target.KOMPLIANT, 500, true));
        }
    }

    private static boolean hasSeen(SimulatorProcess simulator, int requests) {
        try {
            return simulator.ledger().size() == requests;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void itsFaultsAreChangedWhileItRuns() throws Exception {
        String token = TestCalls.token(shared.tokenUrl());
        shared.always(Target.PEARSANA, Fault.FORBIDDEN);
        shared.next(Target.KOMPLIANT, Fault.GONE, 1);
        shared.next(Fault.UNAVAILABLE_SECONDS, 1);
        shared.byChance(1, 1, List.of(Fault.UNPROCESSABLE));
        assertThat(submit(token)).isEqualTo(403);
        assertThat(ask(shared).statusCode()).isEqualTo(410);
        assertThat(ask(shared).statusCode()).isEqualTo(503);
        assertThat(ask(shared).statusCode()).isEqualTo(422);

        shared.heal();
        assertThat(submit(token)).isEqualTo(201);
        shared.always(Fault.CONFLICT);
        assertThat(submit(token)).isEqualTo(409);
        shared.heal();
        shared.revokeTokens();
        assertThat(submit(token)).isEqualTo(401);
        assertThatThrownBy(() -> shared.next(Target.TOKEN, Fault.MISSING_RESULT, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MISSING_RESULT cannot befall");
    }

    private static int submit(String token) throws IOException, InterruptedException {
        return TestCalls.sendAnew(TestCalls.batch(shared.baseUrl(), token, TestCalls.items("t-1"))
                        .build())
                .statusCode();
    }

    @Test
    void itIsClosedAndOpenedWhileItRunsAndTellsItsFigures() throws Exception {
        shared.stop();
        assertThatThrownBy(() -> ask(shared)).isInstanceOf(ConnectException.class);
        shared.open();
        shared.forgetTraffic();
        Instant begin = Instant.now();
        assertThat(ask(shared).statusCode()).isEqualTo(200);
        shared.refuse(Duration.ofMinutes(1));
        assertThatThrownBy(() -> ask(shared)).isInstanceOf(ConnectException.class);
        shared.open();
        assertThat(ask(shared).statusCode()).isEqualTo(200);

        JsonNode figures = shared.figures().get("KOMPLIANT");
        assertThat(figures.get("requests").intValue()).isEqualTo(2);
        assertThat(figures.get("mostAtOnce").intValue()).isEqualTo(1);
        assertThat(shared.between(Target.KOMPLIANT, begin, Instant.now().plusSeconds(1)))
                .isEqualTo(2);
        assertThat(shared.between(Target.KOMPLIANT, begin.minusSeconds(9), begin))
                .isZero();
    }

    @Test
    void twoBodiesOf24MegabytesAtOnceDoNotFillAHeapOf48() throws Exception {
        String token = TestCalls.token(shared.tokenUrl());
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            HttpRequest request = TestCalls.batch(shared.baseUrl(), token, "")
                    .POST(BodyPublishers.ofInputStream(SimulatorProcessTests::large))
                    .build();
            answers.add(TestCalls.send(TestCalls.client(), request, Duration.ofMinutes(2)));
        }

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(201));
        assertThat(shared.ledger())
                .filteredOn(seen -> seen.bytes() > 24_000_000)
                .hasSize(2)
                .allSatisfy(seen -> assertThat(seen.items()).hasSize(2).allMatch(SeenItem::effect));
    }

    /** Two items of 9 MB each, in Base64. */
    private static InputStream large() {
        List<InputStream> parts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String[] around = TestCalls.item("i-" + i).split("JVBERi0xLjQKJSVFT0YK", 2);
            parts.add(text((i == 0 ? "{\"items\":[" : ",") + around[0]));
            parts.add(new Letters(12_000_000));
            parts.add(text(around[1]));
        }
        parts.add(text("]}"));
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** So many times the letter A, which is Base64 for zeros. */
    private static final class Letters extends InputStream {
        private int left;

        Letters(int count) {
            left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 'A' : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = Math.min(length, left);
            java.util.Arrays.fill(buffer, offset, offset + count, (byte) 'A');
            left -= count;
            return count;
        }
    }

    @Test
    void itSpeaksTlsAndWritesWhatAClientNeeds() throws Exception {
        try (SimulatorProcess simulator = SimulatorProcess.start(
                folder.resolve("ledger.jsonl"), "--tls-folder=" + folder, "--tls-fault=EXPIRED")) {
            assertThat(simulator.baseUrl().getScheme()).isEqualTo("https");
            assertThat(Files.readString(folder.resolve("authority.pem"))).startsWith("-----BEGIN CERTIFICATE-----");
            assertThat(folder.resolve("client.p12")).isNotEmptyFile();
            assertThatThrownBy(() -> ask(simulator)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void wrongArgumentsAreTold() {
        assertThatThrownBy(() -> SimulatorProcess.start(folder.resolve("ledger.jsonl"), "--colour=red"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Unknown arguments: [colour]");
    }
}
