package io.nightdrop.partner.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The simulator as a process of its own: {@code --name=value} arguments, then one line on its output with the ports. It ends when
 * its input ends, so that it does not survive the test that started it; with {@code --detached} only by a signal or by {@code POST /exit}.
 *
 * <ul>
 *   <li>{@code --port}, {@code --control-port}: 0 or left out for any that is free
 *   <li>{@code --ledger}: the file to which the ledger is appended
 *   <li>{@code --chance}, {@code --seed}, {@code --faults}, {@code --targets}: faults by chance; without names all faults, without
 *       targets both operations
 *   <li>{@code --stall}, {@code --delay}, {@code --late}, {@code --pace}, {@code --refusal}, {@code --retry-after}: durations such
 *       as {@code PT5S}; {@code --vast-bytes}
 *   <li>{@code --tls-folder}: speaks TLS and writes {@code authority.pem} and {@code client.p12} there; {@code --tls-fault},
 *       {@code --client-certificate}
 *   <li>{@code --unknown-users}, {@code --unknown-workflows}, {@code --ended-workflows}, {@code --unknown-documents}, {@code
 *       --inactive-documents}: patterns of whole ids
 *   <li>{@code --token-lifetime}, {@code --max-body-size}, {@code --unknown-workflow-status}
 *   <li>{@code --list}: prints all faults and ends
 * </ul>
 */
public final class SimulatorMain {

    private final Map<String, String> arguments;

    private SimulatorMain(Map<String, String> arguments) {
        this.arguments = arguments;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        new SimulatorMain(parse(arguments)).run();
    }

    private static Map<String, String> parse(String[] arguments) {
        return Arrays.stream(arguments)
                .map(argument -> argument.replaceFirst("^--", "").split("=", 2))
                .collect(Collectors.toMap(
                        pair -> pair[0],
                        pair -> pair.length == 1 ? "" : pair[1],
                        (first, second) -> second,
                        TreeMap::new));
    }

    private void run() throws IOException, InterruptedException {
        if (arguments.remove("list") != null) {
            Fault.all()
                    .forEach(fault -> System.out.printf(
                            "%-30s %-15s %-24s %s%n",
                            fault, fault.effect() ? "processed" : "not processed", fault.told(), fault.meaning()));
            return;
        }
        boolean detached = arguments.remove("detached") != null;
        int controlPort = number("control-port", 0);
        CountDownLatch exit = new CountDownLatch(1);
        try (PartnerSimulator simulator = PartnerSimulator.start(settings());
                Control control = new Control(simulator, controlPort, exit::countDown)) {
            arrange(simulator);
            if (!arguments.isEmpty()) {
                throw new IllegalArgumentException("Unknown arguments: " + arguments.keySet());
            }
            System.out.println("{\"port\":" + simulator.port() + ",\"control\":" + control.port() + "}");
            if (!detached) {
                endWithInput(exit);
            }
            exit.await();
        }
    }

    private static void endWithInput(CountDownLatch exit) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // nothing comes
                        }
                    } catch (IOException gone) {
                        // That is an end, too.
                    }
                    exit.countDown();
                },
                "partner-simulator-input");
        thread.setDaemon(true);
        thread.start();
    }

    private SimulatorSettings settings() throws IOException {
        String ledger = arguments.remove("ledger");
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withPort(number("port", 0))
                .withLedgerFile(ledger == null ? null : Path.of(ledger));
        String folder = arguments.remove("tls-folder");
        if (folder == null) {
            return settings;
        }
        Tls tls = new Tls();
        tls.writeAuthority(Path.of(folder, "authority.pem"));
        tls.writeClientKey(Path.of(folder, "client.p12"));
        tls.fault(TlsFault.valueOf(text("tls-fault", "NONE")));
        tls.requireClientCertificate(arguments.remove("client-certificate") != null);
        return settings.withTls(tls);
    }

    private void arrange(PartnerSimulator simulator) {
        FaultTimes times = simulator.times();
        duration("stall", times::stall);
        duration("delay", times::delay);
        duration("late", times::late);
        duration("pace", times::pace);
        duration("refusal", times::refusal);
        duration("retry-after", times::retryAfter);
        times.vastBytes(number("vast-bytes", 64 << 20));
        Pearsana pearsana = simulator.pearsana();
        pattern("unknown-users", unknown -> pearsana.users(unknown.negate()));
        duration("token-lifetime", pearsana::tokenLifetime);
        pearsana.maxBodySize(number("max-body-size", 50 << 20));
        Kompliant kompliant = simulator.kompliant();
        pattern("unknown-workflows", kompliant::unknownWorkflows);
        pattern("ended-workflows", kompliant::endedWorkflows);
        pattern("unknown-documents", kompliant::unknownDocuments);
        pattern("inactive-documents", kompliant::inactiveDocuments);
        kompliant.unknownWorkflowStatus(number("unknown-workflow-status", 404));
        chance(simulator.faults());
    }

    private void chance(FaultPlan plan) {
        double probability = Double.parseDouble(text("chance", "0"));
        long seed = Long.parseLong(text("seed", "1"));
        List<Fault> faults = faults(text("faults", ""));
        Set<Target> targets = targets(text("targets", ""));
        if (probability > 0) {
            plan.byChance(targets, probability, seed, faults);
        }
    }

    /** Names with commas between; all faults when there is none. */
    static List<Fault> faults(String names) {
        return names.isEmpty()
                ? Fault.all()
                : Arrays.stream(names.split(",")).map(Fault::valueOf).toList();
    }

    /** Names with commas between; both operations when there is none. */
    static Set<Target> targets(String names) {
        return names.isEmpty()
                ? Target.OPERATIONS
                : Arrays.stream(names.split(",")).map(Target::valueOf).collect(Collectors.toSet());
    }

    private String text(String name, String otherwise) {
        String text = arguments.remove(name);
        return text == null ? otherwise : text;
    }

    private int number(String name, int otherwise) {
        return Integer.parseInt(text(name, Integer.toString(otherwise)));
    }

    private void duration(String name, Consumer<Duration> setting) {
        String text = arguments.remove(name);
        if (text != null) {
            setting.accept(Duration.parse(text));
        }
    }

    private void pattern(String name, Consumer<Predicate<String>> setting) {
        String text = arguments.remove(name);
        if (text != null) {
            setting.accept(Pattern.compile(text).asMatchPredicate());
        }
    }
}
