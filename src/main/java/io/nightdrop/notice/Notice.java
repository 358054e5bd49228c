package io.nightdrop.notice;

import io.nightdrop.mail.MailState;
import io.nightdrop.mail.Outgoing;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mail to one of the people who run an exchange.
 *
 * @param id ours
 * @param kind what it tells
 * @param inbox the inbox's name
 * @param dropKey the drop; null when none came, or when its sender has withdrawn it
 * @param drop the drop's id, or its manifest's path while it has none; null likewise
 * @param dueAt by when a drop was expected; null when it tells of something else
 * @param address where it goes
 * @param state how far it is
 * @param attempts how often it was tried
 * @param nextTryAt when it may be tried next; null: at once, or not at all
 * @param trouble why it is not sent, in the mail server's words where it had some; null when nothing went wrong
 * @param createdAt when what it tells was seen
 * @param settledAt when it came to its end; null until then
 */
public record Notice(
        UUID id,
        Kind kind,
        String inbox,
        @Nullable Long dropKey,
        @Nullable String drop,
        @Nullable Instant dueAt,
        String address,
        MailState state,
        int attempts,
        @Nullable Instant nextTryAt,
        @Nullable String trouble,
        Instant createdAt,
        @Nullable Instant settledAt)
        implements Outgoing {

    /** What it tells. */
    public enum Kind {
        /** A drop has its outcome. */
        DROP,
        /** A drop's runs fail, and that has gone on for a while. */
        FAILED,
        /** No drop was taken in by the moment at which one was expected. */
        MISSED,
        /** The drop that was missed has come. */
        CAME
    }
}
