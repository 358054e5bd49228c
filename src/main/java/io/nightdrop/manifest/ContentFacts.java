package io.nightdrop.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What one reading of a content tells.
 *
 * @param fingerprint SHA-256 of its bytes, hex
 * @param size in bytes
 * @param kind what its first bytes say it is
 */
public record ContentFacts(String fingerprint, long size, ContentKind kind) {

    private static final int BUFFER = 64 * 1024;

    /** Reads a file from its beginning to its end, once. */
    public static ContentFacts of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    /** Reads to the end, and leaves it open. */
    public static ContentFacts of(InputStream in) throws IOException {
        try (Gatherer gatherer = new Gatherer(OutputStream.nullOutputStream())) {
            byte[] buffer = new byte[BUFFER];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                gatherer.write(buffer, 0, length);
            }
            return gatherer.facts();
        }
    }

    /** A new SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Gathers the facts of what is written through it. */
    public static final class Gatherer extends OutputStream {
        private final OutputStream target;
        private final MessageDigest digest = sha256();
        private final byte[] head = new byte[ContentKind.HEAD];
        private long size;

        /** Writes on to that target and closes it. */
        public Gatherer(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (size < head.length) {
                System.arraycopy(bytes, offset, head, (int) size, (int) Math.min(length, head.length - size));
            }
            digest.update(bytes, offset, length);
            target.write(bytes, offset, length);
            size += length;
        }

        @Override
        public void close() throws IOException {
            target.close();
        }

        /** The facts; to be asked once, at the end. */
        public ContentFacts facts() {
            return new ContentFacts(HexFormat.of().formatHex(digest.digest()), size, ContentKind.of(head, (int)
                    Math.min(size, head.length)));
        }
    }
}
