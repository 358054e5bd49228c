package io.nightdrop.partner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Well-made requests to a simulator, with the JDK's client. */
final class TestCalls {

    static final JsonMapper JSON = JsonMapper.builder().build();

    /** The sample of B5 in the contract. */
    static final String SAMPLE_BATCH = """
            {"items":[
             {"itemId":"t-1","externalReference":{"namespace":"SIS","externalId":"S-77"},"documentType":"DIPLOMA",
              "file":"JVBERi0xLjQKJSVFT0YK","filename":"diploma.pdf"},
             {"itemId":"t-2","externalReference":{"namespace":"LMS","externalId":"L-12"},"documentType":"HONOR_ROLL",
              "file":"aGVsbG8gdHJhbnNjcmlwdAo=","verificationIntent":"attest","attestationReferenceId":"ATT-9",
              "metadata":{"term":"2026-1"},"partnerReferenceId":"P-5"}]}
            """;

    /** The sample of A6 in the contract, 171 bytes. */
    static final String SAMPLE_REQUEST = "{\"workflow_id\":\"w_0aBcDeFgHiJkLmNoPqRsTu\",\"required_documents\":"
            + "[{\"required_document_id\":\"rd_0aBcDeFgHiJkLmNoPqRsT1\"},"
            + "{\"required_document_id\":\"rd_0aBcDeFgHiJkLmNoPqRsT2\"}]}";

    private static final HttpClient CLIENT = client();

    private TestCalls() {}

    /** A client with connections of its own. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    static HttpRequest.Builder tokenRequest(PartnerSimulator simulator, String form) {
        return HttpRequest.newBuilder(simulator.tokenUrl())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
    }

    static String credentials() {
        return "grant_type=client_credentials&client_id=" + Pearsana.CLIENT_ID + "&client_secret="
                + Pearsana.CLIENT_SECRET;
    }

    static String token(PartnerSimulator simulator) throws IOException, InterruptedException {
        return json(send(tokenRequest(simulator, credentials()).build()))
                .get("access_token")
                .stringValue();
    }

    /** Over a connection of its own. */
    static String token(URI url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(credentials()))
                .build();
        return json(sendAnew(request)).get("access_token").stringValue();
    }

    static HttpRequest.Builder batch(URI base, String token, String body) {
        return HttpRequest.newBuilder(base.resolve(SubmitBatch.PATH))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("X-API-Version", "2026-01-30")
                .header("X-Request-Id", UUID.randomUUID().toString())
                .POST(BodyPublishers.ofString(body));
    }

    static HttpRequest.Builder batch(PartnerSimulator simulator, String body) throws IOException, InterruptedException {
        return batch(simulator.baseUrl(), token(simulator), body);
    }

    static HttpRequest.Builder request(PartnerSimulator simulator, String body) {
        return request(simulator.baseUrl(), body);
    }

    static HttpRequest.Builder request(URI base, String body) {
        String signature = KompliantSignature.sign(Kompliant.SECRET_KEY, Kompliant.API_KEY);
        return HttpRequest.newBuilder(base.resolve(BatchRequestDocument.PATH))
                .header("Authorization", "KSig1-HMAC-SHA256 " + signature)
                .header("X-API-Key", Kompliant.API_KEY)
                .header("X-API-Auth-Token", Kompliant.AUTH_TOKEN)
                .header("X-API-Version", "2025-03-24")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    /** A body that comes in chunks. */
    static HttpRequest.BodyPublisher chunked(String body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    /** Over a connection of its own: one from before may be closed without that the client has noticed. */
    static HttpResponse<String> sendAnew(HttpRequest request) throws IOException, InterruptedException {
        return client().send(request, BodyHandlers.ofString());
    }

    /** With a limit for the whole answer. */
    static CompletableFuture<HttpResponse<String>> send(HttpClient client, HttpRequest request, Duration limit) {
        return client.sendAsync(request, BodyHandlers.ofString()).orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until it is so. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it takes too long").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    /** One item that is well. */
    static String item(String id) {
        return "{\"itemId\":\"" + id + "\",\"externalReference\":{\"namespace\":\"SIS\",\"externalId\":\"S-77\"},"
                + "\"documentType\":\"DIPLOMA\",\"file\":\"JVBERi0xLjQKJSVFT0YK\"}";
    }

    /** A batch of such items. */
    static String items(String... ids) {
        return "{\"items\":["
                + String.join(
                        ",", java.util.Arrays.stream(ids).map(TestCalls::item).toList()) + "]}";
    }
}
