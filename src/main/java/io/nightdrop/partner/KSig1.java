package io.nightdrop.partner;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Kompliant's signature, {@code KSig1-HMAC-SHA256} (contracts A4): the Base64 of the HMAC-SHA256 of a text, under the decoded Secret Key.
 */
final class KSig1 {

    private static final String SCHEME = "KSig1-HMAC-SHA256";
    private static final String HMAC = "HmacSHA256";

    private final String apiKey;
    private final SecretKeySpec secretKey;
    private final String authToken;
    private final StringToSign stringToSign;

    /**
     * Signs with these credentials.
     *
     * @param secretKey in Base64
     */
    KSig1(String apiKey, String secretKey, String authToken, StringToSign stringToSign) {
        this.apiKey = apiKey;
        this.secretKey = new SecretKeySpec(Base64.getDecoder().decode(secretKey), HMAC);
        this.authToken = authToken;
        this.stringToSign = stringToSign;
    }

    /** The headers by which the partner knows us. They hold secrets. */
    Map<String, String> headers(String apiVersion, byte[] body, Instant now) {
        StringToSign.Signed signed = stringToSign.of(apiKey, apiVersion, body, now);
        Map<String, String> headers = new LinkedHashMap<>(signed.headers());
        headers.put("Authorization", SCHEME + " " + signature(signed.text()));
        headers.put("X-API-Key", apiKey);
        headers.put("X-API-Auth-Token", authToken);
        return headers;
    }

    /** The signature of a text, standard Base64 with padding. */
    String signature(String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(secretKey);
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** K-2: the Base64 of the 16 bytes of a body's MD5. */
    static String md5(byte[] body) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Nothing but its name. */
    @Override
    public String toString() {
        return SCHEME;
    }
}
