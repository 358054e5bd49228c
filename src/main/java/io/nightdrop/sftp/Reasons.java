package io.nightdrop.sftp;

import io.nightdrop.manifest.StrangersText;
import java.time.Duration;

/** Words for messages. */
final class Reasons {

    private Reasons() {}

    /** How long. */
    static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    /** What a failure says, in plain characters; or its name when it says nothing. */
    static String of(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : StrangersText.plain(message);
    }
}
