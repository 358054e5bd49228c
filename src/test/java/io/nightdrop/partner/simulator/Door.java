package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A port on the loopback address that can be closed and opened again; whoever connects gets a thread. */
final class Door implements AutoCloseable {

    private static final int BACKLOG = 200;
    private static final int TRIES = 100;

    private final String name;
    private final Consumer<Socket> visitor;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> idle = ConcurrentHashMap.newKeySet();
    private int port;
    private ServerSocket server;
    private Thread acceptor;
    private int turns;
    private boolean ended;

    /** @param port 0 for any that is free, which is kept then */
    Door(String name, int port, Consumer<Socket> visitor) {
        this.name = name;
        this.port = port;
        this.visitor = visitor;
    }

    synchronized int port() {
        return port;
    }

    synchronized boolean isOpen() {
        return server != null;
    }

    /** Opens it; nothing happens when it is open, or at its end. A port that another process has just got hold of is waited for. */
    synchronized void open() throws IOException {
        if (server != null || ended) {
            return;
        }
        for (int i = 1; server == null; i++) {
            try {
                server = listen();
            } catch (IOException taken) {
                if (i == TRIES) {
                    throw taken;
                }
                pause(Duration.ofMillis(50));
            }
        }
        turns++;
        port = server.getLocalPort();
        ServerSocket accepting = server;
        acceptor = run(() -> accept(accepting));
    }

    private ServerSocket listen() throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            return socket;
        } catch (IOException taken) {
            socket.close();
            throw taken;
        }
    }

    /** Closes it and ends all connections. */
    synchronized void slam() throws IOException {
        shut();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Closes it and ends the idle connections, so that requests that are there are answered; opens it after so long. */
    synchronized void shutFor(Duration time) throws IOException {
        shut();
        int turn = turns;
        run(() -> openAfter(time, turn));
    }

    private void shut() throws IOException {
        turns++;
        if (server != null) {
            server.close();
            awaitEnd(acceptor);
            server = null;
        }
        for (Socket socket : idle) {
            socket.close();
        }
    }

    /** Not if it was opened or closed by somebody else meanwhile. */
    private void openAfter(Duration time, int turn) {
        try {
            pause(time);
            synchronized (this) {
                if (turn == turns) {
                    open();
                }
            }
        } catch (IOException failure) {
            throw new IllegalStateException("The port cannot be opened again", failure);
        }
    }

    /** As long as a thread waits for visitors, the system may let one in through a port that is closed already. */
    private static void awaitEnd(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IOException(ended);
        }
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IOException(ended);
        }
    }

    /** A connection is between two requests. While the door is closed there is no next one. */
    synchronized void idle(Socket socket) throws IOException {
        idle.add(socket);
        if (server == null) {
            socket.close();
        }
    }

    /** A connection has a request. */
    void busy(Socket socket) {
        idle.remove(socket);
    }

    private void accept(ServerSocket accepting) {
        while (!accepting.isClosed()) {
            try {
                Socket socket = accepting.accept();
                sockets.add(socket);
                if (accepting.isClosed()) {
                    socket.close(); // it came in while the door was closing
                }
                run(() -> visit(socket));
            } catch (IOException closed) {
                // The loop ends if the door was closed.
            }
        }
    }

    private void visit(Socket socket) {
        try (socket) {
            visitor.accept(socket);
        } catch (IOException gone) {
            // It is closed one way or the other.
        } finally {
            sockets.remove(socket);
            idle.remove(socket);
        }
    }

    private Thread run(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Closes it for ever. */
    @Override
    public synchronized void close() throws IOException {
        ended = true;
        slam();
    }
}
