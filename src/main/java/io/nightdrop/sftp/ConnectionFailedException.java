package io.nightdrop.sftp;

import io.nightdrop.manifest.StrangersText;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * There is no connection to the server, or not any more: unknown, refused, cut, or silent for too long. The message is one line that
 * stands for itself. What was asked for may have been done or not.
 */
public final class ConnectionFailedException extends IOException implements ServerTrouble {

    private static final long serialVersionUID = 1L;

    private final boolean connected;

    /** @param connected whether there was a connection */
    ConnectionFailedException(boolean connected, String message, @Nullable Throwable cause) {
        super(StrangersText.plain(message.replaceAll("\\s+", " ").trim()), cause);
        this.connected = connected;
    }

    /** Whether there was a connection that broke off; false when there was none to be had, and nothing was asked for. */
    public boolean wasConnected() {
        return connected;
    }
}
