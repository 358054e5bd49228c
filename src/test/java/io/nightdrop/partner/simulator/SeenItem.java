package io.nightdrop.partner.simulator;

/**
 * One item of a request that was seen.
 *
 * @param id the {@code itemId} or the {@code required_document_id}; null when it had none
 * @param subject for Pearsana the user, {@code SIS/S-77}; for Kompliant the workflow
 * @param effect whether it was processed: a document was stored, an applicant was asked
 * @param code {@code created} or {@code SUCCESS}, the code of its error, or of its request's error; empty when nothing was judged
 * @param fingerprint for Pearsana {@code sha256:} and the digest of the decoded content; else null
 */
public record SeenItem(String id, String subject, boolean effect, String code, String fingerprint) {

    /** The same when nothing came of it. */
    SeenItem undone() {
        return new SeenItem(id, subject, false, "", fingerprint);
    }
}
