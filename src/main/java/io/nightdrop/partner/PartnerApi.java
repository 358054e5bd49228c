package io.nightdrop.partner;

import io.nightdrop.settings.PartnerSettings;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What one partner's API is like, without the network: a third partner is one class with this, and its settings.
 *
 * <p>It keeps nothing between two calls and may be used by many threads. It is given only items that nothing speaks against: checked by their
 * operation, those of a refused request left out. Where it is given others it throws {@link IllegalStateException}.
 */
public interface PartnerApi {

    /**
     * The API of a partner.
     *
     * @param name what the partner is called under {@code nightdrop.partners}; stands in messages
     */
    static PartnerApi of(String name, PartnerSettings settings) {
        return switch (settings.type()) {
            case PEARSANA -> new PearsanaApi(name, settings);
            case KOMPLIANT -> new KompliantApi(name, settings, StringToSign.API_KEY_ALONE);
        };
    }

    /** The operation whose items it takes. */
    String operation();

    /**
     * How many of the items ahead go into the next request. All requests of a list are found by asking again for the rest.
     *
     * @param ahead in manifest order
     * @param mostItems how many items a request may hold, at least 1
     * @param mostBytes how long its body may be in bytes; what is counted is exactly what would be sent
     * @return at least 1, also when that one item is too long for {@code mostBytes} (see {@link #tooLarge}); 0 only when nothing is ahead
     */
    int cut(List<SentItem> ahead, int mostItems, long mostBytes);

    /**
     * The request for these items. The same items and the same id give the same body at any time; the headers may hold the time and a nonce, so a
     * request that is sent again is composed again.
     *
     * @param items as many as {@link #cut} has said, or fewer, from the first on
     * @param requestId our name for the request; sent where the API takes one
     * @param now stands in a signature that holds the time
     */
    OutgoingRequest compose(List<SentItem> items, UUID requestId, Instant now);

    /** How long the body for these items is in bytes, exactly. */
    default long length(List<SentItem> items) {
        return compose(items, new UUID(0, 0), Instant.EPOCH).contentLength();
    }

    /**
     * What comes of a request that is not sent, since its one item makes it longer than allowed (P-5, K-19): the item fails.
     *
     * @param bytes how long its body would be
     * @param mostBytes how long it may be
     */
    Reply.TooLarge tooLarge(long bytes, long mostBytes);

    /**
     * What the answer to a request for these items means. Throws nothing, whatever was answered.
     *
     * @param items those of the request, in the same order
     */
    Reply read(List<SentItem> items, PartnerAnswer answer);
}
