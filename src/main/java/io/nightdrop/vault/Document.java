package io.nightdrop.vault;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A document of a user.
 *
 * @param id ours
 * @param userId whose it is
 * @param type the document type as its sender wrote it
 * @param category what kind of type that is
 * @param filename its name as its sender wrote it; null when there was none
 * @param mimeType from the filename's extension
 * @param fingerprint SHA-256 of its bytes, hex
 * @param size in bytes
 * @param status {@code received}
 * @param metadata its sender's own, a JSON object; null when there was none
 * @param verificationMetadata likewise, what its sender says for a verification; null when there was none
 * @param partnerReferenceId its sender's own; null when there was none
 * @param dropKey the drop that brought it
 * @param itemIndex its item there
 * @param createdAt when it was stored
 */
public record Document(
        UUID id,
        UUID userId,
        String type,
        String category,
        @Nullable String filename,
        String mimeType,
        String fingerprint,
        long size,
        String status,
        @Nullable String metadata,
        @Nullable String verificationMetadata,
        @Nullable String partnerReferenceId,
        long dropKey,
        long itemIndex,
        Instant createdAt) {}
