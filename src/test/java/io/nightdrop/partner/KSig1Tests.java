package io.nightdrop.partner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The vectors of contracts A4. */
class KSig1Tests {

    private static final byte[] BODY = ("{\"workflow_id\":\"w_0aBcDeFgHiJkLmNoPqRsTu\",\"required_documents\":["
                    + "{\"required_document_id\":\"rd_0aBcDeFgHiJkLmNoPqRsT1\"},"
                    + "{\"required_document_id\":\"rd_0aBcDeFgHiJkLmNoPqRsT2\"}]}")
            .getBytes(StandardCharsets.UTF_8);

    private static Map<String, String> headers(String apiKey, String secretKey, StringToSign stringToSign) {
        return new KSig1(apiKey, secretKey, "token", stringToSign)
                .headers("2025-03-24", BODY, Instant.ofEpochSecond(1_767_225_600));
    }

    @Test
    void theVendorsPublishedExampleIsMet() {
        assertThat(headers(
                        "sb_3eY9UJuj09636NVPlgmhfa",
                        "xBeain5pFnPyQkl98qzA+BG+Cjzskpqq9fGKDbDoXNP5",
                        StringToSign.API_KEY_ALONE))
                .containsOnly(
                        Map.entry("Authorization", "KSig1-HMAC-SHA256 iWEh4jjK9wfjTXd/3GzImPLL1swTZiCPpDbj62vFo2Q="),
                        Map.entry("X-API-Key", "sb_3eY9UJuj09636NVPlgmhfa"),
                        Map.entry("X-API-Auth-Token", "token"));
    }

    @Test
    void ourOwnVectorWithTheKeyAloneIsMet() {
        assertThat(headers(PartnerFixture.API_KEY, PartnerFixture.SECRET_KEY, StringToSign.API_KEY_ALONE))
                .containsEntry("Authorization", "KSig1-HMAC-SHA256 QbG6vQvGUmnbZ24uYiwdVTsle/WvDmmJULe+APfuGUs=");
    }

    /** Under the defaults K-1 to K-3, which no page of the vendor confirms. */
    @Test
    void ourOwnVectorWithAllElementsIsMet() {
        assertThat(BODY).hasSize(171);
        assertThat(headers(
                        PartnerFixture.API_KEY, PartnerFixture.SECRET_KEY, StringToSign.elements(() -> "nonce-0001")))
                .containsEntry("Authorization", "KSig1-HMAC-SHA256 kBBvIRuPfwYW3vaEJuWJMfPEXJ7oEWPLmu7k2KtOyh8=")
                .containsEntry("X-API-Signed-Elements", "API-Key;HTTP-Verb;Timestamp;API-Version;Content-MD5;Nonce")
                .containsEntry("X-API-Timestamp", "1767225600")
                .containsEntry("X-API-Content-Hash", "zCVbhQjqNP34l8au/ExKZw==")
                .containsEntry("X-API-Nonce", "nonce-0001");
    }

    @Test
    void nothingOfTheCredentialsIsPrinted() {
        KSig1 signature = new KSig1(
                PartnerFixture.API_KEY,
                PartnerFixture.SECRET_KEY,
                PartnerFixture.AUTH_TOKEN,
                StringToSign.API_KEY_ALONE);
        StringToSign.Signed signed =
                StringToSign.API_KEY_ALONE.of(PartnerFixture.API_KEY, "2025-03-24", BODY, PartnerFixture.NOW);
        assertThat(signature.toString() + signed)
                .doesNotContain(PartnerFixture.API_KEY, PartnerFixture.SECRET_KEY, PartnerFixture.AUTH_TOKEN);
    }
}
