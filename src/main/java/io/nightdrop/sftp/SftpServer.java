package io.nightdrop.sftp;

import io.nightdrop.settings.SftpSettings;
import io.nightdrop.time.Ticker;
import java.time.Clock;
import java.time.Duration;

/**
 * An SFTP server as one inbox uses it. Nothing is connected before it is needed; several threads may use it at once, as many as the setting
 * {@code sessions} allows, the others wait. A connection that fails is not used again, the next request has a new one.
 */
public final class SftpServer implements AutoCloseable {

    /** A connection that was used a moment ago is taken to be well. */
    private static final Duration TRIED_AFTER = Duration.ofSeconds(5);

    private final SftpSettings settings;
    private final Connector connector;
    private final Connections connections;

    /** Prepares the way to a server; asks it nothing. The clocks say when a login that was refused is tried again. */
    public SftpServer(SftpSettings settings, Clock clock, Ticker ticker) {
        this(settings, TRIED_AFTER, clock, ticker);
    }

    SftpServer(SftpSettings settings, Duration triedAfter, Clock clock, Ticker ticker) {
        this.settings = settings;
        this.connector = new Connector(settings, new RefusedLogins(settings, clock, ticker));
        this.connections = new Connections(
                connector::open,
                settings.sessions(),
                settings.stallTimeout(),
                triedAfter,
                min(settings.connectTimeout(), settings.stallTimeout()));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The folder of the settings. */
    public RemoteFolder folder() {
        return folder(settings.directory());
    }

    /**
     * Another folder of the same server.
     *
     * @param directory absolute, or below the folder where the user arrives
     */
    public RemoteFolder folder(String directory) {
        return new RemoteFolder(connections, directory);
    }

    /** Ends all connections; what is under way fails. */
    @Override
    public void close() {
        connections.close();
        connector.close();
    }
}
