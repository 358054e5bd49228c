package io.nightdrop.partner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What each fault says of itself is true: the ledger has the effect that it announces, and a careful client with the JDK's own
 * HTTP can know what it says can be known, and nothing else.
 */
class SimulatorTruthTests {

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private static final Set<Integer> REFUSALS =
            Set.of(301, 302, 303, 307, 308, 401, 403, 404, 408, 409, 410, 413, 415, 417, 422, 429, 503);

    /** More than any fault here takes, so that the client never knows less for want of patience. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Each test has a port of its own, and so a connection of its own. */
    private static final HttpClient CLIENT = TestCalls.client();

    /** What the client makes of one item. */
    private enum Known {
        HAPPENED,
        DID_NOT_HAPPEN,
        NOTHING
    }

    private PartnerSimulator simulator;

    @BeforeEach
    void start() throws IOException {
        simulator = PartnerSimulator.start();
        simulator
                .times()
                .stall(Duration.ofMillis(50))
                .late(Duration.ofMillis(100))
                .delay(Duration.ofMillis(20))
                .pace(Duration.ZERO)
                .refusal(Duration.ofMinutes(1))
                .vastBytes(4 << 20);
    }

    @AfterEach
    void stop() throws IOException {
        simulator.close();
        assertThat(simulator.problems()).isEmpty();
    }

    static Stream<Arguments> faults() {
        return Fault.all().stream()
                .flatMap(fault -> Target.OPERATIONS.stream().map(target -> Arguments.of(fault, target)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theEffectIsTheOneThatIsAnnouncedAndTheClientKnowsWhatItCan(Fault fault, Target target) throws Exception {
        boolean documents = target == Target.PEARSANA;
        HttpRequest request = (documents
                        ? TestCalls.batch(simulator, TestCalls.items("i-1", "i-2"))
                        : TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST))
                .build();
        List<String> ids =
                documents ? List.of("i-1", "i-2") : List.of("rd_0aBcDeFgHiJkLmNoPqRsT1", "rd_0aBcDeFgHiJkLmNoPqRsT2");
        simulator.faults().next(fault, 1);

        List<Known> known = known(request, ids);
        boolean effect = settled(fault, target);

        assertThat(effect).isEqualTo(fault.effect());
        assertThat(known).isIn(expected(fault.told()));
        known.stream().filter(item -> item != Known.NOTHING).forEach(item -> assertThat(item == Known.HAPPENED)
                .isEqualTo(effect));
    }

    /** Whether anything was processed in the end. */
    private boolean settled(Fault fault, Target target) {
        int seen = fault == Fault.REFUSED ? 0 : 1;
        TestCalls.await(() -> simulator.ledger().requests(target).size() >= seen);
        assertThat(simulator.ledger().requests(target)).hasSize(seen);
        assertThat(simulator.traffic().requests(target)).isEqualTo(seen);
        return simulator.ledger().requests(target).stream().anyMatch(SeenRequest::effect);
    }

    private static List<List<Known>> expected(Told told) {
        List<Known> happened = List.of(Known.HAPPENED, Known.HAPPENED);
        List<Known> not = List.of(Known.DID_NOT_HAPPEN, Known.DID_NOT_HAPPEN);
        List<Known> nothing = List.of(Known.NOTHING, Known.NOTHING);
        return switch (told) {
            case HAPPENED -> List.of(happened);
            case DID_NOT_HAPPEN -> List.of(not);
            case UNKNOWABLE -> List.of(nothing);
            case UNKNOWABLE_FOR_THE_FIRST -> List.of(List.of(Known.NOTHING, Known.HAPPENED));
            case HAPPENED_IF_READ -> List.of(happened, nothing);
            case DID_NOT_HAPPEN_IF_READ -> List.of(not, nothing);
        };
    }

    private static List<Known> known(HttpRequest request, List<String> ids) throws InterruptedException {
        try {
            HttpResponse<String> answer = TestCalls.send(CLIENT, request, LIMIT).get();
            return REFUSALS.contains(answer.statusCode()) ? all(Known.DID_NOT_HAPPEN) : read(answer, ids);
        } catch (ExecutionException failure) {
            return all(failure.getCause() instanceof ConnectException ? Known.DID_NOT_HAPPEN : Known.NOTHING);
        }
    }

    private static List<Known> all(Known known) {
        return List.of(known, known);
    }

    private static List<Known> read(HttpResponse<String> answer, List<String> ids) {
        try {
            JsonNode results = STRICT.readTree(answer.body()).path("results");
            return Set.of(200, 201, 207).contains(answer.statusCode())
                    ? ids.stream().map(id -> of(results, id)).toList()
                    : all(Known.NOTHING);
        } catch (JacksonException noJson) {
            return all(Known.NOTHING);
        }
    }

    private static Known of(JsonNode results, String id) {
        Set<String> said = Set.copyOf(results.values().stream()
                .filter(result -> id.equals(result.path("itemId")
                        .asString(result.path("request")
                                .path("required_document_id")
                                .asString())))
                .map(result -> result.path("status").asString())
                .toList());
        return said.equals(Set.of("created")) || said.equals(Set.of("SUCCESS")) ? Known.HAPPENED : Known.NOTHING;
    }
}
