package io.nightdrop.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command in a real Java virtual machine of its own, which can be killed, and a look at what it was doing. */
final class NightdropProcess {

    private static final int KILLED = 137;
    private static final int MINUTES = 5;
    private static final int IDLE_SECONDS = 6;

    private final Process process;
    private final Path log;
    private final Path trail;

    private NightdropProcess(Process process, Path log, Path trail) {
        this.process = process;
        this.log = log;
        this.trail = trail;
    }

    /**
     * Starts a command.
     *
     * @param log where its output goes; the trail lies beside
     * @param properties system properties of the process, {@code name=value}
     * @param arguments the command and its arguments
     */
    static NightdropProcess start(Path log, List<String> properties, List<String> arguments)
            throws IOException, InterruptedException {
        Files.createDirectories(log.getParent());
        Path trail = log.resolveSibling(log.getFileName() + ".trail");
        Files.deleteIfExists(trail);
        List<String> command = new ArrayList<>(Woven.command());
        command.add("-Dcrash.trail=" + trail);
        properties.forEach(property -> command.add("-D" + property));
        command.add(FaultyNightdrop.class.getName());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new NightdropProcess(process, log, trail);
    }

    /**
     * Waits until it looks at an inbox for the first time or goes on with a drop.
     *
     * @return false when it ended before
     */
    boolean awaitWork() throws IOException, InterruptedException {
        while (process.isAlive()) {
            if (letter() != 0) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return letter() != 0;
    }

    /** Likewise until it hands items on to a partner; a service may have nothing to hand on, and is not waited for long. */
    boolean awaitSending() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
        while (process.isAlive() && System.nanoTime() < end) {
            if (!sending().isEmpty()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return false;
    }

    /** Waits for its end, so long at most. */
    boolean endsWithin(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** SIGKILL from outside. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGSTOP: it stands still until it is thawed, and does not know. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    }

    /** Waits for its end and gives its exit code. */
    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            dumpThreads();
            kill();
            throw new AssertionError("It hangs; see " + log);
        }
        return process.exitValue();
    }

    private void dumpThreads() throws IOException, InterruptedException {
        signal("-QUIT");
        TimeUnit.SECONDS.sleep(2);
    }

    /** Whether it ended by SIGKILL. */
    boolean wasKilled() throws IOException, InterruptedException {
        return exitCode() == KILLED;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it was doing last. */
    String phase() throws IOException {
        byte letter = letter();
        return Arrays.stream(Phase.values())
                .filter(phase -> phase.letter() == letter)
                .map(Phase::name)
                .findFirst()
                .orElse("START");
    }

    /** The partners to whom it was handing items on. */
    List<String> sending() throws IOException {
        List<String> partners = new ArrayList<>();
        for (String partner : Faults.PARTNERS) {
            if (trail(1 + Faults.PARTNERS.indexOf(partner)) != 0) {
                partners.add(partner);
            }
        }
        return partners;
    }

    private byte letter() throws IOException {
        return trail(0);
    }

    private byte trail(int place) throws IOException {
        if (!Files.exists(trail)) {
            return 0;
        }
        byte[] bytes = Files.readAllBytes(trail);
        return bytes.length <= place ? 0 : bytes[place];
    }

    /** What it has said so far. */
    String said() throws IOException {
        return Files.readString(log);
    }
}
