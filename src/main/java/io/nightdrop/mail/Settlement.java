package io.nightdrop.mail;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What came of one message that was claimed.
 *
 * @param id the message
 * @param state its state from now on
 * @param address where it went, or should have gone; null when it was not tried
 * @param attempts 1 when this counts as a try, else 0
 * @param nextTryAt when a pending one may be tried next; null: at once
 * @param trouble what went wrong; null when nothing did
 */
public record Settlement(
        UUID id,
        MailState state,
        @Nullable String address,
        int attempts,
        @Nullable Instant nextTryAt,
        @Nullable String trouble) {

    /** The mail server has taken it. */
    public static Settlement sent(Outgoing one) {
        return new Settlement(one.id(), MailState.SENT, one.address(), 1, null, null);
    }

    /** It cannot be told; why. */
    public static Settlement undeliverable(Outgoing one, String trouble) {
        return new Settlement(one.id(), MailState.UNDELIVERABLE, one.address(), 1, null, trouble);
    }

    /** It was not taken now; when it may be tried next, and why. */
    public static Settlement later(Outgoing one, Instant nextTryAt, String trouble) {
        return new Settlement(one.id(), MailState.PENDING, one.address(), 1, nextTryAt, trouble);
    }

    /** It was claimed and yet not tried: it is due again at once. */
    static Settlement released(Outgoing one) {
        return new Settlement(one.id(), MailState.PENDING, null, 0, null, null);
    }
}
