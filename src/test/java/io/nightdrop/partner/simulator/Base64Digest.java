package io.nightdrop.partner.simulator;

import java.io.Writer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Takes the digest of what a Base64 text decodes to, and keeps nothing of it. The text must be of the standard alphabet with
 * padding and without line breaks or stray bits (contract, P-6).
 */
final class Base64Digest extends Writer {

    private static final int BLOCK = 16 * 1024;

    private final MessageDigest digest;
    private final byte[] block = new byte[BLOCK];
    private int held;
    private long length;
    private boolean wrong;
    private boolean padded;

    Base64Digest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void write(char[] chars, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            wrong |= chars[i] > 127;
            block[held++] = (byte) chars[i];
            if (held == BLOCK) {
                decode();
            }
        }
    }

    private void decode() {
        byte[] text = Arrays.copyOf(block, held);
        held = 0;
        if (wrong || padded || text.length % 4 != 0) {
            wrong = true;
            return;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            padded = bytes.length < text.length / 4 * 3;
            wrong = padded && !Arrays.equals(Base64.getEncoder().encode(bytes), text);
            digest.update(bytes);
            length += bytes.length;
        } catch (IllegalArgumentException notBase64) {
            wrong = true;
        }
    }

    @Override
    public void flush() {
        // Everything is taken at once.
    }

    /** The text is at its end. */
    void finish() {
        if (held > 0) {
            decode();
        }
    }

    @Override
    public void close() {
        // There is nothing to give back.
    }

    /** After the end: whether it was Base64. */
    boolean valid() {
        return !wrong;
    }

    /** After the end: how many bytes it stood for. */
    long length() {
        return length;
    }

    /** After the end, once: {@code sha256:} and the digest of the bytes. */
    String fingerprint() {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }
}
