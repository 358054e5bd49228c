package io.nightdrop.partner.simulator;

import static io.nightdrop.partner.simulator.TestCalls.JSON;
import static io.nightdrop.partner.simulator.TestCalls.json;
import static io.nightdrop.partner.simulator.TestCalls.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.SettableClock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Without faults the simulator does what the contracts say; the samples are those of the contract reference. */
class SimulatorTests {

    private final SettableClock clock = new SettableClock();
    private PartnerSimulator simulator;

    @BeforeEach
    void start() throws IOException {
        simulator = PartnerSimulator.start(SimulatorSettings.defaults().withClock(clock));
    }

    @AfterEach
    void stop() throws IOException {
        simulator.close();
        assertThat(simulator.problems()).isEmpty();
    }

    private HttpResponse<String> submit(String body) throws IOException, InterruptedException {
        return send(TestCalls.batch(simulator, body).build());
    }

    private HttpResponse<String> ask(String body) throws IOException, InterruptedException {
        return send(TestCalls.request(simulator, body).build());
    }

    @Test
    void theSampleBatchOfWhichOneUserIsUnknownIs207() throws Exception {
        simulator.pearsana().onlyUsers("SIS/S-77");

        HttpResponse<String> answer = submit(TestCalls.SAMPLE_BATCH);

        assertThat(answer.statusCode()).isEqualTo(207);
        JsonNode created = json(answer).get("results").get(0);
        assertThat(created.get("document").get("documentId").stringValue()).matches("[0-9a-f-]{36}");
        ((ObjectNode) created.get("document")).put("documentId", "ID");
        assertThat(created).isEqualTo(JSON.readTree("""
                                {"itemId":"t-1","status":"created","document":{"documentId":"ID",
                                "documentFingerprintId":"sha256:14bcd090baf31edba64e9cbd8cdfc15f943344aa72cb3675ad8e91bfcbce03ad",
                                "status":"received","createdAt":"2026-09-01T02:30:00.000Z"}}"""));
        assertThat(json(answer).get("results").get(1)).isEqualTo(JSON.readTree("""
                                {"itemId":"t-2","status":"failed","error":{"code":"NOT_FOUND",
                                "message":"User not found for external reference LMS/L-12"}}"""));
    }

    @Test
    void aBatchOfWhichAllIsWellIs201WithAVerificationWhereOneIsWanted() throws Exception {
        HttpResponse<String> answer = submit(TestCalls.SAMPLE_BATCH);

        assertThat(answer.statusCode()).isEqualTo(201);
        JsonNode results = json(answer).get("results");
        assertThat(results.get(0).has("verification")).isFalse();
        assertThat(results.get(1).get("verification").get("intent").stringValue())
                .isEqualTo("attest");
        assertThat(results.get(1).get("document").get("documentFingerprintId").stringValue())
                .isEqualTo("sha256:621a1020ca1bef8bd78b6d188abe4c7ec7c22d4a1d473be21aaefd9643f6a1aa");
    }

    @Test
    void aBatchOfWhichAllFailsIs400WithResults() throws Exception {
        HttpResponse<String> answer =
                submit(TestCalls.items("t-1").replace("\"documentType\":\"DIPLOMA\"", "\"filename\":\"x.pdf\""));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer)).isEqualTo(JSON.readTree("""
                                {"results":[{"itemId":"t-1","status":"failed",
                                "error":{"code":"VALIDATION_ERROR","message":"documentType is required"}}]}"""));
    }

    @Test
    void theSameItemTwiceRefusesTheWholeBatchAndEchoesTheRequestId() throws Exception {
        HttpRequest request = TestCalls.batch(simulator, TestCalls.items("t-1", "t-1"))
                .setHeader("X-Request-Id", "req-0001")
                .build();

        HttpResponse<String> answer = send(request);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("X-Request-Id")).contains("req-0001");
        assertThat(json(answer)).isEqualTo(JSON.readTree("""
                                {"error":{"code":"VALIDATION_ERROR","message":"Duplicate itemId: t-1","requestId":"req-0001"}}"""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"items\":[]}",
                "{\"items\":{}}",
                "{\"items\":[7]}",
                "{\"items\":[{\"documentType\":\"DIPLOMA\"}]}",
                "[]",
                "",
                "{\"items\":[",
                "{\"items\":[]} x"
            })
    void aBatchThatIsNoneIs400WithAnError(String body) throws Exception {
        HttpResponse<String> answer = submit(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("error").get("code").stringValue()).isEqualTo("VALIDATION_ERROR");
    }

    @Test
    void moreThan25ItemsAreRefused() throws Exception {
        String[] ids = IntStream.rangeClosed(1, 26).mapToObj(i -> "t-" + i).toArray(String[]::new);

        HttpResponse<String> answer = submit(TestCalls.items(ids));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("error").get("message").stringValue())
                .isEqualTo("Batch size exceeds maximum of 25 items");
        assertThat(simulator.ledger().requests(Target.PEARSANA).get(0).items()).hasSize(26);
        assertThat(simulator.ledger().effects()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    JVBERi0x TjQK | file must be the base64 encoding of at least one byte
                    _-8=          | file must be the base64 encoding of at least one byte
                    QQ            | file must be the base64 encoding of at least one byte
                    QR==          | file must be the base64 encoding of at least one byte
                    QQ==QQ==      | file must be the base64 encoding of at least one byte
                    ''            | file must be the base64 encoding of at least one byte
                    QUFBQUFB      | file is larger than 5 bytes
                    QUFBQUE=      |
                    """)
    void aFileMustBeStrictBase64OfAllowedLength(String file, String message) throws Exception {
        simulator.pearsana().maxFileSize(5);

        HttpResponse<String> answer = submit(TestCalls.items("t-1").replace("JVBERi0xLjQKJSVFT0YK", file));

        JsonNode result = json(answer).get("results").get(0);
        assertThat(result.path("error").path("message").stringValue(null)).isEqualTo(message);
        assertThat(answer.statusCode()).isEqualTo(message == null ? 201 : 400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "verificationIntent":"maybe"      | verificationIntent must be one of store_only, attest, issue
                    "verificationIntent":"attest"     | attestationReferenceId is required when verificationIntent is attest
                    "attestationReferenceId":"ATT-9"  | attestationReferenceId is only valid when verificationIntent is attest
                    "metadata":"x"                    | metadata must be an object
                    "filename":7                      | filename must be a string
                    """)
    void aFieldThatIsWrongFailsItsItemAlone(String field, String message) throws Exception {
        String body = TestCalls.items("t-1", "t-2").replaceFirst("\"documentType\"", field + ",\"documentType\"");

        HttpResponse<String> answer = submit(body);

        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(json(answer)
                        .get("results")
                        .get(0)
                        .get("error")
                        .get("message")
                        .stringValue())
                .isEqualTo(message);
    }

    @Test
    void anotherIntentWithoutItsScopeRefusesTheWholeBatch() throws Exception {
        simulator.pearsana().scopes(Set.of(Pearsana.DOCUMENTS, Pearsana.REFERENCES));

        HttpResponse<String> answer = submit(TestCalls.SAMPLE_BATCH);

        assertThat(answer.statusCode()).isEqualTo(403);
        JsonNode error = json(answer).get("error");
        assertThat(error.get("code").stringValue()).isEqualTo("INSUFFICIENT_SCOPE");
        assertThat(error.get("details").get("requiredScopes").toString()).contains("partners.verifications:write");
        assertThat(error.get("details").get("providedScopes").toString()).doesNotContain("verifications");
        assertThat(simulator.ledger().effects()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer x, 401, UNAUTHORIZED",
        "X-API-Version, 2024-01-01, 410, API_VERSION_UNSUPPORTED",
        "X-API-Version, 2031-01-01, 410, API_VERSION_UNSUPPORTED",
        "Content-Type, text/plain, 415, UNSUPPORTED_MEDIA_TYPE"
    })
    void aWrongHeaderIsRefused(String name, String value, int status, String code) throws Exception {
        HttpRequest request = TestCalls.batch(simulator, TestCalls.SAMPLE_BATCH)
                .setHeader(name, value)
                .build();

        HttpResponse<String> answer = send(request);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).get("error").get("code").stringValue()).isEqualTo(code);
        assertThat(answer.headers().firstValue("X-API-Version-Supported")).contains("2026-01-30");
        assertThat(simulator.ledger().effects()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyAboveTheLimitIs413AndTheConnectionIsStillGood(boolean chunked) throws Exception {
        simulator.pearsana().maxBodySize(1000);
        String token = TestCalls.token(simulator);
        String large = TestCalls.items("t-1") + " ".repeat(2_000_000);
        HttpRequest.Builder request = TestCalls.batch(simulator.baseUrl(), token, large);
        HttpClient client = TestCalls.client();

        HttpResponse<String> answer = client.send(
                (chunked ? request.POST(TestCalls.chunked(large)) : request).build(), BodyHandlers.ofString());
        int after = client.send(
                        TestCalls.batch(simulator.baseUrl(), token, TestCalls.items("t-1"))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(after).isEqualTo(201);
        assertThat(simulator.ledger().effects()).isEqualTo(Map.of("SIS/S-77 t-1", 1));
        assertThat(simulator.traffic().connections()).as("one for the token").isEqualTo(2);
    }

    @Test
    void whatACarefulClientDoesNotDoIsRemarked() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(simulator.baseUrl().resolve(SubmitBatch.PATH))
                .header("Authorization", "Bearer " + TestCalls.token(simulator))
                .header("Content-Type", "application/json")
                .POST(TestCalls.chunked(TestCalls.items("t-1").replace("\"documentType\"", "\"x\":1,\"documentType\"")))
                .build();

        assertThat(send(request).statusCode()).isEqualTo(201);

        assertThat(simulator.ledger().requests(Target.PEARSANA).get(0).remarks())
                .containsExactly("unknown field items.x", "no X-API-Version", "no X-Request-Id");
    }

    @Test
    void aTokenIsGivenForGoodCredentialsAndEndsByTheClock() throws Exception {
        simulator.pearsana().tokenLifetime(Duration.ofMinutes(2));

        HttpResponse<String> answer =
                send(TestCalls.tokenRequest(simulator, TestCalls.credentials()).build());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("token_type").stringValue()).isEqualTo("Bearer");
        assertThat(json(answer).get("expires_in").intValue()).isEqualTo(120);
        String token = json(answer).get("access_token").stringValue();
        assertThat(statusWith(token)).isEqualTo(201);
        clock.pass(Duration.ofMinutes(2));
        assertThat(statusWith(token)).isEqualTo(401);
        assertThat(statusWith(TestCalls.token(simulator))).isEqualTo(201);
        simulator.pearsana().revokeTokens();
        assertThat(statusWith(token)).isEqualTo(401);
        assertThat(simulator.traffic().requests(Target.TOKEN)).isEqualTo(2);
    }

    private int statusWith(String token) throws IOException, InterruptedException {
        return send(TestCalls.batch(simulator.baseUrl(), token, TestCalls.items("t-1"))
                        .build())
                .statusCode();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 400, invalid_request",
        "grant_type=client_credentials&client_id=x&client_secret=y, 401, invalid_client",
        "grant_type=client_credentials, 401, invalid_client",
        "grant_type=password&GOOD, 400, unsupported_grant_type",
        "grant_type=client_credentials&GOOD&scope=all, 400, invalid_scope",
        "grant_type=client_credentials&GOOD&scope=a&scope=b, 400, invalid_request"
    })
    void aTokenIsRefusedAsRfc6749Says(String form, int status, String code) throws Exception {
        String good = TestCalls.credentials().replace("grant_type=client_credentials&", "");

        HttpResponse<String> answer = send(
                TestCalls.tokenRequest(simulator, form.replace("GOOD", good)).build());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).get("error").stringValue()).isEqualTo(code);
    }

    @Test
    void signaturesAreThoseOfTheVendorsExampleAndOurOwn() {
        assertThat(KompliantSignature.sign(Kompliant.SECRET_KEY, Kompliant.API_KEY))
                .isEqualTo("iWEh4jjK9wfjTXd/3GzImPLL1swTZiCPpDbj62vFo2Q=");
        assertThat(KompliantSignature.sign("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", "sb_AAAABBBBCCCCDDDDEEEEFF"))
                .isEqualTo("QbG6vQvGUmnbZ24uYiwdVTsle/WvDmmJULe+APfuGUs=");
    }

    @Test
    void aSignatureOverSeveralElementsIsTakenOnlyWhenItIsAllowed() throws Exception {
        simulator
                .kompliant()
                .credentials("sb_AAAABBBBCCCCDDDDEEEEFF", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", "token");
        HttpRequest.Builder request = TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST)
                .setHeader("X-API-Key", "sb_AAAABBBBCCCCDDDDEEEEFF")
                .setHeader("X-API-Auth-Token", "token")
                .setHeader("Authorization", "KSig1-HMAC-SHA256 kBBvIRuPfwYW3vaEJuWJMfPEXJ7oEWPLmu7k2KtOyh8=")
                .setHeader("X-API-Timestamp", "1767225600")
                .setHeader("X-API-Nonce", "nonce-0001")
                .setHeader("X-API-Content-Hash", "zCVbhQjqNP34l8au/ExKZw==")
                .setHeader("X-API-Signed-Elements", "API-Key;HTTP-Verb;Timestamp;API-Version;Content-MD5;Nonce");

        assertThat(send(request.build()).statusCode()).isEqualTo(401);
        simulator.kompliant().acceptSignedElements(true);
        assertThat(send(request.build()).statusCode()).isEqualTo(200);
        assertThat(send(request.POST(HttpRequest.BodyPublishers.ofString("{}")).build())
                        .statusCode())
                .as("another body than was signed")
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "X-API-Key", "X-API-Auth-Token"})
    void aRequestWithAWrongCredentialIs401(String header) throws Exception {
        HttpRequest request = TestCalls.request(simulator, TestCalls.SAMPLE_REQUEST)
                .setHeader(header, "KSig1-HMAC-SHA256 wrong")
                .build();

        HttpResponse<String> answer = send(request);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).get("meta").get("status").stringValue()).isEqualTo("ERROR");
    }

    @Test
    void theMixedSampleRequestIs200WithItsCountsAndEchoes() throws Exception {
        simulator
                .kompliant()
                .workflow(
                        "w_0aBcDeFgHiJkLmNoPqRsTu",
                        false,
                        Map.of("rd_0aBcDeFgHiJkLmNoPqRsT1", true, "rd_0aBcDeFgHiJkLmNoPqRsT3", false));

        HttpResponse<String> answer = ask("""
                {"workflow_id":"w_0aBcDeFgHiJkLmNoPqRsTu","required_documents":[
                {"required_document_id":"rd_0aBcDeFgHiJkLmNoPqRsT1"},{"required_document_id":"rd_unknown"},
                {"required_document_id":"rd_0aBcDeFgHiJkLmNoPqRsT3"}]}""");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(withoutTrace(answer)).isEqualTo(JSON.readTree("""
                                {"meta":{"status":"BATCH_PROCESSED","trace_id":"TRACE","version":"2025-03-24",
                                         "total_requests":3,"success_count":1,"failure_count":2},
                                 "results":[
                                  {"status":"SUCCESS","request":{"required_document_id":"rd_0aBcDeFgHiJkLmNoPqRsT1"},"data":{}},
                                  {"status":"ERROR","request":{"required_document_id":"rd_unknown"},
                                   "errors":[{"code":"ENTITY_NOT_FOUND","message":"The given entity(s) does not exist.",
                                              "details":[{"required_document_id":"rd_unknown"}]}]},
                                  {"status":"ERROR","request":{"required_document_id":"rd_0aBcDeFgHiJkLmNoPqRsT3"},
                                   "errors":[{"code":"BAD_REQUEST",
                                              "message":"Cannot request files for an inactive required document."}]}]}"""));
        assertThat(simulator.ledger().effects())
                .isEqualTo(Map.of("w_0aBcDeFgHiJkLmNoPqRsTu rd_0aBcDeFgHiJkLmNoPqRsT1", 1));
    }

    private static JsonNode withoutTrace(HttpResponse<String> answer) {
        JsonNode json = json(answer);
        assertThat(json.get("meta").get("trace_id").stringValue()).matches("trc_[0-9A-Za-z]{22}");
        ((ObjectNode) json.get("meta")).put("trace_id", "TRACE");
        return json;
    }

    @Test
    void aWorkflowThatHasEndedRefusesTheWholeRequest() throws Exception {
        simulator.kompliant().endedWorkflows(id -> true);

        HttpResponse<String> answer = ask(TestCalls.SAMPLE_REQUEST);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(withoutTrace(answer)).isEqualTo(JSON.readTree("""
                                {"meta":{"status":"ERROR","trace_id":"TRACE","version":"2025-03-24"},
                                 "errors":[{"code":"SYSTEM_RULE_VIOLATION","message":"The workflow has ended.",
                                            "entity_type":"Workflow","sub_code":"WORKFLOW_ENDED"}]}"""));
    }

    @Test
    void anUnknownWorkflowIs404OrIfSoWanted400() throws Exception {
        simulator.kompliant().unknownWorkflows(id -> true);

        HttpResponse<String> answer = ask(TestCalls.SAMPLE_REQUEST);
        simulator.kompliant().unknownWorkflowStatus(400);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer).get("errors").get(0).get("code").stringValue()).isEqualTo("ENTITY_NOT_FOUND");
        assertThat(ask(TestCalls.SAMPLE_REQUEST).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"workflow_id\":\"w_1\"}",
                "{\"workflow_id\":7,\"required_documents\":[{\"required_document_id\":\"rd_1\"}]}",
                "{\"workflow_id\":\"x_1\",\"required_documents\":[{\"required_document_id\":\"rd_1\"}]}",
                "{\"workflow_id\":\"w_1\",\"required_documents\":[]}",
                "{\"workflow_id\":\"w_1\",\"required_documents\":[\"rd_1\"]}",
                "{\"workflow_id\":\"w_1\",\"required_documents\":[{\"required_document_id\":\"rd_1\"},"
                        + "{\"required_document_id\":\"rd_2\"},{\"required_document_id\":\"rd_3\"}]}"
            })
    void aRequestThatIsNoneIs400BadRequest(String body) throws Exception {
        simulator.kompliant().maxItems(2);

        HttpResponse<String> answer = ask(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("meta").get("status").stringValue()).isEqualTo("ERROR");
        assertThat(json(answer).get("errors").get(0).get("code").stringValue()).isEqualTo("BAD_REQUEST");
    }

    @Test
    void unknownPathsAndHealthAreAnsweredAsEachPartnerDoes() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder();

        assertThat(send(request.uri(simulator.baseUrl().resolve("/v1/other")).build())
                        .statusCode())
                .isEqualTo(404);
        assertThat(send(request.uri(simulator.baseUrl().resolve("/workflow.other"))
                                .build())
                        .statusCode())
                .isEqualTo(400);
        assertThat(send(request.uri(simulator.baseUrl().resolve("/health")).build())
                        .body())
                .isEqualTo("{\"status\":\"ok\"}");
    }

    @Test
    void theSameSeedGivesTheSameFaultsAndWhatIsPlannedGoesFirst() {
        List<Fault> faults = List.of(Fault.SLOW, Fault.GARBAGE, Fault.UNAVAILABLE);
        FaultPlan plan = new FaultPlan(() -> {}).byChance(0.3, 7, faults);
        FaultPlan same = new FaultPlan(() -> {}).byChance(0.3, 7, faults);

        List<Fault> drawn = IntStream.range(0, 500)
                .mapToObj(i -> plan.draw(Target.PEARSANA))
                .toList();

        assertThat(drawn)
                .isEqualTo(IntStream.range(0, 500)
                        .mapToObj(i -> same.draw(Target.PEARSANA))
                        .toList());
        assertThat(drawn.stream().filter(fault -> fault != Fault.NONE).count()).isBetween(100L, 200L);
        assertThat(Set.copyOf(drawn)).contains(Fault.SLOW, Fault.GARBAGE, Fault.UNAVAILABLE, Fault.NONE);
        assertThat(plan.draw(Target.TOKEN)).isEqualTo(Fault.NONE);
        plan.next(Target.TOKEN, Fault.SERVER_ERROR, 1).next(Fault.CONFLICT, 2);
        assertThat(IntStream.range(0, 2)
                        .mapToObj(i -> plan.draw(Target.KOMPLIANT))
                        .collect(Collectors.toSet()))
                .containsExactly(Fault.CONFLICT);
        assertThat(plan.draw(Target.TOKEN)).isEqualTo(Fault.SERVER_ERROR);
        assertThat(plan.heal().draw(Target.PEARSANA)).isEqualTo(Fault.NONE);
    }
}
