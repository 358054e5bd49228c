package io.nightdrop.partner;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Which elements of a request Kompliant's signature protects, and in what form (contracts A4; K-1). The request is a POST.
 */
@FunctionalInterface
interface StringToSign {

    /** The only form that the vendor's published example confirms, and the one that is used. K-4: it needs no further header. */
    StringToSign API_KEY_ALONE = (apiKey, apiVersion, body, now) -> new Signed(apiKey, Map.of());

    /** The names and the order of the elements that {@link #elements} signs, as {@code X-API-Signed-Elements} tells them. */
    List<String> ELEMENTS = List.of("API-Key", "HTTP-Verb", "Timestamp", "API-Version", "Content-MD5", "Nonce");

    /**
     * Says what is signed.
     *
     * @param body exactly as it is sent
     * @param now to the second
     */
    Signed of(String apiKey, String apiVersion, byte[] body, Instant now);

    /**
     * What is signed.
     *
     * @param text the string to sign
     * @param headers those that tell the partner what was signed
     */
    record Signed(String text, Map<String, String> headers) {
        /** Nothing of it: it holds the API key. */
        @Override
        public String toString() {
            return "Signed[***]";
        }
    }

    /**
     * All elements, joined by line feeds without one at the end. Order and separator are ours (K-1), the digest's encoding is (K-2), the nonce's form
     * is (K-3); no page of the vendor confirms them. Not used unless a partner asks for it.
     *
     * @param nonces gives another one for each request: a UUID of version 4
     */
    static StringToSign elements(Supplier<String> nonces) {
        return (apiKey, apiVersion, body, now) -> {
            String timestamp = Long.toString(now.getEpochSecond());
            String digest = KSig1.md5(body);
            String nonce = nonces.get();
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("X-API-Signed-Elements", String.join(";", ELEMENTS));
            headers.put("X-API-Timestamp", timestamp);
            headers.put("X-API-Content-Hash", digest);
            headers.put("X-API-Nonce", nonce);
            return new Signed(String.join("\n", apiKey, "POST", timestamp, apiVersion, digest, nonce), headers);
        };
    }
}
