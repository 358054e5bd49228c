package io.nightdrop.partner;

import static io.nightdrop.partner.PartnerFixture.JSON;
import static io.nightdrop.partner.PartnerFixture.NOW;
import static io.nightdrop.partner.PartnerFixture.REQUEST_ID;
import static io.nightdrop.partner.PartnerFixture.kompliant;
import static io.nightdrop.partner.PartnerFixture.kompliantSettings;
import static io.nightdrop.partner.PartnerFixture.required;
import static io.nightdrop.partner.PartnerFixture.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KompliantRequestTests {

    private static final String WORKFLOW = "w_0aBcDeFgHiJkLmNoPqRsTu";

    private final PartnerApi api = kompliant();

    private static String text(OutgoingRequest request) throws IOException {
        byte[] body = written(request);
        assertThat(body).hasSize((int) request.contentLength());
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Contracts A6, with A2 to A4 around it. */
    @Test
    void theContractsOwnSampleIsWhatIsSent() throws IOException {
        SentItem first = required(0, WORKFLOW, "rd_0aBcDeFgHiJkLmNoPqRsT1");
        first.fields().put("note", "nobody asked for");
        OutgoingRequest request =
                api.compose(List.of(first, required(1, WORKFLOW, "rd_0aBcDeFgHiJkLmNoPqRsT2")), REQUEST_ID, NOW);
        assertThat(text(request))
                .isEqualTo(
                        "{\"workflow_id\":\"w_0aBcDeFgHiJkLmNoPqRsTu\",\"required_documents\":[{\"required_document_id\":\"rd_0aBcDeFgHiJkLmNoPqRsT1\"},{\"required_document_id\":\"rd_0aBcDeFgHiJkLmNoPqRsT2\"}]}");
        assertThat(request.path()).isEqualTo("/workflow.requiredDocument.batchRequestDocument");
        assertThat(request.headers())
                .isEqualTo(Map.of(
                        "Content-Type",
                        "application/json",
                        "X-API-Version",
                        "2025-03-24",
                        "X-API-Key",
                        "sb_AAAABBBBCCCCDDDDEEEEFF",
                        "X-API-Auth-Token",
                        PartnerFixture.AUTH_TOKEN,
                        "Authorization",
                        "KSig1-HMAC-SHA256 QbG6vQvGUmnbZ24uYiwdVTsle/WvDmmJULe+APfuGUs="));
    }

    @Test
    void theSecretsOfARequestAreNotPrinted() {
        OutgoingRequest request = api.compose(List.of(required(0, WORKFLOW, "rd_1")), REQUEST_ID, NOW);
        assertThat(request.toString())
                .contains("X-API-Auth-Token")
                .doesNotContain(PartnerFixture.AUTH_TOKEN, PartnerFixture.API_KEY, "QbG6", WORKFLOW);
        assertThat(api.toString()).doesNotContain(PartnerFixture.AUTH_TOKEN, PartnerFixture.SECRET_KEY);
    }

    @Test
    void moreElementsCanBeSigned() {
        PartnerApi signing = new KompliantApi("k", kompliantSettings(), StringToSign.elements(() -> "nonce-0001"));
        OutgoingRequest request = signing.compose(
                List.of(
                        required(0, WORKFLOW, "rd_0aBcDeFgHiJkLmNoPqRsT1"),
                        required(1, WORKFLOW, "rd_0aBcDeFgHiJkLmNoPqRsT2")),
                REQUEST_ID,
                Instant.ofEpochSecond(1_767_225_600));
        assertThat(request.headers())
                .containsEntry("Authorization", "KSig1-HMAC-SHA256 kBBvIRuPfwYW3vaEJuWJMfPEXJ7oEWPLmu7k2KtOyh8=");
    }

    /** K-7. */
    @Test
    void anIdIsSentOnce() throws IOException {
        assertThat(text(api.compose(
                        List.of(required(0, "w_1", "rd_1"), required(1, "w_1", "rd_2"), required(2, "w_1", "rd_1")),
                        REQUEST_ID,
                        NOW)))
                .isEqualTo("{\"workflow_id\":\"w_1\",\"required_documents\":"
                        + "[{\"required_document_id\":\"rd_1\"},{\"required_document_id\":\"rd_2\"}]}");
    }

    @Test
    void idsOfAnyKindArriveAsTheyAre() throws IOException {
        String id = "rd_\"\\\u0001\u00e9\u4e2d\ud83d\ude00";
        String body = text(api.compose(List.of(required(0, "w_\"", id)), REQUEST_ID, NOW));
        assertThat(JSON.readTree(body).path("workflow_id").stringValue()).isEqualTo("w_\"");
        assertThat(JSON.readTree(body)
                        .path("required_documents")
                        .path(0)
                        .path("required_document_id")
                        .stringValue())
                .isEqualTo(id);
    }

    @Test
    void aRequestIsForOneWorkflow() {
        List<SentItem> items = List.of(
                required(0, "w_1", "rd_1"),
                required(1, "w_1", "rd_2"),
                required(2, "w_2", "rd_1"),
                required(3, "w_1", "rd_3"));
        assertThat(api.cut(items, 100, 1 << 20)).isEqualTo(2);
        assertThat(api.cut(items.subList(2, 4), 100, 1 << 20)).isEqualTo(1);
        assertThat(api.cut(items, 1, 1 << 20)).isEqualTo(1);
        assertThat(api.cut(List.of(), 100, 1 << 20)).isZero();
        assertThatThrownBy(() -> api.compose(items, REQUEST_ID, NOW)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> api.compose(List.of(), REQUEST_ID, NOW)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> api.compose(List.of(required(0, "", "rd_1")), REQUEST_ID, NOW))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Requests are cut as large as they may be, and never larger unless one item alone is. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyListIsCutIntoTheFewestRequestsInOrder(long seed) {
        Random random = new Random(seed);
        List<SentItem> ahead = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ahead.add(required(i, "w_" + (i / random.nextInt(20, 60)), "rd_é" + "x".repeat(random.nextInt(3))));
        }
        int mostItems = random.nextInt(1, 40);
        long mostBytes = random.nextInt(60, 300);
        while (!ahead.isEmpty()) {
            int count = api.cut(ahead, mostItems, mostBytes);
            assertThat(count).isBetween(1, mostItems);
            long length = api.compose(ahead.subList(0, count), REQUEST_ID, NOW).contentLength();
            if (count > 1) {
                assertThat(length).isLessThanOrEqualTo(mostBytes);
            }
            boolean same = count < ahead.size()
                    && ahead.get(count).requestKey().equals(ahead.get(0).requestKey());
            if (same && count < mostItems) {
                assertThat(api.compose(ahead.subList(0, count + 1), REQUEST_ID, NOW)
                                .contentLength())
                        .isGreaterThan(mostBytes);
            }
            ahead = ahead.subList(count, ahead.size());
        }
    }

    @Test
    void anItemThatIsTooLargeAloneFails() {
        assertThat(api.tooLarge(2, 1).code()).isEqualTo("REQUEST_TOO_LARGE");
    }
}
