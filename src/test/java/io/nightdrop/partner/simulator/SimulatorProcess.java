package io.nightdrop.partner.simulator;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A simulator in a Java virtual machine of its own, which survives whatever happens to the processes under test, and its ledger on
 * disk, which survives the simulator. It ends with this process at the latest.
 */
public final class SimulatorProcess implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final Path ledger;
    private final int port;
    private final int control;
    private final boolean tls;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private SimulatorProcess(Process process, Path ledger, JsonNode ports, boolean tls) {
        this.process = process;
        this.ledger = ledger;
        this.port = ports.get("port").intValue();
        this.control = ports.get("control").intValue();
        this.tls = tls;
    }

    /**
     * Starts one; it listens when this returns.
     *
     * @param ledger where its ledger is appended to; its log lies beside
     * @param arguments those of {@link SimulatorMain}
     */
    public static SimulatorProcess start(Path ledger, String... arguments) throws IOException {
        return start("96m", ledger, arguments);
    }

    /** With another heap, so that a test of that needs not fill a large one. */
    static SimulatorProcess start(String heap, Path ledger, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx" + heap,
                "-cp",
                classPath(),
                SimulatorMain.class.getName(),
                "--ledger=" + ledger));
        command.addAll(List.of(arguments));
        Path log = ledger.resolveSibling(ledger.getFileName() + ".log");
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String said = output.readLine();
        if (said == null || !said.startsWith("{")) {
            process.destroyForcibly();
            throw new IOException("The simulator did not start: " + Files.readString(log));
        }
        boolean tls = Arrays.stream(arguments).anyMatch(argument -> argument.startsWith("--tls-folder"));
        return new SimulatorProcess(process, ledger, JSON.readTree(said), tls);
    }

    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator)).distinct().collect(Collectors.joining(File.pathSeparator));
    }

    /** The port of both APIs, to be given to the next one as {@code --port} if this one is killed. */
    public int port() {
        return port;
    }

    /** Where both APIs are. */
    public URI baseUrl() {
        return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port);
    }

    /** Where Pearsana's tokens are. */
    public URI tokenUrl() {
        return baseUrl().resolve(TokenEndpoint.PATH);
    }

    /** What was seen so far, by this process and by those that wrote to the same file before. */
    public List<SeenRequest> ledger() throws IOException {
        return Ledger.read(ledger);
    }

    /** As {@link FaultPlan#next(Fault, int)}. */
    public void next(Fault fault, int requests) throws IOException {
        tell("/next?fault=" + fault + "&requests=" + requests);
    }

    /** As {@link FaultPlan#next(Target, Fault, int)}. */
    public void next(Target target, Fault fault, int requests) throws IOException {
        tell("/next?fault=" + fault + "&requests=" + requests + "&target=" + target);
    }

    /** As {@link FaultPlan#always(Fault)}. */
    public void always(Fault fault) throws IOException {
        tell("/always?fault=" + fault);
    }

    /** As {@link FaultPlan#always(Target, Fault)}. */
    public void always(Target target, Fault fault) throws IOException {
        tell("/always?fault=" + fault + "&target=" + target);
    }

    /** As {@link FaultPlan#byChance(double, long, Collection)}. */
    public void byChance(double probability, long seed, Collection<Fault> faults) throws IOException {
        String names = faults.stream().map(Fault::name).collect(Collectors.joining(","));
        tell("/chance?probability=" + probability + "&seed=" + seed + "&faults=" + names);
    }

    /** As {@link FaultPlan#heal()}. */
    public void heal() throws IOException {
        tell("/heal");
    }

    /** As {@link PartnerSimulator#stop()}: the process goes on, its port is closed. */
    public void stop() throws IOException {
        tell("/stop");
    }

    /** As {@link PartnerSimulator#open()}. */
    public void open() throws IOException {
        tell("/open");
    }

    /** As {@link PartnerSimulator#refuse(Duration)}. */
    public void refuse(Duration time) throws IOException {
        tell("/refuse?time=" + time);
    }

    /** As {@link Pearsana#revokeTokens()}. */
    public void revokeTokens() throws IOException {
        tell("/revoke");
    }

    /** As {@link Traffic#forget()}. */
    public void forgetTraffic() throws IOException {
        tell("/forget");
    }

    /**
     * The figures of {@link Traffic}: for each target {@code requests}, {@code mostAtOnce} and {@code mostInOneSecond}; beside
     * them {@code connections}, {@code elsewhere} and {@code problems}.
     */
    public JsonNode figures() throws IOException {
        return JSON.readTree(tell("/figures"));
    }

    /** As {@link Traffic#between(Target, Instant, Instant)}. */
    public long between(Target target, Instant from, Instant to) throws IOException {
        return Long.parseLong(tell("/between?target=" + target + "&from=" + encode(from) + "&to=" + encode(to)));
    }

    private static String encode(Instant instant) {
        return URLEncoder.encode(instant.toString(), StandardCharsets.UTF_8);
    }

    private String tell(String what) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control + what))
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.noBody())
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalArgumentException(answer.body());
            }
            return answer.body();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IOException(ended);
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it and waits for that. */
    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            process.outputWriter().close();
        }
        process.onExit().join();
    }
}
