package io.nightdrop.sftp;

import java.io.IOException;
import java.nio.file.Path;

/** A real SFTP server on a loopback port, that serves a folder of this machine. */
interface TestServer {

    /** Starts it; the second time on the port of the first. */
    void start() throws IOException, InterruptedException;

    /** Ends it and every connection to it. */
    void stop() throws IOException, InterruptedException;

    int port();

    String user();

    /** The folder as this machine knows it. */
    Path folder();

    /** The same folder as a client has to name it. */
    String directory();

    /** The server's keys as lines of a known-hosts file without the host: type and key. */
    Path hostKey() throws IOException;

    /** The private key that opens the server to its user. */
    Path userKey();
}
