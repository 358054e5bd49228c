package io.nightdrop.crash;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL server that can be stopped hard and started again over the same data. */
final class PostgresServer implements AutoCloseable {

    private final Path data;
    private final boolean synced;
    private final int port;
    private EmbeddedPostgres running;

    /** Starts one with its data in that folder. */
    PostgresServer(Path data) throws IOException {
        this(data, true);
    }

    /**
     * Starts one with its data in that folder; with what an earlier server left there, if there is something.
     *
     * @param synced whether it syncs what it writes, as every server should
     */
    PostgresServer(Path data, boolean synced) throws IOException {
        this.data = data;
        this.synced = synced;
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
        Files.createDirectories(data.getParent());
        start();
    }

    /** Starts it, for the first time or again; with PostgreSQL's own defaults where tests are usually given faster ones. */
    void start() throws IOException {
        running = EmbeddedPostgres.builder()
                .setServerConfig("fsync", synced ? "on" : "off")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setErrorRedirector(Redirect.DISCARD)
                .setOutputRedirector(Redirect.DISCARD)
                .start();
    }

    /** What {@code pg_ctl stop -m immediate} does: SIGQUIT; nothing is flushed, every connection is cut. */
    void stopHard() throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle postmaster =
                ProcessHandle.of(pid).orElseThrow(() -> new IOException("The server of " + data + " is gone already"));
        new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start().waitFor();
        for (int i = 0; postmaster.isAlive() && i < 200; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        if (postmaster.isAlive()) {
            throw new IOException("The server of " + data + " does not stop");
        }
        running.close();
    }

    String url(String database) {
        return "jdbc:postgresql://localhost:" + port + "/" + database;
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), "postgres", "postgres");
    }

    @Override
    public void close() throws IOException {
        running.close();
    }
}
