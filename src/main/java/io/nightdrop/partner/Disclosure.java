package io.nightdrop.partner;

import org.jspecify.annotations.Nullable;

/**
 * An item that is handed on to a partner.
 *
 * @param itemIndex its place in the manifest, from 0
 * @param itemId what identifies it for its sender
 * @param subject whom it is about: a user's {@code namespace/externalId}, a workflow's id
 * @param documentType null when it has none
 * @param fingerprint SHA-256 of its content, hex; null when it has none
 */
public record Disclosure(
        long itemIndex,
        String itemId,
        String subject,
        @Nullable String documentType,
        @Nullable String fingerprint) {}
