package io.nightdrop.partner.simulator;

import java.io.IOException;

/** One operation of a partner, as its contract says. It judges; what comes of the judgement is the ledger's to record. */
interface Endpoint {

    Target target();

    /**
     * Judges a request.
     *
     * @param effect whether the request will be processed; when not, nothing may stay behind of it
     * @throws RequestCut when the client went away before the body's end
     */
    Reply answer(RequestHead head, RequestBody body, boolean effect) throws IOException, RequestCut;

    /** The partner's words for a request that fails with this status, whatever it asks. */
    Answer failure(int status, RequestHead head);
}
