package io.nightdrop.vault;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What its sender wants verified of a document.
 *
 * @param id ours
 * @param documentId the document
 * @param intent {@code attest} or {@code issue}
 * @param status {@code pending}
 * @param attestationReferenceId with {@code attest}; null otherwise
 * @param metadata its sender's own, a JSON object; null when there was none
 * @param createdAt when it was stored
 */
public record Verification(
        UUID id,
        UUID documentId,
        String intent,
        String status,
        @Nullable String attestationReferenceId,
        @Nullable String metadata,
        Instant createdAt) {}
