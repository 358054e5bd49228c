package io.nightdrop.partner.simulator;

import static io.nightdrop.partner.simulator.TestCalls.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightdrop.SettableClock;
import io.nightdrop.partner.simulator.RawClient.End;
import io.nightdrop.partner.simulator.RawClient.Seen;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Each fault does to the wire what it says, byte for byte. */
class SimulatorFaultTests {

    private static final Duration SILENCE = Duration.ofMillis(50);

    private final SettableClock clock = new SettableClock();
    private PartnerSimulator simulator;

    @BeforeEach
    void start() throws IOException {
        simulator = PartnerSimulator.start(SimulatorSettings.defaults().withClock(clock));
        simulator.times().pace(Duration.ofMillis(1)).vastBytes(1 << 20);
    }

    @AfterEach
    void stop() throws IOException {
        simulator.close();
        assertThat(simulator.problems()).isEmpty();
    }

    private Seen see(Fault fault) throws IOException {
        return see(fault, RawClient.request(TestCalls.SAMPLE_REQUEST));
    }

    private Seen see(Fault fault, String request) throws IOException {
        simulator.faults().next(fault, 1);
        try (RawClient client = new RawClient(simulator)) {
            return client.send(request).read();
        }
    }

    /** The one request of the ledger; waits until it is there. */
    private SeenRequest noted() {
        await(() -> !simulator.ledger().requests().isEmpty());
        assertThat(simulator.ledger().requests()).hasSize(1);
        return simulator.ledger().requests().get(0);
    }

    private static JsonNode json(String text) {
        return TestCalls.JSON.readTree(text);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "RESET_BEFORE_REQUEST",
                "RESET_AT_HALF_REQUEST",
                "RESET_AFTER_REQUEST",
                "RESET_AFTER_REQUEST_UNDONE"
            })
    void aResetIsOneAndNothingIsSaidBefore(Fault fault) throws Exception {
        Seen seen = see(fault);

        assertThat(seen.text()).isEmpty();
        assertThat(seen.end()).isEqualTo(End.RESET);
        assertThat(noted().status()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "CLOSED_BEFORE_REQUEST",
                "CLOSED_AT_HALF_REQUEST",
                "CLOSED_AFTER_REQUEST",
                "CLOSED_AFTER_REQUEST_UNDONE"
            })
    void aCloseIsOneAndNothingIsSaidBefore(Fault fault) throws Exception {
        Seen seen = see(fault);

        assertThat(seen.text()).isEmpty();
        assertThat(seen.end()).isEqualTo(End.CLOSED);
        assertThat(noted().status()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"STALLED_AT_HALF_REQUEST", "STALLED_BEFORE_HEADERS", "STALLED_BEFORE_HEADERS_UNDONE"})
    void aStallBeforeTheAnswerSaysNothing(Fault fault) throws Exception {
        simulator.faults().next(fault, 1);
        try (RawClient client = new RawClient(simulator)) {
            client.send(RawClient.request(TestCalls.SAMPLE_REQUEST));
            assertThat(noted().fault()).isEqualTo(fault);

            Seen seen = client.read(SILENCE);

            assertThat(seen.text()).isEmpty();
            assertThat(seen.end()).isEqualTo(End.SILENT);
        }
    }

    @Test
    void aStallEndsWithAClose() throws Exception {
        simulator.times().stall(Duration.ofMillis(100));

        Seen seen = see(Fault.STALLED_AFTER_HEADERS);

        assertThat(seen.end()).isEqualTo(End.CLOSED);
        assertThat(seen.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"BEFORE, 0", "AT_HALF, 85"})
    void aRequestThatIsBrokenOffIsReadSoFar(String where, long bytes) throws Exception {
        see(Fault.valueOf("RESET_" + where + "_REQUEST"));

        assertThat(noted().bytes()).isEqualTo(bytes);
        assertThat(noted().complete()).isFalse();
        assertThat(noted().items()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"STALLED_IN_HEADERS, SILENT", "CLOSED_IN_HEADERS, CLOSED"})
    void headersAreCutInTheirMiddle(Fault fault, End end) throws Exception {
        Seen seen = see(fault);

        assertThat(seen.text()).startsWith("HTTP/1.1 200 ").doesNotContain("\r\n\r\n");
        assertThat(seen.end()).isEqualTo(end);
        assertThat(noted().status()).isZero();
        assertThat(noted().effect()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "STALLED_AFTER_HEADERS, 0, SILENT",
        "STALLED_IN_BODY, 50, SILENT",
        "HALF_BODY, 50, CLOSED",
        "RESET_IN_BODY, 50, RESET"
    })
    void bodiesAreShorterThanTheirContentLength(Fault fault, int percent, End end) throws Exception {
        Seen seen = see(fault);

        int announced = Integer.parseInt(seen.header("Content-Length"));
        assertThat(seen.body()).hasSize(announced * percent / 100);
        assertThat(seen.end()).isEqualTo(end);
        assertThat(noted().status()).isEqualTo(200);
    }

    @Test
    void aContentLengthIsTooLong() throws Exception {
        Seen seen = see(Fault.LENGTH_TOO_LONG);

        assertThat(json(seen.body()).get("results")).hasSize(2);
        assertThat(seen.header("Content-Length"))
                .isEqualTo(Integer.toString(seen.body().length() + 100));
        assertThat(seen.end()).isEqualTo(End.CLOSED);
    }

    @Test
    void aContentLengthIsTooShortAndTheRestStandsBeforeTheNextAnswer() throws Exception {
        simulator.faults().next(Fault.LENGTH_TOO_SHORT, 1);
        try (RawClient client = new RawClient(simulator)) {
            Seen first =
                    client.send(RawClient.request(TestCalls.SAMPLE_REQUEST)).read();
            Seen second =
                    client.send(RawClient.request(TestCalls.SAMPLE_REQUEST)).read();

            int announced = Integer.parseInt(first.header("Content-Length"));
            assertThat(announced).isEqualTo(first.body().length() / 2);
            assertThat(json(first.body()).get("results")).hasSize(2);
            assertThat(first.end()).isEqualTo(End.SILENT);
            assertThat(second.status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"CHUNKED, SILENT", "CHUNKED_CUT, CLOSED", "CHUNKED_BROKEN, CLOSED"})
    void chunksAreWholeOrCutOrBroken(Fault fault, End end) throws Exception {
        Seen seen = see(fault);

        assertThat(seen.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(seen.header("Content-Length")).isNull();
        assertThat(seen.body().endsWith("\r\n0\r\n\r\n")).isEqualTo(fault == Fault.CHUNKED);
        assertThat(seen.body().contains("\r\nzz\r\n")).isEqualTo(fault == Fault.CHUNKED_BROKEN);
        assertThat(seen.end()).isEqualTo(end);
    }

    @ParameterizedTest
    @CsvSource({"CLOSE_DELIMITED, HTTP/1.1", "CLOSE_DELIMITED_CUT, HTTP/1.1", "HTTP_1_0, HTTP/1.0"})
    void anAnswerEndsWithTheConnection(Fault fault, String version) throws Exception {
        Seen seen = see(fault);

        assertThat(seen.text()).startsWith(version + " 200 ");
        assertThat(seen.header("Content-Length") == null).isEqualTo(fault != Fault.HTTP_1_0);
        assertThat(isJson(seen.body())).isEqualTo(fault != Fault.CLOSE_DELIMITED_CUT);
        assertThat(seen.end()).isEqualTo(End.CLOSED);
    }

    private static boolean isJson(String text) {
        try {
            return !json(text).isMissingNode();
        } catch (JacksonException notJson) {
            return false;
        }
    }

    @Test
    void garbageIsNoHttp() throws Exception {
        Seen seen = see(Fault.GARBAGE);

        assertThat(seen.text()).hasSize(512).doesNotContain("HTTP");
        assertThat(seen.end()).isEqualTo(End.CLOSED);
        assertThat(noted().status()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"GARBAGE_BODY", "EMPTY_BODY", "TRUNCATED_JSON", "GZIPPED"})
    void aBodyIsWholeByHttpAndNoJson(Fault fault) throws Exception {
        Seen seen = see(fault);

        assertThat(seen.status()).isEqualTo(200);
        assertThat(seen.header("Content-Length"))
                .isEqualTo(Integer.toString(seen.body().length()));
        assertThat(isJson(seen.body())).isFalse();
        assertThat(seen.header("Content-Encoding")).isEqualTo(fault == Fault.GZIPPED ? "gzip" : null);
        assertThat(seen.end()).isEqualTo(End.SILENT);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_CONTENT, 204, , ''",
        "HTML_BODY, 200, text/html, Please log in",
        "BAD_GATEWAY, 502, text/html, Bad Gateway",
        "OTHER_JSON, 200, application/json, ok",
        "OTHER_CONTENT_TYPE, 200, text/plain; charset=utf-8, BATCH_PROCESSED"
    })
    void anAnswerIsOfAnotherKind(Fault fault, int status, String type, String part) throws Exception {
        Seen seen = see(fault);

        assertThat(seen.status()).isEqualTo(status);
        assertThat(seen.header("Content-Type")).isEqualTo(type);
        assertThat(seen.body()).contains(part);
        assertThat(seen.body().isEmpty()).isEqualTo(fault == Fault.NO_CONTENT);
    }

    @ParameterizedTest
    @CsvSource({"UNASKED_CONTINUE, 100", "EARLY_HINTS, 103"})
    void anInterimAnswerComesFirst(Fault fault, int status) throws Exception {
        Seen seen = see(fault);

        assertThat(seen.status()).isEqualTo(status);
        assertThat(seen.body()).startsWith("HTTP/1.1 200 ").contains("BATCH_PROCESSED");
    }

    @Test
    void headersAndBodiesAreVast() throws Exception {
        assertThat(see(Fault.VAST_HEADERS).head()).hasSizeGreaterThan(1 << 20);
        String body = see(Fault.VAST_BODY).body();
        assertThat(body).hasSizeGreaterThan(1 << 20);
        assertThat(json(body.strip()).get("results")).hasSize(2);
    }

    @Test
    void anAnswerComesByteByByte() throws Exception {
        long begin = System.nanoTime();

        Seen seen = see(Fault.DRIBBLE);

        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(json(seen.body()).get("results")).hasSize(2);
        assertThat(time).isGreaterThan(Duration.ofMillis(seen.text().length()));
    }

    @ParameterizedTest
    @EnumSource(names = {"SLOW", "LATE_ANSWER", "LATE_EFFECT"})
    void anAnswerComesLaterAndTheEffectAtOnceOrThen(Fault fault) throws Exception {
        simulator.times().delay(Duration.ofMillis(400)).late(Duration.ofMillis(400));
        simulator.faults().next(fault, 1);
        try (RawClient client = new RawClient(simulator)) {
            client.send(RawClient.request(TestCalls.SAMPLE_REQUEST));
            if (fault != Fault.LATE_EFFECT) {
                noted();
            }
            Seen before = client.read(SILENCE);
            boolean noted = !simulator.ledger().requests().isEmpty();

            assertThat(before.text()).isEmpty();
            assertThat(noted).isEqualTo(fault != Fault.LATE_EFFECT);
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void aLateEffectHappensAlsoWhenTheClientHasGone() throws Exception {
        simulator.times().late(Duration.ofMillis(400));
        simulator.faults().next(Fault.LATE_EFFECT, 1);
        try (RawClient client = new RawClient(simulator)) {
            client.send(RawClient.request(TestCalls.SAMPLE_REQUEST)).read(SILENCE);
        }
        assertThat(simulator.ledger().requests()).isEmpty();

        assertThat(noted().effect()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "UNAUTHORIZED, 401",
        "FORBIDDEN, 403",
        "NOT_FOUND, 404",
        "REQUEST_TIMEOUT, 408",
        "CONFLICT, 409",
        "GONE, 410",
        "TOO_LARGE, 413",
        "UNSUPPORTED_TYPE, 415",
        "EXPECTATION_FAILED, 417",
        "UNPROCESSABLE, 422",
        "THROTTLED, 429",
        "SERVER_ERROR, 500",
        "SERVER_ERROR_DONE, 500",
        "BAD_GATEWAY, 502",
        "BAD_GATEWAY_DONE, 502",
        "UNAVAILABLE, 503",
        "GATEWAY_TIMEOUT, 504",
        "GATEWAY_TIMEOUT_DONE, 504"
    })
    void aStatusIsAnsweredAndTheConnectionGoesOn(Fault fault, int status) throws Exception {
        simulator.faults().next(fault, 1);
        try (RawClient client = new RawClient(simulator)) {
            Seen first =
                    client.send(RawClient.request(TestCalls.SAMPLE_REQUEST)).read();
            Seen second =
                    client.send(RawClient.request(TestCalls.SAMPLE_REQUEST)).read();

            assertThat(first.status()).isEqualTo(status);
            assertThat(first.header("Retry-After")).isNull();
            assertThat(second.status()).isEqualTo(200);
        }
        assertThat(simulator.ledger().requests())
                .extracting(SeenRequest::status)
                .containsExactly(status, 200);
    }

    @ParameterizedTest
    @CsvSource({
        "THROTTLED_SECONDS, 429, 90",
        "THROTTLED_DATE, 429, 'Tue, 01 Sep 2026 02:31:31 GMT'",
        "THROTTLED_FOR_YEARS, 429, 315360000",
        "UNAVAILABLE_SECONDS, 503, 90",
        "UNAVAILABLE_DATE, 503, 'Tue, 01 Sep 2026 02:31:31 GMT'",
        "UNAVAILABLE_NONSENSE, 503, soon"
    })
    void aRetryAfterIsSecondsOrADateByTheClockOrNonsense(Fault fault, int status, String value) throws Exception {
        clock.pass(Duration.ofMillis(1));
        simulator.times().retryAfter(Duration.ofSeconds(90));

        Seen seen = see(fault);

        assertThat(seen.status()).isEqualTo(status);
        assertThat(seen.header("Retry-After")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectPointsToAnotherHostWhichNotesWhoFollows(int status) throws Exception {
        simulator.faults().next(Fault.valueOf("REDIRECT_" + status), 2);
        HttpClient stays = TestCalls.client();
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();

        HttpResponse<String> answer = stays.send(
                TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Location").orElseThrow())
                .endsWith(BatchRequestDocument.PATH)
                .doesNotContain(":" + simulator.port() + "/");
        assertThat(simulator.elsewhere().visits()).isEmpty();
        follows.send(TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST).build(), BodyHandlers.ofString());
        assertThat(simulator.elsewhere().visits()).hasSize(1);
        assertThat(simulator.ledger().effects()).isEmpty();
    }

    @Test
    void aTokenThatIsUnauthorizedOnceIsWorthNothingAndTheNextOneIsGood() throws Exception {
        String token = TestCalls.token(simulator);
        simulator.faults().next(Fault.UNAUTHORIZED, 1);

        assertThat(statusWith(token)).isEqualTo(401);
        assertThat(statusWith(token)).isEqualTo(401);
        assertThat(statusWith(TestCalls.token(simulator))).isEqualTo(201);
    }

    private int statusWith(String token) throws IOException, InterruptedException {
        return TestCalls.send(TestCalls.batch(simulator.baseUrl(), token, TestCalls.items("t-1"))
                        .build())
                .statusCode();
    }

    @Test
    void aLargeBodyIsCutOffByAResetWhileItStillComes() throws Exception {
        simulator.faults().next(Fault.TOO_LARGE_CUT, 1);
        try (RawClient client = new RawClient(simulator)) {
            assertThatThrownBy(() -> client.send(RawClient.request(" ".repeat(40_000_000))))
                    .isInstanceOf(SocketException.class);
        }

        assertThat(noted().status()).isEqualTo(413);
        assertThat(noted().complete()).isFalse();
    }

    @Test
    void anExpectedContinueComesBeforeTheBody() throws Exception {
        String headers = "Expect: 100-continue\r\nContent-Length: " + TestCalls.SAMPLE_REQUEST.length();
        try (RawClient client = new RawClient(simulator)) {
            Seen first = client.send(RawClient.head(headers)).read();
            Seen second = client.send(TestCalls.SAMPLE_REQUEST).read();

            assertThat(first.text()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(second.status()).isEqualTo(200);
        }
    }

    @Test
    void anExpectedContinueIsWithheldOrAFailureComesInItsPlace() throws Exception {
        String headers = "Expect: 100-continue\r\nContent-Length: " + TestCalls.SAMPLE_REQUEST.length();
        simulator.faults().next(Fault.CONTINUE_WITHHELD, 1).next(Fault.EXPECTATION_FAILED, 1);
        try (RawClient client = new RawClient(simulator)) {
            Seen first = client.send(RawClient.head(headers)).read(SILENCE);
            Seen second = client.send(TestCalls.SAMPLE_REQUEST).read();

            assertThat(first.text()).isEmpty();
            assertThat(second.status()).isEqualTo(200);
        }
        Seen refused = see(Fault.NONE, RawClient.head(headers));
        assertThat(refused.status()).isEqualTo(417);
        assertThat(refused.end()).isEqualTo(End.CLOSED);
    }

    @Test
    void theDoorIsClosedAtOnceWhenThatIsPlannedAndOpensAgain() throws Exception {
        simulator.times().refusal(Duration.ofMinutes(1));
        TestCalls.send(TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST).build());
        simulator.faults().next(Fault.REFUSED, 1);

        assertThatThrownBy(() -> TestCalls.sendAnew(
                        TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST).build()))
                .isInstanceOf(ConnectException.class);
        simulator.times().refusal(Duration.ofMillis(1));
        simulator.faults().next(Fault.REFUSED, 1);
        await(simulator::isOpen);

        assertThat(see(Fault.NONE).status()).isEqualTo(200);
        assertThat(simulator.traffic().requests()).isEqualTo(2);
    }

    @Test
    void theDoorIsClosedAfterTheAnswerWhenThatIsByChance() throws Exception {
        simulator.times().refusal(Duration.ofMinutes(1));
        simulator.faults().byChance(1, 1, List.of(Fault.REFUSED));

        try (RawClient client = new RawClient(simulator)) {
            Seen seen = client.send(RawClient.request(TestCalls.SAMPLE_REQUEST)).read();
            assertThat(seen.status()).isEqualTo(200);
            assertThat(seen.end()).isEqualTo(End.CLOSED);
        }

        assertThat(noted().fault()).isEqualTo(Fault.NONE);
        assertThatThrownBy(() -> new RawClient(simulator)).isInstanceOf(ConnectException.class);
    }
}
