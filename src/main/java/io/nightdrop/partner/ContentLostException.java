package io.nightdrop.partner;

import java.io.IOException;

/**
 * A content cannot be read as it was checked: its file is gone, unreadable or another. That is no fault of the partner or of the line, and the
 * partner has not been sent a whole request.
 */
public final class ContentLostException extends IOException {

    private static final long serialVersionUID = 1L;

    ContentLostException(SentItem item, String why) {
        super("The content of item " + (item.index() + 1) + " cannot be sent: " + why);
    }

    ContentLostException(SentItem item, IOException cause) {
        this(item, "its file cannot be read (" + cause.getClass().getSimpleName() + ")");
        initCause(cause);
    }
}
