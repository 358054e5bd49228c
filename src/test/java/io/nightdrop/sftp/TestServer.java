package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real SFTP server on a loopback port, that serves a folder of this machine. */
public interface TestServer {

    /** Starts it; the second time on the port of the first. */
    void start() throws IOException, InterruptedException;

    /** Ends it and every connection to it. */
    void stop() throws IOException, InterruptedException;

    int port();

    String user();

    /** The folder as this machine knows it. */
    Path folder();

    /** The same folder as a client has to name it. */
    default String directory() {
        return nameOf(folder());
    }

    /** How a client has to name a folder of this machine that is in the server's reach. */
    String nameOf(Path folder);

    /** The server's private key; its public half lies beside it. */
    Path hostKey() throws IOException;

    /** That key as a line of a known-hosts file without the host: type and key. */
    default String hostKeyLine() throws IOException {
        return Files.readString(TestKeys.publicHalf(hostKey())).strip();
    }

    /** The private key that opens the server to its user. */
    Path userKey();
}
