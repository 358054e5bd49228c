package io.nightdrop.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speaks enough SMTP to say no in every way that a test wants. */
public final class ScriptedMailServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScriptedMailServer.class);

    /** Instead of an answer: the connection is cut. */
    public static final String HANG_UP = "hang up";

    private final ServerSocket socket;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Set<String> once = ConcurrentHashMap.newKeySet();
    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** Begins to listen, on a port of its own. */
    public ScriptedMailServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "scripted-mail-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on a command that contains this text is answered so; {@code .} is the end of a message. */
    public ScriptedMailServer answer(String command, String reply) {
        answers.put(command, reply);
        return this;
    }

    /** The same for the next such command only. */
    public ScriptedMailServer answerOnce(String command, String reply) {
        once.add(command);
        return answer(command, reply);
    }

    /** Forgets all answers: everything is well again. */
    public void mend() {
        answers.clear();
    }

    /** Where it listens. */
    public int port() {
        return socket.getLocalPort();
    }

    /** The recipients of what was taken, in order. */
    public List<String> delivered() {
        return delivered;
    }

    /** How often somebody connected. */
    public int connections() {
        return connections.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                connections.incrementAndGet();
                talk(client);
            } catch (IOException cut) {
                LOG.debug("The client or the test has gone", cut);
            }
        }
    }

    private void talk(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        Writer out = new OutputStreamWriter(client.getOutputStream(), StandardCharsets.US_ASCII);
        String recipient = "";
        boolean data = false;
        say(out, "220 ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (data && !line.equals(".")) {
                continue;
            }
            String reply = reply(data ? "." + recipient : line, data);
            if (reply.equals(HANG_UP)) {
                return;
            }
            say(out, reply);
            if (data && reply.startsWith("250")) {
                delivered.add(recipient);
            }
            data = line.equals("DATA") && reply.startsWith("354");
            recipient = line.startsWith("RCPT TO:") ? line.substring(9, line.length() - 1) : recipient;
        }
    }

    private String reply(String command, boolean endOfData) {
        for (Map.Entry<String, String> answer : List.copyOf(answers.entrySet())) {
            if (command.contains(answer.getKey())
                    && command.startsWith(".") == answer.getKey().startsWith(".")) {
                if (once.remove(answer.getKey())) {
                    answers.remove(answer.getKey());
                }
                return answer.getValue();
            }
        }
        if (command.equals("DATA")) {
            return "354 go on";
        }
        return endOfData ? "250 taken" : "250 well";
    }

    private static void say(Writer out, String reply) throws IOException {
        out.write(reply + "\r\n");
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
