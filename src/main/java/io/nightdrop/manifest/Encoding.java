package io.nightdrop.manifest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * How the bytes of a manifest are to be read: a byte order mark says it, else whoever knows its sender. Nothing is ever
 * replaced: bytes that mean nothing refuse the manifest.
 *
 * @param file the manifest
 * @param charset what its bytes are
 * @param markLength how many bytes the byte order mark takes
 */
record Encoding(Path file, Charset charset, int markLength) {

    /** What stands for bytes that mean nothing in the {@link #beginning}. */
    static final char MEANINGLESS = '\uFFFD';

    private static final int BUFFER = 64 * 1024;

    private record Mark(String hex, Charset charset) {

        static Mark of(String hex, String charset) {
            return new Mark(hex, Charset.forName(charset));
        }

        boolean begins(byte[] head) {
            return HexFormat.of().formatHex(head).startsWith(hex);
        }

        int length() {
            return hex.length() / 2;
        }
    }

    private static final Mark UTF_8 = Mark.of("efbbbf", "UTF-8");

    /** The longer ones first, because they begin like the shorter ones. */
    private static final List<Mark> MARKS = List.of(
            UTF_8,
            Mark.of("fffe0000", "UTF-32LE"),
            Mark.of("0000feff", "UTF-32BE"),
            Mark.of("fffe", "UTF-16LE"),
            Mark.of("feff", "UTF-16BE"));

    /** By its byte order mark, or else as is said of it. */
    static Encoding of(Path file, Charset said) throws IOException {
        byte[] head = head(file);
        return MARKS.stream()
                .filter(mark -> mark.begins(head))
                .findFirst()
                .map(mark -> new Encoding(file, mark.charset(), mark.length()))
                .orElseGet(() -> new Encoding(file, said, 0));
    }

    /** UTF-8 without a mark. */
    static Encoding utf8(Path file) {
        return new Encoding(file, StandardCharsets.UTF_8, 0);
    }

    /** JSON is UTF-8, whatever anybody says of it (RFC 8259, 8.1). */
    static Encoding ofJson(Path file) throws IOException {
        return new Encoding(file, StandardCharsets.UTF_8, UTF_8.begins(head(file)) ? UTF_8.length() : 0);
    }

    /** Opens the file behind its byte order mark. */
    InputStream open() throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        in.skipNBytes(markLength);
        return in;
    }

    /** Likewise, as text; reading fails with a {@link java.nio.charset.CharacterCodingException} where the bytes mean nothing. */
    Reader reader() throws IOException {
        return new InputStreamReader(open(), decoder());
    }

    /**
     * Likewise, but bytes that mean nothing are {@link #MEANINGLESS}: to see what a manifest begins with whose later bytes refuse it. Never to
     * read its items.
     */
    Reader beginning() throws IOException {
        return new InputStreamReader(open(), decoder(CodingErrorAction.REPLACE));
    }

    private CharsetDecoder decoder() {
        return decoder(CodingErrorAction.REPORT);
    }

    private CharsetDecoder decoder(CodingErrorAction onMeaningless) {
        return charset.newDecoder().onMalformedInput(onMeaningless).onUnmappableCharacter(onMeaningless);
    }

    /** What shows at once that the file is empty or in another encoding. */
    Optional<Defect> defect() throws IOException {
        byte[] head = head(file);
        if (head.length == 0) {
            return Optional.of(new Defect("the manifest is empty"));
        }
        byte[] text = Arrays.copyOfRange(head, markLength, head.length);
        if (charset.equals(StandardCharsets.UTF_8) && markLength > 0 && UTF_8.begins(text)) {
            return Optional.of(new Defect("the manifest begins with a second byte order mark"));
        }
        boolean wide = charset.name().contains("UTF-16") || charset.name().contains("UTF-32");
        if (!wide && isWide(text)) {
            return Optional.of(
                    new Defect("the manifest is not " + charset.name() + ": it begins like UTF-16 or UTF-32"));
        }
        return charset.equals(StandardCharsets.UTF_16) && text.length >= 4 && text[1] == 0 && text[3] == 0
                ? Optional.of(new Defect("the manifest has no byte order mark, without which UTF-16 is UTF-16BE;"
                        + " it begins like UTF-16LE: charset: UTF-16LE reads it"))
                : Optional.empty();
    }

    private static boolean isWide(byte[] text) {
        return text.length >= 2
                && ((text[0] == (byte) 0xFE && text[1] == (byte) 0xFF)
                        || (text[0] == (byte) 0xFF && text[1] == (byte) 0xFE)
                        || text[0] == 0
                        || text[1] == 0);
    }

    /** Where the first bytes are that mean nothing; empty when all of them mean something. Reads the whole file. */
    Optional<Defect> undecodable() throws IOException {
        CharsetDecoder decoder = decoder();
        CharBuffer text = CharBuffer.allocate(2 * BUFFER);
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        long line = 1;
        long before = markLength;
        boolean afterReturn = false;
        try (SeekableByteChannel channel = Files.newByteChannel(file).position(markLength)) {
            int read = 0;
            while (read >= 0) {
                read = channel.read(bytes);
                CoderResult result = decoder.decode(bytes.flip(), text, read < 0);
                for (char c : text.flip().toString().toCharArray()) {
                    line += c == '\r' || (c == '\n' && !afterReturn) ? 1 : 0;
                    afterReturn = c == '\r';
                }
                before += bytes.position();
                if (result.isError()) {
                    return Optional.of(new Defect(
                            "bytes that are not " + charset.name() + " in line " + line + ", at byte " + (before + 1)));
                }
                text.clear();
                bytes.compact();
            }
        }
        return Optional.empty();
    }

    /** Whether the text has no NUL and no half of a surrogate pair, neither of which a database would keep. */
    static boolean isClean(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                if (++i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(7);
        }
    }
}
