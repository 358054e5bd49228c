package io.nightdrop.sftp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * There is no connection to the server, or not any more: unknown, refused, cut, or silent for too long. The message is one line that
 * stands for itself. What was asked for may have been done or not.
 */
public final class ConnectionFailedException extends IOException {

    private static final long serialVersionUID = 1L;

    ConnectionFailedException(String message, @Nullable Throwable cause) {
        super(message.replaceAll("\\s+", " ").trim(), cause);
    }
}
