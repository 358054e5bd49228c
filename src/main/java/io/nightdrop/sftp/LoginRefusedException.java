package io.nightdrop.sftp;

import java.io.IOException;

/** The server does not let us in, or the private key cannot be read. The message is one line, names the login and no secret. */
public final class LoginRefusedException extends IOException implements ServerTrouble {

    private static final long serialVersionUID = 1L;

    LoginRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
