package io.nightdrop.operation.requests;

import io.nightdrop.result.Drop;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The {@code trace_id} of a request: made from what it is, so that it is the same after a restart. */
final class TraceId {

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 22;

    private TraceId() {}

    /** {@code trc_} and 22 letters or digits: 128 bits in base 62. */
    static String of(Drop drop, long requestIndex) {
        String seed = drop.fingerprint() + ":" + drop.key() + ":" + requestIndex;
        BigInteger rest = new BigInteger(1, Arrays.copyOf(sha256(seed), 16));
        BigInteger base = BigInteger.valueOf(DIGITS.length());
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            BigInteger[] division = rest.divideAndRemainder(base);
            id.append(DIGITS.charAt(division[1].intValue()));
            rest = division[0];
        }
        return "trc_" + id.reverse();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
