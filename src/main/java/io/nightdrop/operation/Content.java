package io.nightdrop.operation;

import io.nightdrop.manifest.ContentKind;

/** What is known of an item's content once its manifest is read through. */
public sealed interface Content {

    /** The item has no content and names no companion. */
    record None() implements Content {}

    /**
     * The item names a companion that is not in the drop.
     *
     * @param name as the manifest writes it
     */
    record Missing(String name) implements Content {}

    /** The inline content is not Base64. */
    record NotBase64() implements Content {}

    /** The content is larger than the inbox allows. */
    record TooLarge() implements Content {}

    /**
     * The content is there.
     *
     * @param fingerprint SHA-256 of its bytes, hex
     * @param size in bytes
     * @param kind what its first bytes say it is
     * @param place where it lies, relative to the drop's own folder
     */
    record Present(String fingerprint, long size, ContentKind kind, String place) implements Content {}
}
