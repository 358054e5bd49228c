package io.nightdrop.partner;

import io.nightdrop.manifest.ContentFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The content of an item as Base64 text: standard alphabet, padded, no line breaks (P-6). */
final class Base64Content {

    /** A multiple of 3, so that padding comes at the end only. */
    private static final int BLOCK = 48 * 1024;

    private Base64Content() {}

    /** How many characters that many bytes come to. */
    static long length(long bytes) {
        return (bytes + 2) / 3 * 4;
    }

    /**
     * Writes the text from the file, a block at a time, and then compares what was read with what was checked.
     *
     * @throws ContentLostException when the file cannot be read or is another
     */
    static void write(SentItem item, OutputStream out) throws IOException {
        MessageDigest digest = ContentFacts.sha256();
        byte[] block = new byte[BLOCK];
        long left = item.size();
        try (InputStream in = open(item)) {
            while (left > 0) {
                int length = read(item, in, block, (int) Math.min(BLOCK, left));
                if (length == 0) {
                    throw new ContentLostException(item, "its file is shorter than it was");
                }
                digest.update(block, 0, length);
                out.write(Base64.getEncoder().encode(length == BLOCK ? block : Arrays.copyOf(block, length)));
                left -= length;
            }
            if (read(item, in, block, 1) > 0) {
                throw new ContentLostException(item, "its file is longer than it was");
            }
        }
        String sha256 = item.sha256();
        if (sha256 != null && !sha256.equals(HexFormat.of().formatHex(digest.digest()))) {
            throw new ContentLostException(item, "its file is another than was checked");
        }
    }

    private static InputStream open(SentItem item) throws ContentLostException {
        Path file = item.content();
        if (file == null) {
            throw new IllegalStateException("Item " + (item.index() + 1) + " has no content");
        }
        try {
            return Files.newInputStream(file);
        } catch (IOException failure) {
            throw new ContentLostException(item, failure);
        }
    }

    private static int read(SentItem item, InputStream in, byte[] block, int most) throws ContentLostException {
        try {
            return in.readNBytes(block, 0, most);
        } catch (IOException failure) {
            throw new ContentLostException(item, failure);
        }
    }
}
