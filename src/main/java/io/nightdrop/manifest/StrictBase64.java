package io.nightdrop.manifest;

import io.nightdrop.manifest.InlineContent.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * Decodes Base64 as a stream and takes only its one canonical form: the standard alphabet, padding, no white space, no
 * stray bits. {@link Base64} alone takes {@code AA} and {@code AB==}, so the end is encoded again and compared.
 */
final class StrictBase64 {

    private static final int BLOCK = 64 * 1024;

    private StrictBase64() {}

    static Verdict decode(InputStream text, OutputStream out, long limit) throws IOException {
        byte[] block = new byte[BLOCK];
        byte[] decoded = new byte[BLOCK / 4 * 3];
        long written = 0;
        int held = text.readNBytes(block, 0, BLOCK);
        while (held > 0) {
            int next = held == BLOCK ? text.read() : -1;
            int length = decodeBlock(block, held, decoded, next == -1);
            if (length < 0) {
                return Verdict.NOT_BASE64;
            }
            written += length;
            if (written > limit) {
                return Verdict.TOO_LARGE;
            }
            out.write(decoded, 0, length);
            if (next == -1) {
                break;
            }
            block[0] = (byte) next;
            held = 1 + text.readNBytes(block, 1, BLOCK - 1);
        }
        return Verdict.DECODED;
    }

    /** The number of bytes, or -1 when the block is not strict Base64. */
    private static int decodeBlock(byte[] block, int held, byte[] decoded, boolean last) {
        if (held % 4 != 0) {
            return -1;
        }
        int length;
        try {
            ByteBuffer bytes = Base64.getDecoder().decode(ByteBuffer.wrap(block, 0, held));
            length = bytes.remaining();
            bytes.get(decoded, 0, length);
        } catch (IllegalArgumentException notBase64) {
            return -1;
        }
        int full = held / 4 * 3;
        if (!last) {
            return length == full ? length : -1;
        }
        int tail = length - (full - 3);
        byte[] again = Base64.getEncoder().encode(Arrays.copyOfRange(decoded, length - tail, length));
        return Arrays.equals(again, 0, again.length, block, held - 4, held) ? length : -1;
    }
}
