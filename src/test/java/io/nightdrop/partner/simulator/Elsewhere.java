package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Another host, where redirects point to. Nobody should ever come here; who does is noted, with what he brings. */
public final class Elsewhere {

    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);

    private final Door door = new Door("partner-simulator-elsewhere", 0, this::visit);
    private final List<String> visits = new CopyOnWriteArrayList<>();

    Elsewhere() {}

    /** What came: the method and the path of each request, and its Authorization header if it had one. */
    public List<String> visits() {
        return visits;
    }

    void open() throws IOException {
        door.open();
    }

    void close() throws IOException {
        door.close();
    }

    String url() {
        return "http://127.0.0.1:" + door.port();
    }

    private void visit(Socket socket) {
        try {
            Line line = new Line(socket, socket);
            RequestHead head = RequestHead.read(line.in());
            if (head != null) {
                String secret = head.header("Authorization");
                visits.add(head.method() + " " + head.path() + (secret == null ? "" : " " + secret));
                line.write(ANSWER);
                line.hangUp();
            }
        } catch (IOException gone) {
            visits.add("a connection that broke: " + gone.getMessage());
        }
    }
}
