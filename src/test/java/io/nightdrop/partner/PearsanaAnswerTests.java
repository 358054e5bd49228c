package io.nightdrop.partner;

import static io.nightdrop.partner.PartnerFixture.answer;
import static io.nightdrop.partner.PartnerFixture.document;
import static io.nightdrop.partner.PartnerFixture.headers;
import static io.nightdrop.partner.PartnerFixture.object;
import static io.nightdrop.partner.PartnerFixture.pearsana;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.partner.ItemReply.Failed;
import io.nightdrop.partner.ItemReply.InDoubt;
import io.nightdrop.partner.ItemReply.Succeeded;
import io.nightdrop.partner.Reply.Answered;
import io.nightdrop.partner.Reply.Doubt;
import io.nightdrop.partner.Reply.Later;
import io.nightdrop.partner.Reply.NewToken;
import io.nightdrop.partner.Reply.Refused;
import io.nightdrop.partner.Reply.Stop;
import io.nightdrop.partner.Reply.TooLarge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The answers of contracts B6, and what goes wrong with them. */
class PearsanaAnswerTests {

    private static final String CREATED_1 = """
            {"itemId":"t-1","status":"created","document":{"documentId":"0f9c3a52-6f0e-4c0b-9d7a-1a2b3c4d5e6f",
             "documentFingerprintId":"sha256:14bcd090baf31edba64e9cbd8cdfc15f943344aa72cb3675ad8e91bfcbce03ad",
             "status":"received","createdAt":"2026-02-03T09:15:00.000Z"}}""";
    private static final String FAILED_2 = """
            {"itemId":"t-2","status":"failed","error":{"code":"NOT_FOUND","message":"User not found for external reference LMS/L-12"}}""";
    private static final String FAILED_1 = """
            {"itemId":"t-1","status":"failed","error":{"code":"VALIDATION_ERROR","message":"documentType is required"}}""";

    private final PartnerApi api = pearsana();
    private final List<SentItem> both = List.of(document("t-1"), document("t-2"));

    private static String results(String... results) {
        return "{\"results\":[" + String.join(",", results) + "]}";
    }

    private static String created(String id) {
        return CREATED_1.replace("t-1", id);
    }

    private <T extends Reply> T read(Class<T> kind, PartnerAnswer answer) {
        return PartnerFixture.read(kind, api, both, answer);
    }

    private Answered answered(int status, String... results) {
        return read(Answered.class, answer(status, results(results), "X-Request-Id: req-9"));
    }

    @Test
    void aMixedAnswerSaysWhatBecameOfEachItem() {
        Answered reply = answered(207, CREATED_1, FAILED_2);
        assertThat(reply.items().get(0))
                .isInstanceOfSatisfying(Succeeded.class, one -> assertThat(object(Objects.requireNonNull(one.detail())))
                        .isEqualTo(object("{\"document\":" + object(CREATED_1).path("document") + "}")));
        assertThat(reply.items().get(1)).isInstanceOfSatisfying(Failed.class, two -> {
            assertThat(two.code()).isEqualTo("NOT_FOUND");
            assertThat(two.message()).isEqualTo("User not found for external reference LMS/L-12");
            assertThat(object(Objects.requireNonNull(two.detail()))
                            .path("error")
                            .path("code")
                            .stringValue())
                    .isEqualTo("NOT_FOUND");
        });
        assertThat(reply.oddities()).isEmpty();
        assertThat(reply.trace()).isEqualTo("req-9");
    }

    @Test
    void allCreatedAndAllFailedAreAnswers() {
        assertThat(answered(201, created("t-2"), CREATED_1).items())
                .as("in any order")
                .allMatch(Succeeded.class::isInstance);
        Answered failed = answered(400, FAILED_1, FAILED_2);
        assertThat(failed.items()).allMatch(Failed.class::isInstance);
        assertThat(failed.oddities()).isEmpty();
    }

    @Test
    void aRequestThatIsRefusedFailsWhole() {
        Refused reply = read(Refused.class, answer(400, """
                {"error":{"code":"VALIDATION_ERROR","message":"Duplicate itemId: t-1","requestId":"req-0001"}}"""));
        assertThat(reply).isEqualTo(new Refused(400, "VALIDATION_ERROR", "Duplicate itemId: t-1", null, "req-0001"));
        Refused unknown = read(Refused.class, answer(422, """
                {"error":{"code":"SOMETHING_NEW","message":"No.","details":{"field":"items"}}}""", "X-Request-Id: h"));
        assertThat(unknown).isEqualTo(new Refused(422, "SOMETHING_NEW", "No.", object("{\"field\":\"items\"}"), "h"));
        assertThat(read(Refused.class, answer(404, "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"\"}}"))
                        .message())
                .isEqualTo("The partner gives no reason.");
    }

    @Test
    void aResultThatIsMissingIsInDoubtAndNamed() {
        Answered reply = answered(201, CREATED_1);
        assertThat(reply.items().get(0)).isInstanceOf(Succeeded.class);
        assertThat(reply.items().get(1)).isEqualTo(new InDoubt("the answer has no result for it"));
        assertThat(reply.oddities()).containsExactly("no result for itemId 't-2'");
    }

    @Test
    void aForeignResultIsNamed() {
        Answered reply = answered(207, CREATED_1, FAILED_2, created("t-3"), "{\"status\":\"created\"}", "7");
        assertThat(reply.items().get(0)).isInstanceOf(Succeeded.class);
        assertThat(reply.oddities())
                .containsExactly(
                        "result 3 is for itemId 't-3', which was not sent",
                        "result 4 has no itemId",
                        "result 5 has no itemId");
    }

    @Test
    void aDoubleResultCountsWhenItAgrees() {
        Answered reply = answered(207, CREATED_1, FAILED_2, CREATED_1, FAILED_2.replace("NOT_FOUND", "OTHER"));
        assertThat(reply.items().get(0)).isInstanceOf(Succeeded.class);
        assertThat(reply.items().get(1)).isInstanceOfSatisfying(Failed.class, one -> assertThat(one.code())
                .isEqualTo("NOT_FOUND"));
        assertThat(reply.oddities()).containsExactly("2 results for itemId 't-1'", "2 results for itemId 't-2'");
    }

    @Test
    void aDoubleResultThatContradictsItselfIsInDoubt() {
        Answered reply = answered(207, CREATED_1, FAILED_1, FAILED_2);
        assertThat(reply.items().get(0))
                .isEqualTo(new InDoubt("the answer has 2 results for it, which contradict each other"));
        assertThat(reply.oddities()).contains("2 results for itemId 't-1', which contradict each other");
        assertThat(answered(201, CREATED_1, CREATED_1.replace("0f9c", "1f9c"), created("t-2"))
                        .items()
                        .get(0))
                .as("two documents")
                .isInstanceOf(InDoubt.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"itemId\":\"t-1\",\"status\":\"accepted\"}",
                "{\"itemId\":\"t-1\",\"status\":\"CREATED\"}",
                "{\"itemId\":\"t-1\"}",
                "{\"itemId\":\"t-1\",\"status\":\"created\",\"error\":{\"code\":\"X\"}}",
                "{\"itemId\":\"t-1\",\"status\":\"failed\",\"document\":{\"documentId\":\"1\"}}"
            })
    void aResultThatSaysNeitherIsInDoubt(String result) {
        assertThat(answered(207, result, FAILED_2).items().get(0)).isInstanceOf(InDoubt.class);
    }

    @Test
    void aFailureWithoutAReasonIsAFailure() {
        assertThat(answered(400, "{\"itemId\":\"t-1\",\"status\":\"failed\"}", FAILED_2)
                        .items()
                        .get(0))
                .isEqualTo(new Failed("UNSPECIFIED", "The partner gives no reason.", null));
    }

    @Test
    void theResultsDecideAndAStatusThatDoesNotFitIsNamed() {
        Answered reply = answered(200, CREATED_1, created("t-2"));
        assertThat(reply.items()).allMatch(Succeeded.class::isInstance);
        assertThat(reply.oddities()).containsExactly("status 200 with 2 results created and 0 failed");
        assertThat(answered(201, CREATED_1, FAILED_2).oddities()).hasSize(1);
        Answered errorBeside = read(Answered.class, answer(400, """
                {"error":{"code":"VALIDATION_ERROR","message":"Hm."},"results":[%s,%s]}""".formatted(FAILED_1, FAILED_2)));
        assertThat(errorBeside.oddities()).containsExactly("an error beside the results: VALIDATION_ERROR: Hm.");
    }

    @Test
    void whatTheContractPromisesAndTheAnswerLacksIsNamed() {
        ObjectNode fields = document("t-1").fields().put("verificationIntent", "attest");
        List<SentItem> attested = List.of(new SentItem(0, "", "t-1", fields, Path.of("x"), 1, "0".repeat(64)));
        Answered reply = PartnerFixture.read(
                Answered.class, api, attested, answer(201, results(CREATED_1), "X-API-Version: 2026-07-01"));
        assertThat(reply.items().get(0)).isInstanceOf(Succeeded.class);
        assertThat(reply.oddities())
                .containsExactly(
                        "itemId 't-1' is created, and no verification is told for its intent 'attest'",
                        "itemId 't-1' is created, and its fingerprint is not that of the content that was sent",
                        "the answer is of version '2026-07-01' of the API, the request was of 2026-01-30");
        assertThat(answered(201, "{\"itemId\":\"t-1\",\"status\":\"created\"}", created("t-2"))
                        .oddities())
                .containsExactly("itemId 't-1' is created, and no documentId is told");
    }

    @Test
    void aVerificationIsKept() {
        String verified =
                CREATED_1.substring(0, CREATED_1.length() - 1) + ",\"verification\":{\"free\":[1.50]},\"more\":1}";
        assertThat(answered(201, verified, created("t-2")).items().get(0))
                .isInstanceOfSatisfying(Succeeded.class, one -> assertThat(one.detail())
                        .startsWith("{\"document\":{")
                        .endsWith(",\"verification\":{\"free\":[1.50]}}"));
    }

    @Test
    void whatIsKeptIsBoundedAndCanBeKept() {
        String large = CREATED_1.substring(0, CREATED_1.length() - 1) + ",\"verification\":{\"x\":\""
                + "y".repeat(40_000) + "\"}}";
        Answered reply = answered(201, large, created("t-2"));
        assertThat(reply.items().get(0))
                .isInstanceOfSatisfying(Succeeded.class, one -> assertThat(object(Objects.requireNonNull(one.detail())))
                        .isEqualTo(object("{\"document\":" + object(CREATED_1).path("document") + "}")));
        assertThat(reply.oddities())
                .containsExactly("what the answer says of itemId 't-1' is too long to be kept whole");

        String odd = FAILED_2.replace("NOT_FOUND", "C".repeat(100)).replace("User", "\\u0000\\ud83d\\u001b[1m\\n  ");
        assertThat(answered(207, CREATED_1, odd).items().get(1)).isInstanceOfSatisfying(Failed.class, two -> {
            assertThat(two.code()).isEqualTo("C".repeat(59) + "…");
            assertThat(two.message()).isEqualTo("?\ufffd?[1m not found for external reference LMS/L-12");
            assertThat(two.detail()).doesNotContain("\ud83d").contains("\ufffd");
        });
    }

    @Test
    void thereAreNotMoreOdditiesThanCanBeRead() {
        String[] foreign = new String[3_000];
        for (int i = 0; i < foreign.length; i++) {
            foreign[i] = "{\"itemId\":\"f-" + i + "\"}";
        }
        List<String> oddities = answered(207, foreign).oddities();
        assertThat(oddities).hasSize(50).last().isEqualTo("and 2954 more");
    }

    @Test
    void aTokenIsRenewedOnceAndThenTheRunStops() {
        NewToken reply = read(
                NewToken.class,
                answer(401, "{\"error\":{\"code\":\"UNAUTHORIZED\",\"message\":\"Authentication required.\"}}"));
        assertThat(reply.reason()).isEqualTo("answered 401 (UNAUTHORIZED: Authentication required.)");
        assertThat(reply.otherwise().message())
                .contains(
                        "The partner 'pearsana-prod' answers 401 (UNAUTHORIZED: Authentication required.) to a new access token",
                        "nightdrop.partners.pearsana-prod.client-secret");
        assertThat(read(NewToken.class, answer(401, "")).reason()).isEqualTo("answered 401");
    }

    @Test
    void aMissingScopeStopsTheRunAndIsNamed() {
        Stop reply = read(Stop.class, answer(403, """
                {"error":{"code":"INSUFFICIENT_SCOPE","message":"Insufficient OAuth scopes for this operation.",
                 "details":{"requiredScopes":["pearsana-partner/partners.verifications:write"],
                            "providedScopes":["pearsana-partner/partners.documents:write","pearsana-partner/partners.externalRefs:read"]},
                 "requestId":"req-0002"}}"""));
        assertThat(reply.message())
                .contains(
                        "Required scopes: pearsana-partner/partners.verifications:write.",
                        "Provided: pearsana-partner/partners.documents:write, pearsana-partner/partners.externalRefs:read.",
                        "add it to nightdrop.partners.pearsana-prod.scopes, then restart the drop");
        assertThat(reply.trace()).isEqualTo("req-0002");
        assertThat(read(Stop.class, answer(403, "<html>Forbidden</html>")).message())
                .contains("answers 403: the app client may not do this");
    }

    @Test
    void aVersionThatIsGoneStopsTheRun() {
        Stop reply = read(
                Stop.class, answer(410, "", "x-api-version-supported: 2026-06-01", "X-API-Version-Latest: 2026-09-01"));
        assertThat(reply.message())
                .isEqualTo(
                        "The partner 'pearsana-prod' answers 410: it no longer serves version 2026-01-30 of its API. The"
                                + " oldest that it serves is 2026-06-01, the newest 2026-09-01. Set"
                                + " nightdrop.partners.pearsana-prod.api-version, then restart the drop.");
        assertThat(read(Stop.class, answer(410, "gone")).message()).contains("does not say which");
    }

    @Test
    void aBodyThatIsTooLargeIsHalved() {
        assertThat(read(TooLarge.class, answer(413, "<html>")))
                .isEqualTo(new TooLarge("PAYLOAD_TOO_LARGE", "The partner takes no request of this size (413).", null));
        assertThat(read(TooLarge.class, answer(413, "{\"error\":{\"code\":\"BIG\",\"message\":\"Too big.\"}}")))
                .isEqualTo(new TooLarge("BIG", "Too big.", null));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aPartnerThatIsBusyIsAskedLater(int status) {
        Later reply = read(Later.class, answer(status, "", "Retry-After: 17"));
        assertThat(reply.retryAfter()).isEqualTo(Duration.ofSeconds(17));
        assertThat(read(Later.class, answer(status, "{\"error\":{\"code\":\"RATE_LIMITED\",\"message\":\"Slow.\"}}")))
                .isEqualTo(new Later(null, "answered " + status + " (RATE_LIMITED: Slow.)", null));
        assertThat(read(
                                Later.class,
                                PartnerAnswer.brokenOff(status, headers("Retry-After: 1"), "cut", PartnerFixture.NOW))
                        .retryAfter())
                .as("the status is known, whatever became of the body")
                .isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"415", "404", "405", "300", "301", "302", "303", "307", "308", "304", "418", "407"})
    void whatIsNotTheApiStopsTheRun(int status) {
        for (String body :
                new String[] {"", "<html>", "{\"message\":\"Not Found\"}", "{\"status\":404,\"error\":\"Not Found\"}"
                }) {
            Stop reply = read(Stop.class, answer(status, body));
            assertThat(reply.message())
                    .contains("answers " + status, "nightdrop.partners.pearsana-prod.base-url", "restart the drop");
        }
    }

    @Test
    void aRedirectNamesTheServerAndNothingMoreOfTheAddress() {
        assertThat(read(Stop.class, answer(302, "", "Location: https://else.example:8443/login?token=canary"))
                        .message())
                .contains("points to https://else.example:8443;")
                .doesNotContain("canary");
        assertThat(read(Stop.class, answer(302, "", "Location: ::/x")).message())
                .doesNotContain("points");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 504, 520, 599, 408, 100, 0, -1, 600, 999})
    void aFaultOnTheOtherSideIsADoubt(int status) {
        assertThat(read(Doubt.class, answer(status, "{\"error\":{\"code\":\"BOOM\",\"message\":\"b\"}}"))
                        .reason())
                .contains("answered " + status + " (BOOM: b)");
        assertThat(read(Doubt.class, answer(status, results(CREATED_1, FAILED_2)))
                        .reason())
                .contains("answered " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 207, 400, 409})
    void anAnswerWithoutResultsIsADoubt(int status) {
        for (String body :
                new String[] {"", "{}", "[]", "{\"results\":[]}", "{\"results\":{}}", "{\"results\":[", "<html>", "ok"
                }) {
            assertThat(read(Doubt.class, answer(status, body)).reason())
                    .as(body)
                    .contains("answered " + status);
        }
        assertThat(read(Doubt.class, PartnerAnswer.brokenOff(status, headers(), "connection reset", PartnerFixture.NOW))
                        .reason())
                .contains("its body broke off (connection reset)");
    }

    @Test
    void aSuccessWithAnErrorAndHalfA404AreDoubts() {
        String error = "{\"error\":{\"code\":\"X\",\"message\":\"y\"}}";
        assertThat(read(Doubt.class, answer(200, error)).reason())
                .contains("answered 200 (X: y), and it has no results");
        read(Doubt.class, PartnerAnswer.brokenOff(404, headers(), "cut", PartnerFixture.NOW));
    }

    @Test
    void aSecretThatIsToldBackIsNotKept() {
        Failed failed = (Failed) answered(207, CREATED_1, FAILED_2.replace("LMS", PartnerFixture.CLIENT_SECRET))
                .items()
                .get(1);
        assertThat(failed.message()).isEqualTo("User not found for external reference ***/L-12");
    }
}
