package io.nightdrop.partner;

import static io.nightdrop.partner.PartnerFixture.answer;
import static io.nightdrop.partner.PartnerFixture.headers;
import static io.nightdrop.partner.PartnerFixture.kompliant;
import static io.nightdrop.partner.PartnerFixture.object;
import static io.nightdrop.partner.PartnerFixture.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.partner.ItemReply.Failed;
import io.nightdrop.partner.ItemReply.InDoubt;
import io.nightdrop.partner.ItemReply.Succeeded;
import io.nightdrop.partner.Reply.Answered;
import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.Reply.Refused;
import io.nightdrop.partner.Reply.Stop;
import io.nightdrop.partner.Reply.TooLarge;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of contracts A7, and what goes wrong with them. */
class KompliantAnswerTests {

    private static final String MIXED = """
            {"meta":{"status":"BATCH_PROCESSED","trace_id":"trc_0aBcDeFgHiJkLmNoPqRsT9","version":"2025-03-24",
                     "total_requests":3,"success_count":1,"failure_count":2},
             "results":[
              {"status":"SUCCESS","request":{"required_document_id":"rd_0aBcDeFgHiJkLmNoPqRsT1"},"data":{}},
              {"status":"ERROR","request":{"required_document_id":"rd_unknown"},
               "errors":[{"code":"ENTITY_NOT_FOUND","message":"The given entity(s) does not exist.",
                          "details":[{"required_document_id":"rd_unknown"}]}]},
              {"status":"ERROR","request":{"required_document_id":"rd_0aBcDeFgHiJkLmNoPqRsT3"},
               "errors":[{"code":"BAD_REQUEST","message":"Cannot request files for an inactive required document."}]}]}""";

    private static final String ENDED = """
            {"meta":{"status":"ERROR","trace_id":"trc_0aBcDeFgHiJkLmNoPqRsT8","version":"2025-03-24"},
             "errors":[{"code":"SYSTEM_RULE_VIOLATION","message":"The workflow has ended.",
                        "entity_type":"Workflow","sub_code":"WORKFLOW_ENDED"}]}""";

    private static final String NOT_FOUND = """
            {"meta":{"status":"ERROR","trace_id":"trc_1"},
             "errors":[{"code":"ENTITY_NOT_FOUND","message":"The given entity(s) does not exist."}]}""";

    private final PartnerApi api = kompliant();

    private static List<SentItem> items(String... ids) {
        SentItem[] items = new SentItem[ids.length];
        for (int i = 0; i < ids.length; i++) {
            items[i] = required(i, "w_1", ids[i]);
        }
        return List.of(items);
    }

    private <T extends Reply> T read(Class<T> kind, PartnerAnswer answer, String... ids) {
        return PartnerFixture.read(kind, api, items(ids.length == 0 ? new String[] {"rd_1", "rd_2"} : ids), answer);
    }

    private static String processed(int total, int succeeded, int failed, String... results) {
        return """
                {"meta":{"status":"BATCH_PROCESSED","trace_id":"trc_1","version":"2025-03-24","total_requests":%d,
                 "success_count":%d,"failure_count":%d},"results":[%s]}""".formatted(total, succeeded, failed, String.join(",", results));
    }

    private static String success(String id) {
        return "{\"status\":\"SUCCESS\",\"request\":{\"required_document_id\":\"" + id + "\"},\"data\":{}}";
    }

    private static String failure(String id) {
        return "{\"status\":\"ERROR\",\"request\":{\"required_document_id\":\"" + id
                + "\"},\"errors\":[{\"code\":\"BAD_REQUEST\",\"message\":\"Inactive.\"}]}";
    }

    @Test
    void aMixedAnswerSaysWhatBecameOfEachItem() {
        Answered reply = read(
                Answered.class,
                answer(200, MIXED),
                "rd_0aBcDeFgHiJkLmNoPqRsT3",
                "rd_0aBcDeFgHiJkLmNoPqRsT1",
                "rd_unknown");
        assertThat(reply.items().get(0)).isInstanceOfSatisfying(Failed.class, inactive -> {
            assertThat(inactive.code()).isEqualTo("BAD_REQUEST");
            assertThat(inactive.message()).isEqualTo("Cannot request files for an inactive required document.");
        });
        assertThat(reply.items().get(1)).isEqualTo(new Succeeded(null));
        assertThat(reply.items().get(2)).isInstanceOfSatisfying(Failed.class, unknown -> {
            assertThat(unknown.code()).isEqualTo("ENTITY_NOT_FOUND");
            assertThat(object(Objects.requireNonNull(unknown.detail()))
                            .path("errors")
                            .path(0)
                            .path("details"))
                    .isEqualTo(object("{\"x\":[{\"required_document_id\":\"rd_unknown\"}]}")
                            .path("x"));
        });
        assertThat(reply.oddities()).isEmpty();
        assertThat(reply.trace()).isEqualTo("trc_0aBcDeFgHiJkLmNoPqRsT9");
    }

    @Test
    void aRequestThatIsRefusedFailsWhole() {
        Refused reply = read(Refused.class, answer(400, ENDED));
        assertThat(reply)
                .isEqualTo(new Refused(
                        400,
                        "SYSTEM_RULE_VIOLATION",
                        "The workflow has ended.",
                        object("{\"entity_type\":\"Workflow\",\"sub_code\":\"WORKFLOW_ENDED\"}"),
                        "trc_0aBcDeFgHiJkLmNoPqRsT8"));
    }

    /** Conflict 1 of contracts A7; K-8. */
    @ParameterizedTest
    @ValueSource(ints = {200, 400, 404, 409, 422})
    void codesDecideAndNotTheStatus(int status) {
        assertThat(read(Refused.class, answer(status, NOT_FOUND)))
                .isEqualTo(
                        new Refused(status, "ENTITY_NOT_FOUND", "The given entity(s) does not exist.", null, "trc_1"));
        assertThat(read(Answered.class, answer(status, processed(2, 1, 1, success("rd_1"), failure("rd_2"))))
                        .items())
                .hasSize(2);
    }

    @Test
    void severalErrorsAreToldTogether() {
        Refused reply = read(Refused.class, answer(400, """
                {"meta":{"status":"ERROR"},"errors":[{"code":"BAD_REQUEST","message":"One."},{"code":"OTHER","message":"Two."},3]}"""));
        assertThat(reply.code()).isEqualTo("BAD_REQUEST");
        assertThat(reply.message()).isEqualTo("One.; OTHER: Two.; UNSPECIFIED");
    }

    /** K-7. */
    @Test
    void anIdThatCameTwiceHasOneResult() {
        Answered reply = read(
                Answered.class,
                answer(200, processed(2, 1, 1, success("rd_1"), failure("rd_2"))),
                "rd_1",
                "rd_2",
                "rd_1");
        assertThat(reply.items()).hasSize(3);
        assertThat(reply.items().get(2)).isEqualTo(reply.items().get(0)).isInstanceOf(Succeeded.class);
        assertThat(reply.oddities())
                .containsExactly("required_document_id 'rd_1' stands in the request 2 times and was sent once");
    }

    /** K-22: nothing is sent twice, so an echo that comes twice is a double result. */
    @Test
    void missingForeignAndDoubleResultsAreNamed() {
        Answered reply = read(
                Answered.class,
                answer(
                        200,
                        processed(
                                6,
                                4,
                                2,
                                success("rd_1"),
                                success("rd_1"),
                                success("rd_2"),
                                failure("rd_2"),
                                success("rd_9"),
                                "{\"status\":\"ERROR\"}")),
                "rd_1",
                "rd_2",
                "rd_3");
        assertThat(reply.items().get(0)).isInstanceOf(Succeeded.class);
        assertThat(reply.items().get(1))
                .isEqualTo(new InDoubt("the answer has 2 results for it, which contradict each other"));
        assertThat(reply.items().get(2)).isEqualTo(new InDoubt("the answer has no result for it"));
        assertThat(reply.oddities())
                .containsExactly(
                        "result 5 is for required_document_id 'rd_9', which was not sent",
                        "result 6 has no required_document_id",
                        "2 results for required_document_id 'rd_1'",
                        "2 results for required_document_id 'rd_2', which contradict each other",
                        "no result for required_document_id 'rd_3'");
    }

    @Test
    void countsThatDoNotAddUpAndWarningsAreNamed() {
        Answered reply = read(Answered.class, answer(200, """
                {"meta":{"status":"SUCCESS","version":"2026-01-01","total_requests":3,"success_count":"2","failure_count":null,
                  "warnings":[{"code":"DEPRECATED","message":"Soon gone."}]},
                 "results":[%s,%s]}""".formatted(success("rd_1"), success("rd_2"))));
        assertThat(reply.items()).allMatch(Succeeded.class::isInstance);
        assertThat(reply.oddities())
                .containsExactly(
                        "meta.status is 'SUCCESS' beside results",
                        "meta.total_requests is 3, and the results make 2",
                        "meta.failure_count is null, and the results make 0",
                        "the answer is of version '2026-01-01' of the API, the request was of 2025-03-24",
                        "warning DEPRECATED: Soon gone.");
    }

    @Test
    void aResultThatSaysNeitherIsInDoubt() {
        String unknown = success("rd_1").replace("SUCCESS", "QUEUED");
        String both = failure("rd_2").replace("ERROR", "SUCCESS");
        Answered reply = read(Answered.class, answer(200, processed(2, 1, 0, unknown, both)));
        assertThat(reply.items())
                .containsExactly(
                        new InDoubt("its result is neither SUCCESS nor ERROR, but 'QUEUED'"),
                        new InDoubt("its result is 'SUCCESS' and has errors"));
    }

    @Test
    void anErrorWithoutACodeIsAFailure() {
        Answered reply = read(
                Answered.class,
                answer(
                        200,
                        processed(
                                2,
                                0,
                                2,
                                "{\"status\":\"ERROR\",\"request\":{\"required_document_id\":\"rd_1\"}}",
                                "{\"status\":\"ERROR\",\"request\":{\"required_document_id\":\"rd_2\"},\"errors\":[{\"message\":\"No.\"}]}")));
        assertThat(reply.items())
                .containsExactly(
                        new Failed("UNSPECIFIED", "The partner gives no reason.", null),
                        new Failed("UNSPECIFIED", "No.", "{\"errors\":[{\"message\":\"No.\"}]}"));
    }

    @Test
    void dataThatIsNotEmptyIsKept() {
        String data = success("rd_1").replace("\"data\":{}", "\"data\":{\"sent\":true}");
        assertThat(read(Answered.class, answer(200, processed(1, 1, 0, data)), "rd_1")
                        .items())
                .containsExactly(new Succeeded("{\"data\":{\"sent\":true}}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void credentialsThatAreNotGoodStopTheRun(int status) {
        Stop reply = read(Stop.class, answer(status, """
                {"meta":{"status":"ERROR","trace_id":"trc_7"},"errors":[{"code":"C","message":"Key %s is unknown."}]}""".formatted(PartnerFixture.API_KEY)));
        assertThat(reply.message())
                .contains(
                        "The partner 'kompliant-live' answers " + status + " (C: Key *** is unknown.)",
                        "kompliant-live.secret-key")
                .doesNotContain(PartnerFixture.API_KEY);
        assertThat(reply.trace()).isEqualTo("trc_7");
    }

    @Test
    void theOtherStatusesMeanTheSame() {
        String throttled =
                "{\"meta\":{\"status\":\"ERROR\"},\"errors\":[{\"code\":\"THROTTLED\",\"message\":\"Too many requests.\"}]}";
        assertThat(read(Later.class, answer(429, throttled, "Retry-After: 3")))
                .isEqualTo(new Later(Duration.ofSeconds(3), "answered 429 (THROTTLED: Too many requests.)", null));
        assertThat(read(Later.class, answer(503, "")).retryAfter()).isNull();
        assertThat(read(TooLarge.class, answer(413, "")).code()).isEqualTo("REQUEST_TOO_LARGE");
        assertThat(read(Stop.class, answer(415, "")).message()).contains("application/json");
        assertThat(read(Stop.class, answer(410, "")).message()).contains("2025-03-24", "kompliant-live.api-version");
        assertThat(read(Stop.class, answer(301, "")).message()).contains("redirects are not followed");
        assertThat(read(Stop.class, answer(404, "<html>")).message())
                .contains("POST /workflow.requiredDocument.batchRequestDocument", "something else answers there");
        assertThat(read(Stop.class, answer(405, "{\"error\":\"Method Not Allowed\"}"))
                        .message())
                .contains("405");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504})
    void aFaultOnTheOtherSideIsADoubt(int status) {
        assertThat(read(Doubt.class, answer(status, NOT_FOUND)).reason())
                .contains("answered " + status + " (ENTITY_NOT_FOUND");
        read(Doubt.class, answer(status, processed(2, 2, 0, success("rd_1"), success("rd_2"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 400})
    void anAnswerWithoutResultsIsADoubt(int status) {
        for (String body : new String[] {
            "",
            "{}",
            "{\"meta\":{\"status\":\"SUCCESS\"},\"data\":{}}",
            "{\"results\":[],\"errors\":[]}",
            MIXED.substring(0, 300)
        }) {
            assertThat(read(Doubt.class, answer(status, body)).reason())
                    .as(body)
                    .contains("answered " + status);
        }
        read(Doubt.class, PartnerAnswer.brokenOff(status, headers(), "timeout", PartnerFixture.NOW));
    }
}
