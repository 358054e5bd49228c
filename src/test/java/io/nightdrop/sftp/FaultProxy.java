package io.nightdrop.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A line between a client and a server on this machine that can be bad in many ways. */
final class FaultProxy implements AutoCloseable {

    private static final long NEVER = Long.MAX_VALUE;

    private final int target;
    private final ServerSocket door;
    private final Thread accepting;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong down = new AtomicLong();
    private final AtomicLong up = new AtomicLong();
    private volatile long cutDownAfter = NEVER;
    private volatile long cutUpAfter = NEVER;
    private volatile long stallDownAfter = NEVER;
    private volatile long stallUpAfter = NEVER;
    private volatile long atDown = NEVER;
    private volatile Runnable action = () -> {};
    private volatile int bytesInTick = Integer.MAX_VALUE;
    private volatile boolean reset = true;
    private volatile boolean once;
    private volatile int most = Integer.MAX_VALUE;
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();

    FaultProxy(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.accepting = start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** How many connections were made. */
    int connections() {
        return connections.get();
    }

    /** Lets in only so many at once; whoever comes then is cut off at once. */
    void allow(int connectionsAtOnce) {
        most = connectionsAtOnce;
    }

    /** How many were not let in. */
    int refused() {
        return refused.get();
    }

    /** How many bytes came from the server since all was well. */
    long down() {
        return down.get();
    }

    /** From now on all is well again, for new connections, and bytes are counted from zero. */
    void heal() {
        cutDownAfter = cutUpAfter = stallDownAfter = stallUpAfter = atDown = NEVER;
        most = Integer.MAX_VALUE;
        bytesInTick = Integer.MAX_VALUE;
        down.set(0);
        up.set(0);
    }

    /** Cuts the line once so many more bytes came from the server: hard, by a reset, or softly. */
    void cutDownAfter(long bytes, boolean hard) {
        reset = hard;
        cutDownAfter = down.get() + bytes;
    }

    /** Cuts the line hard once so many more bytes came from the server; then all is well again. */
    void cutOnceDownAfter(long bytes) {
        once = true;
        cutDownAfter(bytes, true);
    }

    /** Cuts the line once so many more bytes went to the server. */
    void cutUpAfter(long bytes) {
        cutUpAfter = up.get() + bytes;
    }

    /** Cuts the line hard once so many more bytes went to the server; then all is well again. */
    void cutOnceUpAfter(long bytes) {
        once = true;
        cutUpAfter(bytes);
    }

    /** Lets nothing more through to the client once so many more bytes came. */
    void stallDownAfter(long bytes) {
        stallDownAfter = down.get() + bytes;
    }

    /** Lets nothing more through to the server once so many more bytes went. */
    void stallUpAfter(long bytes) {
        stallUpAfter = up.get() + bytes;
    }

    /** Lets so many bytes through in every tenth of a second, each way. */
    void drip(int bytes) {
        bytesInTick = bytes;
    }

    /** Does something once so many more bytes came from the server. */
    void atDown(long bytes, Runnable task) {
        action = task;
        atDown = down.get() + bytes;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                if (live.get() >= most) {
                    refused.incrementAndGet();
                    end(client);
                    continue;
                }
                connections.incrementAndGet();
                live.incrementAndGet();
                connect(client);
            }
        } catch (IOException closed) {
            sockets.forEach(FaultProxy::end);
        }
    }

    private void connect(Socket client) {
        sockets.add(client);
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(server);
            start(() -> pump(server, client, true));
            start(() -> pump(client, server, false));
        } catch (IOException away) {
            live.decrementAndGet();
            end(client);
        }
    }

    private void pump(Socket from, Socket to, boolean isDown) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[4096];
            for (int length = in.read(buffer, 0, Math.min(buffer.length, bytesInTick));
                    length >= 0;
                    length = in.read(buffer, 0, Math.min(buffer.length, bytesInTick))) {
                long total = (isDown ? down : up).addAndGet(length);
                if (total >= (isDown ? stallDownAfter : stallUpAfter)) {
                    Thread.sleep(Long.MAX_VALUE);
                }
                if (total >= (isDown ? cutDownAfter : cutUpAfter)) {
                    if (once) {
                        cutDownAfter = cutUpAfter = NEVER;
                    }
                    if (reset) {
                        from.setSoLinger(true, 0);
                        to.setSoLinger(true, 0);
                    }
                    break;
                }
                if (isDown && total >= atDown) {
                    atDown = NEVER;
                    action.run();
                }
                if (bytesInTick < Integer.MAX_VALUE) {
                    Thread.sleep(100);
                }
                out.write(buffer, 0, length);
            }
        } catch (IOException | InterruptedException gone) {
            // One side went away; so does the other.
        }
        end(from);
        end(to);
        if (isDown) {
            live.decrementAndGet();
        }
    }

    /** Ends the connections that are there. */
    void sweep() {
        sockets.forEach(FaultProxy::end);
        sockets.clear();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            // That is what was asked for.
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Refuses new connections and ends those that are there. */
    @Override
    public void close() throws IOException {
        door.close();
        try {
            accepting.join(); // until then the system may let somebody in
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        sockets.forEach(FaultProxy::end);
    }
}
