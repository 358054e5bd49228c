package io.nightdrop.partner;

import java.util.List;
import java.util.UUID;

/**
 * The leave to send one request to a partner. It holds one of the partner's {@code concurrency} slots until it is closed, and is for one
 * thread.
 */
final class Turn implements AutoCloseable {

    private final Partner partner;
    private final Patience.Pass pass;
    private boolean sent;
    private boolean closed;

    Turn(Partner partner, Patience.Pass pass) {
        this.partner = partner;
        this.pass = pass;
    }

    /**
     * Sends the request for these items, once, and says what came of it. A token that the partner no longer takes is renewed, and the request
     * sent once more: the first one surely did nothing (P-21). What keeps the request from being sent in the last moment is a
     * {@link Reply.Later}, too. Takes as long as the partner's {@code timeout}, and as long again for a token.
     *
     * @param items as many as {@link PartnerApi#cut} has said
     * @param requestId our name for the request
     * @param last asked right before the first byte of each try; what it throws keeps that from leaving
     * @return never {@link Reply.NewToken}
     * @throws ContentLostException when a content cannot be read as it was checked; then nothing whole was sent
     */
    Reply send(List<SentItem> items, UUID requestId, Runnable last) throws ContentLostException {
        if (sent || closed) {
            throw new IllegalStateException("A turn is for one request");
        }
        sent = true;
        return partner.send(pass, new Partner.Parcel(items, requestId, last));
    }

    /** Gives the slot back, and what was not used; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            partner.end(pass, sent);
        }
    }
}
