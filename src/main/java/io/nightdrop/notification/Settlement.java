package io.nightdrop.notification;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What came of one notification that was claimed.
 *
 * @param id the notification
 * @param state its state from now on
 * @param address where it went, or should have gone; null when it was not tried
 * @param attempts 1 when this counts as a try, else 0
 * @param nextTryAt when a pending one may be tried next; null: at once
 * @param trouble what went wrong; null when nothing did
 */
record Settlement(
        UUID id,
        NotificationState state,
        @Nullable String address,
        int attempts,
        @Nullable Instant nextTryAt,
        @Nullable String trouble) {

    static Settlement sent(Notification one) {
        return new Settlement(one.id(), NotificationState.SENT, one.address(), 1, null, null);
    }

    static Settlement undeliverable(Notification one, String trouble) {
        return new Settlement(one.id(), NotificationState.UNDELIVERABLE, one.address(), 1, null, trouble);
    }

    static Settlement later(Notification one, Instant nextTryAt, String trouble) {
        return new Settlement(one.id(), NotificationState.PENDING, one.address(), 1, nextTryAt, trouble);
    }

    /** It was claimed and yet not tried: it is due again at once. */
    static Settlement released(Notification one) {
        return new Settlement(one.id(), NotificationState.PENDING, null, 0, null, null);
    }
}
