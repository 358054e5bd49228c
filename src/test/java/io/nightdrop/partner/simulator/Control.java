package io.nightdrop.partner.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Another loopback port over which a simulator in a process of its own is told what to do; {@link SimulatorProcess} knows how. */
final class Control implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PartnerSimulator simulator;
    private final HttpServer server;
    private final Runnable exit;

    /** @param port 0 for any that is free */
    Control(PartnerSimulator simulator, int port, Runnable exit) throws IOException {
        this.simulator = simulator;
        this.exit = exit;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String said;
        int status = 200;
        try {
            said = obey(exchange.getRequestURI().getPath(), parameters(exchange));
        } catch (RuntimeException wrong) {
            said = wrong.toString();
            status = 400;
        }
        byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String obey(String path, Map<String, String> given) throws IOException {
        FaultPlan faults = simulator.faults();
        switch (path) {
            case "/next" -> next(faults, given);
            case "/always" -> always(faults, given);
            case "/chance" ->
                faults.byChance(
                        SimulatorMain.targets(given.getOrDefault("targets", "")),
                        Double.parseDouble(given.get("probability")),
                        Long.parseLong(given.get("seed")),
                        SimulatorMain.faults(given.getOrDefault("faults", "")));
            case "/heal" -> faults.heal();
            case "/stop" -> simulator.stop();
            case "/open" -> simulator.open();
            case "/refuse" -> simulator.refuse(Duration.parse(given.get("time")));
            case "/revoke" -> simulator.pearsana().revokeTokens();
            case "/forget" -> simulator.traffic().forget();
            case "/exit" -> exit.run();
            case "/figures" -> {
                return figures();
            }
            case "/between" -> {
                return Long.toString(simulator
                        .traffic()
                        .between(
                                Target.valueOf(given.get("target")),
                                Instant.parse(given.get("from")),
                                Instant.parse(given.get("to"))));
            }
            default -> throw new IllegalArgumentException("Nothing is known of " + path);
        }
        return "";
    }

    private static void next(FaultPlan faults, Map<String, String> given) {
        Fault fault = Fault.valueOf(given.get("fault"));
        int requests = Integer.parseInt(given.getOrDefault("requests", "1"));
        if (given.containsKey("target")) {
            faults.next(Target.valueOf(given.get("target")), fault, requests);
        } else {
            faults.next(fault, requests);
        }
    }

    private static void always(FaultPlan faults, Map<String, String> given) {
        Fault fault = Fault.valueOf(given.get("fault"));
        if (given.containsKey("target")) {
            faults.always(Target.valueOf(given.get("target")), fault);
        } else {
            faults.always(fault);
        }
    }

    private String figures() {
        ObjectNode json = JSON.createObjectNode();
        Traffic traffic = simulator.traffic();
        for (Target target : Target.values()) {
            json.putObject(target.name())
                    .put("requests", traffic.requests(target))
                    .put("mostAtOnce", traffic.mostAtOnce(target))
                    .put("mostInOneSecond", traffic.mostInOneSecond(target));
        }
        json.put("connections", traffic.connections());
        json.put("elsewhere", simulator.elsewhere().visits().size());
        simulator.problems().forEach(json.putArray("problems")::add);
        return JSON.writeValueAsString(json);
    }

    private static Map<String, String> parameters(HttpExchange exchange) {
        Map<String, String> parameters = new HashMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
