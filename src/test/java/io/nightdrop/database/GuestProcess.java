package io.nightdrop.database;

import io.nightdrop.TestHome;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another process that is writing to the database of a home, until it is closed. */
final class GuestProcess implements AutoCloseable {

    private final Process process;

    /** The home is locked and shared by this process. */
    GuestProcess(Path home) throws IOException {
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GuestProcess.class.getName(),
                        home.toString())
                .redirectError(Redirect.INHERIT)
                .start();
    }

    /** Until it writes. */
    void awaitWriting() throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.US_ASCII);
        String said = output.readLine();
        if (!"writing".equals(said)) {
            throw new IllegalStateException("The other process said " + said);
        }
    }

    /** Takes the lock and keeps it until the input ends. */
    public static void main(String[] arguments) throws IOException {
        HomeLock home = new HomeLock(TestHome.settings(Path.of(arguments[0])), HomeLock.Use.LOOK, true);
        FileLock lock = home.isGuest() ? home.tryWriting() : null;
        System.out.println(lock == null ? "not locked" : "writing");
        while (System.in.read() >= 0) {
            // nothing comes
        }
    }

    @Override
    public void close() throws IOException {
        process.outputWriter().close();
        process.onExit().join();
    }
}
