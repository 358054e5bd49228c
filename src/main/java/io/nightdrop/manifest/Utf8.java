package io.nightdrop.manifest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The rules for the bytes of a manifest: UTF-8, an optional byte order mark, no NUL, no half characters. */
final class Utf8 {

    private Utf8() {}

    /** Opens the file behind its byte order mark. */
    static InputStream open(Path file) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 64 * 1024);
        in.skipNBytes(markLength(file));
        return in;
    }

    /** How many bytes the byte order mark takes: 3 or 0. */
    static int markLength(Path file) throws IOException {
        byte[] head = head(file);
        return head.length >= 3 && head[0] == (byte) 0xEF && head[1] == (byte) 0xBB && head[2] == (byte) 0xBF ? 3 : 0;
    }

    /** What shows at once that the file is empty or in another encoding. */
    static Optional<Defect> defect(Path file) throws IOException {
        byte[] head = head(file);
        if (head.length == 0) {
            return Optional.of(new Defect("the manifest is empty"));
        }
        int mark = markLength(file);
        if (mark > 0) {
            byte[] after = Arrays.copyOfRange(head, mark, head.length);
            return defect(after, true);
        }
        return defect(head, false);
    }

    private static Optional<Defect> defect(byte[] head, boolean marked) {
        if (marked && head.length >= 3 && head[0] == (byte) 0xEF && head[1] == (byte) 0xBB && head[2] == (byte) 0xBF) {
            return Optional.of(new Defect("the manifest begins with a second byte order mark"));
        }
        boolean wide = head.length >= 2
                && ((head[0] == (byte) 0xFE && head[1] == (byte) 0xFF)
                        || (head[0] == (byte) 0xFF && head[1] == (byte) 0xFE)
                        || head[0] == 0
                        || head[1] == 0);
        return wide
                ? Optional.of(new Defect("the manifest is not UTF-8: it begins like UTF-16 or UTF-32"))
                : Optional.empty();
    }

    /** The line, from 1, of the first bytes that are not UTF-8. */
    static long firstBadLine(Path file) throws IOException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(8192);
        ByteBuffer bytes = ByteBuffer.allocate(8192);
        long line = 1;
        boolean afterReturn = false;
        try (ReadableByteChannel channel = Files.newByteChannel(file)) {
            int read = 0;
            while (read >= 0) {
                read = channel.read(bytes);
                CoderResult result = decoder.decode(bytes.flip(), text, read < 0);
                for (char c : text.flip().toString().toCharArray()) {
                    line += c == '\r' || (c == '\n' && !afterReturn) ? 1 : 0;
                    afterReturn = c == '\r';
                }
                if (result.isError()) {
                    return line;
                }
                text.clear();
                bytes.compact();
            }
        }
        return line;
    }

    /** Whether the text has no NUL and no half of a surrogate pair, neither of which a database would keep. */
    static boolean clean(CharSequence text) {
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
