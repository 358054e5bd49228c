package io.nightdrop.partner.simulator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** One connection from a client: its bytes, its silences, and the ways to end it. */
final class Line implements AutoCloseable {

    private static final int IDLE_MILLIS = 120_000;
    private static final int LINGER_MILLIS = 1_000;
    private static final int TICK_MILLIS = 20;

    private final Socket raw;
    private final Socket spoken;
    private final BufferedInputStream in;
    private final OutputStream out;

    /**
     * @param raw the TCP connection
     * @param spoken the same, or TLS above it
     */
    Line(Socket raw, Socket spoken) throws IOException {
        this.raw = raw;
        this.spoken = spoken;
        raw.setTcpNoDelay(true);
        raw.setSoTimeout(IDLE_MILLIS);
        this.in = new BufferedInputStream(spoken.getInputStream(), 64 * 1024);
        this.out = spoken.getOutputStream();
    }

    InputStream in() {
        return in;
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    void write(byte[] bytes, int from, int to) throws IOException {
        out.write(bytes, from, to - from);
        out.flush();
    }

    /**
     * Says nothing, and listens for the client's end meanwhile. Only after the whole request was read.
     *
     * @return false when the client has gone
     */
    boolean silence(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (System.nanoTime() < end) {
                if (closedWithin(TICK_MILLIS)) {
                    return false;
                }
            }
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    private boolean closedWithin(int millis) throws IOException {
        spoken.setSoTimeout(millis);
        in.mark(1);
        try {
            int next = in.read();
            if (next < 0) {
                return true;
            }
            in.reset();
            pause(Duration.ofMillis(millis)); // the next request is here already
            return false;
        } catch (SocketTimeoutException stillThere) {
            return false;
        } finally {
            spoken.setSoTimeout(IDLE_MILLIS);
        }
    }

    /** Neither reads nor writes; ends early when this side is closed. */
    void pause(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        try {
            while (System.nanoTime() < end && !raw.isClosed()) {
                Thread.sleep(Math.max(1, Math.min(TICK_MILLIS, (end - System.nanoTime()) / 1_000_000)));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IOException(ended);
        }
    }

    /** Ends it hard: the client gets a reset, and may not even get what was written before. */
    void reset() throws IOException {
        raw.setSoLinger(true, 0);
        raw.close();
    }

    /** Ends it softly: the client reads the end of the stream, and no reset even while it still writes. */
    void hangUp() {
        try {
            if (!raw.isOutputShutdown()) {
                raw.shutdownOutput();
            }
            raw.setSoTimeout(TICK_MILLIS);
            InputStream rest = raw.getInputStream();
            byte[] buffer = new byte[64 * 1024];
            long end = System.nanoTime() + LINGER_MILLIS * 1_000_000L;
            while (System.nanoTime() < end && more(rest, buffer)) {
                // what still comes is thrown away
            }
        } catch (IOException gone) {
            // The other side was quicker.
        } finally {
            close();
        }
    }

    /** The same after an answer that ends with the connection: TLS is told that this is the end. */
    void endWell() throws IOException {
        if (spoken != raw) {
            spoken.shutdownOutput();
        }
        hangUp();
    }

    private static boolean more(InputStream rest, byte[] buffer) throws IOException {
        try {
            return rest.read(buffer) >= 0;
        } catch (SocketTimeoutException nothingYet) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException gone) {
            // That is what was asked for.
        }
    }
}
