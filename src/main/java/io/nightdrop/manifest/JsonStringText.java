package io.nightdrop.manifest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The characters of one JSON string of a manifest, as bytes, read from the file itself: the parser skips the string
 * without holding it, and this reads it afterwards from its first character to the closing quote. Only for texts that
 * should be ASCII; any other escaped character comes out as {@code ?}.
 */
final class JsonStringText extends InputStream {

    private static final int BUFFER = 64 * 1024;

    private final InputStream source;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private boolean ended;

    /** Takes a stream that stands behind the opening quote; reads ahead and does not close it. */
    JsonStringText(InputStream source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        if (ended) {
            return -1;
        }
        int next = raw();
        if (next == '"') {
            ended = true;
            return -1;
        }
        return next == '\\' ? escaped() : next;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        int done = 0;
        while (done < length) {
            if (from == to) {
                fill();
            }
            while (from < to && done < length && buffer[from] != '"' && buffer[from] != '\\') {
                target[offset + done++] = buffer[from++];
            }
            if (done < length && from < to) {
                int next = read();
                if (next == -1) {
                    return done == 0 ? -1 : done;
                }
                target[offset + done++] = (byte) next;
            }
        }
        return done;
    }

    private int escaped() throws IOException {
        int kind = raw();
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> '?';
        };
    }

    private int unicode() throws IOException {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            code = code * 16 + Character.digit(raw(), 16);
        }
        return code > 0 && code < 128 ? code : '?';
    }

    private int raw() throws IOException {
        if (from == to) {
            fill();
        }
        return buffer[from++] & 0xFF;
    }

    private void fill() throws IOException {
        to = source.read(buffer);
        from = 0;
        if (to <= 0) {
            throw new EOFException("The manifest ends inside a string that its parser has read to the end");
        }
    }
}
