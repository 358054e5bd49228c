package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Both partner APIs on one loopback port: Pearsana's {@code /oauth2/token} and {@code /v1/documents:submitBatch}, Kompliant's
 * {@code /workflow.requiredDocument.batchRequestDocument}. Without faults it does what the contracts say. It can be stopped and
 * opened again on the same port; what it knows, its tokens and its ledger stay. All methods can be called from any thread.
 */
public final class PartnerSimulator implements AutoCloseable {

    private final Tls tls;
    private final Ledger ledger;
    private final Traffic traffic;
    private final FaultTimes times = new FaultTimes();
    private final FaultPlan faults = new FaultPlan(this::refuse);
    private final Pearsana pearsana;
    private final Kompliant kompliant = new Kompliant();
    private final Elsewhere elsewhere = new Elsewhere();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final Door door;
    private final Desk desk;

    private PartnerSimulator(SimulatorSettings settings) throws IOException {
        elsewhere.open();
        tls = settings.tls();
        ledger = new Ledger(settings.ledgerFile());
        traffic = new Traffic(settings.clock(), ledger.lastNumber());
        pearsana = new Pearsana(settings.clock());
        door = new Door("partner-simulator", settings.port(), this::serve);
        desk = new Desk(
                settings.clock(),
                ledger,
                traffic,
                faults,
                times,
                new Failures(settings.clock(), times, elsewhere.url()),
                pearsana,
                Map.of(
                        TokenEndpoint.PATH, new TokenEndpoint(pearsana),
                        SubmitBatch.PATH, new SubmitBatch(pearsana, settings.clock()),
                        BatchRequestDocument.PATH, new BatchRequestDocument(kompliant)),
                new OtherPaths(pearsana),
                door::isOpen,
                this::refuse);
    }

    /** Starts one with {@link SimulatorSettings#defaults()}. */
    public static PartnerSimulator start() throws IOException {
        return start(SimulatorSettings.defaults());
    }

    /** Starts one; it listens when this returns. */
    public static PartnerSimulator start(SimulatorSettings settings) throws IOException {
        PartnerSimulator simulator = new PartnerSimulator(settings);
        simulator.open();
        return simulator;
    }

    /** Listens again after {@link #stop()}, on the same port. */
    public void open() throws IOException {
        door.open();
    }

    /** Closes the port and ends all connections, also those with requests: whoever comes now is refused. */
    public void stop() throws IOException {
        door.slam();
    }

    /** Closes the port and idle connections, lets requests that are there be answered, and opens again after so long. */
    public void refuse(Duration time) throws IOException {
        door.shutFor(time);
    }

    private void refuse() {
        try {
            refuse(times.refusal());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void serve(Socket socket) {
        traffic.connected();
        try {
            Socket spoken = tls == null ? socket : tls.speak(socket, times.stall());
            if (spoken != null) {
                talk(socket, new Line(socket, spoken));
            }
        } catch (IOException gone) {
            // The client has gone, or the simulator was stopped.
        } catch (RuntimeException wrong) {
            problems.add(wrong + " " + List.of(wrong.getStackTrace()));
        }
    }

    private void talk(Socket socket, Line line) throws IOException {
        try {
            RequestHead head = next(socket, line);
            while (head != null && new Exchange(desk, line, head).run()) {
                head = next(socket, line);
            }
        } finally {
            line.hangUp();
        }
    }

    private RequestHead next(Socket socket, Line line) throws IOException {
        door.idle(socket);
        try {
            return RequestHead.read(line.in());
        } catch (NoHttp problem) {
            problems.add(problem.getMessage());
            return null;
        } finally {
            door.busy(socket);
        }
    }

    /** The port, also while it is closed. */
    public int port() {
        return door.port();
    }

    /** Whether it listens. */
    public boolean isOpen() {
        return door.isOpen();
    }

    /** Where both APIs are. */
    public URI baseUrl() {
        return URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + port());
    }

    /** Where Pearsana's tokens are. */
    public URI tokenUrl() {
        return baseUrl().resolve(TokenEndpoint.PATH);
    }

    /** What Pearsana knows and allows. */
    public Pearsana pearsana() {
        return pearsana;
    }

    /** What Kompliant knows and allows. */
    public Kompliant kompliant() {
        return kompliant;
    }

    /** Which requests have which faults. */
    public FaultPlan faults() {
        return faults;
    }

    /** How long and how large faults are. */
    public FaultTimes times() {
        return times;
    }

    /** What was seen and what came of it. */
    public Ledger ledger() {
        return ledger;
    }

    /** How many requests came, when, and how many at once. */
    public Traffic traffic() {
        return traffic;
    }

    /** The host that redirects point to. */
    public Elsewhere elsewhere() {
        return elsewhere;
    }

    /** What was sent that is no HTTP, and mistakes of the simulator itself: empty when all is well. */
    public List<String> problems() {
        return problems;
    }

    @Override
    public void close() throws IOException {
        door.close();
        elsewhere.close();
        ledger.close();
    }
}
