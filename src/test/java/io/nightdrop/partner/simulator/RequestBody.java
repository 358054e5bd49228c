package io.nightdrop.partner.simulator;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The body of a request, read once and never kept. The first byte that is wanted sends the {@code 100 Continue} that is due. */
final class RequestBody extends InputStream {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Line line;
    private final boolean chunked;
    private final long length;
    private long left;
    private long count;
    private long limit = Long.MAX_VALUE;
    private boolean continueDue;
    private boolean ended;
    private boolean cut;
    private boolean tooLarge;

    /** @param continueDue whether the client waits for {@code 100 Continue}, and shall have it */
    RequestBody(Line line, RequestHead head, boolean continueDue) {
        this.line = line;
        this.chunked = head.chunked();
        this.length = chunked ? -1 : Math.max(0, head.contentLength());
        this.left = chunked ? 0 : length;
        this.ended = length == 0;
        this.continueDue = continueDue && !ended;
    }

    /** No more than so many bytes will be taken. */
    void limit(long bytes) {
        limit = bytes;
    }

    /** The length that was announced; -1 when it comes in chunks. */
    long length() {
        return length;
    }

    /** How many bytes have come. */
    long count() {
        return count;
    }

    /** Whether it was read to its end. */
    boolean ended() {
        return ended;
    }

    /** Whether the client went away in the middle of it. */
    boolean cut() {
        return cut;
    }

    /** Whether it was longer than the limit. */
    boolean tooLarge() {
        return tooLarge;
    }

    /** Whether the client may still wait for {@code 100 Continue}, so that nobody knows whether a body comes. */
    boolean unasked() {
        return continueDue;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int wanted) throws IOException {
        if (ended || wanted == 0) {
            return ended ? -1 : 0;
        }
        try {
            return readOn(buffer, offset, wanted);
        } catch (IOException gone) {
            cut = cut || !tooLarge;
            throw gone;
        }
    }

    private int readOn(byte[] buffer, int offset, int wanted) throws IOException {
        if (continueDue) {
            continueDue = false;
            line.write(CONTINUE);
        }
        if (chunked && left == 0 && !nextChunk()) {
            return -1;
        }
        int got = line.in().read(buffer, offset, (int) Math.min(wanted, left));
        if (got < 0) {
            throw new EOFException("The body is cut after " + count + " bytes");
        }
        count += got;
        left -= got;
        if (left == 0 && chunked) {
            line();
        }
        ended = left == 0 && !chunked;
        if (count > limit) {
            tooLarge = true;
            throw new IOException("The body is longer than " + limit + " bytes");
        }
        return got;
    }

    private boolean nextChunk() throws IOException {
        left = Long.parseLong(line().split(";", 2)[0].strip(), 16);
        if (left == 0) {
            while (!line().isEmpty()) {
                // trailers mean nothing here
            }
            ended = true;
        }
        return !ended;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = this.line.in().read();
                next != '\n';
                next = this.line.in().read()) {
            if (next < 0) {
                throw new EOFException("The body is cut between its chunks");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** Reads what is left and throws it away. */
    void drain() throws IOException {
        limit = Long.MAX_VALUE;
        skipUpTo(Long.MAX_VALUE);
    }

    /** Reads so much, or to the end. */
    void skipUpTo(long bytes) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long end = bytes == Long.MAX_VALUE ? bytes : count + bytes;
        while (count < end && read(buffer, 0, (int) Math.min(buffer.length, end - count)) >= 0) {
            // thrown away
        }
    }
}
