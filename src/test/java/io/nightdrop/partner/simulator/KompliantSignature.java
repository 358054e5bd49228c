package io.nightdrop.partner.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** KSig1-HMAC-SHA256 (contract, A4), verified; several elements as in our default K-1. */
final class KompliantSignature {

    private static final String SCHEME = "KSig1-HMAC-SHA256 ";

    private KompliantSignature() {}

    /** The signature of a text, in Base64. */
    static String sign(String secretKey, String stringToSign) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secretKey), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(stringToSign.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether the three headers of the credentials are right. That the body is the signed one is for {@link #fits}. */
    static boolean verifies(Kompliant kompliant, RequestHead head) {
        String sent = head.header("Authorization");
        String text = stringToSign(kompliant, head);
        return sent != null
                && text != null
                && kompliant.apiKey().equals(head.header("X-API-Key"))
                && kompliant.authToken().equals(head.header("X-API-Auth-Token"))
                && sent.equals(SCHEME + sign(kompliant.secretKey(), text));
    }

    /** Whether the body is the one whose digest was signed, if one was. */
    static boolean fits(RequestHead head, byte[] body) {
        String elements = head.header("X-API-Signed-Elements");
        if (elements == null || !List.of(elements.split(";")).contains("Content-MD5")) {
            return true;
        }
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(body);
            return Base64.getEncoder().encodeToString(digest).equals(head.header("X-API-Content-Hash"));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Null when elements are named that are not taken or not there. */
    private static String stringToSign(Kompliant kompliant, RequestHead head) {
        String elements = head.header("X-API-Signed-Elements");
        if (elements == null || elements.equals("API-Key")) {
            return kompliant.apiKey();
        }
        if (!kompliant.acceptsSignedElements()) {
            return null;
        }
        List<String> values = new ArrayList<>();
        for (String element : elements.split(";", -1)) {
            values.add(value(element, head));
        }
        return values.contains(null) || !List.of(elements.split(";")).contains("API-Key")
                ? null
                : String.join("\n", values);
    }

    private static String value(String element, RequestHead head) {
        return switch (element) {
            case "API-Key" -> head.header("X-API-Key");
            case "HTTP-Verb" -> head.method();
            case "Timestamp" -> head.header("X-API-Timestamp");
            case "API-Version" -> head.header("X-API-Version");
            case "Content-MD5" -> head.header("X-API-Content-Hash");
            case "Nonce" -> head.header("X-API-Nonce");
            default -> null;
        };
    }
}
